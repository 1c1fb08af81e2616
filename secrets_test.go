package main

import (
	"strings"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// Sending is no way to learn of what is still being written; to a marketer, who
// sees it anyway, the reason is told.
func TestSendingADraftTellsARepNothingOfIt(t *testing.T) {
	q := newServer(t)
	rep, marketer := q.as(q.token(enablement.RoleRep, "r")), q.as(q.token(enablement.RoleMarketer, "m"))
	made := marketer.must(`mutation { createAsset(input: {title: "Secret merger", status: DRAFT}) { id } saveLead(input: {email: "ann@example.com"}) { id } }`, nil)
	send := func(c caller) answer {
		return c.ask(`mutation($l: ID!, $a: [ID!]!) { recordSend(input: {lead: $l, assets: $a}) { id } }`,
			map[string]any{"l": at(made, "saveLead", "id"), "a": []any{at(made, "createAsset", "id")}})
	}
	if text := send(rep).text; strings.Contains(text, "Secret") || strings.Contains(text, "DRAFT") || !strings.Contains(text, "no asset has this id") {
		t.Errorf("the rep was told %s", text)
	}
	if text := send(marketer).text; !strings.Contains(text, "DRAFT") {
		t.Errorf("the marketer was told %s", text)
	}
}

// Battle cards are for the rep to read, not to send, unless asked for.
func TestBattleCardsAreRecommendedOnRequestAlone(t *testing.T) {
	q := newDemo(t)
	rep := q.as(q.token(enablement.RoleRep, "rep-1"))
	recommended := func(filter string) []any {
		data := rep.must(`{ recommend(first: 50, prospect: {jobTitle: "VP Engineering", industry: "Software"}`+filter+`) { asset { type } } }`, nil)
		list, _ := data["recommend"].([]any)
		return list
	}
	all := recommended("")
	for _, r := range all {
		if at(r, "asset", "type") == "BATTLE_CARD" {
			t.Error("a battle card is recommended unasked")
		}
	}
	if cards := recommended(", filter: {types: [BATTLE_CARD]}"); len(cards) == 0 || len(all) == 0 {
		t.Errorf("%d recommendations, %d battle cards on request", len(all), len(cards))
	}
}
