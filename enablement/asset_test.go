package enablement

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// guide is an asset with every field set.
func guide() *Asset {
	return &Asset{
		ID: "ast_1", ExternalID: ptr("cms-7"), Title: "Guide", Summary: "Short", Body: "Long", Type: "EBOOK", Status: StatusArchived,
		URL: ptr("https://example.com/guide.pdf"), PersonaIDs: []string{"cto"}, IndustryIDs: []string{"bank"}, FunnelStages: []FunnelStage{Decision},
		Topics: []string{"audit"}, Language: "de", PublishedAt: ptr(noon.AddDate(-1, 0, 0)), ExpiresAt: ptr(noon.AddDate(1, 0, 0)),
	}
}

func taxonomyOfTests() *Taxonomy { return NewTaxonomy(buyers(), trades()) }

func TestStatusAt(t *testing.T) {
	for _, test := range []struct {
		status  AssetStatus
		expires *time.Time
		want    AssetStatus
	}{
		{StatusPublished, nil, StatusPublished},
		{StatusPublished, ptr(noon.Add(time.Nanosecond)), StatusPublished},
		{StatusPublished, &noon, StatusExpired},
		{StatusDraft, ptr(noon.Add(-time.Hour)), StatusExpired},
		{StatusArchived, ptr(noon.Add(-time.Hour)), StatusArchived},
	} {
		if got := (&Asset{Status: test.status, ExpiresAt: test.expires}).StatusAt(noon); got != test.want {
			t.Errorf("%s that expires at %v is %s at noon, want %s", test.status, test.expires, got, test.want)
		}
	}
}

func TestCheckStatusRefusesToPublishWhatHasExpired(t *testing.T) {
	a := &Asset{ExpiresAt: &noon}
	if err := a.CheckStatus(StatusPublished, noon); CodeOf(err) != BadUserInput {
		t.Errorf("publishing an expired asset gives %v", err)
	}
	for _, ok := range []AssetStatus{StatusDraft, StatusArchived, StatusExpired} {
		if err := a.CheckStatus(ok, noon); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	if err := a.CheckStatus(StatusPublished, noon.Add(-time.Second)); err != nil {
		t.Errorf("publishing before it expires: %v", err)
	}
	if err := a.CheckStatus("GONE", noon); CodeOf(err) != BadUserInput {
		t.Errorf("an unknown status gives %v", err)
	}
}

func TestAssetInputThatMakesAnAssetGivesItBack(t *testing.T) {
	a, b := guide(), &Asset{ID: "ast_1"}
	in := a.Input()
	if faults := append(in.Check(), in.Apply(b, taxonomyOfTests())...); len(faults) > 0 {
		t.Fatalf("faults %v", faults)
	}
	if diff := cmp.Diff(a, b); diff != "" || !a.SameContent(b) {
		t.Errorf("the asset comes back as another (-was +is):\n%s", diff)
	}
}

func TestAssetInputAppliesDefaultsAndNormalForms(t *testing.T) {
	a := &Asset{}
	faults := AssetInput{
		Title: "  A   guide ", Personas: []string{"CTO", "cto", "Buyer"}, Industries: []string{"finserv", "Financial services"},
		FunnelStages: []FunnelStage{Decision, Awareness}, Topics: []string{"SAP", "sap"}, Language: "pt-BR", URL: ptr(" "), ExternalID: ptr(""),
		PublishedAt: ptr(noon.Add(time.Microsecond).In(time.FixedZone("", 7200))),
	}.Apply(a, taxonomyOfTests())
	want := &Asset{
		Title: "A guide", Type: TypeOther, Status: StatusPublished, PersonaIDs: []string{"cto", "procurement"}, IndustryIDs: []string{"fin"},
		FunnelStages: []FunnelStage{Awareness, Decision}, Topics: []string{"SAP"}, Language: "pt-br", PublishedAt: &noon,
	}
	if diff := cmp.Diff(want, a); diff != "" || len(faults) > 0 {
		t.Errorf("faults %v (-want +got):\n%s", faults, diff)
	}
}

func TestAssetInputNamesEveryFaultAtOnce(t *testing.T) {
	in := AssetInput{
		Type: "POEM", Status: "GONE", URL: ptr("nowhere"), FunnelStages: []FunnelStage{Decision, "LATER"}, Topics: []string{""},
		Language: "english", PublishedAt: &noon, ExpiresAt: &noon,
	}
	want := []string{"title", "type", "status", "url", "funnelStages[1]", "topics[0]", "language", "expiresAt"}
	if got := paths(in.Check()); !slices.Equal(got, want) {
		t.Errorf("faults in %q, want %q", got, want)
	}
	unknown := AssetInput{Personas: []string{"CTO", "Astronaut"}, Industries: []string{"Space"}}
	if got := paths(unknown.Apply(&Asset{}, taxonomyOfTests())); !slices.Equal(got, []string{"personas[1]", "industries[0]"}) {
		t.Errorf("unknown names are faults in %q", got)
	}
}

func TestImportedRowLeavesAloneWhatItDoesNotSay(t *testing.T) {
	row := AssetInput{
		Title: "New title", Type: TypeOther, Status: StatusPublished, Language: "en", Defaulted: []string{"type", "status", "language"},
		Topics: []string{},
	}
	a := guide()
	row.Over(guide()).Apply(a, taxonomyOfTests())
	want := guide()
	want.Title, want.Topics = "New title", []string{}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("after the row (-want +got):\n%s", diff)
	}
	row.Defaulted = nil
	if in := row.Over(guide()); in.Status != StatusPublished || in.Type != TypeOther || in.Language != "en" {
		t.Errorf("what the row does say is lost: %+v", in)
	}
}

