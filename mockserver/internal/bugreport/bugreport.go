// Package bugreport writes what a tester has seen as one scenario file: the state
// of a world at an earlier change, and the calls since as steps with the answers
// that they got.
package bugreport

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/play"
	"cariqamock/mockserver/internal/world"
)

// Config is what a report needs beside its world.
type Config struct {
	Worlds  *world.Registry
	Version string // of the program
	// Fit makes the calls of a file on a server of their own, see play.Fit.
	Fit func(ctx context.Context, file []byte) (play.Fitted, error)
}

// A TooLargeError is the error for a world whose state alone is too large for a
// report.
type TooLargeError struct{ Bytes int }

// Error returns whole sentences: how large the file would be, the bound, and
// what to do.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("The world is too large for a bug report, which may have %d bytes: without any calls it would have %d. "+
		"Delete users that are not needed; or export the world, and have --scenarios read the file", limit.Report, e.Bytes)
}

const (
	patience = 30 * time.Second // for making the calls again
	rounds   = 14               // in which calls are made again
	// lastRounds begin with the last change: most calls could not be made again.
	lastRounds = 4
	bodies     = 20 // last answers that a report compares even if it gets too large
)

// Write returns a report of a world as a scenario file of a name. The file begins
// with the oldest change from which all later calls can be made again with the
// answers that they got. It fails with a *TooLargeError.
func Write(ctx context.Context, cfg Config, w *world.World, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	past, err := read(ctx, w)
	if err != nil {
		return nil, err
	}
	r := &reporter{cfg: cfg, world: w, name: name, past: past, base: past.base()}
	for round := range rounds + 1 {
		switch {
		case round == rounds || ctx.Err() != nil:
			r.giveUp()
		case round == rounds-lastRounds:
			r.base = r.last
		}
		file, done, err := r.round(ctx)
		if err != nil || done {
			return file, err
		}
	}
	return nil, errors.New("the calls of the world cannot be made again") // not reached: without calls a round is the last
}

// A reporter looks for the change that a report begins with.
type reporter struct {
	cfg   Config
	world *world.World
	name  string
	past
	base  int64 // the change
	lean  bool  // only the last answers are compared
	quiet bool  // no call is made again
}

// giveUp begins with the world as it is, and describes all calls in comments.
func (r *reporter) giveUp() {
	r.base, r.quiet = r.last, true
}

// round writes the file that begins with a change and makes its calls. If one of
// them gets another answer, done is false, and the next round begins later or
// without that call.
func (r *reporter) round(ctx context.Context) (file []byte, done bool, err error) {
	report, items, err := r.report(context.WithoutCancel(ctx))
	if err != nil {
		return nil, false, err
	}
	steps, of := report.Steps()
	switch file = report.Write(steps, of); {
	case len(file) <= limit.Report:
	case r.quiet:
		return nil, false, &TooLargeError{len(file)}
	default:
		r.shrink()
		return nil, false, nil
	}
	if len(steps) == 0 || r.quiet {
		return file, true, nil
	}
	for n, i := range slices.Backward(of) {
		if i < len(items) && items[i].changes && steps[n].Redacted() {
			r.base = items[i].last // another call than the one that was made
			return r.round(ctx)
		}
	}
	fitted, err := r.cfg.Fit(ctx, file)
	if err != nil {
		return nil, false, err
	}
	made := len(fitted.Steps)
	switch {
	case fitted.Wrong == nil:
		return report.Write(fitted.Steps, of), true, nil
	case of[made] >= len(items): // the last move of the clock
		return nil, false, fitted.Wrong
	}
	r.beyond(items[of[made]], fitted.Wrong)
	return nil, false, nil
}

// shrink makes the next file smaller.
func (r *reporter) shrink() {
	if r.lean {
		r.giveUp()
	}
	r.lean = true
}

// beyond has the next round begin right before a call that did not get its answer
// again. If that has been tried, it begins after the call; one that has changed
// nothing is left out.
func (r *reporter) beyond(i *item, wrong error) {
	before := i.first
	if i.changes {
		before--
	}
	switch before = r.onPath(before); {
	case r.base < before:
		r.base = before
	case i.changes:
		r.base = i.last
	default:
		i.step, i.why = nil, "made again, it gets another answer: "+wrong.Error()
	}
}

// report returns the report that begins with the base, and the items that it has.
func (r *reporter) report(ctx context.Context) (*scenario.Report, []*item, error) {
	out := &scenario.Report{End: r.end}
	var earlier, later []*item
	for _, i := range r.items {
		if i.changes && i.first <= r.base || i.first < r.base {
			earlier = append(earlier, i)
		} else {
			later = append(later, i)
		}
	}
	for n, i := range later {
		v := scenario.Reported{Step: i.step, At: i.at, Answer: i.answer}
		if r.quiet {
			v.Step = nil
		}
		if r.lean && n < len(later)-bodies {
			v.Answer = nil
		}
		if v.Step == nil {
			v.Comment = i.comment()
		}
		out.Items = append(out.Items, v)
	}
	if r.quiet { // bounded, as comments
		earlier, later, out.Items = append(earlier, later...), nil, nil
	}
	out.Notes = r.notes(earlier, len(later))
	err := r.cfg.Worlds.Past(ctx, r.world, r.base, func(w *world.World) (err error) {
		out.Start, err = export(w, r.name)
		return err
	})
	if errors.Is(err, world.ErrNotKept) && r.base < r.last { // forgotten meanwhile
		r.base = r.last
		return r.report(ctx)
	}
	return out, later, err
}

// export returns a world of the past as the beginning of a report.
func export(w *world.World, name string) (*scenario.Exported, error) {
	if _, err := scenario.Fits(w.State.Contents()); err != nil {
		return nil, err
	}
	return scenario.Export(scenario.Snapshot{
		Name: name, Title: "Bug report from a world of " + w.Scenario,
		State: w.State.Snapshot(), Frozen: true, Speed: w.Clock.Read().Speed, Faults: w.Faults.Remaining(), Revoked: w.Revoked,
	})
}

// shown is how many earlier calls a report lists.
const shown = 50

// notes returns the lines at the top of a report.
func (r *reporter) notes(earlier []*item, calls int) []string {
	out := []string{
		fmt.Sprintf("Bug report of a world that started in scenario %s, by cariqa-mock %s.", r.world.Scenario, r.cfg.Version),
		fmt.Sprintf("The world had made %d changes, the last one on %s.", r.last, r.wall.UTC().Format("2006-01-02 at 15:04 UTC")),
		fmt.Sprintf("The file has its state after change %d, and %d calls since with their answers.", r.base, calls),
		"The clock stands still between them. Secrets and card numbers are not in it.",
		"",
		"To see the world as it was: choose this file on the start page of the console.",
		"To make the calls and compare the answers: cariqa-mock scenario check FILE",
	}
	if r.undone > 0 {
		out = append(out, "", fmt.Sprintf("Not in the file: %d calls and changes that were undone by going back.", r.undone))
	}
	if len(earlier) > 0 {
		out = append(out, "", "What was done before, which is only in the state:")
		if n := len(earlier) - shown; n > 0 {
			out = append(out, fmt.Sprintf("(%d calls and changes)", n))
		}
		for _, i := range earlier[max(0, len(earlier)-shown):] {
			out = append(out, i.comment())
		}
	}
	return slices.Clip(out)
}
