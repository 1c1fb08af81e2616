package rows

import (
	"strings"
	"time"
	"unicode"

	"github.com/quiverhq/quiver/enablement"
)

// Noun is what a file holds.
type Noun string

// The nouns that can be imported and exported.
const (
	Personas   Noun = "personas"
	Industries Noun = "industries"
	Assets     Noun = "assets"
	Leads      Noun = "leads"
	Sends      Noun = "sends"
	Outcomes   Noun = "outcomes"
)

// Nouns lists every noun, each behind those that its rows name: the order in
// which an empty server takes them in.
func Nouns() []Noun { return []Noun{Personas, Industries, Assets, Leads, Sends, Outcomes} }

// Kind is what a field's value is.
type Kind int

// The kinds of fields.
const (
	Text  Kind = iota // a string
	List              // strings
	Enum              // one of Field.Values
	Enums             // a list of Field.Values
	Time              // a moment, in UTC
)

// Field is one field of a row. Required: no row is right without it.
type Field struct {
	Name     string
	Kind     Kind
	Values   []string
	Required bool
}

// Shape is what rows of one noun look like.
type Shape struct {
	Noun   Noun
	Fields []Field
	// check applies the server's rules to a row's values.
	check func(values, time.Time) []enablement.FieldError
}

// ShapeOf gives the shape of a noun's rows: the fields of its input
// (PersonaInput, ImportSendInput, …) in the order of the schema.
func ShapeOf(noun Noun) Shape {
	switch noun {
	case Personas:
		return Shape{Noun: noun, Fields: personaFields(), check: checkPersona}
	case Industries:
		return Shape{Noun: noun, Fields: industryFields(), check: checkIndustry}
	case Assets:
		return Shape{Noun: noun, Fields: assetFields(), check: checkAsset}
	case Leads:
		return Shape{Noun: noun, Fields: leadFields(), check: checkLead}
	case Outcomes:
		return Shape{Noun: noun, Fields: outcomeFields(), check: checkOutcome}
	default:
		return Shape{Noun: Sends, Fields: sendFields(), check: checkSend}
	}
}

func personaFields() []Field {
	return []Field{
		{Name: "name", Required: true},
		{Name: "description"},
		{Name: "jobTitles", Kind: List},
		{Name: "goals", Kind: List},
		{Name: "painPoints", Kind: List},
	}
}

func industryFields() []Field {
	return []Field{
		{Name: "name", Required: true},
		{Name: "aliases", Kind: List},
		{Name: "parent"},
	}
}

func assetFields() []Field {
	return []Field{
		{Name: "externalId"},
		{Name: "title", Required: true},
		{Name: "summary"},
		{Name: "body"},
		{Name: "type", Kind: Enum, Values: texts(enablement.AssetTypes())},
		{Name: "status", Kind: Enum, Values: texts(enablement.AssetStatuses())},
		{Name: "url"},
		{Name: "personas", Kind: List},
		{Name: "industries", Kind: List},
		{Name: "funnelStages", Kind: Enums, Values: texts(enablement.FunnelStages())},
		{Name: "topics", Kind: List},
		{Name: "language"},
		{Name: "publishedAt", Kind: Time},
		{Name: "expiresAt", Kind: Time},
		{Name: "verifiedAt", Kind: Time},
	}
}

func leadFields() []Field {
	return []Field{
		{Name: "externalId"},
		{Name: "firstName"},
		{Name: "lastName"},
		{Name: "email"},
		{Name: "jobTitle"},
		{Name: "company"},
		{Name: "industry"},
		{Name: "persona"},
		{Name: "lifecycleStage", Kind: Enum, Values: texts(enablement.LifecycleStages())},
		{Name: "source"},
		{Name: "campaign"},
		{Name: "painPoints", Kind: List},
		{Name: "notes"},
		{Name: "owner"},
	}
}

func sendFields() []Field {
	return []Field{
		{Name: "externalId", Required: true},
		{Name: "lead", Required: true},
		{Name: "assets", Kind: List, Required: true},
		{Name: "rep", Required: true},
		{Name: "channel", Kind: Enum, Values: texts(enablement.Channels())},
		{Name: "message"},
		{Name: "sentAt", Kind: Time, Required: true},
	}
}

func outcomeFields() []Field {
	return []Field{
		{Name: "send", Required: true},
		{Name: "asset"},
		{Name: "kind", Kind: Enum, Values: texts(enablement.OutcomeKinds()), Required: true},
		{Name: "at", Kind: Time, Required: true},
	}
}

// Field finds a field by its name, case, spaces, '_' and '-' ignored.
func (s Shape) Field(name string) (Field, bool) {
	for _, f := range s.Fields {
		if fold(f.Name) == fold(name) {
			return f, true
		}
	}
	return Field{}, false
}

// Names lists the names of the fields.
func (s Shape) Names() []string {
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names
}

// fold is a name without what people write differently: "External ID",
// "external_id" and "externalId" are one.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = string(v)
	}
	return out
}
