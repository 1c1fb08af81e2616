package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fleet is several servers on one database.
type fleet struct {
	t       *testing.T
	db      *engine
	servers []*process
	flags   []string
}

// newFleet starts servers that take the same tokens.
func newFleet(t *testing.T, n int, flags ...string) *fleet {
	t.Helper()
	f := &fleet{t: t, db: newEngine(t)}
	f.flags = append(flags, "--mongodb-uri", f.db.uri())
	for i := range n {
		data := t.TempDir()
		if i > 0 {
			key, err := os.ReadFile(filepath.Join(f.servers[0].data, "jwt.key"))
			if err == nil {
				err = os.WriteFile(filepath.Join(data, "jwt.key"), key, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		f.servers = append(f.servers, spawn(t, data, append(f.flags, "--addr", freeAddress(t))...))
	}
	return f
}

// restart starts a server that has ended, at its address.
func (f *fleet) restart(i int) {
	f.t.Helper()
	before := f.servers[i]
	f.servers[i] = spawn(f.t, before.data, append(f.flags, "--addr", strings.TrimPrefix(before.address, "http://"))...)
}

// checked stops every server, once it has followed, and compares its index with
// the store.
func (f *fleet) checked() {
	f.t.Helper()
	assets := f.db.count("assets")
	for _, p := range f.servers {
		c := p.marketer("checker")
		eventually(f.t, "every asset is on every server", func() bool {
			return at(c.must(`{ assets(filter: {statuses: [DRAFT, IN_REVIEW, PUBLISHED, EXPIRED, ARCHIVED]}) { totalCount } }`, nil), "assets", "totalCount") == float64(assets)
		})
	}
	for _, p := range f.servers {
		checked(f.t, p, "--mongodb-uri", f.db.uri())
	}
}

// Two servers on one database need a data directory each: the second on one is
// refused, and the first one's index is none the worse; a kill leaves no lock.
func TestServersDoNotShareADataDirectory(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	m := f.servers[0].marketer("ines")
	m.createAsset(object{"title": "The okapi guide"})
	says(t, 2, []string{"another quiver uses this directory", "--data"}, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", f.servers[0].data}, f.flags...)...)
	if found := m.must(`{ assets(query: "okapi") { totalCount } }`, nil); at(found, "assets", "totalCount") != 1.0 {
		t.Errorf("after another tried, %v is found", found)
	}
	f.servers[0].end(syscall.SIGKILL)
	f.restart(0)
	f.checked()
}

// Whatever is written on one server is found on all within 2 s.
func TestWritesAreFoundOnEveryServer(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3)
	writer := f.servers[0].marketer("ines")
	on := func(p *process) caller { return p.as(writer.token) }
	ask := func(document string, variables object, path ...any) func(caller) any {
		return func(c caller) any { return at(any(c.must(document, variables)), path...) }
	}
	var asset, lead, send, set string
	longest := time.Duration(0)
	within := atLength(15*time.Second, 2*time.Second) // beside other tests, under the race detector, it takes longer
	for _, step := range []struct {
		what  string
		write func()
		read  func() func(caller) any
		want  any
	}{
		{"an asset, by its words", func() { asset = writer.createAsset(object{"title": "The zebra guide", "status": "PUBLISHED"}) },
			func() func(caller) any {
				return ask(`{ assets(query: "zebra") { totalCount } }`, nil, "assets", "totalCount")
			}, 1.0},
		{"an edit, by its words", func() {
			writer.must(`mutation($id: ID!) { updateAsset(id: $id, input: {title: "The okapi guide"}) { id } }`, object{"id": asset})
		}, func() func(caller) any {
			return ask(`{ okapi: assets(query: "okapi") { totalCount } zebra: assets(query: "zebra") { totalCount } }`, nil)
		}, object{"okapi": object{"totalCount": 1.0}, "zebra": object{"totalCount": 0.0}}},
		{"a persona", func() {
			writer.must(`mutation { savePersona(input: {name: "Keeper", jobTitles: ["zoo keeper"]}) { id } }`, nil)
		},
			func() func(caller) any { return ask(`{ personas { name } }`, nil, "personas", 0, "name") }, "Keeper"},
		{"an industry", func() { writer.must(`mutation { saveIndustry(input: {name: "Zoos"}) { id } }`, nil) },
			func() func(caller) any { return ask(`{ industries { name } }`, nil, "industries", 0, "name") }, "Zoos"},
		{"a lead, mapped by the taxonomy", func() { lead = writer.saveLead(object{"email": "ann@example.com", "jobTitle": "Zoo Keeper"}) },
			func() func(caller) any {
				return ask(`query($id: ID!) { lead(id: $id) { persona { name } } }`, object{"id": lead}, "lead", "persona", "name")
			}, "Keeper"},
		{"a send, in the usage", func() { send = writer.recordSend(object{"lead": lead, "assets": list{asset}}) },
			func() func(caller) any { return ask(`{ usage { totals { sends } } }`, nil, "usage", "totals", "sends") }, 1.0},
		{"an outcome, in the figures of its asset", func() {
			writer.must(`mutation($i: RecordOutcomeInput!) { recordOutcome(input: $i) { id } }`, object{"i": object{"send": send, "asset": asset, "kind": "VIEWED"}})
		}, func() func(caller) any {
			return ask(`query($id: ID!) { asset(id: $id) { outcomes { views } } }`, object{"id": asset}, "asset", "outcomes", "views")
		}, 1.0},
		{"synonyms, in a search", func() {
			set = at(writer.must(`mutation { saveSynonyms(input: {terms: ["forest giraffe", "okapi"]}) { id } }`, nil), "saveSynonyms", "id").(string)
		}, func() func(caller) any {
			return ask(`{ assets(query: "forest giraffe") { totalCount } }`, nil, "assets", "totalCount")
		}, 1.0},
		{"the removal of synonyms", func() {
			writer.must(`mutation($id: ID!) { removeSynonyms(id: $id) { id } }`, object{"id": set})
		}, func() func(caller) any {
			return ask(`{ assets(query: "forest giraffe") { totalCount } }`, nil, "assets", "totalCount")
		}, 0.0},
		{"an import", func() {
			rows := make(list, 200)
			for i := range rows {
				rows[i] = object{"externalId": fmt.Sprint("row", i), "title": fmt.Sprint("Tapir ", i)}
			}
			writer.importRows("importAssets", rows)
		}, func() func(caller) any {
			return ask(`{ assets(query: "tapir") { totalCount } }`, nil, "assets", "totalCount")
		}, 200.0},
	} {
		step.write()
		written := time.Now()
		read := step.read()
		for i, p := range f.servers {
			for fmt.Sprint(read(on(p))) != fmt.Sprint(step.want) {
				if time.Since(written) > within {
					t.Fatalf("%s is not on server %d after %v: %v, want %v", step.what, i, within, read(on(p)), step.want)
				}
				time.Sleep(10 * time.Millisecond)
			}
		}
		longest = max(longest, time.Since(written))
	}
	t.Logf("found everywhere within %v at the longest", longest)
	f.checked()
}

// The servers are restarted one after the other behind a load balancer, under
// load: no request fails.
func TestARollingRestartFailsNoRequest(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3, "--shutdown-delay", "500ms")
	var addresses []string
	for _, p := range f.servers {
		addresses = append(addresses, p.address)
	}
	b := newBalancer(t, addresses...)
	tr := newTraffic(f.servers[0].quiver, b.URL)
	time.Sleep(1500 * time.Millisecond) // the lead is on every server by now
	tr.start(3)
	began := time.Now()
	for round := range atLength(1, 3) {
		for i := range f.servers {
			tr.progress(20)
			f.servers[i].end(syscall.SIGTERM)
			if code := f.servers[i].command.ProcessState.ExitCode(); code != 0 {
				t.Errorf("round %d: server %d exits with %d", round, i, code)
			}
			f.restart(i)
			eventually(t, "the balancer sees the server again", func() bool { return b.backends[i].healthy.Load() })
		}
	}
	tr.progress(20)
	tr.stop()
	tr.only() // nothing
	t.Logf("%d writes in %v, longest wait %v", tr.wishes.Load(), time.Since(began), tr.longest)
	for _, p := range f.servers {
		tr.holds(p.quiver, f.db, 15*time.Second)
	}
	f.checked()
}

// A server that stood still for a while catches up.
func TestAPausedServerCatchesUp(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3)
	tr := newTraffic(f.servers[0].quiver, f.servers[0].address)
	tr.start(2)
	tr.progress(20)
	f.servers[2].command.Process.Signal(syscall.SIGSTOP)
	time.Sleep(atLength(2*time.Second, time.Minute)) // the length of the fault is the variable of this test
	tr.progress(20)
	tr.stop()
	f.servers[2].command.Process.Signal(syscall.SIGCONT)
	for i, p := range f.servers {
		t.Logf("server %d is even %v after the resumption", i, tr.holds(p.quiver, f.db, 15*time.Second))
	}
	tr.only()
	f.checked()
}

// What clients repeat, because they have no answer, is done once, whichever
// servers the repetitions reach.
func TestRepetitionsOnOtherServersAreOne(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3)
	m := f.servers[0].marketer("ines")
	asset, lead := m.createAsset(object{"title": "The guide"}), m.saveLead(object{"email": "ann@example.com"})
	time.Sleep(1500 * time.Millisecond) // both are on every server by now
	for round := range 5 {
		sends, sets := make([]string, 6), make([]string, 6)
		together(6, func(i int) {
			c := f.servers[i%3].as(m.token)
			sends[i] = c.recordSend(object{"lead": lead, "assets": list{asset}, "idempotencyKey": fmt.Sprint("k", round)})
			sets[i] = at(c.must(`mutation($t: [String!]!) { saveSynonyms(input: {terms: $t}) { id } }`, object{"t": list{fmt.Sprint("excel", round), "spreadsheet"}}), "saveSynonyms", "id").(string)
			c.importRows("importAssets", list{object{"externalId": fmt.Sprint("x", round), "title": "Row"}})
			c.importRows("importLeads", list{object{"email": fmt.Sprintf("bo%d@example.com", round)}})
			c.importRows("importSends", list{object{"externalId": fmt.Sprint("s", round), "lead": "ann@example.com", "rep": "ines", "assets": list{asset}, "sentAt": "2026-01-01T00:00:00Z"}})
			c.ask(`mutation($n: String!) { savePersona(input: {name: $n}) { id } }`, object{"n": fmt.Sprint("Persona ", round)}) // all but one are told that it is there
			c.must(`mutation($i: RecordOutcomeInput!) { recordOutcome(input: $i) { id } }`, object{"i": object{"send": sends[i], "kind": "REPLIED"}})
		})
		for i := range sends {
			if sends[i] != sends[0] || sets[i] != sets[0] {
				t.Errorf("round %d: one send became %v, one set of synonyms %v", round, sends, sets)
				break
			}
		}
	}
	http.DefaultClient.CloseIdleConnections()
	for collection, want := range map[string]int{"sends": 10, "synonyms": 5, "assets": 6, "leads": 6, "outcomes": 5, "personas": 5} {
		if n := f.db.count(collection); n != want {
			t.Errorf("%d %s are stored, want %d", n, collection, want)
		}
	}
	f.checked()
}
