package enablement

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
	name  string
	id    int // among the notions of phrases
	at    int
	also  bool // implied by the words: enough to match a persona, not demanded from a lead
	field bool
}

// word is a word of a title, folded and in the singular.
type word struct {
	text string
	// opens: punctuation or a joint ("and", "or") stands before it.
	opens bool
}

// lexicon is the tables of title_words.go, ready to be looked up by the first
// word of a row.
type lexicon struct {
	short map[string][]expansion
	rows  map[string][]entry
}

type expansion struct{ from, to []word }

type entry struct {
	words       []word
	means, also []string
	kind        kind
}

type kind int

const (
	aField kind = iota
	aRank
	aPosition
	aHelper
)

func newLexicon() *lexicon {
	lex := &lexicon{short: map[string][]expansion{}, rows: map[string][]entry{}}
	for _, row := range abbreviations {
		from := splitTitle(row[0])
		lex.short[from[0].text] = append(lex.short[from[0].text], expansion{from, splitTitle(row[1])})
	}
	for _, rows := range lex.short {
		slices.SortStableFunc(rows, func(a, b expansion) int { return len(b.from) - len(a.from) })
	}
	for kind, table := range map[kind][]meaning{aField: fields, aRank: ranks, aPosition: positions, aHelper: helpers} {
		for _, m := range table {
			lex.add(kind, m.words, m.means, m.also)
		}
	}
	lex.addChiefs()
	for _, rows := range lex.rows {
		slices.SortStableFunc(rows, func(a, b entry) int { return len(b.words) - len(a.words) })
	}
	return lex
}

func (lex *lexicon) add(kind kind, words, means, also string) {
	e := entry{words: splitTitle(words), means: strings.Fields(means), also: strings.Fields(also), kind: kind}
	lex.rows[e.words[0].text] = append(lex.rows[e.words[0].text], e)
}

func (lex *lexicon) addChiefs() {
	letters := map[string]string{}
	for i, c := range chiefs {
		name := chiefNotion(i)
		letters[c.letters] += " " + name + " " + c.also
		for _, field := range c.fields {
			lex.add(aPosition, "chief "+field, name, "chief "+c.also)
			lex.add(aPosition, "chief "+field+" officer", name, "chief "+c.also)
		}
	}
	for abbreviation, also := range letters {
		lex.add(aPosition, abbreviation, abbreviation, "chief "+also)
	}
}

// chiefNotion names what row i of chiefs stands for: its letters, and the field
// where the letters stand for several.
func chiefNotion(i int) string {
	for j, other := range chiefs {
		if j != i && other.letters == chiefs[i].letters {
			return chiefs[i].letters + ":" + chiefs[i].fields[0]
		}
	}
	return chiefs[i].letters
}

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

func (lex *lexicon) expand(words []word) []word {
	out := make([]word, 0, len(words)+8)
	for i := 0; i < len(words); {
		n := 1
		at := len(out)
		for _, row := range lex.short[words[i].text] {
			if begins(words[i:], row.from) {
				out, n = append(out, row.to...), len(row.from)
				break
			}
		}
		if at == len(out) {
			out = append(out, words[i])
		}
		out[at].opens = words[i].opens
		i += n
	}
	return out
}

// entryAt gives the longest row that begins at a word, or a field of that word
// alone.
func (lex *lexicon) entryAt(words []word) (entry, bool) {
	for _, e := range lex.rows[words[0].text] {
		if begins(words, e.words) {
			return e, true
		}
	}
	return entry{}, false
}

func begins(words, row []word) bool {
	if len(row) > len(words) {
		return false
	}
	for i := range row {
		if words[i].text != row[i].text || i > 0 && words[i].opens {
			return false
		}
	}
	return true
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
	var p post
	for i := from; i < to; {
		e, known := r.lex.entryAt(r.words[i:to])
		if !known {
			e = entry{words: r.words[i : i+1], means: []string{r.words[i].text}}
		}
		if e.kind == aHelper && !(i == from && r.grade(i, to)) {
			p.helper, r.done = true, true
		}
		p.take(e, i)
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
		case w == "office" && i+1 < to && r.names(i+1, to) && r.words[i+1].text != "manager":
			r.done = true
			return i
		case w == "office" && i > from && r.names(from, i) && strings.HasPrefix(r.words[from].text, "c"):
			r.done = true
			return from
		}
	}
	return to
}

