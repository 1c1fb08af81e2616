package search

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// request is what a person typed, taken apart: the words that are looked for,
// and what narrows the answer as a filter does.
//
//	"exactly this"      the words side by side, in this order, in one field
//	-word -"this"       not what has it
//	type:video,webinar  of one of these forms; also stage:, persona:, industry:
//	                    and lang:, by name, quoted or not; with - in front: of none
//
// What does not read as one of these is words. In a text of more than
// mostTyped words it all is: who pastes a paragraph quotes others.
type request struct {
	words   []word
	demands []demand
}

// demand is what an asset must have, or must not.
type demand struct {
	not    bool
	phrase []alternative // one of these; or, where there are none,
	tags   []tagKey      // one of these
}

const (
	// mostDemands bounds what a query may cost. What comes after is words.
	mostDemands = 16
	mostTyped   = 16
	// mostNameWords is how many words a name may have without quotation marks.
	mostNameWords = 4
	quotes        = "\"“”„‟«»″＂"
	dashes        = "-−–‐‑"
)

// request takes a query apart. Any text will do. typing: the person may still
// be writing the last word.
func (x *Index) request(text string, typing bool) *request {
	text = clipBytes(text, mostQueryBytes)
	x.mu.RLock()
	p := &requestParser{text: text, plain: []byte(text), lexer: x.lexer, names: x.names}
	x.mu.RUnlock()
	if len(strings.Fields(text)) <= mostTyped {
		p.parse()
	}
	words := x.lexer.parse(string(p.plain))
	if last := len(words) - 1; typing && last >= 0 && words[last].end == len(text) {
		words[last].unfinished = !slices.ContainsFunc(p.quoted, func(s span) bool { return s.start <= words[last].start && words[last].end <= s.end })
	}
	return &request{words: words, demands: p.demands}
}

// requestParser blanks out of the text what is no words, so that those that
// remain stand where they stood.
type requestParser struct {
	text    string
	plain   []byte
	lexer   *lexer
	names   *names
	demands []demand
	quoted  []span
}

func (p *requestParser) parse() {
	for at := 0; at < len(p.text) && len(p.demands) < mostDemands; {
		r, n := utf8.DecodeRuneInString(p.text[at:])
		if unicode.IsSpace(r) || !p.begins(at) {
			at += n
			continue
		}
		start, not := at, false
		if strings.ContainsRune(dashes, r) && r != utf8.RuneError {
			not, at = true, at+n
		}
		end, ok := p.clause(at, not)
		switch {
		case ok && not:
			p.blank(start, end)
			at = end
		case ok:
			at = end
		default:
			at = max(at, start+n)
		}
	}
}

// begins tells whether something new may begin at a place: before it is the
// beginning, white space or an opening bracket.
func (p *requestParser) begins(at int) bool {
	r, n := utf8.DecodeLastRuneInString(p.text[:at])
	return n == 0 || unicode.IsSpace(r) || r == '(' || r == '['
}

// clause reads a phrase, a tag or an excluded word and gives where it ends.
func (p *requestParser) clause(at int, not bool) (end int, ok bool) {
	if end, ok = p.phrase(at, not); ok {
		return end, true
	}
	if end, ok = p.tag(at, not); ok {
		return end, true
	}
	if !not {
		return 0, false
	}
	return p.excluded(at)
}

// phrase reads words between quotation marks.
func (p *requestParser) phrase(at int, not bool) (end int, ok bool) {
	inner, end, ok := quotation(p.text, at)
	if !ok {
		return 0, false
	}
	if phrase := p.lexer.exactly(inner.of(p.text)); len(phrase) > 0 {
		p.demands = append(p.demands, demand{not: not, phrase: phrase})
	}
	p.quoted = append(p.quoted, inner)
	return end, true
}

// quotation finds the text within quotation marks that begins at a place.
func quotation(text string, at int) (inner span, end int, ok bool) {
	r, n := utf8.DecodeRuneInString(text[at:])
	if r == utf8.RuneError || !strings.ContainsRune(quotes, r) {
		return span{}, 0, false
	}
	length := strings.IndexAny(text[at+n:], quotes)
	if length < 0 {
		return span{}, 0, false
	}
	inner = span{start: at + n, end: at + n + length}
	_, closing := utf8.DecodeRuneInString(text[inner.end:])
	return inner, inner.end + closing, true
}

func (s span) of(text string) string { return text[s.start:s.end] }

