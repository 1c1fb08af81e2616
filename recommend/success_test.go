package recommend

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

// usual is what all assets together show: a fifth of the sends succeed.
var usual = enablement.Evidence{Sends: 5_000, Successes: 1_000}

// everywhere is a record of which every cell shows the same.
func everywhere(sends, successes float64) *enablement.TrackRecord {
	e := enablement.Evidence{Sends: sends, Successes: successes}
	return &enablement.TrackRecord{Sends: int(sends), Anybody: e, Persona: e, Industry: e, PersonaIndustry: e, Cell: e}
}

// Three sends that all succeeded stay behind a piece whose hundred or more show
// clearly more than is usual, wherever those went.
func TestThreeLuckySuccessesNeverBeatAProvenPiece(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typical := rapid.Float64Range(0.001, 0.5).Draw(t, "usual rate")
		sends := rapid.Float64Range(100, 10_000).Draw(t, "sends")
		rate := rapid.Float64Range(typical+0.16, 1).Draw(t, "rate")
		overall := enablement.Evidence{Sends: 5_000, Successes: 5_000 * typical}
		proven := everywhere(sends, sends*rate)
		if rapid.Bool().Draw(t, "to others") {
			*proven = enablement.TrackRecord{Anybody: proven.Anybody}
		}
		if lucky, proven := successRate(everywhere(3, 3), overall), successRate(proven, overall); lucky >= proven {
			t.Fatalf("3 of 3 gives %.3f, %.0f of %.0f gives %.3f", lucky, sends*rate, sends, proven)
		}
	})
}

func TestSuccessRatePrefers(t *testing.T) {
	among := func(persona, cell enablement.Evidence) *enablement.TrackRecord {
		r := everywhere(0, 0)
		r.Anybody, r.Persona, r.PersonaIndustry, r.Cell = enablement.Evidence{Sends: 200, Successes: 40}, persona, cell, cell
		return r
	}
	half, none := enablement.Evidence{Sends: 40, Successes: 20}, enablement.Evidence{Sends: 40}
	for _, test := range []struct {
		story        string
		better, than *enablement.TrackRecord
	}{
		{"what succeeds to what does not", everywhere(40, 20), everywhere(40, 2)},
		{"what was never sent to what fails", everywhere(0, 0), everywhere(40, 1)},
		{"what succeeds more than usual to what was never sent", everywhere(40, 20), everywhere(0, 0)},
		{"more of the same evidence", everywhere(80, 40), everywhere(8, 4)},
		{"success with this persona to failure with it", among(half, enablement.Evidence{}), among(none, enablement.Evidence{})},
		{"success in the very cell to success with the persona alone", among(half, half), among(half, enablement.Evidence{})},
	} {
		if better, than := successRate(test.better, usual), successRate(test.than, usual); better <= than {
			t.Errorf("prefers %s: %.3f is not more than %.3f", test.story, better, than)
		}
	}
	if got, want := successRate(everywhere(0, 0), usual), 0.2; math.Abs(got-want) > 1e-12 {
		t.Errorf("of an asset never sent %v is expected, want the usual %v", got, want)
	}
}

// The rate is one whatever evidence comes in.
func TestSuccessRateIsARate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) enablement.Evidence {
			sends := rapid.Float64Range(0, 1e6).Draw(t, name)
			return enablement.Evidence{Sends: sends, Successes: sends * rapid.Float64Range(0, 1).Draw(t, name+" rate")}
		}
		r := &enablement.TrackRecord{
			Anybody: draw("anybody"), Persona: draw("persona"), Industry: draw("industry"),
			PersonaIndustry: draw("both"), Cell: draw("cell"),
		}
		overall := draw("overall")
		rate := successRate(r, overall)
		if rate < 0 || rate > 1 {
			t.Fatalf("rate is %v", rate)
		}
		if l := lift(rate, share(overall)); l < 0 || l > 1 {
			t.Fatalf("lift is %v", l)
		}
	})
}
