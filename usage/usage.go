package usage

import "github.com/quiverhq/quiver/enablement"

// Totals counts the range and filter of u. A Usage without From and To is taken
// from its Range as of now.
func (l *Ledger) Totals(u *enablement.Usage) *enablement.UsageTotals {
	from, to := l.span(u)
	v, sc := l.ask(&u.Filter, from, to)
	defer l.giveBack(sc)
	t := l.total(v, sc)
	return t.totals()
}

// SentAssets gives the ids of the assets that were sent within the range and
// filter of u, for Usage.unused.
func (l *Ledger) SentAssets(u *enablement.Usage) map[string]bool {
	from, to := l.span(u)
	v, sc := l.ask(&u.Filter, from, to)
	defer l.giveBack(sc)
	ids := map[string]bool{}
	for a, n := range l.perAsset(v, sc) {
		if n > 0 && (v.wanted == nil || v.wanted[a]) {
			ids[v.assetNames[a]] = true
		}
	}
	return ids
}
