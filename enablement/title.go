package enablement

import (
	"cmp"
	"slices"
	"strings"
)

// titleRules maps job titles to personas. It never changes.
//
// A title is read into posts, and a post into notions: "VP of Software Eng."
// is {vp, engineering, software}, whatever the order of its words. A persona's
// job titles are read alike, into phrases; a phrase matches a post that has all
// of its notions. title_split.go takes a title apart, title_lexicon.go looks its
// words up, title_read.go reads them, title_slips.go mends them, title_words.go
// and title_languages.go have the words.
type titleRules struct {
	lex      *lexicon
	ids      map[string]int32 // notions that phrases have
	byNotion [][]int          // phrases by the rarest of their notions
	phrases  []phrase         // by the names of their personas
}

// phrase is one post of one of a persona's job titles.
type phrase struct {
	persona *Persona
	title   string  // the job title, as the persona lists it
	demands []int32 // ids of notions, all of them needed
	literal int     // 1 where the title says so, 0 where letters were read as one of their meanings
	bare    bool    // a rank alone, "Director": the last resort
	exact   bool    // no near rank will do: a name, "Marketing leader", says less about ranks than titles do
	helper  bool
}

// newTitleRules reads the job titles of personas, which come by name. The
// persona's own name counts as a title.
func newTitleRules(personas []*Persona) titleRules {
	rules := titleRules{lex: titleLexicon(), ids: map[string]int32{}}
	for _, p := range personas {
		rules.addPersona(p)
	}
	rules.index()
	return rules
}

func (t *titleRules) addPersona(p *Persona) {
	var all []post
	var titles []string // of each post in all
	listed := 0         // how many of them the job titles name; the rest is the persona's name
	for i, title := range append(slices.Clone(p.JobTitles), p.Name) {
		if i == len(p.JobTitles) {
			listed = len(all)
		}
		for _, post := range t.lex.read(title) {
			all, titles = append(all, post), append(titles, title)
		}
	}
	for i, post := range all {
		var demands []string
		for _, n := range post.notions {
			if n.way == said {
				demands = append(demands, n.name)
			}
		}
		ph := phrase{persona: p, title: titles[i], bare: post.bare, helper: post.helper, exact: i >= listed && listed > 0}
		t.addPhrase(ph, demands, 1)
		for _, demands := range readings(demands, all) {
			t.addPhrase(ph, demands, 0)
		}
	}
}

// readings gives what the letters of an officer stand for where they stand for
// several: the readings that the persona's other titles speak of, or all of
// them. A persona with "CPO" and "Head of Procurement" means the Chief
// Procurement Officer.
func readings(demands []string, titles []post) [][]string {
	var spoken, all [][]string
	for i, c := range chiefs {
		at := slices.Index(demands, c.letters)
		if name := chiefNotion(i); at >= 0 && name != c.letters {
			reading := slices.Clone(demands)
			reading[at] = name
			all = append(all, reading)
			if speakOf(titles, c.letters, append(strings.Fields(c.also), name)) {
				spoken = append(spoken, reading)
			}
		}
	}
	if len(spoken) > 0 {
		return spoken
	}
	return all
}

// speakOf tells whether a title other than the letters themselves has one of
// the notions.
func speakOf(titles []post, letters string, notions []string) bool {
	return slices.ContainsFunc(titles, func(p post) bool {
		has := func(name string) bool {
			return slices.ContainsFunc(p.notions, func(n notion) bool { return n.name == name })
		}
		return !has(letters) && slices.ContainsFunc(notions, has)
	})
}

func (t *titleRules) addPhrase(ph phrase, demands []string, literal int) {
	for _, name := range demands {
		if id := t.id(name); !slices.Contains(ph.demands, id) {
			ph.demands = append(ph.demands, id)
		}
	}
	ph.literal = literal
	t.phrases = append(t.phrases, ph)
}

func (t *titleRules) id(name string) int32 {
	id, ok := t.ids[name]
	if !ok {
		id = int32(len(t.ids))
		t.ids[name] = id
	}
	return id
}

func (t *titleRules) index() {
	use := make([]int, len(t.ids))
	for _, ph := range t.phrases {
		for _, id := range ph.demands {
			use[id]++
		}
	}
	t.byNotion = make([][]int, len(t.ids))
	for i, ph := range t.phrases {
		rarest := slices.MinFunc(ph.demands, func(a, b int32) int { return cmp.Compare(use[a], use[b]) })
		t.byNotion[rarest] = append(t.byNotion[rarest], i)
	}
}

