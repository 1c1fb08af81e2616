package enablement

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// mostSynonymWords is how many words a synonym has; more are a sentence.
const mostSynonymWords = 5

// SynonymWorth tells whether two terms, of which the first found nothing and
// the second something, are worth saving as synonyms. They are not where search
// sees through the difference itself (a letter, a space, an accent), where one
// has all the words of the other (a rep types on, or asks for less), nor where
// one is more than words, or a sentence.
func SynonymWorth(term, instead string) bool {
	if !plainWords(term) || !plainWords(instead) {
		return false
	}
	a, b := foldedWords(term), foldedWords(instead)
	if max(len(a), len(b)) > mostSynonymWords {
		return false
	}
	x, y := strings.Join(a, ""), strings.Join(b, "")
	if strings.HasPrefix(y, x) || strings.HasPrefix(x, y) || subset(a, b) || subset(b, a) {
		return false
	}
	return !nearlySame([]rune(x), []rune(y))
}

// plainWords tells whether a term is words alone: no mark, no shorthand, no
// phrase, nothing excluded, nothing cut off.
func plainWords(term string) bool {
	if utf8.RuneCountInString(term) >= MaxSearchTerm {
		return false
	}
	if strings.ContainsAny(term, `":“”`) || strings.Contains(term, maskedEmail) || strings.Contains(term, maskedNumber) {
		return false
	}
	return !slices.ContainsFunc(strings.Fields(term), func(w string) bool { return strings.HasPrefix(w, "-") })
}

func subset(words, of []string) bool {
	for _, w := range words {
		if !slices.Contains(of, w) {
			return false
		}
	}
	return true
}

// nearlySame tells whether search would take one text for a slip in the other:
// a letter too many, too few, wrong, or two swapped; two of these from eight
// letters on.
func nearlySame(a, b []rune) bool {
	most := 1
	if min(len(a), len(b)) >= 8 {
		most = 2
	}
	if d := len(a) - len(b); d > most || -d > most {
		return false
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)] <= most
}
