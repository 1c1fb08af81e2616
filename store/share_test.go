package store

import (
	"testing"
	"unsafe"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/enablement"
)

// What two documents of a catalog say alike is in memory once.
func TestAssetsShareWhatTheyRepeat(t *testing.T) {
	raw, err := bson.Marshal(&enablement.Asset{ID: "ast_1", Type: "WHITE_PAPER", Topics: []string{"data protection"}, PersonaIDs: []string{"per_1"}})
	if err != nil {
		t.Fatal(err)
	}
	docs := &collection[enablement.Asset]{share: assetKind.share}
	var read [2]*enablement.Asset
	for i := range read {
		if read[i], err = docs.decode(raw); err != nil {
			t.Fatal(err)
		}
	}
	for name, values := range map[string][2]string{
		"type":    {string(read[0].Type), string(read[1].Type)},
		"topic":   {read[0].Topics[0], read[1].Topics[0]},
		"persona": {read[0].PersonaIDs[0], read[1].PersonaIDs[0]},
	} {
		if values[0] != values[1] || unsafe.StringData(values[0]) != unsafe.StringData(values[1]) {
			t.Errorf("%s: %q and %q are two strings", name, values[0], values[1])
		}
	}
}