// PersonaFor gives the persona that a job title belongs to, or nil.
//
// The first post of the title that matches decides, "CTO & Co-Founder" is a
// CTO; for one post the most specific phrase, then the one that stands first
// in the title, then the persona that comes first by name. Where no phrase has
// the very rank or field, a near one will do, then a far one; where none has any
// field, a bare rank.
func (t *Taxonomy) PersonaFor(jobTitle string) *Persona {
	if found, ok := t.titles.find(jobTitle); ok {
		return found.phrase.persona
	}
	return nil
}

// found is the phrase that a title matches, the post of it that does, and how
// well.
type found struct {
	phrase *phrase
	post   *post
	fit    fit
	posts  int // that the title names
}

func (t *titleRules) find(jobTitle string) (found, bool) {
	if jobTitle == "" || len(t.phrases) == 0 {
		return found{}, false
	}
	posts := t.lex.read(jobTitle)
	for i := range posts {
		t.identify(posts[i].notions)
	}
	for _, pass := range []pass{{}, {steps: near, way: nearby}, {steps: far, way: distant}, {way: nearby, bare: true}} {
		for i := range posts {
			t.widen(&posts[i], pass)
			if at, f := t.best(&posts[i], pass); at >= 0 {
				return found{&t.phrases[at], &posts[i], f, len(posts)}, true
			}
		}
	}
	return found{}, false
}

// pass is one try at all posts of a title.
type pass struct {
	steps map[string][]string // ranks and fields that may stand for those of the post
	way   way                 // how far they are
	bare  bool                // with phrases that are a rank alone
}

// identify looks the notions up once; those that no phrase has get -1.
func (t *titleRules) identify(notions []notion) {
	for i := range notions {
		id, ok := t.ids[notions[i].name]
		if !ok {
			id = -1
		}
		notions[i].id = id
	}
}

// widen adds the ranks and fields that stand as near to those of the post as a
// pass allows.
func (t *titleRules) widen(p *post, pass pass) {
	if pass.steps == nil {
		return
	}
	before := len(p.notions)
	for _, n := range p.notions {
		if n.way > implied {
			continue
		}
		for _, name := range pass.steps[n.name] {
			n.name, n.way = name, pass.way
			p.notions = append(p.notions, n)
		}
	}
	t.identify(p.notions[before:])
}

// best is the phrase that fits a post best in a pass, or -1.
func (t *titleRules) best(p *post, pass pass) (int, fit) {
	found, best := -1, fit{}
	for _, n := range p.notions {
		if n.id < 0 {
			continue
		}
		for _, i := range t.byNotion[n.id] {
			ph := &t.phrases[i]
			if ph.bare != pass.bare || ph.helper != p.helper || pass.steps != nil && ph.exact {
				continue
			}
			if f, ok := ph.fit(p, pass); ok && (found < 0 || f.compare(best) > 0 || f.compare(best) == 0 && i < found) {
				found, best = i, f
			}
		}
	}
	return found, best
}

// fit is how well a phrase matches a post.
type fit struct {
	weight  int   // how much of the post it speaks of: 2 for a notion, 1 for one that is not said, 1 where it is literal
	implied int   // of its notions that the post does not say
	at      int32 // where in the title its field stands
}

func (ph *phrase) fit(p *post, pass pass) (fit, bool) {
	f := fit{weight: 2*len(ph.demands) + ph.literal, at: MaxTitle}
	for _, id := range ph.demands {
		n := p.notion(id)
		if n == nil || n.way > max(pass.way, implied) || pass.way == distant && n.field && (n.way == implied || n.way == nearby) {
			return fit{}, false
		}
		if n.way != said {
			f.implied++
			f.weight--
		}
		if n.field {
			f.at = min(f.at, n.at)
		}
	}
	return f, true
}

// notion is the first of a post's notions with an id, or nil.
func (p *post) notion(id int32) *notion {
	for i := range p.notions {
		if p.notions[i].id == id {
			return &p.notions[i]
		}
	}
	return nil
}

// compare is above 0 where f is the better fit.
func (f fit) compare(g fit) int {
	return cmp.Or(cmp.Compare(f.weight, g.weight), cmp.Compare(g.implied, f.implied), cmp.Compare(g.at, f.at))
}
