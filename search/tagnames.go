package search

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/quiverhq/quiver/enablement"
)

// tagKinds says by what name a query asks for a kind of tag, "type:video".
func tagKinds(name string) (tagKind, bool) {
	switch name {
	case "type", "form":
		return byType, true
	case "stage":
		return byStage, true
	case "persona":
		return byPersona, true
	case "industry":
		return byIndustry, true
	case "lang", "language":
		return byLanguage, true
	}
	return 0, false
}

// tagsCalled gives the tags of a kind that people call by a name, be it what
// the API calls them or what people do; none: nobody does.
func (n *names) tagsCalled(kind tagKind, name string) []tagKey {
	one := func(value string, ok bool) []tagKey {
		if !ok {
			return nil
		}
		return []tagKey{{kind, value}}
	}
	switch kind {
	case byType:
		return one(formCalled(name))
	case byStage:
		return one(stageCalled(name))
	case byLanguage:
		return one(languageCalled(name))
	case byPersona, byIndustry:
		if n.taxonomy != nil {
			return one(n.called(kind, name))
		}
	}
	return nil
}

// tagsNamed gives the tags of a kind that have a name of several words, whole: of a
// persona its own, for job titles are found within all kinds of words.
func (n *names) tagsNamed(kind tagKind, name string) []tagKey {
	if kind != byPersona {
		return n.tagsCalled(kind, name)
	}
	if n.taxonomy != nil {
		if p, ok := n.taxonomy.FindPersona(name); ok {
			return []tagKey{{kind, p.ID}}
		}
	}
	return nil
}

// called finds a persona by its name or a job title that falls under it, an
// industry by its name or an alias.
func (n *names) called(kind tagKind, name string) (id string, ok bool) {
	if kind == byIndustry {
		i, ok := n.taxonomy.FindIndustry(name)
		if !ok {
			return "", false
		}
		return i.ID, true
	}
	p, ok := n.taxonomy.FindPersona(name)
	if !ok {
		p = n.taxonomy.PersonaFor(name)
	}
	if p == nil {
		return "", false
	}
	return p.ID, true
}

// plainName is a name as it is compared: "Case Studies" is "case_study".
func plainName(s string) string {
	s = strings.NewReplacer("_", "", "-", "", " ", "").Replace(foldText(s))
	if stem, ok := strings.CutSuffix(s, "ies"); ok {
		return stem + "y"
	}
	return strings.TrimSuffix(s, "s")
}

func formCalled(name string) (string, bool) {
	for _, t := range enablement.AssetTypes() {
		if plainName(string(t)) == plainName(name) {
			return string(t), true
		}
	}
	for _, f := range forms() {
		for _, s := range f.spellings {
			if plainName(s) == plainName(name) {
				return string(f.of), true
			}
		}
	}
	return formOfWord(plainName(name))
}

// formOfWord finds the one form that has a word in its names: "email" is the
// email template, "case" the case study.
func formOfWord(word string) (of string, ok bool) {
	for _, f := range forms() {
		if slices.ContainsFunc(f.spellings, func(s string) bool {
			return slices.ContainsFunc(strings.Fields(s), func(w string) bool { return plainName(w) == word })
		}) {
			if ok {
				return "", false
			}
			of, ok = string(f.of), true
		}
	}
	return of, ok
}

func stageCalled(name string) (string, bool) {
	for _, s := range enablement.FunnelStages() {
		if plainName(string(s)) == plainName(name) {
			return string(s), true
		}
	}
	return "", false
}

// languageCalled takes a language tag, or what a language is called in English
// or in itself.
func languageCalled(name string) (string, bool) {
	if code, ok := enablement.LanguageCalled(name); ok {
		return code, true
	}
	name = strings.ToLower(name)
	primary, rest, _ := strings.Cut(name, "-")
	letters := func(r rune) bool { return 'a' <= r && r <= 'z' }
	if len(primary) < 2 || len(primary) > 3 || strings.TrimFunc(primary, letters) != "" || len(rest) > 20 {
		return "", false
	}
	return name, true
}

// carrying is the assets with a tag; of a language, also those of its regions.
func (c *catalog) carrying(t tagKey) (bitmaps []*roaring.Bitmap) {
	if t.kind == byLanguage {
		for _, number := range c.languages([]string{t.value}) {
			bitmaps = append(bitmaps, c.tags[number].assets)
		}
	} else if b := c.bitmap(t.kind, t.value); b != nil {
		bitmaps = append(bitmaps, b)
	}
	return bitmaps
}
