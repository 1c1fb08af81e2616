package demo

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// pair is one asset that reached one lead.
type pair struct {
	lead  *enablement.Lead
	asset *enablement.Asset
	sent  *enablement.Send
	truth float64
	won   bool
}

// pairs lists what a scene sent, with what was meant to become of it and what did.
func pairs(scene *Scene, before time.Time) []pair {
	leads, assets := map[string]*enablement.Lead{}, map[string]*enablement.Asset{}
	for _, l := range scene.Leads {
		leads[l.ID] = l
	}
	for _, a := range scene.Assets {
		assets[a.ID] = a
	}
	type key struct{ send, asset string }
	succeeded := map[key]bool{}
	for _, o := range scene.Outcomes {
		succeeded[key{o.SendID, o.AssetID}] = true
	}
	var all []pair
	for _, s := range scene.Sends {
		for _, id := range s.AssetIDs {
			if s.SentAt.Before(before) {
				p := pair{leads[s.LeadID], assets[id], s, 0, succeeded[key{s.ID, id}]}
				p.truth = Truth(p.lead, p.asset)
				all = append(all, p)
			}
		}
	}
	return all
}

// Rule 9: what became of sends is what Truth says, band by band.
func TestOutcomesFollowTheTruth(t *testing.T) {
	now := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	scene, err := Stage(now, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	if len(scene.Sends) != 20_000 {
		t.Fatalf("%d sends, want 20000", len(scene.Sends))
	}
	var sends, successes, expected [8]float64
	for _, p := range pairs(scene, now.AddDate(0, 0, -7)) { // the last week's views are still to come
		band := min(int(p.truth*10), 7)
		sends[band]++
		expected[band] += p.truth
		if p.won {
			successes[band]++
		}
	}
	for band, n := range sends {
		if n < 50 {
			t.Errorf("%v sends with a truth of %.1f or more, too few to tell", n, float64(band)/10)
			continue
		}
		want, got := expected[band]/n, successes[band]/n
		if off := 4 * math.Sqrt(want*(1-want)/n); math.Abs(got-want) > off {
			t.Errorf("of %v sends with a truth of %.3f, %.3f succeeded, more than %.3f off", n, want, got, off)
		}
	}
}

// Rules 2, 3 and 9: proven pairs succeed most, the e-book of APAC rarely, and
// what tags promise is not what all pieces keep.
func TestTheTruthIsNotInTheTagsAlone(t *testing.T) {
	scene, err := Stage(time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC), HistorySends)
	if err != nil {
		t.Fatal(err)
	}
	sums, counts := map[string]float64{}, map[string]float64{}
	note := func(group string, truth float64) { sums[group] += truth; counts[group]++ }
	for _, lead := range scene.Leads {
		for _, asset := range scene.Assets {
			truth := Truth(lead, asset)
			if truth < rarest || truth > surest {
				t.Fatalf("%v for %s", truth, *asset.ExternalID)
			}
			var names []string
			for i := lead.Industry; i != nil; i = i.Parent {
				names = append(names, i.Name)
			}
			id := (*asset.ExternalID)[len(prefix):]
			matches := lead.Persona != nil && slices.Contains(asset.PersonaIDs, lead.Persona.ID)
			switch q := quality(id); {
			case id == "trust-ebook":
				note("e-book", truth)
			case lead.Persona != nil && slices.Contains(provenFor(lead.Persona.Name, names), id):
				note("proven", truth)
			case q < 0.5 && matches:
				note("duds", truth)
			case q > 1.5 && matches:
				note("gems", truth)
			case matches:
				note("tagged", truth)
			default:
				note("others", truth)
			}
		}
	}
	mean := func(group string) float64 { return sums[group] / counts[group] }
	order := []string{"proven", "gems", "tagged", "duds", "e-book"}
	for i := 1; i < len(order); i++ {
		if a, b := mean(order[i-1]), mean(order[i]); !(a > 1.2*b) {
			t.Errorf("%s succeed with %.3f, %s with %.3f; want clearly less", order[i-1], a, order[i], b)
		}
	}
}

// Rule 10: reps do better than chance and worse than they could, so that there
// is something to recommend.
func TestWhatRepsSendCanBeBeaten(t *testing.T) {
	now := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	scene, err := Stage(now, HistorySends)
	if err != nil {
		t.Fatal(err)
	}
	sent, best, chance, popular, n := 0.0, 0.0, 0.0, 0.0, 0.0
	all := pairs(scene, now)
	times := map[*enablement.Asset]int{}
	var most *enablement.Asset
	for _, p := range all {
		if times[p.asset]++; most == nil || times[p.asset] > times[most] {
			most = p.asset
		}
	}
	for _, p := range all {
		top, sum, count := 0.0, 0.0, 0.0
		for _, a := range scene.Assets {
			if a.Status == enablement.StatusPublished && a.Language == "en" {
				truth := Truth(p.lead, a)
				top, sum, count = max(top, truth), sum+truth, count+1
			}
		}
		sent, best, chance, popular, n = sent+p.truth, best+top, chance+sum/count, popular+Truth(p.lead, most), n+1
	}
	t.Logf("chance %.3f, the most sent %.3f, as sent %.3f, the best %.3f", chance/n, popular/n, sent/n, best/n)
	if !(sent > 1.5*chance && best > 1.3*sent && best > 2*popular) {
		t.Errorf("chance %.3f, the most sent %.3f, as sent %.3f, the best %.3f", chance/n, popular/n, sent/n, best/n)
	}
}

func TestASceneIsTheSameForTheSameDay(t *testing.T) {
	morning, evening := time.Date(2026, 6, 3, 0, 0, 1, 0, time.UTC), time.Date(2026, 6, 3, 23, 0, 0, 0, time.UTC)
	a, errA := Stage(morning, HistorySends)
	b, errB := Stage(evening, HistorySends)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	strip := func(s *Scene) []enablement.Outcome {
		var out []enablement.Outcome
		for _, o := range s.Outcomes {
			c := *o
			c.RecordedAt = time.Time{}
			out = append(out, c)
		}
		return out
	}
	if diff := cmp.Diff(strip(a), strip(b)); diff != "" || len(a.Outcomes) < 300 {
		t.Errorf("%d outcomes, made twice on one day:\n%.500s", len(a.Outcomes), diff)
	}
	for _, o := range a.Outcomes {
		if !o.At.Before(morning) {
			t.Fatalf("%+v lies in the future", o)
		}
	}
}
