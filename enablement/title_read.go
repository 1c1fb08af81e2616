package enablement

import (
	"slices"
	"strings"
)

// post is one of the posts that a title names: "CTO & Co-Founder" names two.
type post struct {
	notions []notion
	ranked  bool // says how high or what, not only in which field
	fielded bool // says in which field
	bare    bool // a rank without any field
	helper  bool // works for somebody else whose post the title may name
}

// notion is one thing that a post says, at a word of its title.
type notion struct {
	name    string
	id      int32 // among the notions of phrases
	at, end int32 // the words as written that say it: from the one, up to the other
	way     way
	slip    bool // a word of it was written with a slip
	field   bool
}

// way is how a post comes to a notion: the later, the less it says.
type way uint8

const (
	said    way = iota
	implied     // by the words: enough to match a persona, not demanded from a lead
	nearby      // it stands near one that the post says: see near
	distant     // see far
)

// read gives the posts that a title names, in its order; none where it names
// only somebody else's, or what is over.
func (lex *lexicon) read(title string) []post {
	r := reading{lex: lex, words: lex.expand(splitTitle(title))}
	for i := 0; i < len(r.words) && !r.done; {
		end := i + 1
		for end < len(r.words) && !r.words[end].opens {
			end++
		}
		r.chunk(i, end)
		i = end
	}
	return r.finish()
}

// reading is a title on its way to its posts.
type reading struct {
	lex   *lexicon
	words []word
	posts []post
	loose post // fields that no post has taken yet
	gone  bool // the post before was one that is over: what follows without a post of its own belongs to it
	done  bool // the rest is about somebody else
}

// chunk reads the words between two marks of punctuation.
func (r *reading) chunk(from, to int) {
	if bygone[r.words[from].text] {
		r.over(to - from)
		return
	}
	to = r.cut(from, to)
	if from == to {
		return
	}
	p := post{notions: make([]notion, 0, 2*(to-from)+4)}
	for i := from; i < to; {
		e, known := r.lex.entryAt(r.words[i:to])
		if !known { // it means itself
			p.notions = append(p.notions, newNotion(r.words[i].text, r.words[i:i+1], said, true))
			p.bare, p.fielded = false, true
			i++
			continue
		}
		if e.kind == aHelper && !(i == from && r.grade(i, to)) {
			p.helper, r.done = true, true
		}
		p.take(e, r.words[i:i+len(e.words)])
		i += len(e.words)
	}
	r.place(p)
}

// over drops a post that is not held now: the one behind the word, or before
// it where it stands alone, "CTO (retired)".
func (r *reading) over(words int) {
	r.gone = true
	if words == 1 && len(r.posts) > 0 {
		r.posts = r.posts[:len(r.posts)-1]
	}
}

// cut ends a chunk where it goes on about a company or somebody else's post:
// "at Acme", "to the CTO", "office of the CTO".
func (r *reading) cut(from, to int) int {
	for i := from; i < to; i++ {
		switch w := r.words[i].text; {
		case places[w]:
			return i
		case w == "to" && i+1 < to && (r.names(i+1, to) || r.helps(from, i)):
			r.done = true
			return i
		case w == "office" && i > from && r.chief(from, i):
			r.done = true
			return from
		case w == "office" && i+1 < to && r.names(i+1, to) && r.words[i+1].text != "manager":
			r.done = true
			return i
		}
	}
	return to
}

// names tells whether a post is named right at a word.
func (r *reading) names(at, to int) bool {
	e, known := r.lex.entryAt(r.words[at:to])
	return known && e.kind != aField
}

// chief tells whether an officer of the first rank is named right at a word.
func (r *reading) chief(at, to int) bool {
	e, known := r.lex.entryAt(r.words[at:to])
	return known && slices.Contains(e.also, "chief")
}

