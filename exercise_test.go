package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/quiverhq/quiver/enablement"
)

const assetFields = `fragment assetFields on Asset {
  id externalId title summary body type status url language publishedAt expiresAt verifiedAt version createdAt updatedAt funnelStages topics
  personas { id name description jobTitles goals painPoints }
  industries { id name aliases parent { id name } }
  owner { id subject name email team role }
  usage(range: $range) { sends assets leads reps lastSentAt }
}`

const pageFields = `fragment pageFields on PageInfo { hasNextPage hasPreviousPage startCursor endCursor }`

const leadFields = `fragment leadFields on Lead {
  wonAt
  id externalId firstName lastName email jobTitle company rawIndustry lifecycleStage source campaign painPoints notes createdAt updatedAt
  industry { id } persona { id } owner { id } personaMatch { persona { id } confidence matchedOn } industryMatch { industry { id } confidence matchedOn }
}`

// exercise runs documents and remembers what of the schema they touched.
type exercise struct {
	caller
	schema  *ast.Schema
	touched map[string]bool
}

func (e exercise) run(document string, variables map[string]any) map[string]any {
	e.q.t.Helper()
	parsed, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		e.q.t.Fatal(err)
	}
	if errs := validator.ValidateWithRules(e.schema, parsed, nil); len(errs) > 0 {
		e.q.t.Fatalf("%s: %v", document, errs)
	}
	for _, operation := range parsed.Operations {
		e.selected(operation.SelectionSet)
		for _, v := range operation.VariableDefinitions {
			e.given(v.Type, variables[v.Variable])
		}
	}
	for _, fragment := range parsed.Fragments {
		e.selected(fragment.SelectionSet)
	}
	return e.must(document, variables)
}

func (e exercise) selected(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			at := s.ObjectDefinition.Name + "." + s.Name
			e.touched[at] = true
			for _, arg := range s.Arguments {
				e.touched[at+"("+arg.Name+")"] = true
				e.literal(arg.Value)
			}
			e.selected(s.SelectionSet)
		case *ast.InlineFragment:
			e.selected(s.SelectionSet)
		}
	}
}

// literal notes enum values and input fields that stand in the document.
func (e exercise) literal(v *ast.Value) {
	if v.Kind == ast.EnumValue {
		e.touched[v.Definition.Name+"."+v.Raw] = true
	}
	for _, child := range v.Children {
		if v.Kind == ast.ObjectValue {
			e.touched[v.Definition.Name+"."+child.Name] = true
		}
		e.literal(child.Value)
	}
}

// given notes input fields and enum values that come in variables.
func (e exercise) given(typ *ast.Type, value any) {
	if list, ok := value.([]any); ok {
		for _, v := range list {
			e.given(typ.Elem, v)
		}
		return
	}
	def := e.schema.Types[typ.Name()]
	switch def.Kind {
	case ast.Enum:
		e.touched[fmt.Sprintf("%s.%v", def.Name, value)] = true
	case ast.InputObject:
		fields, _ := value.(map[string]any)
		for name, v := range fields {
			e.touched[def.Name+"."+name] = true
			if field := def.Fields.ForName(name); field != nil && v != nil {
				e.given(field.Type, v)
			}
		}
	}
}

