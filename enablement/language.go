package enablement

import (
	"iter"
	"slices"
	"strings"
)

// tongue is a language that collateral comes in: what people call it in their
// notes, folded, and the small words that it cannot be written without.
type tongue struct {
	code, name string
	called     string
	small      string
}

// tongues has the languages by code. A language is a row here.
var tongues = []tongue{
	{"de", "German", "german deutsch deutsche deutscher deutschen", "und der die das nicht mit auf fur ist ein eine wir fehlen keine zu"},
	{"en", "English", "english englisch anglais ingles inglese", "the and of to in is for with on not we our they has have are was at by from"},
	{"es", "Spanish", "spanish espanol espanola espanoles castellano", "el los las una con para por que del no se en muy pero"},
	{"fr", "French", "french francais francaise francophone", "le les des une avec pour pas sur dans est nous du aux trop"},
	{"it", "Italian", "italian italiano italiana", "il gli della dei una con per non sono nel che troppo"},
	{"ja", "Japanese", "japanese 日本語", ""},
	{"ko", "Korean", "korean 한국어", ""},
	{"nl", "Dutch", "dutch nederlands nederlandse", "het een van niet met voor zijn wij op geen naar te"},
	{"pt", "Portuguese", "portuguese portugues portuguesa", "os uma com para nao que dos em muito sem"},
	{"sv", "Swedish", "swedish svenska svensk", "och det att inte med for som vi ar ett pa"},
	{"zh", "Chinese", "chinese mandarin 中文", ""},
}

// besideLanguage are words beside which the name of a language means it:
// "Speaks German only", "wants Spanish documents". Without one it is a country's:
// "the German subsidiary".
var besideLanguage = strings.Fields(`speak speaks speaking read reads prefer prefers preferred language languages
	document documents doc docs material materials version versions collateral brochure brochures pdf pdfs content
	spricht sprechen liest lesen sprache unterlagen dokumente dokumenten materialien
	parle parlent lit langue documentation habla hablan lee idioma documentos documentacion materiales`)

// cueDistance is how many words such a word may stand away.
const cueDistance = 3

// aheadOfLanguage and behindLanguage are words that say the same where they stand
// right before or behind the name: "auf Deutsch", "Spanish only".
var (
	aheadOfLanguage = strings.Fields("auf nur en em pa")
	behindLanguage  = strings.Fields("only please nur bitte solo seulement uniquement")
)

// elsewhere are words with which something else begins. "In German" means the
// language at the end of a text and before one of these, not in "in German plants".
var elsewhere = strings.Fields("and or but if as because by before und oder y o et ou")

// inLanguage tells whether the name of a language at a place says in which.
func inLanguage(words []string, i int) bool {
	if i == 0 || words[i-1] != "in" {
		return false
	}
	return i == len(words)-1 || slices.Contains(behindLanguage, words[i+1]) || slices.Contains(elsewhere, words[i+1])
}

// LanguagesWanted gives the codes of the languages that texts about a person
// ask for by name, or else are written in where that is not English; none: they
// do not say.
func LanguagesWanted(texts ...string) []string {
	var named []string
	for _, text := range texts {
		for _, wish := range languageWishes(foldedWords(text)) {
			if !slices.Contains(named, wish.code) {
				named = append(named, wish.code)
			}
		}
	}
	if len(named) > 0 {
		return named
	}
	if code := writtenIn(texts); code != "" && code != "en" {
		return []string{code}
	}
	return nil
}

// languageWish is a language asked for by name: the words of a text that do so.
type languageWish struct {
	code  string
	words []int // the name and those beside it
}

func languageWishes(words []string) (wishes []languageWish) {
	for i, w := range words {
		code, ok := languageCalled(w)
		if !ok {
			continue
		}
		wish := languageWish{code: code}
		for j := max(0, i-cueDistance); j < min(len(words), i+cueDistance+1); j++ {
			if slices.Contains(besideLanguage, words[j]) || j == i-1 && slices.Contains(aheadOfLanguage, words[j]) || j == i+1 && slices.Contains(behindLanguage, words[j]) {
				wish.words = append(wish.words, j)
			}
		}
		if inLanguage(words, i) {
			wish.words = append(wish.words, i-1)
		}
		if len(wish.words) > 0 {
			wish.words = append(wish.words, i)
			wishes = append(wishes, wish)
		}
	}
	return wishes
}

// WithoutLanguageWishes leaves out of a text the words that ask for a language:
// "German documents" are in German and need not speak of it.
func WithoutLanguageWishes(text string) string {
	fields := strings.Fields(text)
	var words []string
	var field []int // of each word
	for i, f := range fields {
		for _, w := range foldedWords(f) {
			words, field = append(words, w), append(field, i)
		}
	}
	wishes := languageWishes(words)
	if len(wishes) == 0 {
		return text
	}
	for _, wish := range wishes {
		for _, w := range wish.words {
			fields[field[w]] = ""
		}
	}
	return strings.Join(slices.DeleteFunc(fields, func(f string) bool { return f == "" }), " ")
}

// leastSmall is how many small words of a language a text has at least that is
// taken for being written in it.
const leastSmall = 2

// writtenIn is the language of which texts have most small words, empty where
// they have few or two have as many.
func writtenIn(texts []string) string {
	best, most, tied := "", leastSmall-1, false
	words := foldedWords(strings.Join(texts, " "))
	for _, t := range tongues {
		small, n := strings.Fields(t.small), 0
		for _, w := range words {
			if slices.Contains(small, w) {
				n++
			}
		}
		switch {
		case n > most:
			best, most, tied = t.code, n, false
		case n == most && best != "":
			tied = true
		}
	}
	if tied {
		return ""
	}
	return best
}

// Languages gives the codes of the languages that collateral comes in, with what
// each is called in English, in itself and by its neighbours, folded.
func Languages() iter.Seq2[string, []string] {
	return func(yield func(code string, called []string) bool) {
		for _, t := range tongues {
			if !yield(t.code, strings.Fields(t.called)) {
				return
			}
		}
	}
}

// LanguageCalled gives the code of a language by what it is called in English, in
// itself or by its neighbours.
func LanguageCalled(name string) (code string, ok bool) {
	words := foldedWords(name)
	if len(words) != 1 {
		return "", false
	}
	return languageCalled(words[0])
}

func languageCalled(folded string) (code string, ok bool) {
	code, ok = codeByName[folded]
	return code, ok
}

// codeByName is asked for every word of what is known of a person.
var codeByName = func() map[string]string {
	codes := map[string]string{}
	for code, called := range Languages() {
		for _, name := range called {
			addFirst(codes, name, code)
		}
	}
	return codes
}()

// LanguageOf is the primary subtag of a language code: "pt" of "pt-br".
func LanguageOf(code string) string {
	primary, _, _ := strings.Cut(strings.ToLower(code), "-")
	return primary
}

// LanguageName is what a language is called in English, its code where that is
// not known.
func LanguageName(code string) string {
	primary := LanguageOf(code)
	for _, t := range tongues {
		if t.code == primary {
			return t.name
		}
	}
	return primary
}
