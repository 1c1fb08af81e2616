package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

const tags = `personas{id name} industries{id name} funnelStages topics`

const listDocument = `query List($f:AssetFilter,$after:String){assets(first:20,filter:$f,after:$after){totalCount
pageInfo{hasNextPage endCursor} nodes{id title summary type status url language publishedAt ` + tags + `}}}`

const searchDocument = `query Search($q:String,$f:AssetFilter){assets(first:10,query:$q,filter:$f){totalCount
edges{score node{id title summary type ` + tags + `}}}}`

const richSearchDocument = `query Search($q:String,$f:AssetFilter){assets(first:10,query:$q,filter:$f){totalCount
facets{personas{value label count} industries{value label count} funnelStages{value label count} types{value label count} topics{value label count}}
edges{score highlights{field fragment} node{id title summary type ` + tags + `}}}}`

const suggestDocument = `query Suggest($p:String!){suggest(prefix:$p)}`

const recommendDocument = `query Next($id:ID!){lead(id:$id){id recommendations(first:5){score alreadySent
reasons{signal contribution detail} asset{id title summary type url}}}}`

const usageDocument = `query Use($r:TimeRange){usage(range:$r){totals{sends assets leads reps lastSentAt}
by(dimension:ASSET,first:20){key label totals{sends leads reps}} timeline(interval:DAY){start totals{sends leads}}}}`

const sendDocument = `mutation Send($i:RecordSendInput!){recordSend(input:$i){id sentAt}}`

// ids are what the questions are about.
type ids struct {
	personas, industries, assets, leads []string
}

func readIDs(ctx context.Context, s *subject) (ids, error) {
	type nodes struct{ Nodes []struct{ ID string } }
	var answer struct {
		Personas, Industries []struct{ ID string }
		A1, A2               nodes
		Leads                nodes
	}
	err := s.query(ctx, `{personas{id} industries{id} a1:assets(first:100){nodes{id}} a2:assets(first:100,orderBy:OLDEST){nodes{id}} leads(first:100){nodes{id}}}`, nil, &answer)
	var out ids
	for _, p := range answer.Personas {
		out.personas = append(out.personas, p.ID)
	}
	for _, i := range answer.Industries {
		out.industries = append(out.industries, i.ID)
	}
	for _, a := range append(answer.A1.Nodes, answer.A2.Nodes...) {
		out.assets = append(out.assets, a.ID)
	}
	for _, l := range answer.Leads.Nodes {
		out.leads = append(out.leads, l.ID)
	}
	return out, err
}

// clientsOf is how many ask a question at a time.
func (o options) clientsOf(q question) int {
	if strings.HasPrefix(q.name, "recordSend, 32") {
		return 32
	}
	return o.clients
}

// ask asks every question of the table.
func ask(ctx context.Context, s *subject, o options, dir string, t *table) error {
	known, err := readIDs(ctx, s)
	if err != nil {
		return err
	}
	deep, err := cursorOf(ctx, s, 399)
	if err != nil {
		return err
	}
	ceiling, err := startCeiling(ctx, s, known, dir)
	if err != nil {
		return err
	}
	defer ceiling.stop()
	perSecond := map[string]outcome{}
	for _, q := range questions(s, o, known, deep, ceiling) {
		if !strings.Contains(q.name, o.only) {
			continue
		}
		clients := o.clientsOf(q)
		result, err := drive(ctx, q, clients, o.duration, 0)
		if err != nil {
			return err
		}
		perSecond[q.name] = result
		t.answers(q.name, result, q.aim)
		if !q.paced {
			continue
		}
		pause := time.Duration(2 * float64(clients) / result.perSecond * float64(time.Second))
		if result, err = drive(ctx, q, clients, o.duration, pause); err != nil {
			return err
		}
		t.answers("... at half that rate", result, "")
	}
	if o.only == "" {
		t.add("list against its ceiling", fmt.Sprintf("%.0f %%", 100*perSecond[listName].perSecond/perSecond[ceilingName].perSecond), "50 %")
		t.add("page 400 against page 1, time", fmt.Sprintf("%.2f x", perSecond[firstPageName].perSecond/perSecond[deepPageName].perSecond), "at most 2 x")
	}
	return nil
}

const (
	listName      = "list 20 by persona + industry + stage, with tags"
	ceilingName   = "its ceiling: the same JSON from memory, gqlgen alone"
	firstPageName = "page 1 of the whole list"
	deepPageName  = "page 400 of the whole list"
	richName      = "the same with facets and highlights"
	suggestName   = "suggest, 1 to 4 letters"
	recommendName = "5 recommendations for a lead, with reasons"
	usageName     = "usage of 30 days: totals, 20 assets, by day"
	sendName      = "recordSend, 8 clients"
)

