package enablement

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a word of a title, folded and in the singular.
type word struct {
	text string
	// token is the place among the title's words as written, and tokens how many
	// of those it stands for.
	token  int32
	tokens uint8
	// opens: punctuation or a joint ("and", "or") stands before it.
	opens bool
	// slip: it was written with a slip.
	slip bool
}

// splitTitle gives the words of a title, folded and in the singular, without
// fillers.
func splitTitle(title string) []word {
	text := fold(title)
	words := make([]word, 0, 12)
	opens, token := false, int32(-1)
	add := func(w string) {
		switch {
		case joints[w]:
			opens = true
		case !fillers[w]:
			field, head := compound(w)
			if head != "" {
				for _, f := range strings.Fields(field) {
					words, opens = append(words, word{text: singular(f), token: token, tokens: 1, opens: opens}), false
				}
				w = head
			}
			words = append(words, word{text: singular(w), token: token, tokens: 1, opens: opens && len(words) > 0})
			opens = false
		}
	}
	eachToken(text, func(start, end int) {
		token++
		add(strip(text[start:end]))
	}, func(at int, sign rune) {
		if sign == '@' {
			add("at")
		}
		opens = opens || isBreak(text, at, sign)
	})
	return words
}

// eachToken goes over a folded title: its words, and the signs between them.
func eachToken(text string, token func(start, end int), between func(at int, sign rune)) {
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
			token(start, i)
			start = -1
		}
		between(i, r)
	}
	if start >= 0 {
		token(start, len(text))
	}
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

// compound takes a noun such as "vertriebsleiter" apart.
func compound(w string) (field, head string) {
	for _, head := range compoundHeads {
		if stem, ok := strings.CutSuffix(w, head); ok && stem != "" {
			if field, ok := compoundFields[stem]; ok {
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
