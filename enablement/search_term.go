package enablement

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How much is kept of a search: characters of a term, bytes of a text that are
// looked at, and values of a filter with their characters.
const (
	MaxSearchTerm    = 200
	mostSearchText   = 2_000
	mostFilterValues = 20
	mostFilterValue  = 100
)

// What stands in the place of what may tell who a person is.
const (
	maskedEmail  = "[email]"
	maskedNumber = "[number]"
)

// SearchTerm is what is kept of a text that a person searched for: as typed and
// folded, which is what tells terms apart. Both are at most MaxSearchTerm
// characters, without e-mail addresses and long numbers. Both are empty for a
// text without words.
func SearchTerm(text string) (typed, term string) {
	if !IsSearch(text) {
		return "", ""
	}
	typed = strings.Join(masked(strings.Fields(printable(clipText(text)))), " ")
	typed = cutRunes(typed, MaxSearchTerm)
	return typed, cutRunes(squeeze(fold(typed)), MaxSearchTerm)
}

// IsSearch tells whether a text has a letter or a digit: without, it is a list.
func IsSearch(text string) bool {
	return strings.IndexFunc(clipText(text), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0
}

// clipText gives the beginning of a long text, without the word that the end
// falls into: half an address would not look like one.
func clipText(s string) string {
	if len(s) <= mostSearchText {
		return s
	}
	s = s[:mostSearchText]
	if end := strings.LastIndexFunc(s, unicode.IsSpace); end >= 0 {
		s = s[:end]
	}
	return s
}

// printable puts spaces in the place of what no reader could see.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
}

// cutRunes gives the first most characters, as a copy that keeps no more of the
// text alive.
func cutRunes(s string, most int) string {
	n := 0
	for at := range s {
		if n == most {
			return strings.Clone(strings.TrimRightFunc(s[:at], unicode.IsSpace))
		}
		n++
	}
	return strings.Clone(s)
}

// masked puts marks in the place of words that look like e-mail addresses or
// long numbers, of one word ("0170-1234567") or of several ("+49 170 123 456").
func masked(words []string) []string {
	var out []string
	for i := 0; i < len(words); {
		run, digits := numberRun(words[i:])
		switch {
		case run > 0 && (digits >= 10 || digits >= 7 && startsAsNumber(words[i])):
			out = append(out, maskedNumber)
			i += run
			continue
		case hasEmail(words[i]):
			out = append(out, maskedEmail)
		case hasLongNumber(words[i]):
			out = append(out, maskedNumber)
		default:
			out = append(out, words[i])
		}
		i++
	}
	return out
}

// numberRun is how many words from the first on are digits and signs, and how
// many digits they have.
func numberRun(words []string) (run, digits int) {
	for i, w := range words {
		n := strings.IndexFunc(w, unicode.IsLetter)
		if n >= 0 || strings.ContainsRune(w, '@') {
			break
		}
		if more := countDigits(w); more > 0 {
			digits += more
			run = i + 1
		} else if i == 0 {
			break
		}
	}
	return run, digits
}

func countDigits(w string) (n int) {
	for _, r := range w {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// startsAsNumber tells whether a word begins as a telephone number does.
func startsAsNumber(w string) bool {
	w = strings.TrimLeftFunc(w, func(r rune) bool { return strings.ContainsRune(`"'“”‘’[{`, r) })
	return strings.HasPrefix(w, "+") || strings.HasPrefix(w, "(") || strings.HasPrefix(w, "0")
}

// hasEmail tells whether a word has an @ among its letters and digits.
func hasEmail(w string) bool {
	w = strings.ReplaceAll(strings.ToLower(w), "%40", "@")
	return strings.ContainsAny(strings.TrimFunc(w, func(r rune) bool { return !inWord(r) }), "@＠﹫")
}

// hasLongNumber tells whether a word has seven digits side by side, or ten.
func hasLongNumber(w string) bool {
	inRow := 0
	for _, r := range w {
		if !unicode.IsDigit(r) {
			inRow = 0
		} else if inRow++; inRow >= 7 {
			return true
		}
	}
	return countDigits(w) >= 10
}
