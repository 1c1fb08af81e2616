package enablement

// Node is a thing that has an id of its own: Query.node finds it by that.
type Node interface{ IsNode() }

// IsNode marks an Asset as a Node.
func (*Asset) IsNode() {}

// IsNode marks a Persona as a Node.
func (*Persona) IsNode() {}

// IsNode marks an Industry as a Node.
func (*Industry) IsNode() {}

// IsNode marks a Lead as a Node.
func (*Lead) IsNode() {}

// IsNode marks a Send as a Node.
func (*Send) IsNode() {}

// IsNode marks a User as a Node.
func (*User) IsNode() {}

// IsNode marks Synonyms as a Node.
func (*Synonyms) IsNode() {}

// The readable prefixes of ids: Query.node knows by them where to look.
const (
	AssetPrefix    = "ast_"
	PersonaPrefix  = "per_"
	IndustryPrefix = "ind_"
	LeadPrefix     = "led_"
	SendPrefix     = "snd_"
	OutcomePrefix  = "out_"
	SearchPrefix   = "sea_"
	UserPrefix     = "usr_"
	SynonymsPrefix = "syn_"
)
