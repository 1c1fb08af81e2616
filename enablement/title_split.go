package enablement

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a word of a title, folded and in the singular.
type word struct {
	text string
	// opens: punctuation or a joint ("and", "or") stands before it.
	opens bool
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
