package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// traffic is mixed writes by several clients that behave as clients should:
// what has not been acknowledged is sent again, with the same key, until it is.
// In the end the store must hold what was meant, each once, whatever happened.
type traffic struct {
	t             *testing.T
	address       string
	rep, marketer string
	lead          string
	halt          atomic.Bool
	clients       sync.WaitGroup
	wishes        atomic.Int64 // acknowledged
	http          *http.Client

	mu      sync.Mutex
	refused map[string]int    // codes, or what HTTP said, of what was not acknowledged
	words   map[string]string // one of each
	longest time.Duration     // that anybody waited for an answer
	sends   map[string]bool   // ids
	viewed  map[string]bool   // sends
	rows    int               // assets imported
	titles  map[string]string // asset -> the title it was given last
}

const trafficRows = 5 // of each import

// newTraffic prepares what the writes are about.
func newTraffic(q *quiver, address string) *traffic {
	tr := &traffic{t: q.t, address: address, rep: q.token(enablement.RoleRep, "rep"), marketer: q.token(enablement.RoleMarketer, "marketer"),
		refused: map[string]int{}, words: map[string]string{}, sends: map[string]bool{}, viewed: map[string]bool{}, titles: map[string]string{},
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}, Timeout: 45 * time.Second}}
	q.t.Cleanup(tr.http.CloseIdleConnections)
	data, ok := tr.ask(tr.rep, `mutation { saveLead(input: {email: "ann@example.com"}) { id } }`, nil)
	if !ok {
		q.t.Fatalf("no lead: %v %v", tr.refused, tr.words)
	}
	tr.lead = at(data, "saveLead", "id").(string)
	return tr
}

// start sends until the test stops it; each client has an asset of its own.
func (tr *traffic) start(clients int) {
	tr.t.Helper()
	for client := range clients {
		data, ok := tr.ask(tr.marketer, `mutation { createAsset(input: {title: "own"}) { id } }`, nil)
		if !ok {
			tr.t.Fatalf("no asset: %v", tr.words)
		}
		asset := at(data, "createAsset", "id").(string)
		tr.titles[asset] = "own"
		tr.clients.Go(func() {
			for n := 0; !tr.halt.Load(); n++ {
				if n%10 == 0 {
					tr.importAssets(client, n)
				}
				tr.edit(asset, fmt.Sprintf("edit%dof%d", n, client))
				tr.send(asset, fmt.Sprintf("%d-%d", client, n))
			}
		})
	}
}

// stop lets every client finish what it has begun.
func (tr *traffic) stop() {
	tr.halt.Store(true)
	tr.clients.Wait()
}

// ask is one request. ok: it was acknowledged.
func (tr *traffic) ask(token, document string, variables object) (data object, ok bool) {
	began := time.Now()
	data, code, words := tr.try(token, document, variables)
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.longest = max(tr.longest, time.Since(began))
	if code != "" {
		tr.refused[code]++
		tr.words[code] = words
	}
	return data, code == ""
}

