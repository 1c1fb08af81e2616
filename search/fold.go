package search

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldText folds a whole text, spaces and all: the key that titles are sorted
// by and names are compared with.
func foldText(s string) string { return string(foldRunes([]byte(s))) }

// fold gives a word without case and accents, compatibility forms (full-width,
// ligatures) resolved, cut to longestTerm. The input stays as it is.
func fold(word []byte) []byte {
	out := foldRunes(word)
	if bytes.ContainsFunc(out, unicode.IsSpace) { // a sign may be short for several words
		out = bytes.Join(bytes.Fields(out), nil)
	}
	if len(out) <= longestTerm {
		return out
	}
	runes := []rune(string(out))
	return []byte(string(runes[:min(len(runes), longestTerm)]))
}

func foldRunes(word []byte) []byte {
	out, ascii := appendLowerASCII(make([]byte, 0, len(word)), word)
	if ascii {
		return out
	}
	out = out[:0]
	for _, r := range string(norm.NFKD.Bytes(word)) {
		switch {
		case r >= 0x300 && r <= 0x36f || r == utf8.RuneError: // combining accents
		case r == '’' || r == '＇':
			out = append(out, '\'')
		default:
			out = appendLower(out, r)
		}
	}
	return norm.NFC.Bytes(out)
}

// appendLowerASCII appends a text in lower case; false: it is not of ASCII alone.
func appendLowerASCII[T []byte | string](out []byte, text T) ([]byte, bool) {
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= utf8.RuneSelf:
			return out, false
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return out, true
}

// appendLower adds a letter in lower case, and those that no decomposition
// takes apart as they are written without their stroke.
func appendLower(out []byte, r rune) []byte {
	switch r = unicode.ToLower(r); r {
	case 'ß':
		return append(out, "ss"...)
	case 'æ':
		return append(out, "ae"...)
	case 'œ':
		return append(out, "oe"...)
	case 'ø':
		return append(out, 'o')
	case 'đ', 'ð':
		return append(out, 'd')
	case 'ł':
		return append(out, 'l')
	case 'ı':
		return append(out, 'i')
	default:
		return utf8.AppendRune(out, r)
	}
}
