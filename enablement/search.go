package enablement

import "time"

// SearchEventKind is what happened to a search.
type SearchEventKind string

// The kinds: a person read the answer of a search, opened something of it, sent
// something of it.
const (
	SearchAsked  SearchEventKind = "ASKED"
	SearchOpened SearchEventKind = "OPENED"
	SearchSent   SearchEventKind = "SENT"
)

// What makes a search, and for how long something follows from it.
const (
	// SearchStood is how long an answer must stand to have been read: a box that
	// searches while it is typed into asks with every letter.
	SearchStood = 2 * time.Second
	// SearchOpenedWithin and SearchSentWithin are how long after an answer what it
	// held is opened and sent because of it.
	SearchOpenedWithin = 15 * time.Minute
	SearchSentWithin   = 30 * time.Minute
	// SearchesKept is how long searches are kept.
	SearchesKept = 400 * 24 * time.Hour
)

// SearchEvent is the record of one thing that happened to a search. It never
// changes. The rep and the moment of asking tell searches apart: a person asks
// one thing at a time.
type SearchEvent struct {
	ID         string          `bson:"_id"` // derived from rep, askedAt, kind and asset
	Kind       SearchEventKind `bson:"kind"`
	RepID      string          `bson:"rep"`
	AskedAt    time.Time       `bson:"askedAt"`
	At         time.Time       `bson:"at"`
	RecordedAt time.Time       `bson:"recordedAt"`

	// Of SearchAsked.
	Role    Role     `bson:"role,omitempty"`
	Typed   string   `bson:"typed,omitempty"`   // see SearchTerm
	Term    string   `bson:"term,omitempty"`    // see SearchTerm
	Filters []string `bson:"filters,omitempty"` // see SearchFilters
	Hits    int      `bson:"hits,omitempty"`

	// Of the others.
	AssetID string `bson:"asset,omitempty"`
}

// NewSearch makes the record that a person asked for something, or nil where
// the text has no word: that is a list, not a search. The id is the store's to
// set.
func NewSearch(viewer *User, text string, filter *AssetFilter, hits int, at time.Time) *SearchEvent {
	typed, term := SearchTerm(text)
	if term == "" {
		return nil
	}
	return &SearchEvent{
		Kind: SearchAsked, RepID: viewer.ID, AskedAt: Instant(at), At: Instant(at),
		Role: viewer.Role, Typed: typed, Term: term, Filters: SearchFilters(filter), Hits: hits,
	}
}

// Used makes the record that an asset of a search's answer was opened or sent.
func (e *SearchEvent) Used(kind SearchEventKind, assetID string, at time.Time) *SearchEvent {
	return &SearchEvent{Kind: kind, RepID: e.RepID, AskedAt: e.AskedAt, At: Instant(at), AssetID: assetID}
}
