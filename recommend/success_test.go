package recommend

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

// usual is what all assets together show: a fifth of the promise succeeds.
var usual = enablement.Evidence{Promise: 5_000, Successes: 1_000}

// everywhere is a record of which every cell shows the same.
func everywhere(promise, successes float64) *enablement.TrackRecord {
	e := enablement.Evidence{Promise: promise, Successes: successes}
	return &enablement.TrackRecord{Sends: int(promise), Anybody: e, Persona: e, Industry: e, PersonaIndustry: e, Cell: e}
}

// Three sends that all succeeded, whatever little they promised, stay behind a
// piece of forty or more that promised eight successes and brought 1.75 times as
// many.
func TestThreeLuckySuccessesNeverBeatAProvenPiece(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sends := rapid.IntRange(40, 10_000).Draw(t, "sends")
		rate := rapid.Float64Range(0.01, 0.5).Draw(t, "usual rate")
		promise := rapid.Float64Range(8, 1_000).Draw(t, "promised successes") / rate
		overall := enablement.Evidence{Promise: 5_000, Successes: 5_000 * rate}
		proven := everywhere(promise, promise*rate*rapid.Float64Range(1.75, 4).Draw(t, "kept"))
		proven.Sends = sends
		lucky := everywhere(3*rapid.Float64Range(0.17, 3).Draw(t, "lucky promise"), 3)
		lucky.Sends = 3
		if l, p := promiseKept(lucky, overall), promiseKept(proven, overall); l >= p || l > 4.0/3 {
			t.Fatalf("3 of 3 keep %.3f, %d keep %.3f", l, sends, p)
		}
	})
}

func TestThreeLuckySuccessesNeverBeatAHundred(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typical := rapid.Float64Range(0.001, 0.5).Draw(t, "usual rate")
		sends := rapid.Float64Range(100, 10_000).Draw(t, "sends")
		rate := rapid.Float64Range(typical+0.16, 1).Draw(t, "rate")
		overall := enablement.Evidence{Promise: 5_000, Successes: 5_000 * typical}
		proven := everywhere(sends, sends*rate)
		if rapid.Bool().Draw(t, "to others") {
			*proven = enablement.TrackRecord{Sends: proven.Sends, Anybody: proven.Anybody}
		}
		if lucky, proven := promiseKept(everywhere(3, 3), overall), promiseKept(proven, overall); lucky >= proven {
			t.Fatalf("3 of 3 gives %.3f, %.0f of %.0f gives %.3f", lucky, sends*rate, sends, proven)
		}
	})
}

func TestPromiseKeptPrefers(t *testing.T) {
	among := func(persona, cell enablement.Evidence) *enablement.TrackRecord {
		r := everywhere(0, 0)
		r.Sends = 200
		r.Anybody, r.Persona, r.PersonaIndustry, r.Cell = enablement.Evidence{Promise: 200, Successes: 40}, persona, cell, cell
		return r
	}
	half, none := enablement.Evidence{Promise: 40, Successes: 20}, enablement.Evidence{Promise: 40}
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
		{"success with the wrong people to as much with the right ones", everywhere(20, 10), everywhere(60, 10)},
	} {
		if better, than := promiseKept(test.better, usual), promiseKept(test.than, usual); better <= than {
			t.Errorf("prefers %s: %.3f is not more than %.3f", test.story, better, than)
		}
	}
	if got := promiseKept(everywhere(0, 0), usual); math.Abs(got-1) > 1e-12 {
		t.Errorf("an asset never sent is taken to keep %v of its promise, want 1", got)
	}
}

// What is kept is a number above 0, and its lift one of 0 to 1, whatever
// evidence comes in.
func TestPromiseKeptIsANumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) enablement.Evidence {
			return enablement.Evidence{Promise: rapid.Float64Range(0, 1e6).Draw(t, name), Successes: rapid.Float64Range(0, 1e6).Draw(t, name+" successes")}
		}
		r := &enablement.TrackRecord{
			Anybody: draw("anybody"), Persona: draw("persona"), Industry: draw("industry"),
			PersonaIndustry: draw("both"), Cell: draw("cell"),
		}
		overall := enablement.Evidence{Promise: rapid.Float64Range(1e-9, 1e6).Draw(t, "overall"), Successes: rapid.Float64Range(1e-9, 1e6).Draw(t, "overall successes")}
		kept := promiseKept(r, overall)
		if !(kept >= 0) || math.IsInf(kept, 0) {
			t.Fatalf("keeps %v", kept)
		}
		if l := lift(kept); !(l >= 0 && l <= 1) {
			t.Fatalf("the lift of %v is %v", kept, l)
		}
	})
}

func TestLift(t *testing.T) {
	for kept, want := range map[float64]float64{1: 1.0 / 3, 2: 2.0 / 3, 0.5: 0, 4: 1, 100: 1, 0: 0} {
		if got := lift(kept); math.Abs(got-want) > 1e-12 {
			t.Errorf("the lift of %v is %v, want %v", kept, got, want)
		}
	}
}
