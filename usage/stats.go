package usage

import "unsafe"

// Stats is how much the ledger holds, for metrics.
type Stats struct {
	Sends int // sends
	Rows  int // sends, asset by asset
	Bytes int // memory, approximately
}

// What a dictionary and a series cost beside what they hold: the entry of the
// map and the header of the name; the headers of the series, of its directory
// and of its first leaf.
const (
	entryBytes  = 64
	seriesBytes = int(unsafe.Sizeof(series{})) + 24
	cellBytes   = int(unsafe.Sizeof(cellKey{})+unsafe.Sizeof(cell{})) * 3 / 2 // with the map's free places
)

// Stats tells how much the ledger holds. Called when metrics are read.
func (l *Ledger) Stats() Stats {
	l.mu.RLock()
	defer l.mu.RUnlock()
	t := &l.table
	bytes := len(t.chunks)*int(unsafe.Sizeof(chunk{})) + len(t.assets)*blockSize*5 + len(t.ids)*idBlockSize
	for i := range l.ids.shards {
		bytes += len(l.ids.shards[i].slots) * 4
	}
	for _, d := range append(l.dictionaries[:], l.assets) {
		bytes += d.bytes + len(d.names)*entryBytes
	}
	bytes += (len(l.byLead) + len(l.byRep) + len(l.byAsset)) * seriesBytes
	bytes += (3*int(t.n) + t.rows) * 5 // the series' numbers with the room behind them
	for a := range l.toPersona {
		bytes += (cap(l.toPersona[a]) + cap(l.toIndustry[a])) * 4
		bytes += int(unsafe.Sizeof(track{})) + (cap(l.tracks[a].byPersona)+cap(l.tracks[a].byIndustry))*int(unsafe.Sizeof(weights{}))
	}
	bytes += len(l.cells)*cellBytes + len(l.wonAt)*entryBytes
	return Stats{Sends: int(t.n), Rows: t.rows, Bytes: bytes}
}
