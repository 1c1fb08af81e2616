package usage

import (
	"bytes"

	"github.com/quiverhq/quiver/enablement"
)

// column is a value that each send has exactly one of.
type column int

// The columns, in the order of the table below.
const (
	leadColumn column = iota
	repColumn
	teamColumn
	channelColumn
	personaColumn
	industryColumn
	campaignColumn
	sourceColumn
	columnCount
)

// columns says, for each column, which dimension it answers, where a send keeps
// the value and which list of a filter narrows it. A new column is a row here.
var columns = [columnCount]struct {
	dimension enablement.UsageDimension // empty: nothing is grouped by it
	value     func(*enablement.Send) string
	wanted    func(*enablement.UsageFilter) []string // nil: no filter names it
}{
	leadColumn: {"", func(s *enablement.Send) string { return s.LeadID }, nil},
	repColumn: {
		enablement.ByRep, func(s *enablement.Send) string { return s.RepID },
		func(f *enablement.UsageFilter) []string { return f.Reps },
	},
	teamColumn: {
		enablement.ByTeam, func(s *enablement.Send) string { return s.Team },
		func(f *enablement.UsageFilter) []string { return f.Teams },
	},
	channelColumn: {
		enablement.ByChannel, func(s *enablement.Send) string { return string(s.Channel) },
		func(f *enablement.UsageFilter) []string { return texts(f.Channels) },
	},
	personaColumn: {
		enablement.ByPersona, func(s *enablement.Send) string { return s.PersonaID },
		func(f *enablement.UsageFilter) []string { return f.Personas },
	},
	industryColumn: {
		enablement.ByIndustry, func(s *enablement.Send) string { return s.IndustryID },
		func(f *enablement.UsageFilter) []string { return f.Industries },
	},
	campaignColumn: {
		enablement.ByCampaign, func(s *enablement.Send) string { return s.Campaign },
		func(f *enablement.UsageFilter) []string { return f.Campaigns },
	},
	sourceColumn: {
		enablement.ByLeadSource, func(s *enablement.Send) string { return s.Source },
		func(f *enablement.UsageFilter) []string { return f.Sources },
	},
}

// columnOf gives the column that a dimension is grouped by; none for what the
// asset decides (ASSET, ASSET_TYPE, FUNNEL_STAGE).
func columnOf(dim enablement.UsageDimension) (column, bool) {
	for c := range columns {
		if columns[c].dimension == dim && dim != "" {
			return column(c), true
		}
	}
	return 0, false
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// The columns are kept in chunks of fixed size, so that growing never copies
// what is there and a reader never meets an array that moves.
const (
	chunkBits = 12
	chunkSize = 1 << chunkBits
	blockBits = 13
	blockSize = 1 << blockBits
)

// chunk is chunkSize sends, column by column.
type chunk struct {
	sentAt  [chunkSize]int64 // Unix milliseconds
	values  [columnCount][chunkSize]uint32
	assetAt [chunkSize]uint32 // place of the first asset in table.assets
	assetN  [chunkSize]uint16 // how many assets
	idAt    [chunkSize]uint32 // place of the id in table.ids
	stage   [chunkSize]uint8  // stageOrdinal of the lead as it was
}

// table is the sends by number. A copy of the struct is a snapshot: what lies
// below its length never changes, the writer only adds behind it.
type table struct {
	chunks []*chunk
	assets []*[blockSize]uint32 // ordinals of assets, those of one send side by side
	ids    [][]byte             // see id.go
	n      uint32               // sends
	rows   int                  // sends, asset by asset

	// The writer's place in the last block.
	assetsUsed, idsUsed int
}

// row is what add needs to know of a send, encoded.
type row struct {
	id     []byte // packed
	sentAt int64
	values [columnCount]uint32
	assets []uint32
	stage  uint8
}

// add gives a send the next number.
func (t *table) add(r *row) uint32 {
	seq, i := t.n, t.n%chunkSize
	if i == 0 {
		t.chunks = append(t.chunks, new(chunk))
	}
	c := t.chunks[seq>>chunkBits]
	c.sentAt[i] = r.sentAt
	for k, v := range r.values {
		c.values[k][i] = v
	}
	c.assetAt[i], c.assetN[i] = t.addAssets(r.assets)
	c.idAt[i] = t.addID(r.id)
	c.stage[i] = r.stage
	t.n++
	t.rows += len(r.assets)
	return seq
}

// addAssets writes the assets of one send side by side within one block. There
// are never more than a block holds: see distinctAssets.
func (t *table) addAssets(assets []uint32) (at uint32, n uint16) {
	if len(t.assets) == 0 || t.assetsUsed+len(assets) > blockSize {
		t.assets = append(t.assets, new([blockSize]uint32))
		t.assetsUsed = 0
	}
	last := len(t.assets) - 1
	copy(t.assets[last][t.assetsUsed:], assets)
	at = uint32(last<<blockBits | t.assetsUsed)
	t.assetsUsed += len(assets)
	return at, uint16(len(assets))
}

func (t *table) sentAt(seq uint32) int64 {
	return t.chunks[seq>>chunkBits].sentAt[seq%chunkSize]
}

func (t *table) stage(seq uint32) uint8 { return t.chunks[seq>>chunkBits].stage[seq%chunkSize] }

func (t *table) value(seq uint32, c column) uint32 {
	return t.chunks[seq>>chunkBits].values[c][seq%chunkSize]
}

// assetsOf gives the ordinals of a send's assets, each once.
func (t *table) assetsOf(seq uint32) []uint32 {
	c, i := t.chunks[seq>>chunkBits], seq%chunkSize
	at := c.assetAt[i]
	off := at % blockSize
	return t.assets[at>>blockBits][off : off+uint32(c.assetN[i])]
}

// before is the order of every series: by time and, within a millisecond, by id
// from the last to the first, so that a series read backwards is newest first
// with ties by id.
func (t *table) before(a, b uint32) bool {
	x, y := t.sentAt(a), t.sentAt(b)
	if x != y {
		return x < y
	}
	var p, q idBytes
	return bytes.Compare(t.appendID(p[:0], a), t.appendID(q[:0], b)) > 0
}
