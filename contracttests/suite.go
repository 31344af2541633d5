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
	"time"

	"cariqamock"
	"cariqamock/mockserver/spec"
)

// Options say how a suite runs.
type Options struct {
	Rate     float64       // requests a second; 0: no limit
	Budget   time.Duration // longest the whole run may take; 0: no limit
	Progress func(string)  // told on long waits; nil: nobody
	Done     func(Result)  // told of each result; nil: nobody
	NoRetry  bool          // a failed case is not run again
	Spec     *spec.Spec    // nil: openapi.yaml
	RunID    string        // tag of what the run creates; empty: a fresh one
}

// tagPrefix marks the users that the suite creates, in external_id.
const tagPrefix = "cariqa-contract/"

// suite is one run on one target.
type suite struct {
	client       *client
	capabilities Capability
	options      Options
	runID        string

	mu       sync.Mutex
	fixtures map[string]*fixture
	created  []creature
	count    int
	left     []string
}

// creature is a user that the run made, and the token it is made with.
type creature struct{ token, user string }

// Execute runs cases on a target, one after the other, and cleans up whatever
// happens. It does not fail: what went wrong is in the result.
func Execute(ctx context.Context, t Target, cases []Case, o Options) Run {
	started := now()
	s, err := newSuite(t, o)
	run := Run{Target: t.Name, Base: t.Base, Started: started.UTC().Truncate(time.Second)}
	if err != nil {
		run.Dead = err.Error()
		return run
	}
	run.RunID = s.runID
	if o.Budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.Budget, fmt.Errorf("the run's budget of %s is used up", o.Budget))
		defer cancel()
	}
	if run.Dead = s.probe(ctx, &run); run.Dead == "" {
		for _, c := range cases {
			run.Results = append(run.Results, s.attempt(ctx, c))
			if o.Done != nil {
				o.Done(run.Results[len(run.Results)-1])
			}
		}
	}
	s.cleanUp(ctx)
	run.Leftovers, run.Requests, run.Took = s.left, s.client.requests, now().Sub(started)
	return run
}

func newSuite(t Target, o Options) (*suite, error) {
	if o.Spec == nil {
		loaded, err := spec.Load(cariqamock.OpenAPI())
		if err != nil {
			return nil, err
		}
		o.Spec = loaded
	}
	if t.CDRWait == 0 {
		t.CDRWait = defaultCDRWait
	}
	s := &suite{client: newClient(t, o.Spec, o.Rate), capabilities: t.Capabilities(), options: o, runID: o.RunID, fixtures: map[string]*fixture{}}
	if s.runID == "" {
		var b [6]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, err
		}
		s.runID = started(now()) + "-" + hex.EncodeToString(b[:])
	}
	return s, nil
}

// started is the time within a run id, which a sweep reads the age from.
func started(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func (s *suite) progress(what string) {
	if s.options.Progress != nil {
		s.options.Progress(what)
	}
}

// attempt runs a case, and once more if it failed: what does not fail twice is
// no breach of the contract.
func (s *suite) attempt(ctx context.Context, c Case) Result {
	result := s.run(withStep(ctx, c.ID, 1), c)
	if result.Status != Fail || s.options.NoRetry || ctx.Err() != nil {
		return result
	}
	s.remake(result)
	again := s.run(withStep(ctx, c.ID, 2), c)
	if again.Status == Fail {
		return again
	}
	result.Status = Inconclusive
	result.Messages = append([]string{"failed once, then not again:"}, result.Messages...)
	return result
}

// run runs a case once. A panic is the suite's own mistake and fails the case.
func (s *suite) run(ctx context.Context, c Case) Result {
	began := now()
	result := Result{Case: c.ID, Title: c.Title, Why: c.Why, Source: c.Source, Assumed: c.Assumed}
	if lacking := s.capabilities.Lacking(c.Needs); lacking != 0 {
		result.Status, result.Lacking = NotApplicable, lacking.String()
		return result
	}
	rec := &recorder{}
	log := &caseLog{}
	done := make(chan struct{})
	go func() { // Fatalf and Skipf leave by Goexit, as in package testing
		defer close(done)
		defer rec.cleanUp()
		defer rec.recover()
		if ctx.Err() != nil {
			rec.Skipf("not started: %v", stopped(ctx))
		}
		c.Run(&API{T: rec, suite: s, ctx: ctx, token: s.client.target.Key, log: log})
	}()
	<-done
	result.Status, result.Messages, result.News = rec.verdict(), rec.messages, slices.Compact(log.news)
	for _, x := range log.exchanges {
		result.Exchanges = append(result.Exchanges, *x)
	}
	result.Took = now().Sub(began)
	return result
}

// recorder is the command line's T.
type recorder struct {
	mu       sync.Mutex
	failed   bool
	skipped  bool
	messages []string
	cleanups []func()
}

func (r *recorder) Helper() {}

func (r *recorder) Logf(string, ...any) {}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
	r.messages = append(r.messages, redact(fmt.Sprintf(format, args...)))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Skipf(format string, args ...any) {
	r.mu.Lock()
	r.skipped = true
	r.messages = append(r.messages, redact(fmt.Sprintf(format, args...)))
	r.mu.Unlock()
	runtime.Goexit()
}

func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }

// cleanUp runs what cases have left to be done, each apart: one that ends
// early does not keep the others from running.
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

func (r *recorder) recover() {
	if p := recover(); p != nil {
		r.Errorf("the suite itself failed: %v (at %s)", p, place(debug.Stack()))
	}
}

// place is the line of the suite that a panic came from: a stack is no use to
// whoever reads a report.
func place(stack []byte) string {
	for line := range strings.SplitSeq(string(stack), "\n") {
		if i := strings.Index(line, "contracttests/"); i >= 0 && !strings.Contains(line, "suite.go") && strings.Contains(line, ".go:") {
			file, _, _ := strings.Cut(line[i:], " ")
			return file
		}
	}
	return "an unknown place"
}

func (r *recorder) verdict() Status {
	status := Pass
	if r.skipped {
		status.raise(Inconclusive)
	}
	if r.failed {
		status.raise(Fail)
	}
	return status
}