func TestAssetPatch(t *testing.T) {
	tests := []struct {
		given  string
		patch  AssetPatch
		change func(*Asset)
	}{
		{"nothing", AssetPatch{}, func(*Asset) {}},
		{"a title and an empty list", AssetPatch{Title: ptr("T"), Topics: []string{}}, func(a *Asset) { a.Title, a.Topics = "T", []string{} }},
		{"new tags", AssetPatch{Personas: []string{"Buyer"}, FunnelStages: []FunnelStage{Retention}, Type: ptr(TypeOther), Language: ptr("fr")},
			func(a *Asset) {
				a.PersonaIDs, a.FunnelStages, a.Type, a.Language = []string{"procurement"}, []FunnelStage{Retention}, TypeOther, "fr"
			}},
		{"all that may be null", AssetPatch{Cleared: []string{
			"summary", "body", "type", "url", "personas", "industries", "funnelStages", "topics", "language", "publishedAt", "expiresAt"}},
			func(a *Asset) {
				*a = Asset{ID: a.ID, ExternalID: a.ExternalID, Title: a.Title, Type: TypeOther, Status: a.Status, Language: "en",
					PersonaIDs: []string{}, IndustryIDs: []string{}, FunnelStages: []FunnelStage{}, Topics: []string{}}
			}},
	}
	for _, test := range tests {
		got, want := guide(), guide()
		in := test.patch.Over(guide())
		if faults := append(in.Check(), in.Apply(got, taxonomyOfTests())...); len(faults) > 0 {
			t.Errorf("%s: faults %v", test.given, faults)
		}
		test.change(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.given, diff)
		}
	}
	if got := paths(AssetPatch{Cleared: []string{"title"}}.Over(guide()).Check()); !slices.Equal(got, []string{"title"}) {
		t.Errorf("a null title has faults in %q", got)
	}
}

func TestSameContentLooksAtWhatPeopleWriteAlone(t *testing.T) {
	a, b := guide(), guide()
	b.Version, b.UpdatedAt, b.CreatedAt, b.Personas = 7, noon, noon, []*Persona{{}}
	if !a.SameContent(b) {
		t.Error("version, times and looked-up tags make a difference")
	}
	b.Topics = []string{"Audit"}
	if a.SameContent(b) {
		t.Error("another topic makes no difference")
	}
	c := a.Clone()
	c.Title = "Other"
	if a.Title != "Guide" || !guide().SameContent(a) {
		t.Error("changing a clone changed the asset")
	}
}

func TestDateIsPublicationOrElseEntry(t *testing.T) {
	if got := (&Asset{CreatedAt: noon}).Date(); got != noon {
		t.Errorf("undated: %v", got)
	}
	if got := guide().Date(); got != noon.AddDate(-1, 0, 0) {
		t.Errorf("dated: %v", got)
	}
}

func TestAssetDatesLieInThePast(t *testing.T) {
	tests := []struct {
		given                   string
		publishedAt, verifiedAt *time.Time
		want                    []string
	}{
		{"no dates", nil, nil, []string{}},
		{"dates gone by", ptr(noon.AddDate(-1, 0, 0)), &noon, []string{}},
		{"as far ahead as clocks may be", ptr(noon.Add(ClockLeeway)), ptr(noon.Add(ClockLeeway)), []string{}},
		{"published tomorrow", ptr(noon.AddDate(0, 0, 1)), &noon, []string{"publishedAt"}},
		{"both still to come", ptr(noon.AddDate(1, 0, 0)), ptr(noon.AddDate(73, 0, 0)), []string{"publishedAt", "verifiedAt"}},
	}
	for _, test := range tests {
		in := AssetInput{PublishedAt: test.publishedAt, VerifiedAt: test.verifiedAt}
		if got := paths(in.CheckDates(noon)); !slices.Equal(got, test.want) {
			t.Errorf("%s: faults in %q, want %q", test.given, got, test.want)
		}
		patch := AssetPatch{PublishedAt: test.publishedAt, VerifiedAt: test.verifiedAt}
		if got := paths(patch.CheckDates(noon)); !slices.Equal(got, test.want) {
			t.Errorf("%s: a patch has faults in %q, want %q", test.given, got, test.want)
		}
	}
}
