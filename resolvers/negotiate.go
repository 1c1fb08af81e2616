package resolvers

import (
	"mime"
	"strconv"
	"strings"
)

// The media types of a response (GraphQL over HTTP, "Media types").
const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// negotiate picks the response's media type by the header Accept (RFC 9110,
// section 12.5.1): the one the client prefers, application/json where it does
// not say, the one named first where it likes both the same.
func negotiate(accept []string) (media string, acceptable bool) {
	header := strings.TrimSpace(strings.Join(accept, ","))
	if header == "" || header == "*/*" || header == mediaJSON {
		return mediaJSON, true
	}
	offers := [...]struct {
		media string
		// match is the kind of range that quality is from: 0 none, 1 */*,
		// 2 application/*, 3 the type itself.
		match   int
		quality float64
		place   int
	}{{media: mediaJSON}, {media: mediaGraphQL}}
	for place, entry := range strings.Split(header, ",") {
		named, parameters, err := mime.ParseMediaType(entry)
		if err != nil || !isUTF8(parameters) {
			continue
		}
		quality := quality(parameters)
		for i := range offers {
			o := &offers[i]
			match := map[string]int{"*/*": 1, "application/*": 2, o.media: 3}[named]
			if match > o.match {
				o.match, o.quality, o.place = match, quality, place
			}
		}
	}
	a, b := offers[0], offers[1]
	if b.quality > a.quality || b.quality == a.quality && b.match == 3 && (a.match < 3 || b.place < a.place) {
		a = b
	}
	return a.media, a.quality > 0
}

// quality is how much a client likes a media type, 0 to 1.
func quality(parameters map[string]string) float64 {
	text, given := parameters["q"]
	if !given {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

func isUTF8(parameters map[string]string) bool {
	charset, given := parameters["charset"]
	return !given || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}
