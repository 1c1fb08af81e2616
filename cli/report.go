package cli

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/quiverhq/quiver/cli/rows"
)

// report is what an import says: each fault as FILE:LINE: field: message on
// the error stream, the sums on the output.
type report struct {
	file     string
	out, err io.Writer
	progress *progress

	most    int // faults that are printed; 0: all
	printed int
	told    map[string]bool // warnings of the server, each said once

	created, updated, unchanged, failed int
	warnings                            int
	withoutID                           int // assets that will be added again by the next import
	doubled                             int // rows that may be in twice
	last                                int // line of the last row that was handled; 0: none
}

func newReport(file string, most int, streams Streams, progress *progress) *report {
	return &report{file: file, out: streams.Out, err: streams.Err, progress: progress, most: most, told: map[string]bool{}}
}

// row reports what is wrong with a row before it is sent.
func (r *report) row(row rows.Row) {
	for _, f := range row.Faults {
		r.fault(row.Line, f.Path, f.Message)
	}
	if len(row.Faults) > 0 {
		r.failed++
	}
	for _, w := range row.Warnings {
		r.warning(row.Line, w.Path, w.Message)
	}
}

// result reports what the server made of the rows that stand on lines.
func (r *report) result(result importResult, lines []int) {
	r.created += result.Created
	r.updated += result.Updated
	r.unchanged += result.Unchanged
	r.failed += result.Failed
	for _, e := range result.Errors {
		r.fault(lineOf(e.Row, lines), e.Field, e.Message)
	}
	for _, w := range result.Warnings {
		message := withLines(w.Message, lines)
		if key := w.Field + "\x00" + message; !r.told[key] {
			r.told[key] = true
			r.warning(lineOf(w.Row, lines), w.Field, message)
		}
	}
}

// otherRow is how the server names another row of the call in a warning.
var otherRow = regexp.MustCompile(`^row \d+|\(row \d+\)`)

// withLines gives a warning with the line of the file in place of a row of the
// call, which nobody at the command line knows.
func withLines(message string, lines []int) string {
	return otherRow.ReplaceAllStringFunc(message, func(said string) string {
		number := strings.Trim(said, "(row )")
		row, err := strconv.Atoi(number)
		if line := lineOf(row, lines); err == nil && line > 0 {
			return strings.Replace(said, "row "+number, "line "+strconv.Itoa(line), 1)
		}
		return said
	})
}

// lineOf is the line of a row that the server counts from 0; 0 where it counts
// beyond what it was sent.
func lineOf(row int, lines []int) int {
	if row < 0 || row >= len(lines) {
		return 0
	}
	return lines[row]
}

// handled moves the progress on.
func (r *report) handled(b batch) {
	r.progress.set(b.offset)
	if n := len(b.rows); n > 0 {
		r.last = b.rows[n-1].Line
	}
}

func (r *report) fault(line int, field, message string) {
	r.printed++
	if r.most > 0 && r.printed > r.most {
		return
	}
	r.say("%s", r.place(line, field)+message)
}

func (r *report) warning(line int, field, message string) {
	r.warnings++
	r.say("%s", r.place(line, field)+"warning: "+message)
}

func (r *report) place(line int, field string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: ", r.file, line)
	if field != "" {
		b.WriteString(field + ": ")
	}
	return b.String()
}

// retrying tells why an import stands still.
func (r *report) retrying(cause error, in time.Duration) {
	r.say("%v; trying again in %v", cause, in)
}

// say prints a line above the progress bar.
func (r *report) say(format string, args ...any) {
	r.progress.clear()
	fmt.Fprintf(r.err, format+"\n", args...)
}

// finish prints what remains to be said, and the sums. stopped: the file was
// not read to its end.
func (r *report) finish(noun rows.Noun, dryRun, stopped bool) {
	r.progress.finish()
	if stopped && r.last > 0 {
		r.say("the rows up to line %d were handled before the import stopped", r.last)
	}
	if hidden := r.printed - r.most; r.most > 0 && hidden > 0 {
		r.say("%s more faults are not printed (--max-errors %d)", thousands(hidden), r.most)
	}
	if r.withoutID > 0 {
		r.say("%s no externalId: importing the file again adds each again", numbered(r.withoutID, "asset has", "assets have"))
	}
	if r.doubled > 0 {
		r.say("up to %s without externalId may be in twice: the server was asked again after an answer was lost", numbered(r.doubled, "asset", "assets"))
	}
	prefix := ""
	if dryRun {
		prefix = "dry run, nothing was changed: "
	}
	fmt.Fprintf(r.out, "%s%s: %s created, %s updated, %s unchanged, %s failed, %s\n", prefix, noun,
		thousands(r.created), thousands(r.updated), thousands(r.unchanged), thousands(r.failed), numbered(r.warnings, "warning", "warnings"))
}

// numbered is a number with what is said of one, or of any other number.
func numbered(n int, one, others string) string {
	if n == 1 {
		others = one
	}
	return thousands(n) + " " + others
}

// thousands writes a number with commas between its groups of three digits.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