// names tells whether a post is named right at a word.
func (r *reading) names(at, to int) bool {
	e, known := r.lex.entryAt(r.words[at:to])
	return known && e.kind != aField
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

func (p *post) take(e entry, at int) {
	for _, name := range e.means {
		p.notions = append(p.notions, notion{name: name, at: at, field: e.kind == aField})
	}
	for _, name := range e.also {
		p.notions = append(p.notions, notion{name: name, at: at, also: true, field: e.kind == aField})
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
	for i := range r.posts {
		r.posts[i].conclude()
	}
	return r.posts
}

// conclude adds what two fields say together that were named apart, as in
// "Director of Security (IT)".
func (p *post) conclude() {
	for _, row := range together {
		if at := p.field(row.one); at >= 0 && p.field(row.other) >= 0 {
			p.notions = append(p.notions, notion{name: row.means, at: at, also: true, field: true})
		}
	}
}

// field is where in the title a field is named, or -1.
func (p *post) field(name string) int {
	for _, n := range p.notions {
		if n.field && n.name == name {
			return n.at
		}
	}
	return -1
}

// splitTitle gives the words of a title, folded and in the singular, without
// fillers.
func splitTitle(title string) []word {
	text := fold(title)
	words := make([]word, 0, 12)
	opens := false
	add := func(w string) {
		switch {
		case joints[w]:
			opens = true
		case !fillers[w]:
			field, head := germanNoun(w)
			if head != "" {
				for _, f := range strings.Fields(field) {
					words, opens = append(words, word{f, opens}), false
				}
				w = head
			}
			words = append(words, word{singular(w), opens && len(words) > 0})
			opens = false
		}
	}
	start := -1
	for i, r := range text {
		if inWord(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && joinsWord(text, start, i, r) {
			continue
		}
		if start >= 0 {
			add(strip(text[start:i]))
			start = -1
		}
		if r == '@' {
			add("at")
		}
		opens = opens || isBreak(text, i, r)
	}
	if start >= 0 {
		add(strip(text[start:]))
	}
	return words
}

// joinsWord tells whether a sign belongs to the word that it stands in: the
// dots of "V.P.", the & of "R&D" and "FP&A".
func joinsWord(text string, start, i int, r rune) bool {
	if r != '.' && r != '&' {
		return false
	}
	next, size := utf8.DecodeRuneInString(text[i+1:])
	if !inWord(next) {
		return false
	}
	after, _ := utf8.DecodeRuneInString(text[i+1+size:])
	last := start + strings.LastIndexAny(text[start:i], ".&") + 1
	single := utf8.RuneCountInString(text[last:i]) == 1
	return single && r == '.' || r == '&' && (single || !inWord(after) && i-start <= 3)
}

func strip(w string) string {
	if strings.ContainsAny(w, ".&") {
		return strings.Map(func(r rune) rune {
			if inWord(r) {
				return r
			}
			return -1
		}, w)
	}
	return w
}

// isBreak tells whether a sign parts posts or fields. A hyphen does so between
// spaces alone; an apostrophe and a dot never.
func isBreak(text string, i int, r rune) bool {
	if r == '-' {
		return i > 0 && text[i-1] == ' ' || strings.HasPrefix(text[i+1:], " ")
	}
	return !unicode.IsSpace(r) && !strings.ContainsRune(".'’`\"_@*", r) || r == '\n'
}

// germanNoun takes a German noun such as "vertriebsleiter" apart.
func germanNoun(w string) (field, head string) {
	for _, head := range germanHeads {
		if stem, ok := strings.CutSuffix(w, head); ok && stem != "" {
			if field, ok := germanFields[stem]; ok {
				return field, head
			}
		}
	}
	return "", ""
}

// singular takes the plural's ending off English words, and off others alike:
// both sides of every comparison go through it.
func singular(w string) string {
	switch n := len(w); {
	case n > 4 && strings.HasSuffix(w, "ies"):
		return w[:n-3] + "y"
	case n > 3 && w[n-1] == 's' && w[n-2] != 's':
		return w[:n-1]
	}
	return w
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
