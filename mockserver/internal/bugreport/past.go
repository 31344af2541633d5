package bugreport

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/jsonmatch"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/world"
)

// A past is what has happened in a world and has not been undone.
type past struct {
	path   []int64 // numbers of the changes, rising
	items  []*item
	last   int64     // change
	end    time.Time // of the world's clock
	wall   time.Time // of the last change
	undone int       // calls and changes
}

// An item is a call, or a change that was made without one.
type item struct {
	// first and last are the numbers of its changes. If it has changed nothing,
	// both are that of the change before it.
	first, last int64
	changes     bool
	at          time.Time // of the world's clock
	line        string    // that describes it
	step        *scenario.Step
	why         string // there is no step
	answer      json.RawMessage
}

// maxLine is how long a line of a comment gets, in characters.
const maxLine = 300

func (i *item) comment() string {
	line := i.at.UTC().Format("2006-01-02 15:04:05 ") + i.line
	if i.why != "" {
		line += " (" + i.why + ")"
	}
	return text.Shorten(strings.ReplaceAll(line, "\n", " "), maxLine)
}

// clockCall is no step: the clock moves between the steps as it did in the world.
const clockCall = "PUT /__admin/worlds/{world}/clock"

func actionOf(c store.Change) (a world.Action) {
	if json.Unmarshal(c.Call, &a) != nil {
		return world.Action{}
	}
	return a
}

// read reads the changes and the calls of a world.
func read(ctx context.Context, w *world.World) (past, error) {
	changes, err := w.History(ctx, limit.Changes)
	if err != nil {
		return past{}, err
	}
	calls := w.Journal.Select(journal.Filter{})
	slices.Reverse(calls)
	slices.Reverse(changes)
	latest := changes[len(changes)-1]
	p := past{last: latest.Seq, wall: latest.Wall, end: latest.Time}
	p.path = pathOf(changes)
	byRequest := map[string][]store.Change{}
	for _, c := range changes {
		if c.Request != "" {
			byRequest[c.Request] = append(byRequest[c.Request], c)
		}
	}
	for _, c := range calls {
		p.add(callItem(c, byRequest[c.ID()]))
		delete(byRequest, c.ID())
	}
	for _, c := range changes {
		if _, unknown := byRequest[c.Request]; c.Request == "" || unknown {
			p.add(changeItem(c))
		}
	}
	slices.SortStableFunc(p.items, func(a, b *item) int {
		if a.first == b.first && a.changes != b.changes {
			return map[bool]int{true: -1, false: 1}[a.changes]
		}
		return int(a.first - b.first)
	})
	return p, nil
}

// pathOf returns the changes that have led to the last one, without those that
// were undone. It begins with the oldest one.
func pathOf(changes []store.Change) []int64 {
	oldest := changes[0].Seq
	var path []int64
	for seq := changes[len(changes)-1].Seq; seq >= oldest; {
		path = append(path, seq)
		if to := actionOf(changes[seq-oldest]).Rewind; to > 0 {
			seq = to
		} else {
			seq--
		}
	}
	slices.Reverse(path)
	return path
}

// onPath returns a change, or the last one before it that was not undone.
func (p *past) onPath(seq int64) int64 {
	i, ok := slices.BinarySearch(p.path, seq)
	if !ok {
		i = max(i-1, 0)
	}
	return p.path[i]
}

// add adds an item that belongs to the path.
func (p *past) add(i *item) {
	switch {
	case i == nil || i.first > p.last: // it came while the report was written
	case i.last < p.path[0] || i.changes && i.last == p.path[0]:
	case p.onPath(i.first) != i.first || p.onPath(i.last) != i.last || !i.changes && p.leaves(i.first):
		p.undone++
	default:
		if i.changes && i.first == p.path[0] {
			i.step, i.why = nil, "it began before what is kept"
		}
		if i.step == nil && i.line == "" { // only the clock
			return
		}
		p.items = append(p.items, i)
		if i.at.After(p.end) {
			p.end = i.at
		}
	}
}

// leaves reports whether the world came back to a change later: what was seen
// after it was seen again, or in another way.
func (p *past) leaves(seq int64) bool {
	i, _ := slices.BinarySearch(p.path, seq)
	return i+1 < len(p.path) && p.path[i+1] > seq+1
}

// base returns the change from which all later ones can be made again.
func (p *past) base() int64 {
	base := p.path[0]
	for _, i := range p.items {
		if i.changes && i.step == nil {
			base = max(base, i.last)
		}
	}
	return base
}

// callItem returns a recorded call and the changes that it made.
func callItem(c journal.Recorded, made []store.Change) *item {
	sent, e := c.Sent(), c.Entry()
	i := &item{first: sent.Seq, last: sent.Seq, at: e.Time, line: line(e), answer: e.Response.Body}
	if len(made) > 0 {
		i.first, i.last, i.at, i.changes = made[0].Seq, made[len(made)-1].Seq, made[0].Time, true
	}
	step, err := Recorded(sent).Step()
	switch {
	case err != nil:
		i.why = err.Error()
	case i.changes && i.last-i.first+1 != int64(len(made)):
		i.why = "other calls changed the world while it waited"
	default:
		i.step = &step
	}
	return i
}

func line(e journal.Entry) string {
	target := e.Path
	if e.Query != "" {
		target += "?" + e.Query
	}
	out := fmt.Sprintf("%s %s: %d", e.Method, target, e.Status)
	if e.Status == 0 {
		out = strings.TrimSuffix(out, "0") + "no answer"
	}
	if e.Rule != "" {
		out += " " + e.Rule
	}
	return out
}

// Recorded returns a call as the journal has it for making it again.
func Recorded(sent journal.Sent) scenario.Recorded {
	return scenario.Recorded{
		Method: sent.Method, Path: sent.Target(), Query: sent.Query, SecretKey: sent.Secret,
		ContentType: sent.ContentType, Accept: sent.Accept, Prefer: sent.Prefer,
		Body: sent.Body, Fields: sent.Fields, Binary: sent.Binary, Cut: sent.Cut,
		Status: sent.Status, Rule: sent.Rule, Redacted: redact.Is,
	}
}

// changeItem returns a change that the journal does not have.
func changeItem(c store.Change) *item {
	i := &item{first: c.Seq, last: c.Seq, changes: true, at: c.Time, line: c.What}
	switch a := actionOf(c); {
	case a.Rewind > 0:
		i.line = "" // the path has it
	case a.Call == clockCall:
		i.line = ""
	case a.Call != "":
		step := scenario.Step{Call: a.Call, Want: &scenario.Want{Status: 200}}
		step.JSON, _ = jsonmatch.Decode(a.JSON) // nil without a body
		if err := step.Check(); err != nil {
			i.why = err.Error()
		} else {
			i.step = &step
		}
	default:
		i.why = "the call is no longer in the journal"
	}
	return i
}
