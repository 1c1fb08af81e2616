package recommend

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// Weights is what a full score of each signal contributes, in the order of the
// table of signals; they add up to 1.
type Weights [signalCount]float64

// DefaultWeights gives those of the table: the ones that serve.
func DefaultWeights() Weights {
	var w Weights
	for i := range signals {
		w[i] = signals[i].weight
	}
	return w
}

// With gives the weights with some of them changed, by signal, and all scaled to
// add up to 1 again. Errors, without a code as no client sees them: a signal that
// there is none of, a weight that is not from 0 to 1,000, weights that are all 0.
func (w Weights) With(changes map[string]float64) (Weights, error) {
	for name, weight := range changes {
		i := slices.IndexFunc(signals[:], func(s signal) bool { return strings.EqualFold(string(s.signal), name) })
		if i < 0 {
			return w, fmt.Errorf("there is no signal %q; the signals are %s", name, strings.Join(signalNames(), ", "))
		}
		if !(weight >= 0 && weight <= 1_000) {
			return w, fmt.Errorf("the weight of %s must be from 0 to 1,000, not %v", name, weight)
		}
		w[i] = weight
	}
	if w.sum() <= 0 {
		return w, errors.New("one signal at least must have a weight above 0")
	}
	return w.scaled(), nil
}

// withoutText are the weights for a person who said nothing: the others' shares
// among themselves stay as they are.
func (w Weights) withoutText() Weights {
	alone := w
	for i := range signals {
		if signals[i].signal == enablement.SignalText {
			alone[i] = 0
		}
	}
	if alone.sum() <= 0 {
		return w
	}
	return alone.scaled()
}

func (w Weights) sum() float64 {
	sum := 0.0
	for _, weight := range w {
		sum += weight
	}
	return sum
}

// scaled adds up to 1.
func (w Weights) scaled() Weights {
	sum := w.sum()
	for i := range w {
		w[i] /= sum
	}
	return w
}

func signalNames() []string {
	names := make([]string, len(signals))
	for i := range signals {
		names[i] = string(signals[i].signal)
	}
	return names
}

// String lists the weights by signal.
func (w Weights) String() string {
	parts := make([]string, len(w))
	for i := range w {
		parts[i] = fmt.Sprintf("%s %.3f", signals[i].signal, w[i])
	}
	return strings.Join(parts, ", ")
}

// Weigh has the engine rank by other weights. Called before it is used.
func (e *Engine) Weigh(w Weights) { e.weights = w }
