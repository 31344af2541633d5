package mutants

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/mockserver"
	"cariqamock/mockserver/spec"
)

// A Lab runs the suite against mutants.
type Lab struct {
	cases   []contracttests.Case
	spec    *spec.Spec
	routes  routes
	honest  http.Handler
	profile profile
	blind   bool // without the admin API, in real time

	mu      sync.Mutex
	killers map[string]map[string]int // how often cases killed mutants, by hint
}

// NewLab returns a lab. A blind one has no admin API: it waits in real time, for
// final records that come at once.
func NewLab(blind bool) (*Lab, error) {
	s, err := spec.Vendor()
	if err != nil {
		return nil, err
	}
	l := &Lab{cases: cases.All(), spec: s, routes: newRoutes(s), blind: blind, killers: map[string]map[string]int{}}
	l.honest, err = mockserver.New(l.config())
	return l, err
}

// config returns the configuration of the honest fake.
func (l *Lab) config() mockserver.Config {
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	if l.blind {
		cfg.CDRDelay = time.Millisecond
	}
	return cfg
}

// Learn runs each case once, alone, on the honest fake, to learn what it sees and
// costs. A case that does not pass there is an error.
func (l *Lab) Learn(ctx context.Context) error {
	runs := make([]contracttests.Run, len(l.cases))
	each(len(l.cases), func(i int) {
		runs[i] = l.execute(ctx, fmt.Sprintf("profile-%d", i), l.honest, nil, l.cases[i:i+1], nil)
	})
	for i, run := range runs {
		if run.Dead != "" {
			return fmt.Errorf("the honest fake: %s", run.Dead)
		}
		if r := run.Results[0]; r.Status != contracttests.Pass && (!l.blind || r.Status == contracttests.Fail) { // some need longer waits
			return fmt.Errorf("case %s on the honest fake: %s %v", l.cases[i].ID, r.Status, r.Messages)
		}
		l.profile = append(l.profile, look(run))
	}
	return nil
}

// Honest runs all cases on the honest fake, in a world with the name.
func (l *Lab) Honest(ctx context.Context, name string) contracttests.Run {
	return l.execute(ctx, name, l.honest, nil, l.cases, nil)
}

// An Outcome is the result for a mutant.
type Outcome struct {
	Mutant Mutant
	Case   string // the one that killed it, or "" if it lives
	Word   string // the message of that case
	Seen   bool   // some case sees what the mutant lies about
	Ran    int    // cases
	Err    error  // why it could not be tried
}

// Killed reports whether a case has failed on the mutant.
func (v Outcome) Killed() bool { return v.Case != "" }

// Try runs the cases for a mutant, the likeliest first, until one fails.
func (l *Lab) Try(ctx context.Context, name string, m Mutant) Outcome {
	v := Outcome{Mutant: m}
	var handler http.Handler
	if handler, v.Err = l.handler(m); v.Err != nil {
		return v
	}
	order, seen := l.order(m)
	if v.Seen = seen; !seen && (m.Idle || Equivalents()[m.ID] != "") {
		return v // no answer has what the lie is about
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	run := l.execute(ctx, name, handler, m.Twist, order, func(r contracttests.Result) bool {
		v.Ran++
		if r.Status >= contracttests.Blocked && !v.Killed() {
			v.Case, v.Word = r.Case, strings.Join(r.Messages, "\n")
			cancel()
		}
		return v.Killed()
	})
	if v.Killed() {
		l.note(m.Hint, v.Case)
	}
	switch {
	case run.Dead != "":
		v.Err = fmt.Errorf("the suite does not begin: %s", run.Dead)
	case strings.Contains(v.Word, "the suite itself failed"):
		v.Err = fmt.Errorf("no kill: %s: %s", v.Case, v.Word)
	}
	return v
}

// note remembers the case that killed a mutant, which may kill others about the same.
func (l *Lab) note(hint, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.killers[hint] == nil {
		l.killers[hint] = map[string]int{}
	}
	l.killers[hint][id]++
}

// kills returns how often each case has killed mutants with a hint.
func (l *Lab) kills(hint string) map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.killers[hint])
}

