package embedded

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sample is a document as FerretDB writes it.
const sample = `{"$s":{"p":{"_id":{"t":"string"},"a":{"t":"array","i":[{"t":"string"},{"t":"object","$s":{"p":{"n":{"t":"int"},"x":{"t":"null"}},"$k":["n","x"]}},{"t":"array","i":[]}]},` +
	`"b":{"t":"bool"},"d":{"t":"double"},"w":{"t":"date"},"l":{"t":"long"}},"$k":["_id","a","b","d","w","l"]},` +
	`"_id":"x\\\"y, {z]","a":["\u00e9 é",{"n":7,"x":null},[]],"b":true,"d":0.5,"w":1780260877000,"l":9007199254740993}`

func TestSpaceAndOrderMakeNoDifference(t *testing.T) {
	want, err := newSJSONReader().document([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	var spaced bytes.Buffer
	if err := json.Indent(&spaced, []byte(sample), " ", "\t"); err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(sample), &fields); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"spaced": spaced.Bytes(), "sorted": sorted} {
		if got, err := newSJSONReader().document(text); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want)
		}
	}
}

// Whatever happens to the values, what is read of them is JSON: damage is told.
func TestWhatIsNoJSONIsDamaged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(sample)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			at := rapid.IntRange(strings.Index(sample, `"_id":"`), len(text)-1).Draw(t, "at")
			n := rapid.IntRange(0, min(3, len(text)-at)).Draw(t, "bytes")
			text = slices.Replace(text, at, at+n, []byte(rapid.StringMatching(`[ -~\t]{0,2}`).Draw(t, "by"))...)
		}
		if read, err := newSJSONReader().document(text); err == nil && !json.Valid(text) {
			t.Fatalf("read %v from %s", read, text)
		}
	})
}