// TestEveryPartOfTheAPIAnswersOverHTTP asks for every field with every
// argument and gives every field of every input, then looks for parts of the
// schema that no document touched.
func TestEveryPartOfTheAPIAnswersOverHTTP(t *testing.T) {
	q := newDemo(t)
	s, touched := schema(t), map[string]bool{}
	rep := exercise{q.as(q.token(enablement.RoleRep, "rep-1")), s, touched}
	marketer := exercise{q.as(q.token(enablement.RoleMarketer, "marketer-1")), s, touched}
	year := map[string]any{"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}

	taxonomy := rep.run(`{ viewer { id name email team role } personas { id name description jobTitles goals painPoints } industries { id name aliases parent { name } } }`, nil)
	if at(taxonomy, "viewer", "team") != "EMEA" {
		t.Errorf("viewer: %v", taxonomy["viewer"])
	}
	persona, industry := at(taxonomy, "personas", 0, "id"), at(taxonomy, "industries", 0, "id")

	list := rep.run(`query($f: AssetFilter, $range: TimeRange, $o: AssetOrder) { assets(query: "audit trail", filter: $f, orderBy: $o, first: 5) {
		totalCount didYouMean pageInfo { ...pageFields } nodes { id }
		edges { cursor score node { ...assetFields } highlights { field fragment } }
		facets { personas { value label count } industries { value label count } funnelStages { value label count } types { value label count } topics { value label count } } } }`+assetFields+pageFields,
		map[string]any{"o": "RELEVANCE", "range": year, "f": map[string]any{"languages": []any{"en"}, "publishedBefore": "2100-01-01T00:00:00Z", "publishedAfter": "2000-01-01T00:00:00Z"}})
	if at(list, "assets", "edges", 0, "highlights", 0, "field") == nil || at(list, "assets", "facets", "personas", 0, "label") == nil {
		t.Errorf("search: %v", list)
	}
	asset := at(list, "assets", "nodes", 0, "id")
	rep.run(`query($f: AssetFilter, $after: String) { assets(filter: $f, after: $after) { totalCount } }`, map[string]any{
		"after": nil, "f": map[string]any{"personas": []any{persona}, "industries": []any{industry}, "funnelStages": []any{"AWARENESS", "CONSIDERATION", "DECISION", "RETENTION"},
			"types": anyOf(enablement.AssetTypes()), "topics": []any{"sap"}, "statuses": anyOf(enablement.AssetStatuses())}})
	for _, order := range []string{"NEWEST", "OLDEST", "TITLE", "MOST_SENT"} {
		rep.run(`query($o: AssetOrder) { assets(orderBy: $o) { totalCount } }`, map[string]any{"o": order})
	}
	rep.run(`query($id: ID!) { asset(id: $id) { id } node(id: $id) { id } suggest(prefix: "au", first: 5) }`, map[string]any{"id": asset})

	rep.run(`query($id: ID!) { asset(id: $id) { similar(first: 3) { id } nearDuplicates(first: 2) { overlap asset { id } } } }`, map[string]any{"id": asset})
	marketer.run(`{ duplicates(first: 5, least: 0.5) { overlap assets { id } } }`, nil)

	leads := rep.run(`query($f: LeadFilter, $after: String) { leads(filter: $f, first: 3, after: $after) { totalCount pageInfo { ...pageFields } nodes { ...leadFields } edges { cursor node { id } } } }`+leadFields+pageFields,
		map[string]any{"after": nil, "f": map[string]any{"query": "kvist", "owners": []any{at(taxonomy, "viewer", "id")}, "lifecycleStages": anyOf(enablement.LifecycleStages())}})
	lead := at(leads, "leads", "nodes", 0, "id")
	rep.run(`query($f: LeadFilter) { leads(filter: $f) { totalCount } }`, map[string]any{"f": map[string]any{"personas": []any{persona}, "industries": []any{industry}}})
	one := rep.run(`query($id: ID!, $f: AssetFilter, $range: TimeRange) { lead(id: $id) { ...leadFields
		sends(first: 2, after: null) { totalCount pageInfo { ...pageFields } nodes { id } edges { cursor node { id } } }
		recommendations(first: 3, filter: $f, includeSent: true) { score alreadySent asset { ...assetFields } reasons { signal contribution detail } } } }`+leadFields+assetFields+pageFields,
		map[string]any{"id": lead, "range": year, "f": map[string]any{"languages": []any{"en"}}})
	if at(one, "lead", "recommendations", 0, "reasons", 0, "detail") == nil {
		t.Errorf("recommendations: %v", one)
	}
	rep.run(`query($p: ProspectInput!) { recommend(prospect: $p, first: 2, filter: {types: [CASE_STUDY]}) { asset { id } } }`, map[string]any{"p": map[string]any{
		"jobTitle": "Plant Manager", "company": "Acme", "industry": "Machinery", "lifecycleStage": "OPPORTUNITY", "painPoints": []any{"downtime"}, "notes": "runs SAP"}})

	why := rep.run(`query($asset: ID!, $lead: ID!) { whyNot(asset: $asset, lead: $lead) { recommended rank score rules { rule signal detail } } }`,
		map[string]any{"asset": asset, "lead": lead})
	if recommended := at(why, "whyNot", "recommended"); recommended == false && at(why, "whyNot", "rules", 0, "detail") == nil {
		t.Errorf("whyNot gives no reason: %v", why)
	}
	var recorded map[string]any
	for _, channel := range enablement.Channels() {
		recorded = rep.run(`mutation($in: RecordSendInput!) { recordSend(input: $in) { id externalId channel message sentAt recordedAt lead { id } assets { id } rep { id } } }`, map[string]any{"in": map[string]any{
			"lead": lead, "assets": []any{asset}, "channel": string(channel), "message": "As promised", "sentAt": "2026-01-05T10:00:00Z", "idempotencyKey": "exercise-" + string(channel)}})
	}
	send := at(recorded, "recordSend", "id")
	for _, kind := range enablement.OutcomeKinds() {
		rep.run(`mutation($in: RecordOutcomeInput!) { recordOutcome(input: $in) { id asset { id } kind at recordedAt } }`, map[string]any{"in": map[string]any{
			"send": send, "asset": asset, "kind": string(kind), "at": "2026-01-06T10:00:00Z"}})
	}
	became := rep.run(`query($id: ID!, $a: ID!) { node(id: $id) { id ... on Send { outcomes { kind at } } } asset(id: $a) { outcomes { sends views replies wins successRate } } }`, map[string]any{"id": send, "a": asset})
	if at(became, "node", "outcomes", 2, "kind") != "WON" || at(became, "asset", "outcomes", "replies") == float64(0) {
		t.Errorf("outcomes: %v", became)
	}
	sends := rep.run(`query($lead: ID, $asset: ID, $rep: ID, $range: TimeRange) { sends(lead: $lead, asset: $asset, rep: $rep, range: $range, first: 2, after: null) {
		totalCount pageInfo { ...pageFields } nodes { id } edges { cursor node { id lead { id } assets { id } rep { id } channel message sentAt recordedAt } } } }`+pageFields,
		map[string]any{"lead": lead, "asset": asset, "rep": at(recorded, "recordSend", "rep", "id"), "range": year})
	if at(sends, "sends", "totalCount") != float64(6) {
		t.Errorf("sends: %v", sends)
	}
	rep.run(`query($id: ID!) { node(id: $id) { id ... on Send { message } } }`, map[string]any{"id": send})

	for _, dimension := range enablement.UsageDimensions() {
		marketer.run(`query($d: UsageDimension!, $r: TimeRange) { usage(range: $r) { by(dimension: $d, first: 5) { key label totals { sends assets leads reps lastSentAt } } } }`, map[string]any{"d": string(dimension), "r": year})
	}
	for _, interval := range enablement.Intervals() {
		marketer.run(`query($i: Interval!) { usage { timeline(interval: $i) { start totals { sends } } } }`, map[string]any{"i": string(interval)})
	}
	marketer.run(`query($f: UsageFilter, $r: TimeRange) { usage(range: $r, filter: $f) { totals { sends } unused(first: 2, after: null) { totalCount } } coverage { persona { id } industry { id } funnelStage assets leads sends } }`, map[string]any{
		"r": year, "f": map[string]any{"assets": []any{asset}, "reps": []any{at(taxonomy, "viewer", "id")}, "teams": []any{"EMEA"}, "channels": []any{"EMAIL"}, "assetTypes": []any{"EBOOK"},
			"funnelStages": []any{"DECISION"}, "personas": []any{persona}, "industries": []any{industry}, "campaigns": []any{"ai-act-readiness"}, "sources": []any{"Webinar"}}})

	marketer.run(`{ unmapped(first: 3) { leads withoutPersona withoutIndustry blankJobTitles blankIndustries jobTitles { text leads } industries { text leads } } }`, nil)

	searched := marketer.run(`query($r: TimeRange) { searchInsights(range: $r) { remembered totals { searches reps withoutHits used shareWithoutHits shareUsed }
		terms(first: 3) { term searches reps meanHits opened sent lastAskedAt filters { field value label searches } }
		withoutHits(first: 2) { term } unused(first: 2) { term } suggestedSynonyms(first: 2) { term instead reps times } } }`, map[string]any{"r": year})
	if at(searched, "searchInsights", "remembered") != true {
		t.Errorf("searchInsights: %v", searched)
	}

	exerciseMutations(t, marketer, rep, persona, industry, lead, asset)
	admin := exercise{q.admin(), s, touched}
	logged := admin.run(`query($f: AuditFilter, $after: String) { auditLog(filter: $f, first: 5, after: $after) { totalCount since pageInfo { ...pageFields }
		edges { cursor node { id } } nodes { id at user { id } subject role action requestId noun documentId version written fields { field before after } } } }`+pageFields,
		map[string]any{"after": nil, "f": map[string]any{"subjects": []any{"marketer-1"}, "nouns": anyOf(enablement.AuditNouns()), "ids": []any{persona}, "actions": []any{"savePersona"}, "range": year}})
	if at(logged, "auditLog", "nodes", 0, "fields", 0, "after") != "Renamed" {
		t.Errorf("auditLog: %v", logged)
	}
	for _, mutation := range s.Mutation.Fields {
		if mutation.Name == "recordSend" || strings.HasPrefix(mutation.Name, "import") { // its own record; dry runs
			continue
		}
		found := admin.must(`query($f: AuditFilter) { auditLog(filter: $f, first: 1) { totalCount } }`, map[string]any{"f": map[string]any{"actions": []any{mutation.Name}}})
		if at(found, "auditLog", "totalCount") == float64(0) {
			t.Errorf("%s is not in the audit log", mutation.Name)
		}
	}
	untouched(t, s, touched)
}

func exerciseMutations(t *testing.T, marketer, rep exercise, persona, industry, lead, asset any) {
	t.Helper()
	created := marketer.run(`mutation($in: AssetInput!) { createAsset(input: $in) { id version status personas { id } } }`, map[string]any{"in": map[string]any{
		"externalId": "ex-1", "title": "A guide", "summary": "s", "body": "b", "type": "OTHER", "status": "DRAFT", "url": "https://example.com/a", "personas": []any{persona},
		"industries": []any{industry}, "funnelStages": []any{"AWARENESS"}, "topics": []any{"x"}, "language": "en", "publishedAt": "2026-01-01T00:00:00Z", "expiresAt": "2099-01-01T00:00:00+02:00", "verifiedAt": "2026-01-02T00:00:00Z"}})
	id := at(created, "createAsset", "id")
	updated := marketer.run(`mutation($id: ID!, $v: Int, $in: AssetPatch!) { updateAsset(id: $id, version: $v, input: $in) { title version expiresAt topics url } }`, map[string]any{"id": id, "v": 1, "in": map[string]any{
		"title": "A better guide", "summary": "s2", "body": "b2", "type": "EBOOK", "url": nil, "personas": []any{}, "industries": []any{}, "funnelStages": []any{"DECISION"}, "topics": []any{"y"},
		"language": "de", "publishedAt": "2026-02-01T00:00:00Z", "expiresAt": nil, "verifiedAt": nil}})
	if got := at(updated, "updateAsset"); at(got, "version") != float64(2) || at(got, "expiresAt") != nil || at(got, "url") != nil {
		t.Errorf("updateAsset: %v", got)
	}
	if got := at(marketer.run(`mutation($id: ID!) { verifyAsset(id: $id) { verifiedAt } }`, map[string]any{"id": id}), "verifyAsset", "verifiedAt"); got == nil {
		t.Error("a verified asset does not say when")
	}
	marketer.run(`mutation($id: ID!, $s: AssetStatus!) { setAssetStatus(id: $id, status: $s) { status } }`, map[string]any{"id": id, "s": "PUBLISHED"})
	marketer.run(`mutation($rows: [AssetInput!]!) { importAssets(rows: $rows, dryRun: true) { created updated unchanged failed errors { row field message } warnings { row field message } } }`, map[string]any{"rows": []any{
		map[string]any{"externalId": "ex-2", "title": "New", "personas": []any{"Nobody Knows"}}, map[string]any{"title": " "}}})
	marketer.run(`mutation($id: ID, $in: PersonaInput!) { savePersona(id: $id, input: $in) { id } }`, map[string]any{"id": persona, "in": map[string]any{
		"name": "Renamed", "description": "d", "jobTitles": []any{"Chief Everything"}, "goals": []any{"g"}, "painPoints": []any{"p"}}})
	synonyms := at(marketer.run(`mutation($in: SynonymsInput!) { saveSynonyms(input: $in) { id } }`, map[string]any{"in": map[string]any{"terms": []any{"gizmo"}, "instead": []any{"guide"}}}), "saveSynonyms", "id")
	marketer.run(`mutation($id: ID, $in: SynonymsInput!) { saveSynonyms(id: $id, input: $in) { id } }`, map[string]any{"id": synonyms, "in": map[string]any{"terms": []any{"gizmo", "gadget"}}})
	kept := marketer.run(`query($id: ID!) { synonyms { id terms instead createdAt updatedAt } node(id: $id) { id ... on Synonyms { terms instead } } }`, map[string]any{"id": synonyms})
	if at(kept, "node", "terms", 1) != "gadget" || at(kept, "node", "instead", 0) != "guide" {
		t.Errorf("synonyms: %v", kept)
	}
	marketer.run(`mutation($id: ID!) { removeSynonyms(id: $id) { id } }`, map[string]any{"id": synonyms})
	parent := at(marketer.run(`mutation { saveIndustry(input: {name: "Aerospace"}) { id } }`, nil), "saveIndustry", "id")
	marketer.run(`mutation($id: ID, $in: IndustryInput!) { saveIndustry(id: $id, input: $in) { id parent { id } } }`, map[string]any{"id": industry, "in": map[string]any{
		"name": "Renamed too", "aliases": []any{"also"}, "parent": parent}})
	rep.run(`mutation($id: ID, $in: LeadInput!) { saveLead(id: $id, input: $in) { id persona { id } } }`, map[string]any{"id": lead, "in": map[string]any{
		"externalId": "crm-x", "firstName": "Ann", "lastName": "Lee", "email": "Ann.Lee@example.com", "jobTitle": "CTO", "company": "Acme", "industry": "also", "persona": persona,
		"lifecycleStage": "CUSTOMER", "source": "s", "campaign": "c", "painPoints": []any{"p"}, "notes": "n", "owner": nil}})
	marketer.run(`mutation($rows: [LeadInput!]!) { importLeads(rows: $rows, dryRun: true) { created } }`, map[string]any{"rows": []any{map[string]any{"externalId": "l-2"}}})
	marketer.run(`mutation($rows: [ImportSendInput!]!) { importSends(rows: $rows, dryRun: true) { created } }`, map[string]any{"rows": []any{map[string]any{
		"externalId": "s-1", "lead": "crm-x", "assets": []any{asset}, "rep": "someone@example.com", "channel": "CHAT", "message": "m", "sentAt": "2026-01-01T00:00:00Z"}}})
	marketer.run(`mutation($rows: [ImportOutcomeInput!]!) { importOutcomes(rows: $rows, dryRun: true) { created } }`, map[string]any{"rows": []any{map[string]any{
		"send": "demo-send-0001", "asset": asset, "kind": "REPLIED", "at": "2026-01-01T00:00:00Z"}}})
}

func anyOf[T ~string](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// untouched reports every part of the schema that no document asked for or
// gave.
func untouched(t *testing.T, s *ast.Schema, touched map[string]bool) {
	t.Helper()
	for name, def := range s.Types {
		if def.BuiltIn || def.Kind == ast.Interface {
			continue
		}
		for _, field := range def.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			at := name + "." + field.Name
			if !touched[at] {
				t.Errorf("%s was not exercised", at)
			}
			for _, arg := range field.Arguments {
				if !touched[at+"("+arg.Name+")"] {
					t.Errorf("%s(%s) was not exercised", at, arg.Name)
				}
			}
		}
		for _, value := range def.EnumValues {
			answered := name == "Role" || name == "RecommendationSignal" || name == "WhyNotReason" // never an input
			if !answered && !touched[name+"."+value.Name] {
				t.Errorf("%s.%s was not exercised", name, value.Name)
			}
		}
	}
}
