package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

func in(language string) func(*enablement.Asset) {
	return func(a *enablement.Asset) { a.Language = language }
}

func library() *shelf {
	return newShelf(
		piece("zero", "Zero trust for banks", "How a bank moved to zero trust in nine months. Auditors' reports were ready on time."),
		piece("k8s", "Kubernetes in production", "Running clusters at scale. Security of the clusters is shared."),
		piece("k8s-sec", "A guide to Kubernetes security", "Securing clusters: policies, secrets, audits."),
		piece("cafe", "Café society", "Résumés and naïve façades of marketing."),
		piece("it", "IT manager handbook", "What every manager of infrastructure should know."),
		piece("de", "Sicherheit für Kubernetes", "Die Größe der Cluster und ihre Straßen.", in("de")),
		piece("zh", "数据安全白皮书", "企业数据安全与隐私保护指南。", in("zh")),
		piece("ko", "데이터 보안 안내서", "기업의 데이터를 지키는 방법.", in("ko")),
		piece("draft", "Kubernetes roadmap", "Not for reps.", func(a *enablement.Asset) { a.Status = enablement.StatusDraft }),
	)
}

func TestWordsFind(t *testing.T) {
	x := open(t, t.TempDir(), library())
	for _, test := range []struct {
		story, query string
		want         string // ids, in order
	}{
		{"a stem finds its other forms", "banking", "zero"},
		{"the plural finds the singular", "banks", "zero"},
		{"a possessive is the word", "auditor's", "zero"},
		{"case does not matter", "KUBERNETES", "k8s k8s-sec de"},
		{"accents do not matter in the query", "cafe resume", "cafe"},
		{"accents do not matter in the text", "CAFÉ", "cafe"},
		{"documents with all the words come first", "kubernetes security", "k8s-sec k8s"},
		{"German folds its letters", "strassen grosse", "de"},
		{"Chinese is found by pairs of characters", "数据", "zh"},
		{"Korean is found inside its words", "데이터", "ko"},
		{"a stop word in capitals is a name", "IT manager", "it"},
		{"an operator is punctuation", `title:"zero" AND (trust~ OR`, "zero"},
		{"unknown words find nothing", "xylophone", ""},
	} {
		t.Run(test.story, func(t *testing.T) {
			got := find(t, x, enablement.AssetQuery{Text: test.query, PublishedOnly: true})
			want := strings.Fields(test.want)
			if strings.Contains(test.story, "come first") {
				got = got[:min(len(got), len(want))]
			}
			if strings.Contains(test.story, "case") {
				slices.Sort(got)
				slices.Sort(want)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", test.query, got, want)
			}
		})
	}
}

func TestSignsAloneListAsNoQueryDoes(t *testing.T) {
	x := open(t, t.TempDir(), library())
	want := find(t, x, enablement.AssetQuery{PublishedOnly: true})
	for _, text := range []string{" ", "?", "*", "-", `"`, `""`, ":", "?!… --- ***", "@#%", "¿", "。", "👍", "\u200b"} {
		if got := find(t, x, enablement.AssetQuery{Text: text, PublishedOnly: true}); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want all: %v", text, got, want)
		}
	}
}

func TestAnyTextIsAQuery(t *testing.T) {
	x := open(t, t.TempDir(), library())
	for _, text := range []string{
		"the of and", "\x00", "\xff\xfe broken", strings.Repeat("kubernetes ", 1_000), strings.Repeat("あ", 10_000),
		strings.Repeat("x", 10_000), "👩‍👩‍👧‍👦", "שלום עולם", "a\u0301\u0301\u0301", "'", "’s", "\u202e",
	} {
		if _, err := x.Assets(t.Context(), enablement.AssetQuery{Text: text, First: 5, WithFacets: true, WithHighlights: true, WithSuggestion: true}); err != nil {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}
