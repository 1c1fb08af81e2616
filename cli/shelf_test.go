package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/quiverhq/quiver/cli/rows"
)

const goodToken = "good.token.here"

// shelf is a server that checks every request against the schema of the API,
// keeps imported rows as they came and gives them back in pages.
type shelf struct {
	t      *testing.T
	schema *ast.Schema
	server *httptest.Server

	mu    sync.Mutex
	nouns map[string]*shelfRows
	calls int
	sizes []int // rows of each import
	// before answers a request in the server's stead; n counts from 1.
	before func(n int, w http.ResponseWriter, r *http.Request) bool
}

type shelfRows struct {
	keys []string
	rows map[string]map[string]any
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	files, err := filepath.Glob("../graph/schema/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	var sources []*ast.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: file, Input: string(text)})
	}
	s := &shelf{t: t, schema: gqlparser.MustLoadSchema(sources...), nouns: map[string]*shelfRows{}}
	for _, noun := range rows.Nouns() {
		s.nouns[string(noun)] = &shelfRows{rows: map[string]map[string]any{}}
	}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.server.Close)
	return s
}

func (s *shelf) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.before != nil && s.before(s.calls, w, r) {
		return
	}
	if r.URL.Path != "/graphql" || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "not here", http.StatusNotFound)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+goodToken {
		refuse(w, "UNAUTHENTICATED", "the token does not hold")
		return
	}
	var request struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&request); err != nil {
		refuse(w, "BAD_USER_INPUT", err.Error())
		return
	}
	document, errs := gqlparser.LoadQueryWithRules(s.schema, request.Query, nil)
	if len(errs) > 0 {
		s.t.Errorf("the document does not hold: %v", errs)
		refuse(w, "BAD_USER_INPUT", errs.Error())
		return
	}
	variables, err := validator.VariableValues(s.schema, document.Operations[0], request.Variables)
	if err != nil {
		where := ""
		if e, ok := err.(*gqlerror.Error); ok {
			where = strings.TrimPrefix(e.Path.String(), "variable.")
		}
		refuse(w, "BAD_USER_INPUT", err.Error(), where)
		return
	}
	field := document.Operations[0].SelectionSet[0].(*ast.Field)
	s.answer(w, field, s.resolve(field, field.ArgumentMap(variables)))
}

func refuse(w http.ResponseWriter, code, message string, fields ...string) {
	extensions := map[string]any{"code": code}
	for _, f := range fields {
		extensions["fields"] = []any{map[string]any{"path": f, "message": message}}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{"message": message, "extensions": extensions}}})
}

func (s *shelf) answer(w http.ResponseWriter, field *ast.Field, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{field.Alias: s.project(field, value)}})
}

