package resolvers

import "unicode/utf8"

// maxMessage is the most bytes of a message about a document: names in it are
// repeated, and may be as long as the document.
const maxMessage = 500

// excerpt gives as much of a text as an answer repeats.
func excerpt(text string) string {
	if len(text) <= maxMessage {
		return text
	}
	cut := maxMessage
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