func questions(s *subject, o options, known ids, deep string, ceiling *subject) []question {
	lang := make([]*language, 64)
	for i := range lang {
		lang[i] = newLanguage(uint64(100 + i))
	}
	pick := func(values []string, n int) []string { return []string{values[n%len(values)]} }
	list := func(client, n int) []byte {
		k := client*1_000_003 + n
		return request(listDocument, map[string]any{"f": map[string]any{
			"personas": pick(known.personas, k), "industries": pick(known.industries, k/3), "funnelStages": pick(stages, k/7),
		}})
	}
	search := func(document string, text func(*language) string) func(client, n int) []byte {
		return func(client, n int) []byte {
			l := lang[client]
			return request(document, map[string]any{"q": text(l), "f": map[string]any{
				"personas": []string{l.one(known.personas)}, "funnelStages": []string{l.one(stages)},
			}})
		}
	}
	two := func(l *language) string { return l.word() + " " + l.word() }
	slip := func(l *language) string { return l.word() + " " + misspelt(l.word()) }
	four := func(l *language) string { return two(l) + " " + two(l) }
	suggest := func(client, n int) []byte {
		word := lang[client].words[lang[client].random.IntN(1500)]
		return request(suggestDocument, map[string]any{"p": word[:1+lang[client].random.IntN(4)]})
	}
	page := func(after string) func(int, int) []byte {
		body := request(listDocument, map[string]any{"after": after})
		if after == "" {
			body = request(listDocument, nil)
		}
		return func(int, int) []byte { return body }
	}
	run, sent := time.Now().UnixNano(), atomic.Int64{}
	send := func(client, n int) []byte {
		return request(sendDocument, map[string]any{"i": map[string]any{
			"lead": known.leads[(client*37+n)%len(known.leads)], "assets": pick(known.assets, client*101+n),
			"idempotencyKey": fmt.Sprintf("%d-%d", run, sent.Add(1)),
		}})
	}
	usage := func(int, int) []byte {
		return request(usageDocument, map[string]any{"r": map[string]any{"from": time.Now().UTC().AddDate(0, 0, -30).Format(time.RFC3339)}})
	}
	return []question{
		{name: ceilingName, paced: true, token: "none", server: ceiling, body: list},
		{name: listName, aim: "50 % of it, p99 < 15 ms", token: s.rep, server: s, body: list},
		{name: firstPageName, token: s.rep, server: s, body: page("")},
		{name: deepPageName, token: s.rep, server: s, body: page(deep)},
		{name: "search 2 words + 2 filters, 10 with tags", paced: true, aim: "1,500/s, p99 < 20 ms", token: s.rep, server: s, body: search(searchDocument, two)},
		{name: richName, paced: true, aim: o.at("p99 < 30 ms", "p99 < 120 ms"), token: s.rep, server: s, body: search(richSearchDocument, two)},
		{name: "the same, one word misspelt", paced: true, aim: o.at("p99 < 30 ms", "p99 < 120 ms"), token: s.rep, server: s, body: search(richSearchDocument, slip)},
		{name: "the same, 4 words", paced: true, token: s.rep, server: s, body: search(richSearchDocument, four)},
		{name: suggestName, paced: true, aim: o.at("p99 < 5 ms", "p99 < 10 ms"), token: s.rep, server: s, body: suggest},
		{name: recommendName, paced: true, aim: o.at("600/s, p99 < 40 ms", "p99 < 100 ms"), token: s.rep, server: s, body: func(client, n int) []byte {
			return request(recommendDocument, map[string]any{"id": known.leads[(client*37+n)%len(known.leads)]})
		}},
		{name: usageName, paced: true, aim: "1,500/s, p99 < 20 ms", token: s.marketer, server: s, body: usage},
		{name: sendName, token: s.rep, server: s, body: send},
		{name: "recordSend, 32 clients", aim: "3,000/s, p99 < 40 ms", token: s.rep, server: s, body: func(client, n int) []byte { return send(client+1000, n) }},
	}
}

// cursorOf walks to the end of a page of the whole list.
func cursorOf(ctx context.Context, s *subject, pages int) (string, error) {
	after := ""
	for range pages {
		var answer struct {
			Assets struct {
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		variables := map[string]any{}
		if after != "" {
			variables["after"] = after
		}
		if err := s.query(ctx, `query($after:String){assets(first:20,after:$after){pageInfo{hasNextPage endCursor}}}`, variables, &answer); err != nil {
			return "", err
		}
		if !answer.Assets.PageInfo.HasNextPage {
			break
		}
		after = answer.Assets.PageInfo.EndCursor
	}
	return after, nil
}

// startCeiling serves a real answer of the server from memory, in a process of
// its own.
func startCeiling(ctx context.Context, s *subject, known ids, dir string) (*subject, error) {
	var answer json.RawMessage
	err := s.query(ctx, listDocument, map[string]any{"f": map[string]any{
		"personas": known.personas[:1], "industries": known.industries[:1], "funnelStages": stages[:1],
	}}, &answer)
	if err != nil {
		return nil, err
	}
	seed := filepath.Join(dir, "ceiling.json")
	if err := os.WriteFile(seed, answer, 0o600); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ceiling := &subject{}
	if err := ceiling.choosePort(); err != nil {
		return nil, err
	}
	if err := ceiling.run(exec.Command(self, "-serve-ceiling", ceiling.addr, "-seed", seed)); err != nil {
		return nil, err
	}
	if err := ceiling.await(ctx, "/healthz"); err != nil {
		ceiling.stop()
		return nil, err
	}
	return ceiling, nil
}

func request(document string, variables map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		panic(err) // maps of strings
	}
	return body
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}