func (tr *traffic) try(token, document string, variables object) (data object, code, words string) {
	body, err := json.Marshal(object{"query": document, "variables": variables})
	if err != nil {
		return nil, "JSON", err.Error()
	}
	request, err := http.NewRequest(http.MethodPost, tr.address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, "HTTP", err.Error()
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := tr.http.Do(request)
	if err != nil {
		return nil, "CONNECTION", err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	var a answer
	switch {
	case err != nil:
		return nil, "CONNECTION", err.Error()
	case json.Unmarshal(text, &a) != nil:
		return nil, fmt.Sprint("HTTP ", response.StatusCode), string(text)
	case len(a.Errors) > 0:
		return nil, a.Errors[0].Extensions.Code, string(text)
	}
	return a.Data, "", ""
}

// insist asks until it is acknowledged.
func (tr *traffic) insist(token, document string, variables object, good func(object) bool) object {
	for {
		data, ok := tr.ask(token, document, variables)
		if ok && good(data) {
			tr.wishes.Add(1)
			return data
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (tr *traffic) importAssets(client, n int) {
	rows := make(list, trafficRows)
	for i := range rows {
		rows[i] = object{"externalId": fmt.Sprintf("a-%d-%d-%d", client, n, i), "title": fmt.Sprintf("Piece %d of %d by %d", i, n, client), "body": strings.Repeat("words to find it by ", 100)}
	}
	tr.insist(tr.marketer, `mutation($rows: [AssetInput!]!) { importAssets(rows: $rows) { failed errors { message } } }`, object{"rows": rows}, func(data object) bool {
		if failed := at(data, "importAssets", "failed"); failed != 0.0 {
			tr.mu.Lock()
			tr.refused["ROWS"]++
			tr.words["ROWS"] = fmt.Sprint(data)
			tr.mu.Unlock()
			return false
		}
		return true
	})
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.rows += trafficRows
}

func (tr *traffic) edit(asset, title string) {
	tr.insist(tr.marketer, `mutation($id: ID!, $title: String!) { updateAsset(id: $id, input: {title: $title}) { id } }`, object{"id": asset, "title": title}, func(object) bool { return true })
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.titles[asset] = title
}

func (tr *traffic) send(asset, key string) {
	data := tr.insist(tr.rep, `mutation($i: RecordSendInput!) { recordSend(input: $i) { id } }`,
		object{"i": object{"lead": tr.lead, "assets": list{asset}, "idempotencyKey": key}}, func(object) bool { return true })
	id := at(data, "recordSend", "id").(string)
	tr.insist(tr.rep, `mutation($i: RecordOutcomeInput!) { recordOutcome(input: $i) { id } }`,
		object{"i": object{"send": id, "asset": asset, "kind": "VIEWED"}}, func(object) bool { return true })
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.sends[id], tr.viewed[id] = true, true
}

// only fails the test for refusals of another kind than these.
func (tr *traffic) only(codes ...string) {
	tr.t.Helper()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for code, n := range tr.refused {
		if !slices.Contains(codes, code) {
			tr.t.Errorf("%d requests were refused with %s: %s", n, code, tr.words[code])
		}
	}
}

// truth is what the database holds, past every copy of a server.
type truth interface{ count(collection string) int }

// meant is the truth where nothing can look past the server: the embedded engine
// has one user. A restart, which reads everything anew, has to say the same.
type meant struct{ *traffic }

func (m meant) count(collection string) int {
	return map[string]int{"sends": len(m.sends), "outcomes": len(m.viewed), "assets": m.rows + len(m.titles)}[collection]
}

// heldBy compares what was acknowledged with the database itself and with what
// a server's copies say, and tells what is amiss; "" where nothing is.
func (tr *traffic) heldBy(q *quiver, db truth) string {
	q.t.Helper()
	sends, outcomes := db.count("sends"), db.count("outcomes")
	if sends != len(tr.sends) || outcomes != len(tr.viewed) {
		return fmt.Sprintf("the database has %d sends and %d outcomes; %d and %d were acknowledged", sends, outcomes, len(tr.sends), len(tr.viewed))
	}
	assets := db.count("assets")
	if want := tr.rows + len(tr.titles); assets != want {
		return fmt.Sprintf("the database has %d assets; %d were acknowledged", assets, want)
	}
	data := q.as(tr.marketer).must(`{ assets(filter: {statuses: [DRAFT, IN_REVIEW, PUBLISHED, EXPIRED, ARCHIVED]}) { totalCount } usage { totals { sends } } }`, nil)
	if got := at(data, "assets", "totalCount"); got != float64(assets) {
		return fmt.Sprintf("the catalog has %v assets, the database %d", got, assets)
	}
	if got := at(data, "usage", "totals", "sends"); got != float64(sends) {
		return fmt.Sprintf("the ledger has %v sends, the database %d", got, sends)
	}
	viewed := 0.0
	for _, id := range slices.Sorted(maps.Keys(tr.titles)) {
		title := tr.titles[id]
		asset := at(q.as(tr.marketer).must(`query($id: ID!) { asset(id: $id) { title outcomes { views } } }`, object{"id": id}), "asset")
		if got := at(asset, "title"); got != title {
			return fmt.Sprintf("the asset is %q, the edit to %q was acknowledged", got, title)
		}
		viewed += at(asset, "outcomes", "views").(float64)
		found := q.as(tr.marketer).must(`query($q: String!) { assets(query: $q, first: 1) { nodes { id title } } }`, object{"q": title})
		if got := at(found, "assets", "nodes", 0, "id"); got != id {
			return fmt.Sprintf("%q finds %v, not %s", title, found, id)
		}
	}
	if viewed != float64(outcomes) {
		return fmt.Sprintf("the ledger has %v outcomes, the database %d", viewed, outcomes)
	}
	return ""
}

// holds waits a moment for the copies to follow, then insists on it.
func (tr *traffic) holds(q *quiver, db truth, within time.Duration) time.Duration {
	tr.t.Helper()
	began := time.Now()
	for {
		amiss := tr.heldBy(q, db)
		if amiss == "" {
			return time.Since(began)
		}
		if time.Since(began) > within {
			tr.t.Errorf("after %v: %s", within, amiss)
			return within
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// checked stops a server in good order and compares its index with the store.
func checked(t *testing.T, p *process, flags ...string) {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	p.end(syscall.SIGTERM)
	if code := p.command.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d after SIGTERM:\n%s", code, p.out)
	}
	var out bytes.Buffer
	if code := runFor(t, &out, append([]string{"check", "--data", filepath.Clean(p.data)}, flags...)...); code != 0 {
		t.Errorf("store and index differ:\n%s", &out)
	}
}
