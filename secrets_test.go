package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/store/embedded"
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

// The log and the metrics hold no token, whether it holds or not, no secret that
// tokens are signed with, and nothing about a lead, whatever goes wrong.
func TestTheLogKeepsSecrets(t *testing.T) {
	t.Parallel() // it mostly waits for a database that is gone
	const secret = "correct-horse-battery-staple-0123456789"
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := auth.SecretFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(k *auth.Secret, role enablement.Role) string {
		token, err := k.Sign(enablement.Identity{Subject: "ines", Name: "Ines", Email: "ines@corp.example", Role: role}, time.Hour, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	strange, err := auth.LocalKey(filepath.Join(t.TempDir(), "jwt.key"))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := embedded.Start(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Stop()
	q := newServer(t, "--mongodb-uri", engine.URI(), "--jwt-secret-file", file)
	good, forged := sign(key, enablement.RoleMarketer), sign(&strange.Secret, enablement.RoleAdmin)
	marketer := q.as(good)
	said := ""
	tell := func(document string, variables object) {
		for _, c := range []caller{marketer, q.as(forged), q.as(good[:len(good)-9]), q.as("hunter2-is-no-token")} {
			said += c.ask(document, variables).text
		}
	}
	const save = `mutation($e: String!) { saveLead(input: {email: $e, company: "Initech"}) { id } }`
	const rows = `mutation($r: [LeadInput!]!) { importLeads(rows: $r) { failed } }`
	trouble := func() {
		tell(save, object{"e": "lea@corp.example"})
		tell(save, object{"e": "no mail at all, lea@corp.example"})
		tell(rows, object{"r": list{object{"email": "leo@corp.example"}, object{"email": "@"}}})
		tell(`{ leads(query: "lea@corp.example") { totalCount } }`, nil)
		tell(`{ lea@corp.example }`, nil)
		tell(`{ lead(id: "lea@corp.example") { id } }`, nil)
		said += q.send("GET", "/graphql?query={__typename}&access_token="+good, "").text
		said += q.send("GET", "/"+good, "").text
	}
	trouble()
	if err := engine.Stop(); err != nil {
		t.Fatal(err)
	}
	said += marketer.ask(save, object{"e": "lisa@corp.example"}).text
	log := q.out.String() + q.send("GET", "/metrics", "").text
	if !strings.Contains(log, "request failed") {
		t.Fatalf("nothing went wrong:\n%s", log)
	}
	for _, hidden := range []string{good, forged, good[:40], forged[:40], "hunter2-is", secret, "corp.example", "Initech"} {
		if strings.Contains(log, hidden) {
			t.Errorf("%s is in the log:\n%s", hidden, log)
		}
	}
	for _, hidden := range []string{good[:40], forged[:40], "hunter2-is", secret} {
		if strings.Contains(said, hidden) {
			t.Errorf("%s is in an answer", hidden)
		}
	}
	q.stop()
}

// A password in an address stays out of what is said of that address, right or
// wrong, also where somebody forgot a part of it.
func TestAStartThatFailsKeepsThePassword(t *testing.T) {
	engine, err := embedded.Start(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Stop()
	serve := []string{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir()}
	for _, uri := range []string{
		strings.Replace(engine.URI(), "//", "//ann:hunter2@", 1), // which has no such user
		"mongodb://ann:hunter2@127.0.0.1:1/quiver", "mongodb://ann:hunter2@:::/quiver", "mongodb://ann:hun@ter2@127.0.0.1/quiver", "mongodb://ann:hun/ter2@127.0.0.1/quiver",
		"mongodb://ann:hun:ter2@127.0.0.1/quiver", "mongodb://ann:hun%ter2@127.0.0.1/quiver", "mongodb://ann:hunter2/quiver", "mongodb://ann:hunter2", "mongodb://ann:hunter2@127.0.0.1:port/quiver",
		"http://ann:hunter2@127.0.0.1/", "ann:hunter2@127.0.0.1", "mongodb://ann:hunter2@127.0.0.1/quiver?w=none&authMechanism=hunter2", "mongodb+srv://ann:hunter2@127.0.0.1:1/quiver",
	} {
		out := says(t, 2, []string{"MongoDB"}, append(serve, "--mongodb-uri", uri)...)
		if strings.Contains(out, "hunter2") || strings.Contains(out, "ter2") {
			t.Errorf("%s:\n%s", uri, out)
		}
	}
	for _, address := range []string{"http://ann:hunter2@127.0.0.1:1/keys", "http://ann:hunter2@127.0.0.1:port/keys", "ann:hunter2@127.0.0.1/keys"} {
		if out := says(t, 2, []string{"keys"}, append(serve, "--jwks-url", address)...); strings.Contains(out, "hunter2") {
			t.Errorf("%s:\n%s", address, out)
		}
	}
}
