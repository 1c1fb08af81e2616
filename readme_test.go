package main

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quiverhq/quiver/enablement"
)

// What the README shows is what a newcomer gets: each of its requests to the
// demo, answered by the block of JSON behind it. How long ago something was
// depends on the hour of the day, and so do the last digits of freshness.
func TestTheREADMEsQueriesGiveItsAnswers(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile(`(?s)Bearer \$(REP|MARKETER)" -d '(.*?)'\n`+"```"+`.*?`+"```json\n(.*?)\n```").FindAllSubmatch(text, -1)
	if len(examples) != 2 {
		t.Fatalf("found %d examples", len(examples))
	}
	q := newDemo(t)
	tokens := map[string]string{"REP": q.token(enablement.RoleRep, "rep-1"), "MARKETER": q.token(enablement.RoleMarketer, "marketer-1")}
	for _, example := range examples {
		var request struct{ Query string }
		if err := json.Unmarshal(example[2], &request); err != nil {
			t.Fatal(err)
		}
		var shown struct{ Data map[string]any }
		if err := json.Unmarshal(example[3], &shown); err != nil {
			t.Fatal(err)
		}
		got := q.as(tokens[string(example[1])]).must(request.Query, nil)
		if diff := cmp.Diff(undated(shown.Data), undated(got), cmpopts.EquateApprox(0, 0.005)); diff != "" {
			t.Errorf("%s\nREADME (-) against server (+):\n%s", request.Query, diff)
		}
	}
}

// undated drops from all texts how long ago something was.
func undated(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key := range v {
			v[key] = undated(v[key])
		}
		return v
	case []any:
		for i := range v {
			v[i] = undated(v[i])
		}
		return v
	case string:
		return regexp.MustCompile(`(\d+ (days?|weeks?|months?)|today|yesterday)( ago)?`).ReplaceAllString(v, "some time ago")
	default:
		return v
	}
}
