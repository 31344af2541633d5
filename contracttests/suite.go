package contracttests

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cariqamock/mockserver/spec"
)

// Options are the settings of a run. The zero value has no limits.
type Options struct {
	Rate     float64       // maximum requests per second
	Budget   time.Duration // maximum duration of the run
	Progress func(string)  // called during long waits; may be nil
	Done     func(Result)  // called with each result; may be nil
	NoRetry  bool          // do not repeat a failed case
	Silence  time.Duration // after so long without a useful answer, and none to a probe, the run ends; default a minute
	Spec     *spec.Spec    // default openapi.yaml
	Bodies   Bodies        // the cases whose request and response bodies are kept; default those that failed
	RunID    string        // part of the external ids of the run's users; default a new one
}

// Bodies selects the cases whose request and response bodies a run keeps.
type Bodies int

// The choices of Bodies.
const (
	OfFailed Bodies = iota // every case that did not pass
	OfAll
	OfNone
)

// of reports whether the bodies of a case with a status are kept.
func (b Bodies) of(s Status) bool { return b == OfAll || b == OfFailed && s != Pass }

// tagPrefix begins the external_id of every user that the suite creates.
const tagPrefix = "cariqa-contract/"

// suite is one run on one target.
type suite struct {
	client       *client
	capabilities Capability
	options      Options
	runID        string

	mu       sync.Mutex
	fixtures map[string]*fixture
	vain     map[string]bool // what did not happen in the longest wait
	hopeless atomic.Bool
	broken   []brokenFixture
	created  []createdUser
	count    int
	left     []string
}

// A createdUser is a user that the run created, and the token that it used.
type createdUser struct{ token, user string }

// Execute runs cases on a target, one after the other, and always cleans up.
// Errors are part of the result.
func Execute(ctx context.Context, t Target, cases []Case, o Options) Run {
	started := now()
	s, err := newSuite(t, o)
	run := Run{Target: t.Name, Base: t.Base, Started: started.UTC().Truncate(time.Second)}
	if err != nil {
		run.Dead = err.Error()
		return run
	}
	run.RunID = s.runID
	whole := ctx // also after the budget
	if o.Budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.Budget, fmt.Errorf("the run's budget of %s is exhausted", o.Budget))
		defer cancel()
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	if run.Dead = s.probe(ctx, &run); run.Dead == "" {
		go s.watch(ctx, end)
		for _, c := range s.ordered(cases) {
			run.Results = append(run.Results, s.attempt(ctx, c))
			if o.Done != nil {
				o.Done(run.Results[len(run.Results)-1])
			}
		}
		s.reread(ctx)
		if ctx.Err() != nil {
			run.Stopped = stopped(ctx).Error()
		}
	}
	for _, r := range s.whole(&run) {
		run.Results = append(run.Results, r)
		if o.Done != nil {
			o.Done(r)
		}
	}
	s.cleanUp(whole)
	run.Leftovers, run.Requests, run.Took = s.left, s.client.requests, now().Sub(started)
	return run
}

func newSuite(t Target, o Options) (*suite, error) {
	if o.Silence == 0 {
		o.Silence = defaultSilence
	}
	if o.Spec == nil {
		loaded, err := spec.Vendor()
		if err != nil {
			return nil, err
		}
		o.Spec = loaded
	}
	if t.CDRWait == 0 {
		t.CDRWait = defaultCDRWait
	}
	s := &suite{client: newClient(t, o.Spec, o.Rate), capabilities: t.Capabilities(), options: o, runID: o.RunID, fixtures: map[string]*fixture{}, vain: map[string]bool{}}
	if s.runID == "" {
		var b [6]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, err
		}
		s.runID = stamp(now()) + "-" + hex.EncodeToString(b[:])
	}
	return s, nil
}

// stamp returns the time within a run id, from which Sweep learns the age.
func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func (s *suite) progress(what string) {
	if s.options.Progress != nil {
		s.options.Progress(what)
	}
}

// attempt runs a case, and again if it or one of its fixtures failed in a new way:
// only what fails twice breaks the contract, or what a write has changed for good,
// since a repeated write may find it changed already.
func (s *suite) attempt(ctx context.Context, c Case) Result {
	result, broken := s.run(withStep(ctx, c.ID, 1), c)
	fresh := slices.ContainsFunc(broken, func(b brokenFixture) bool { return !s.known(b) })
	if s.options.NoRetry || ctx.Err() != nil {
		s.confirm(broken)
		return result
	}
	if result.Status != Fail && !fresh {
		return result
	}
	s.remake(result)
	again, stillBroken := s.run(withStep(ctx, c.ID, 2), c)
	s.confirm(stillBroken)
	if again.Status >= Blocked || len(stillBroken) > 0 {
		return again
	}
	if slices.ContainsFunc(result.Failures, func(f Failure) bool { return f.lasts }) {
		return result
	}
	if again.Status == Pass {
		s.client.health.note(flaky, about(result, broken))
	}
	if result.Status < Blocked {
		return again
	}
	result.Status, result.Blocked = Inconclusive, ""
	result.Messages = append([]string{"failed once, and not when repeated:"}, result.Messages...)
	return result
}