// helps tells whether somebody who works for another is named before a word.
func (r *reading) helps(from, to int) bool {
	for i := from; i < to; i++ {
		if e, known := r.lex.entryAt(r.words[i:to]); known && e.kind == aHelper {
			return true
		}
	}
	return false
}

// grade tells whether the helper's word in front of a chunk only lowers a rank
// that follows, as in "Assistant Director of Marketing".
func (r *reading) grade(at, to int) bool {
	for i := at + 1; i < to; i++ {
		if e, known := r.lex.entryAt(r.words[i:to]); known && e.kind == aRank {
			return r.words[at].text == "assistant"
		}
	}
	return false
}

// newNotion is what some words of a title say.
func newNotion(name string, words []word, way way, field bool) notion {
	last := words[len(words)-1]
	n := notion{name: name, at: words[0].token, end: last.token + int32(last.tokens), way: way, field: field}
	for _, w := range words {
		n.slip = n.slip || w.slip
	}
	return n
}

func (p *post) take(e *entry, words []word) {
	for _, name := range e.means {
		p.notions = append(p.notions, newNotion(name, words, said, e.kind == aField))
	}
	for _, name := range e.also {
		p.notions = append(p.notions, newNotion(name, words, implied, e.kind == aField))
	}
	p.bare = e.kind == aRank && (p.bare || !p.ranked && !p.fielded)
	p.ranked = p.ranked || e.kind != aField
	p.fielded = p.fielded || e.kind == aField
}

// place puts what a chunk says where it belongs: a post of its own, or fields
// of the post before it ("Director, IT Security") or behind ("IT, Director").
func (r *reading) place(p post) {
	last := len(r.posts) - 1
	switch {
	case p.ranked:
		if len(r.loose.notions) > 0 {
			p.join(r.loose)
			r.loose = post{}
		}
		r.gone = false
		if last >= 0 && r.posts[last].bare && !p.helper {
			r.posts[last].join(p.fieldsAlone())
		}
		r.posts = append(r.posts, p)
	case r.gone:
	case last >= 0:
		r.posts[last].join(p)
	default:
		r.loose.join(p)
	}
}

// fieldsAlone is the post without its rank: "VP, Head of Engineering" lends
// the VP the field.
func (p *post) fieldsAlone() post {
	var f post
	for _, n := range p.notions {
		if n.field {
			f.notions = append(f.notions, n)
		}
	}
	return f
}

func (p *post) join(f post) {
	if len(f.notions) == 0 {
		return
	}
	p.notions = append(p.notions, f.notions...)
	p.bare, p.fielded = false, true
}

func (r *reading) finish() []post {
	if len(r.loose.notions) > 0 {
		r.posts = append(r.posts, r.loose)
	}
	r.posts = slices.DeleteFunc(r.posts, r.spelledOut)
	for i := range r.posts {
		r.posts[i].conclude()
	}
	return r.posts
}

// spelledOut tells whether a post is letters that another post of the title
// writes out, as in "Chief Risk Officer (CRO)": they say no more than it.
func (r *reading) spelledOut(p post) bool {
	return len(r.posts) > 1 && slices.ContainsFunc(p.notions, func(letters notion) bool {
		return letters.way == said && slices.ContainsFunc(r.posts, func(other post) bool {
			return slices.ContainsFunc(other.notions, func(n notion) bool {
				prefix, _, several := strings.Cut(n.name, ":")
				return several && n.way == said && prefix == letters.name
			})
		})
	})
}

// conclude adds what two notions say together that were named apart, as in
// "Director of Security (IT)".
func (p *post) conclude() {
	for _, one := range p.notions {
		for _, row := range together[one.name] {
			if i := slices.IndexFunc(p.notions, func(n notion) bool { return n.name == row.other }); i >= 0 {
				other := p.notions[i]
				p.notions = append(p.notions, notion{name: row.means, at: min(one.at, other.at), end: max(one.end, other.end),
					way: implied, slip: one.slip || other.slip, field: one.field && other.field})
			}
		}
	}
}