// excluded reads a word up to the next white space. Alone it begins with a
// letter or a digit, for "- " and "--" exclude nothing; a stop word excludes
// nothing either, or nearly all would go.
func (p *requestParser) excluded(at int) (end int, ok bool) {
	r, _ := utf8.DecodeRuneInString(p.text[at:])
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return 0, false
	}
	end = wordEnd(p.text, at)
	word := p.text[at:end]
	phrase := p.lexer.exactly(word)
	if len(phrase) == 0 || p.lexer.stop(word, english, false) {
		return 0, false
	}
	p.demands = append(p.demands, demand{not: true, phrase: phrase})
	return end, true
}

func wordEnd(text string, at int) int {
	if n := strings.IndexFunc(text[at:], unicode.IsSpace); n >= 0 {
		return at + n
	}
	return len(text)
}

// tag reads "type:video,webinar". Where one of the values is unknown, all of it
// is words.
func (p *requestParser) tag(at int, not bool) (end int, ok bool) {
	colon := strings.IndexByte(p.text[at:], ':')
	if colon < 1 || colon > len("industry") {
		return 0, false
	}
	kind, ok := tagKinds(strings.ToLower(p.text[at : at+colon]))
	if !ok {
		return 0, false
	}
	d := demand{not: not}
	end = at + colon + 1
	for {
		tags, next := p.named(kind, end)
		if len(tags) == 0 {
			return 0, false
		}
		d.tags = append(d.tags, tags...)
		if end = next; end >= len(p.text) || p.text[end] != ',' {
			break
		}
		end++
	}
	p.demands = append(p.demands, d)
	p.blank(at, end)
	return end, true
}

// named reads one name: a value, or as many words from there on as are the name of
// something, "type:case study".
func (p *requestParser) named(kind tagKind, at int) (tags []tagKey, end int) {
	value, end := p.value(at)
	tags = p.names.tagsCalled(kind, value)
	if _, _, quoted := quotation(p.text, at); quoted || value == "" {
		return tags, end
	}
	for next, words := p.plainWord(end), 2; next > 0 && words <= mostNameWords; next, words = p.plainWord(next), words+1 {
		if named := p.names.tagsNamed(kind, p.text[at:next]); len(named) > 0 {
			tags, end = named, next
		}
	}
	return tags, end
}

// plainWord gives where the next word ends that is no clause of its own; 0: none is
// next.
func (p *requestParser) plainWord(at int) (end int) {
	word := strings.TrimLeftFunc(p.text[at:], unicode.IsSpace)
	begin := len(p.text) - len(word)
	if begin == at || strings.IndexAny(word, quotes+dashes) == 0 {
		return 0
	}
	if _, end = p.value(begin); strings.Contains(p.text[begin:end], ":") {
		return 0
	}
	return end
}

// value reads one value: quoted, or up to a comma or white space.
func (p *requestParser) value(at int) (value string, end int) {
	if at < len(p.text) {
		if inner, end, ok := quotation(p.text, at); ok {
			return inner.of(p.text), end
		}
	}
	end = wordEnd(p.text, at)
	if comma := strings.IndexByte(p.text[at:end], ','); comma >= 0 {
		end = at + comma
	}
	return p.text[at:end], end
}

func (p *requestParser) blank(start, end int) {
	for i := start; i < end; i++ {
		p.plain[i] = ' '
	}
}

// exactly gives the ways a text stands in assets word for word: in parts, and
// joined where it may be.
func (l *lexer) exactly(text string) []alternative { return l.alternatives(text, 1) }

// restrict leaves in the sets what meets the demands of a request. spare is
// written over. Index.mu is held for reading.
func (x *Index) restrict(ctx context.Context, r *request, spare set, sets ...set) error {
	for _, d := range r.demands {
		if err := ctx.Err(); err != nil {
			return err
		}
		clear(spare)
		if err := x.mark(d, spare); err != nil {
			return err
		}
		for _, s := range sets {
			if d.not {
				s.andNot(spare)
			} else {
				s.and(spare)
			}
		}
	}
	return nil
}

// mark adds to a set the assets that have what a demand speaks of.
func (x *Index) mark(d demand, s set) error {
	for _, t := range d.tags {
		for _, b := range x.catalog.carrying(t) {
			b.Iterate(func(o uint32) bool {
				s.add(o)
				return true
			})
		}
	}
	if words, err := x.readable(); words == nil {
		return err
	}
	for i := range d.phrase {
		err := x.words.eachHolder(&d.phrase[i].terms, func(o uint32) bool {
			s.add(o)
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}
