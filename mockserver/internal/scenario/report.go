package scenario

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"cariqamock/internal/printable"
	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/jsonmatch"
)

// A Report is a scenario file of a world's state and the calls that were made
// since, as steps with the answers that they got.
type Report struct {
	Start *Exported // its clock stands still
	Notes []string  // lines of comments at the top of the file
	Items []Reported
	End   time.Time // of the world's clock
}

// A Reported is a call, or something to be said in the place of one.
type Reported struct {
	Comment string          // lines of a comment; may be empty
	Step    *Step           // nil: only a comment
	At      time.Time       // of the world's clock
	Answer  json.RawMessage // of the step, redacted; nil if it is not to be compared
}

// Step returns the step that makes a recorded call again, with the status that it
// got and the rule that refused it. {user} stands for its User. The error is
// ErrNoStep.
func (r Recorded) Step() (Step, error) {
	s, err := r.step()
	if err != nil {
		return Step{}, err
	}
	return s, s.Check()
}

// Check returns ErrNoStep if a step could not be read as it is written.
func (s Step) Check() error {
	w := &writer{}
	w.items("", reflect.ValueOf([]Step{s}))
	again, err := Parse("step.yaml", []byte("name: step\ntitle: A step\nusers: [{id: "+stepUser+"}]\ntry:\n"+w.String()), Known{})
	if err != nil || !reflect.DeepEqual(again.Steps[0], s) {
		return noStep("its values cannot be written in YAML")
	}
	return nil
}

// Redacted reports whether something was taken out of the call.
func (s Step) Redacted() bool { return len(s.redacted(redact.Is)) > 0 }

// maxAnswer is how many bytes of an answer a step compares.
const maxAnswer = 16 << 10

// Steps returns the steps of the report, with moves of the clock between them, and
// for each the item that it belongs to. What an answer has made, such as an id, is
// saved for the calls that use it.
func (r *Report) Steps() (steps []Step, items []int) {
	w := &writer{}
	w.block("", "", reflect.ValueOf(*r.Start.file))
	made := newMadeValues(w.Bytes())
	now := r.Start.file.Clock.Start.absolute
	move := func(item int, to time.Time) {
		if d := to.Sub(now); d > 0 {
			steps, items, now = append(steps, Step{Advance: new(Duration(d))}), append(items, item), to
		}
	}
	for i, item := range r.Items {
		if item.Step == nil {
			continue
		}
		move(i, item.At)
		s := *item.Step
		s.Want = new(*s.Want)
		s = made.use(steps, s)
		if len(item.Answer) > 0 && len(item.Answer) <= maxAnswer {
			if v, err := jsonmatch.Decode(item.Answer); err == nil {
				s.Want.Body, _ = made.want(steps, v)
			}
		}
		steps, items = append(steps, s), append(items, i)
		made.add(len(steps)-1, item.Answer)
	}
	move(len(r.Items), r.End)
	return steps, items
}

// Write returns the file with steps that Steps has returned, of which the wants may
// have been changed.
func (r *Report) Write(steps []Step, items []int) []byte {
	w := &writer{}
	comment(w, strings.Join(r.Notes, "\n"))
	if r.Start.redacted {
		w.WriteString(redactedNote)
	}
	f := *r.Start.file
	f.Replay, f.Try = true, nil
	w.block("", "", reflect.ValueOf(f))
	if len(steps) > 0 {
		w.WriteString("try:\n")
	}
	next := 0
	for i, item := range r.Items {
		for ; next < len(items) && items[next] == i; next++ {
			if steps[next].Advance == nil {
				comment(w, item.Comment)
				item.Comment = ""
			}
			w.items("", reflect.ValueOf(steps[next:next+1]))
		}
		comment(w, item.Comment)
	}
	w.items("", reflect.ValueOf(steps[next:]))
	return w.Bytes()
}

// comment writes lines of a comment.
func comment(w *writer, text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		w.WriteString(strings.TrimRight("# "+printable.Line(line), " ") + "\n")
	}
}
