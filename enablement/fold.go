package enablement

import (
	"strings"
	"unicode"
)

// unaccented gives, for the accented letters of European languages, the plain
// ones. The standard library has no decomposition tables; these letters are
// what names and titles in Latin script are written with. German umlauts lose
// their dots (not ä to ae), so that "Müller" and "Muller" are one.
var unaccented = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ā", "a", "ă", "a", "ą", "a", "æ", "ae",
	"ç", "c", "ć", "c", "č", "c", "ď", "d", "đ", "d", "ð", "d",
	"è", "e", "é", "e", "ê", "e", "ë", "e", "ē", "e", "ė", "e", "ę", "e", "ě", "e",
	"ğ", "g", "ģ", "g", "ì", "i", "í", "i", "î", "i", "ï", "i", "ī", "i", "į", "i", "ı", "i", "ķ", "k",
	"ĺ", "l", "ľ", "l", "ļ", "l", "ł", "l", "ñ", "n", "ń", "n", "ň", "n", "ņ", "n",
	"ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o", "ō", "o", "ő", "o", "œ", "oe",
	"ŕ", "r", "ř", "r", "ś", "s", "š", "s", "ş", "s", "ș", "s", "ß", "ss", "ť", "t", "ţ", "t", "ț", "t", "þ", "th",
	"ù", "u", "ú", "u", "û", "u", "ü", "u", "ū", "u", "ů", "u", "ű", "u", "ų", "u", "ý", "y", "ÿ", "y",
	"ź", "z", "ż", "z", "ž", "z",
)

// fold is text in lower case without accents, whether they were written as
// part of the letter or as combining marks.
func fold(s string) string {
	s = strings.ToLower(s)
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return strings.Map(dropMark, unaccented.Replace(s))
		}
	}
	return s
}

// foldedPlaces is fold with the place in s of each byte of it, and of its end.
func foldedPlaces(s string) (string, []int) {
	var b strings.Builder
	places := make([]int, 0, len(s)+1)
	for i, r := range s {
		b.WriteString(fold(string(r)))
		for len(places) < b.Len() {
			places = append(places, i)
		}
	}
	return b.String(), append(places, len(s))
}

// dropMark drops the combining marks of Latin script alone: those of other
// scripts tell words apart.
func dropMark(r rune) rune {
	if r >= 0x300 && r <= 0x36f {
		return -1
	}
	return r
}

// inWord tells whether a rune belongs to a word: letters, digits and the marks
// of scripts that need them.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// foldedWords are the words of a text, folded, without punctuation.
func foldedWords(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool { return !inWord(r) })
}

// canonical is a name without what does not tell names apart: case, accents,
// spaces, punctuation, and whether "and" is a word, "&" or a slash. "Health
// Care", "Healthcare" and "health-care" are one name. A name of signs alone is
// itself.
func canonical(s string) string { return canonicalOf(s, foldedWords(s)) }

// canonicalOf is canonical of a text with these foldedWords.
func canonicalOf(s string, words []string) string {
	if key := joinNames(words); key != "" {
		return key
	}
	return lower(squeeze(s))
}

func joinNames(words []string) string {
	var b strings.Builder
	for _, w := range words {
		if w != "and" {
			b.WriteString(w)
		}
	}
	return b.String()
}