// about returns the call that a failure of a case or of its fixtures is about, or
// nil.
func about(r Result, broken []brokenFixture) *Exchange {
	for _, f := range r.Failures {
		if len(f.About) > 0 {
			return &r.Exchanges[f.About[0]]
		}
	}
	for _, b := range broken {
		for _, f := range b.failures {
			if len(f.about) > 0 {
				return f.about[0]
			}
		}
	}
	return nil
}

// whole returns what fails the run as a whole: what the observer saw, and what
// happened too often.
func (s *suite) whole(run *Run) []Result {
	failed, news := s.client.health.verdicts()
	run.News = append(run.News, news...)
	failed = append(s.brokenFixtures(), failed...)
	if s.client.target.Replayed { // what was redacted has another form
		return failed
	}
	if r, ok := s.client.seen.verdict(); ok {
		failed = append(failed, r)
	}
	return failed
}

// run runs a case once, and returns what failed in its fixtures as well. A panic is
// an error of the suite and fails the case.
func (s *suite) run(ctx context.Context, c Case) (Result, []brokenFixture) {
	began := now()
	result := Result{Case: c.ID, Title: c.Title, Why: c.Why, Source: c.Source, Assumed: c.Assumed}
	if missing := s.capabilities.Lacking(c.Needs); missing != 0 {
		result.Status, result.Lacking = NotApplicable, missing.String()
		return result, nil
	}
	rec := &recorder{status: Pass}
	log := &caseLog{}
	done := make(chan struct{})
	go func() { // Fatalf and Skipf call Goexit, as in package testing
		defer close(done)
		defer rec.cleanUp()
		a := &API{recorder: rec, suite: s, ctx: ctx, token: s.client.target.Key, log: log}
		defer a.recover()
		if ctx.Err() != nil {
			rec.Skipf("not started: %v", stopped(ctx))
		}
		c.Run(a)
	}()
	<-done
	result.Status, result.Messages, result.News = rec.status, rec.messages, slices.Compact(log.news)
	result.Blocked, result.Waited = rec.by, log.waited
	result.keep(log.exchanges, s.options.Bodies.of(result.Status), rec.failures)
	result.Took = now().Sub(began)
	return result, rec.broken
}

// recorder collects what a case reports. Fatalf and Skipf do not return.
type recorder struct {
	mu       sync.Mutex
	status   Status
	messages []string
	failures []Failure
	broken   []brokenFixture // one for each failure of a fixture
	by       string          // the fixture that blocks the case
	cleanups []func()
}

func (r *recorder) report(s Status, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = max(r.status, s)
	r.messages = append(r.messages, redacted(fmt.Sprintf(format, args...)))
}

// fail notes a failure, once.
func (r *recorder) fail(f Failure) {
	f.Message = redacted(f.Message)
	r.mu.Lock()
	known := slices.ContainsFunc(r.failures, func(g Failure) bool { return g.Message == f.Message && slices.Equal(g.about, f.about) })
	if !known {
		r.failures = append(r.failures, f)
	}
	r.mu.Unlock()
	if !known {
		r.report(Fail, "%s", f.Message)
	}
}

// breaks notes a failure of a fixture.
func (r *recorder) breaks(fixture string, f Failure) {
	f.Message = redacted(f.Message)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = append(r.broken, brokenFixture{fixture, []Failure{f}})
}

// blocked ends the case as blocked by a fixture, unless it has failed.
func (r *recorder) blocked(fixture string) {
	r.mu.Lock()
	r.by = fixture
	r.mu.Unlock()
	r.report(Blocked, "blocked by %s", fixture)
	runtime.Goexit()
}

// blockedBy returns the fixture that blocks the case, or "".
func (r *recorder) blockedBy() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.by
}

// Skipf ends the case as inconclusive, unless it has failed.
func (r *recorder) Skipf(format string, args ...any) {
	r.report(Inconclusive, format, args...)
	runtime.Goexit()
}

// Failed reports whether the case has failed.
func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status == Fail
}

// Cleanup adds a function that is called when the case ends, the last one first.
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }

// cleanUp calls the functions that cases passed to Cleanup, each in a goroutine
// of its own, so that Fatalf in one does not stop the others.
func (r *recorder) cleanUp() {
	for _, f := range slices.Backward(r.cleanups) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			f()
		}()
		<-done
	}
}

// recover fails the case where its function panics, which is most likely about
// the last answer.
func (a *API) recover() {
	if p := recover(); p != nil {
		a.fail(Failure{
			Place: "body", Kind: KindWalk, about: a.last(),
			Message: fmt.Sprintf("the suite itself failed: %v (at %s)", p, place(debug.Stack())),
		})
	}
}

// place returns the line of the suite that caused a panic, because a stack is too
// long for a report.
func place(stack []byte) string {
	for line := range strings.SplitSeq(string(stack), "\n") {
		if i := strings.Index(line, "contracttests/"); i >= 0 && !strings.Contains(line, "suite.go") && strings.Contains(line, ".go:") {
			file, _, _ := strings.Cut(line[i:], " ")
			return file
		}
	}
	return "unknown place"
}
