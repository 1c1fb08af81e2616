package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// Every document that is not as it should be is told with its id, and why; it
// stays where it is, and the others are as they should be.
func TestCheckTellsOfEveryDocumentThatIsNotAsItShouldBe(t *testing.T) {
	s := openStore(t, testDatabase(t))
	ids := chain(t, s)
	chain(t, s)
	found, err := s.Check(t.Context())
	if err != nil || len(found) > 0 {
		t.Fatalf("of a database in order: %v, %v", found, err)
	}
	now := time.Now()
	put := func(collection string, doc bson.M) {
		t.Helper()
		for k, v := range map[string]any{"revision": 1, "createdAt": now, "updatedAt": now} {
			if _, given := doc[k]; !given {
				doc[k] = v
			}
		}
		_, err := s.connection.database.Collection(collection).InsertOne(t.Context(), doc)
		fatal(t, err)
	}
	asset := func(id string, more bson.M) bson.M {
		doc := bson.M{"_id": id, "title": "T", "summary": "", "body": "", "type": "OTHER", "status": "DRAFT", "language": "en",
			"personas": bson.A{}, "industries": bson.A{}, "funnelStages": bson.A{}, "topics": bson.A{}}
		for k, v := range more {
			doc[k] = v
		}
		return doc
	}
	put("assets", asset("ast_1", bson.M{"title": ""}))
	put("assets", asset("ast_2", bson.M{"status": "LOST"}))
	put("assets", asset("ast_3", bson.M{"personas": bson.A{"per_gone"}, "industries": bson.A{"ind_gone"}, "owner": "usr_gone"}))
	put("assets", asset("ast_4", bson.M{"topics": "not a list"}))
	put("leads", bson.M{"_id": "led_1", "lastName": "x", "lifecycleStage": "LEAD", "email": "Upper@example.com", "persona": "per_gone", "owner": "usr_gone"})
	put("sends", bson.M{"_id": "snd_1", "lead": "led_gone", "rep": ids["users"], "assets": bson.A{"ast_gone"}, "channel": "EMAIL"})
	put("sends", bson.M{"_id": "snd_2", "lead": ids["leads"], "rep": "usr_gone", "assets": bson.A{}, "externalId": "x"})
	put("outcomes", bson.M{"_id": "out_1", "send": "snd_gone", "kind": "EATEN"})
	put("personas", bson.M{"_id": "per_1", "name": ""})
	put("industries", bson.M{"_id": "ind_1", "name": "Energy", "parent": "ind_gone"})
	put("industries", bson.M{"_id": "ind_2", "name": "Oil", "aliases": bson.A{"energy"}})
	put("users", bson.M{"_id": "usr_1", "role": "ROOT"})
	found, err = s.Check(t.Context())
	fatal(t, err)
	var got []string
	for _, f := range found {
		got = append(got, f.Collection+" "+f.ID+": "+f.What)
	}
	want := []string{
		"assets ast_1: title must not be empty",
		`assets ast_2: status must be one of DRAFT, IN_REVIEW, PUBLISHED, EXPIRED, ARCHIVED, not "LOST"`,
		"assets ast_3: personas names per_gone, which is not in personas",
		"assets ast_3: industries names ind_gone, which is not in industries",
		"assets ast_3: owner names usr_gone, which is not in users",
		`assets ast_4: cannot be decoded: error decoding key topics: SliceDecodeValue can only decode a string into a byte array, got string`,
		"industries ind_1: parent names ind_gone, which is not in industries",
		"industries ind_2: has the name of ind_1",
		"leads led_1: email is not in lower case: it is not found by it",
		"leads led_1: persona names per_gone, which is not in personas",
		"leads led_1: owner names usr_gone, which is not in users",
		"outcomes out_1: send names snd_gone, which is not in sends",
		`outcomes out_1: kind "EATEN" is none`,
		"outcomes out_1: should have the id out_2esgpmrluniaqeo5h5l71k9heep71s98: the same may have been recorded twice",
		"personas per_1: name must not be empty",
		"sends snd_1: lead names led_gone, which is not in leads",
		"sends snd_1: assets names ast_gone, which is not in assets",
		"sends snd_2: rep names usr_gone, which is not in users",
		"sends snd_2: assets is empty: it counts nowhere",
		"sends snd_2: should have the id snd_fk16r9pd03qccqag55vud4d76if2586m: the same may have been recorded twice",
		`users usr_1: role "ROOT" is none`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
