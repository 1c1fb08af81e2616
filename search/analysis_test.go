package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/analysis"

	"github.com/quiverhq/quiver/enablement"
)

// Given an asset in a language with one form of a word, when a rep types
// another form, with its accents or without, then the asset is found.
func TestEachLanguageFindsItsForms(t *testing.T) {
	for language, pairs := range map[string]string{
		"en": `bank/banks bank's/bank banks'/bank auditor/auditors case/cases study/studies company/companies securing/secured`,
		"de": `größe/größen größe/groesse größe/grosse straße/strassen anlage/anlagen maschine/maschinen bank/banken haus/häuser haus/haeuser
			kunde/kunden lösung/lösungen prüfung/pruefungen vertrag/verträge fabrik/fabriken bericht/berichten ausfallzeit/ausfallzeiten
			leitfaden/leitfäden krankenhaus/krankenhäuser versicherung/versicherungen hersteller/herstellern neue/neuen`,
		"fr": `sécurité/securites usine/usines hôpital/hopitaux réseau/reseaux donnée/donnees entreprise/entreprises étude/etudes
			industriel/industrielle l'industrie/industries d’usine/usines qu'entreprise/entreprise première/premieres directeur/directrice logiciel/logiciels`,
		"es": `fábrica/fabricas banco/bancos solución/soluciones informe/informes hospital/hospitales dato/datos luz/luces auditoría/auditorias
			red/redes país/paises análisis/analisis`,
		"pt": `solução/solucoes fábrica/fabricas hospital/hospitais relatório/relatorios aplicação/aplicações gestão/gestões alemão/alemães
			nível/niveis papel/papeis móvel/moveis setor/setores`,
		"it": `fabbrica/fabbriche banca/banche soluzione/soluzioni ospedale/ospedali dato/dati azienda/aziende rischio/rischi servizio/servizi
			l'industria/industrie dell'azienda/aziende conformità/conformita`,
		"nl": `fabriek/fabrieken bank/banken ziekenhuis/ziekenhuizen klant/klanten oplossing/oplossingen bedrijf/bedrijven machine/machines
			brief/brieven gegeven/gegevens verzekering/verzekeringen proces/processen adres/adressen`,
		"sv": `fabrik/fabriker bank/banker kund/kunder lösning/losningar säkerhet/sakerheten kostnad/kostnader maskin/maskiner rapport/rapporter
			företag/foretagen anläggning/anlaggningar försäkring/forsakringar`,
		"pl": `Łódź/lodz sieć/siec`,
		"ja": `データ/データ 安全性/安全`,
		"":   `report/reports`,
	} {
		t.Run(language, func(t *testing.T) {
			l := newLexer()
			by := l.analyserFor(language)
			for _, pair := range strings.Fields(pairs) {
				one, other, _ := strings.Cut(pair, "/")
				for _, way := range [][2]string{{one, other}, {other, one}} {
					found := slices.ContainsFunc(l.parse(way[0]), func(w word) bool {
						return slices.ContainsFunc(l.analyse(way[1], by), func(t *analysis.Token) bool { return string(t.Term) == w.terms[by] })
					})
					if !found {
						t.Errorf("%q does not find %q", way[0], way[1])
					}
				}
			}
		})
	}
}

func TestOneQuerySearchesAllLanguages(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(
		piece("en", "Downtime report", ""),
		piece("de", "Die Berichte über die Bank", "Was die Banken kostet.", in("de-AT")),
		piece("fr", "Les banques et l'industrie", "", in("fr")),
		piece("pl", "Banki w Polsce", "", in("pl")),
	))
	for _, test := range []struct{ story, query, want string }{
		{"words that languages share", "banken bank", "de"},
		{"an article is not looked for in its language", "die bank", "de"},
		{"nor alone taken for nothing", "die", "de"},
		{"the word behind an article that is written on to it", "industrie", "fr"},
		{"a language without rules finds the word as it is", "banki", "pl"},
	} {
		if got := find(t, x, enablement.AssetQuery{Text: test.query}); !slices.Equal(got, strings.Fields(test.want)) {
			t.Errorf("%s: %q finds %v, want %s", test.story, test.query, got, test.want)
		}
	}
}

// Whatever way a word is written in a text, it is found by every other.
func TestWordsThatAreWrittenSeveralWays(t *testing.T) {
	for _, ways := range [][]string{
		{"SOC 2", "SOC2", "soc-2", "Soc-2"},
		{"ISO 27001", "ISO27001", "iso-27001"},
		{"e-book", "ebook", "E-Book", "ebooks"},
		{"follow-up", "followup", "follow up"},
		{"R.O.I.", "ROI", "roi"},
		{"U.S.", "US"},
		{"S/4HANA", "S4HANA", "S/4 HANA"},
		{"GPT-4", "GPT4", "GPT 4"},
		{"part 11", "Part-11"},
		{"Type II", "type ii"},
		{"down time", "downtime", "down-time"},
		{"white paper", "whitepaper", "white-papers"},
		{"node.js", "nodejs", "Node JS"},
		{"company's", "company"},
	} {
		var docs []*enablement.Asset
		for i, way := range ways {
			docs = append(docs, piece(number(i), "About "+way, "Nothing else."))
		}
		for i := range 20 {
			docs = append(docs, piece(number(100+i), "Filler", "Part of 2 books for 4 types in 11 times."))
		}
		x := open(t, t.TempDir(), newShelf(docs...))
		for _, query := range ways {
			page := ask(t, x, enablement.AssetQuery{Text: query, WithHighlights: true})
			for i, way := range ways {
				at := slices.Index(idsOf(page), number(i))
				if at < 0 || at >= len(ways) {
					t.Errorf("%q finds %q at %d of %v", query, way, at, idsOf(page))
					continue
				}
				if h := page.Hits[at].Highlights; len(h) == 0 || !strings.Contains(h[0].Fragment, "<mark>") {
					t.Errorf("%q does not mark %q: %+v", query, way, h)
				}
			}
		}
	}
}

func TestNumbersBelongToTheirWords(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(
		piece("32", "Flow 3.2 release notes", "Of 31 changes."), piece("31", "Flow 3.1 release notes", "Of 32 changes."),
		piece("two", "SOC reports of 2 plants", ""), piece("soc", "Our SOC 2 report", ""), piece("b2b", "B2B buyers", ""), piece("b", "Plan B in 2 steps", ""),
	))
	for query, want := range map[string]string{"flow 3.2": "32", "flow 3.1": "31", "soc 2": "soc", "soc2": "soc", "b2b": "b2b"} {
		if got := find(t, x, enablement.AssetQuery{Text: query}); len(got) == 0 || got[0] != want {
			t.Errorf("%q finds %v, want %s first", query, got, want)
		}
	}
}
