package main

import (
	"fmt"
	"time"
)

const updateDocument = `mutation Update($id:ID!,$p:AssetPatch!){updateAsset(id:$id,input:$p){id version}}`

const saveLeadDocument = `mutation Save($id:ID!,$i:LeadInput!){saveLead(id:$id,input:$i){id}}`

// mixture is a working day: of ten requests seven read. What writes touches the
// same few hundred documents again and again, so that what grows is the history.
func mixture(s *subject, o options, known ids) question {
	byName := map[string]*question{}
	for _, q := range questions(s, o, known, "", nil) {
		byName[q.name] = &q
	}
	words := newLanguage(3)
	update := &question{name: "updateAsset", token: s.marketer, server: s, body: func(client, n int) []byte {
		return request(updateDocument, map[string]any{
			"id": known.assets[(client*101+n)%len(known.assets)], "p": map[string]any{"summary": fmt.Sprintf("%s, edition %d of %d", summaries[n%len(summaries)], n, client)},
		})
	}}
	lead := &question{name: "saveLead", token: s.marketer, server: s, body: func(client, n int) []byte {
		return request(saveLeadDocument, map[string]any{
			"id": known.leads[(client*37+n)%len(known.leads)], "i": map[string]any{"notes": fmt.Sprintf("call %d: asks about %s", n, words.words[(client*17+n)%1000])},
		})
	}}
	list, rich, recommend := byName[listName], byName[richName], byName[recommendName]
	suggest, usage, send := byName[suggestName], byName[usageName], byName[sendName]
	day := []*question{
		list, rich, send, recommend, suggest, list, update, rich, list, send,
		recommend, list, rich, suggest, send, recommend, lead, usage, list, send,
	}
	return question{name: "a mixture", server: s, of: func(client, n int) *question { return day[(client*7+n)%len(day)] }}
}

// summaries are what updates turn about.
var summaries = []string{"What it takes to move a ledger", "How a bank cut its costs", "The state of the trade in " + time.Now().Format("2006")}
