package cli

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress is a bar on a terminal, and nothing elsewhere.
type progress struct{ bar *progressbar.ProgressBar }

// newProgress makes a bar towards total; -1: not known.
func newProgress(streams Streams, total int64, title string) *progress {
	if !streams.Terminal {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(streams.Err),
		progressbar.OptionSetDescription(title),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetWidth(30),
		progressbar.OptionClearOnFinish(),
	)}
}

// The bar's own errors are those of a terminal that went away: nothing to do.

func (p *progress) set(done int64) {
	if p.bar != nil {
		_ = p.bar.Set64(done)
	}
}

func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// total says how far the bar goes, once that is known.
func (p *progress) total(n int64) {
	if p.bar != nil && n > 0 && p.bar.GetMax64() != n {
		p.bar.ChangeMax64(n)
	}
}