// handler returns the server of a mutant.
func (l *Lab) handler(m Mutant) (http.Handler, error) {
	if m.Config == nil {
		return l.honest, nil
	}
	cfg := l.config()
	m.Config(&cfg)
	return mockserver.New(cfg)
}

// Whole runs all cases on a mutant.
func (l *Lab) Whole(ctx context.Context, name string, m Mutant) (contracttests.Run, error) {
	handler, err := l.handler(m)
	if err != nil {
		return contracttests.Run{}, err
	}
	return l.execute(ctx, name, handler, m.Twist, l.cases, nil), nil
}

// execute runs cases in a world with the name. done is called with each result and
// reports whether that is enough.
func (l *Lab) execute(
	ctx context.Context, name string, handler http.Handler, twisted func() twist, cases []contracttests.Case,
	done func(contracttests.Result) bool,
) contracttests.Run {
	return l.executeThrough(ctx, nil, name, handler, twisted, cases, done)
}

// executeThrough is execute with something between the suite and the mutant.
func (l *Lab) executeThrough(
	ctx context.Context, between func(http.RoundTripper) http.RoundTripper, name string, handler http.Handler, twisted func() twist, cases []contracttests.Case,
	done func(contracttests.Result) bool,
) contracttests.Run {
	t := &transport{handler: handler, routes: l.routes}
	if twisted != nil {
		t.twist = twisted()
	}
	token := "mock.default." + name
	target := contracttests.Target{
		Name: name, Base: "http://127.0.0.1/api/v1", Key: token, StripeKey: "pk_test_mutants",
		Admin: "http://127.0.0.1", Transport: t,
	}
	if between != nil {
		target.Transport = between(t)
	}
	if l.blind {
		target.Admin, target.CDRWait = "", 5*time.Second
	}
	bodies := contracttests.OfFailed
	switch {
	case done != nil: // which looks at no calls
		bodies = contracttests.OfNone
	case len(cases) == 1: // Learn looks at them
		bodies = contracttests.OfAll
	}
	run := contracttests.Execute(ctx, target, cases, contracttests.Options{
		NoRetry: true, Spec: l.spec, Bodies: bodies,
		RunID: "20260402T140000Z-" + name,
		Done: func(r contracttests.Result) {
			if done != nil && done(r) {
				t.over.Store(true)
			}
		},
	})
	t.drop(token)
	return run
}

// drop deletes a world.
func (t *transport) drop(token string) {
	r, err := http.NewRequest(http.MethodDelete, "http://127.0.0.1/__admin/worlds/"+url.PathEscape(token), nil)
	if err == nil {
		t.serve(&call{request: r})
	}
}

// order returns the cases that see what a mutant lies about, then the others
// that are about its operations, in both parts those that have killed such mutants
// before the others, and cheap ones before expensive ones.
func (l *Lab) order(m Mutant) (ordered []contracttests.Case, seen bool) {
	var picked []int
	for i, c := range l.cases {
		if len(m.Operations) == 0 || l.profile[i].seen[m.Hint] || slices.ContainsFunc(cases.Operations(c.ID), func(op string) bool { return slices.Contains(m.Operations, op) }) {
			picked = append(picked, i)
		}
	}
	kills := l.kills(m.Hint)
	rank := func(i int) int {
		if l.profile[i].seen[m.Hint] {
			seen = true
			return 0
		}
		return 1
	}
	slices.SortStableFunc(picked, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(kills[l.cases[b].ID], kills[l.cases[a].ID]), cmp.Compare(l.profile[a].cost, l.profile[b].cost))
	})
	for _, i := range picked {
		ordered = append(ordered, l.cases[i])
	}
	return ordered, seen
}

// each calls a function for 0 to n-1, on all processors.
func each(n int, do func(int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range parallel() {
		workers.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}