// project leaves what the request selects, and fails the test where the shelf
// has not got it.
func (s *shelf) project(field *ast.Field, value any) any {
	switch v := value.(type) {
	case []map[string]any:
		out := make([]any, len(v))
		for i, entry := range v {
			out[i] = s.project(field, entry)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for _, selection := range field.SelectionSet {
			sub := selection.(*ast.Field)
			inner, ok := v[sub.Name]
			if !ok {
				s.t.Errorf("the shelf has no %s", sub.Name)
			}
			out[sub.Alias] = s.project(sub, inner)
		}
		return out
	default:
		return value
	}
}

func (s *shelf) resolve(field *ast.Field, arguments map[string]any) any {
	switch field.Name {
	case "importAssets":
		return s.take("assets", arguments)
	case "importLeads":
		return s.take("leads", arguments)
	case "importSends":
		return s.take("sends", arguments)
	case "importOutcomes":
		return s.take("outcomes", arguments)
	case "savePersona":
		return s.save("personas", arguments)
	case "saveIndustry":
		return s.save("industries", arguments)
	case "personas", "industries":
		return s.page(field.Name, map[string]any{"first": 1000}).(map[string]any)["nodes"]
	default:
		return s.page(field.Name, arguments)
	}
}

func (s *shelf) take(noun string, arguments map[string]any) any {
	result := map[string]any{"created": 0, "updated": 0, "unchanged": 0, "failed": 0}
	count := func(what string) { result[what] = result[what].(int) + 1 }
	faults, remarks := []map[string]any{}, []map[string]any{}
	shelf, list := s.nouns[noun], arguments["rows"].([]any)
	s.sizes = append(s.sizes, len(list))
	for i, entry := range list {
		row := entry.(map[string]any)
		if row["title"] == "refuse me" {
			faults = append(faults, map[string]any{"row": i, "field": "title", "message": "is not wanted here"})
			count("failed")
			continue
		}
		for _, name := range strs(row["personas"]) {
			remarks = append(remarks, map[string]any{"row": i, "field": "personas", "message": fmt.Sprintf("%q was added", name)})
		}
		key := fmt.Sprint(row["externalId"])
		if row["externalId"] == nil {
			key = fmt.Sprint("#", row["email"], len(shelf.keys))
		}
		old, there := shelf.rows[key]
		switch {
		case !there:
			count("created")
		case reflect.DeepEqual(old, row):
			count("unchanged")
		default:
			count("updated")
		}
		if arguments["dryRun"] == true {
			continue
		}
		if !there {
			shelf.keys = append(shelf.keys, key)
			shelf.rows[key] = map[string]any{}
		}
		maps.Copy(shelf.rows[key], row)
	}
	result["errors"], result["warnings"] = faults, remarks
	return result
}

// save keeps a persona or an industry under its id and gives it back.
func (s *shelf) save(noun string, arguments map[string]any) any {
	shelf, row := s.nouns[noun], arguments["input"].(map[string]any)
	id, known := arguments["id"].(string)
	if !known {
		id = fmt.Sprintf("%s_%d", noun, len(shelf.keys))
		shelf.keys = append(shelf.keys, id)
		shelf.rows[id] = map[string]any{}
	}
	maps.Copy(shelf.rows[id], row)
	return map[string]any{"id": id}
}

func (s *shelf) page(noun string, arguments map[string]any) any {
	keys := s.nouns[noun].keys
	first, _ := strconv.Atoi(fmt.Sprint(arguments["first"]))
	after := -1
	if cursor, ok := arguments["after"].(string); ok {
		after, _ = strconv.Atoi(cursor)
	}
	from, to := after+1, min(after+1+first, len(keys))
	nodes := []map[string]any{}
	for i, key := range keys[from:to] {
		nodes = append(nodes, s.node(noun, from+i, s.nouns[noun].rows[key]))
	}
	return map[string]any{
		"nodes": nodes, "totalCount": len(keys),
		"pageInfo": map[string]any{"hasNextPage": to < len(keys), "endCursor": strconv.Itoa(to - 1)},
	}
}

// node is a kept row as the API would give it.
func (s *shelf) node(noun string, i int, row map[string]any) map[string]any {
	n := map[string]any{"id": fmt.Sprintf("%s_%d", noun, i)}
	types := map[string]string{"assets": "Asset", "leads": "Lead", "sends": "Send", "personas": "Persona", "industries": "Industry"}
	for _, f := range s.schema.Types[types[noun]].Fields {
		if _, known := n[f.Name]; known {
			continue
		}
		n[f.Name] = row[f.Name]
		if n[f.Name] == nil && f.Type.NonNull {
			n[f.Name] = map[bool]any{true: []any{}, false: ""}[f.Type.Elem != nil]
		}
	}
	switch noun {
	case "assets":
		n["personas"], n["industries"] = under("name", row["personas"]), under("name", row["industries"])
	case "industries":
		if parent, ok := row["parent"].(string); ok {
			n["parent"] = map[string]any{"id": parent, "name": s.nouns[noun].rows[parent]["name"]}
		}
	case "leads":
		n["rawIndustry"] = map[bool]any{true: "", false: row["industry"]}[row["industry"] == nil]
	case "sends":
		n["assets"] = under("externalId", row["assets"])
		n["lead"] = map[string]any{"id": "led_1", "externalId": nil, "email": row["lead"], "wonAt": nil}
		n["outcomes"] = s.outcomesOf(fmt.Sprint(row["externalId"]))
		n["rep"] = map[string]any{"id": "usr_1", "subject": row["rep"], "email": nil}
	}
	return n
}

func (s *shelf) outcomesOf(send string) []map[string]any {
	out := []map[string]any{}
	for _, key := range s.nouns["outcomes"].keys {
		if row := s.nouns["outcomes"].rows[key]; row["send"] == send {
			o := map[string]any{"kind": row["kind"], "at": row["at"], "asset": nil}
			if row["asset"] != nil {
				o["asset"] = map[string]any{"id": "ast_1", "externalId": row["asset"]}
			}
			out = append(out, o)
		}
	}
	return out
}

func under(key string, list any) []map[string]any {
	out := []map[string]any{}
	for i, v := range strs(list) {
		out = append(out, map[string]any{"id": fmt.Sprint("id_", i), key: v})
	}
	return out
}

func strs(list any) []string {
	all, _ := list.([]any)
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = fmt.Sprint(v)
	}
	return out
}

// values lists what one field of the kept rows holds, in the order of arrival.
func (s *shelf) values(noun, field string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, key := range s.nouns[noun].keys {
		out = append(out, fmt.Sprint(s.nouns[noun].rows[key][field]))
	}
	return out
}
