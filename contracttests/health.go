package contracttests

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// What a run reports as a whole. Failures that come and go are forgiven below
// tooOften; answers slower than slow and clocks that differ by more than skew are
// news, because no source promises otherwise.
const (
	tooOften = 3
	slow     = time.Second
	skew     = time.Minute
)

// health counts what is wrong with the answers of a run, by operation.
type health struct {
	mu      sync.Mutex
	ills    map[string]*ill
	slowest time.Duration
	off     time.Duration
}

// An ill is something that happened to some answers.
type ill struct {
	counts   map[string]int // by operation
	statuses map[int]bool
	first    []*Exchange
	place    string // of the first, if that is known
	kind     FailureKind
}

// The ills, which are also the ids of what is reported.
const (
	flaky       = "run/flaky"
	serverError = "run/server-errors"
	truncation  = "run/truncated"
	noPause     = "run/retry-after"
	slowness    = "run/slow"
	clockOff    = "run/clock"
)

// illness describes an ill for reports.
type illness struct {
	title, why string
	breaks     bool // what a source promises
}

var illnesses = map[string]illness{
	flaky:       {"What fails once fails again", "What fails now and then fails in production, where nobody repeats it.", true},
	serverError: {"No answer is an undocumented server error", "People see an error, and clients cannot know whether a write had an effect.", true},
	truncation:  {"Answers are whole", "Half an answer cannot be decoded, and the call may have had an effect.", true},
	noPause:     {"429 is sent with Retry-After", "Without it clients retry too early, or give up.", false},
	slowness:    {"Answers come within a second", "People wait for them.", false},
	clockOff:    {"The target's clock is right to a minute", "Tokens and signatures expire too early or too late.", false},
}

func newHealth() *health { return &health{ills: map[string]*ill{}} }

// note counts an ill of a call.
func (h *health) note(id string, x *Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := h.ills[id]
	if i == nil {
		i = &ill{counts: map[string]int{}, statuses: map[int]bool{}}
		h.ills[id] = i
	}
	i.counts[operationOf(x)]++
	if x == nil {
		return
	}
	i.statuses[x.Status] = true
	if len(i.first) < tooOften {
		i.first = append(i.first, x)
	}
}

func (h *health) truncated(x *Exchange) { h.note(truncation, x) }

// answered looks at an answer that took some time and came at a time. declared are
// the statuses of its operation.
func (h *health) answered(a *Answer, declared []int, took time.Duration, at time.Time) {
	x := a.exchange
	if a.Status >= 500 && x.Operation != "" && !slices.Contains(declared, a.Status) {
		h.note(serverError, x)
	}
	if a.Status == http.StatusTooManyRequests {
		if _, ok := retryAfter(a.Header); !ok {
			h.note(noPause, x)
		}
	}
	if took > slow {
		h.note(slowness, x)
		h.mu.Lock()
		h.slowest = max(h.slowest, took)
		h.mu.Unlock()
	}
	if date, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		if off := date.Sub(at); off.Abs() > skew+took {
			h.note(clockOff, x)
			h.mu.Lock()
			h.off = off
			h.mu.Unlock()
		}
	}
}

// text returns how often an ill was seen, the most affected operation first.
func (i *ill) text() string {
	names := slices.SortedFunc(maps.Keys(i.counts), func(x, y string) int {
		return cmp.Or(i.counts[y]-i.counts[x], strings.Compare(x, y))
	})
	for n, name := range names {
		names[n] = fmt.Sprintf("%s %d times", name, i.counts[name])
	}
	return strings.Join(names, ", ")
}

func (i *ill) total() int {
	n := 0
	for _, c := range i.counts {
		n += c
	}
	return n
}

// verdicts returns what fails the run as a whole, and what is only news.
func (h *health) verdicts() (failed []Result, news []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(h.ills)) {
		i, d := h.ills[id], illnesses[id]
		text := i.text()
		switch id {
		case serverError:
			text = fmt.Sprintf("wanted no status that openapi.yaml does not declare, got %s: %s", strings.Trim(fmt.Sprint(slices.Sorted(maps.Keys(i.statuses))), "[]"), text)
		case slowness:
			text += fmt.Sprintf("; the slowest took %s", h.slowest.Round(100*time.Millisecond))
		case clockOff:
			text += fmt.Sprintf("; it is off by %s", h.off.Round(time.Second))
		}
		if !d.breaks || i.total() < tooOften {
			news = append(news, fmt.Sprintf("%s does not hold: %s", strings.ToLower(d.title[:1])+d.title[1:], text))
			continue
		}
		r := Result{Case: id, Title: d.title, Why: d.why, Source: "openapi.yaml", Status: Fail, Messages: []string{text}}
		f := Failure{Operation: "several operations", Place: "status", Kind: KindStatus, Message: text, about: i.first}
		if len(i.counts) == 1 {
			f.Operation, f.Place, f.Kind = slices.Collect(maps.Keys(i.counts))[0], cmp.Or(i.place, f.Place), cmp.Or(i.kind, f.Kind)
		}
		r.keep(i.first, true, []Failure{f})
		r.Failures[0].Against = nil // the others are of the same kind
		failed = append(failed, r)
	}
	return failed, news
}
