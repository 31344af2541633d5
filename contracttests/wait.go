package contracttests

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

const (
	progressInterval = 10 * time.Second // between two reports on the same wait
	vainPatience     = 5 * time.Second  // for what did not happen in the target's CDRWait before
	stopTakes        = 5 * time.Second  // from the answer to a stop to the end of the session; assumed
	defaultSilence   = time.Minute
)

// Eventually waits until a condition holds. It moves the clock where that is
// possible, for at most ten minutes, and then fails the case. Otherwise it waits
// in real time, for at most the target's CDRWait, and then ends the case as
// inconclusive; the next wait for the same thing is short.
func (a *API) Eventually(what string, holds func() bool) {
	if holds() {
		return
	}
	a.log.waited = true
	if a.Has(Clock) {
		for range 10 {
			a.Advance(time.Minute)
			if holds() {
				return
			}
		}
		a.Fatalf("%s: not within ten minutes of the target's time", what)
	}
	patience, again := a.suite.patience(what)
	began := now()
	reported := began.Add(-progressInterval)
	for pause := 250 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		waited := now().Sub(began)
		switch {
		case waited > patience && again:
			a.Skipf("%s: not within %s, as in a case before that waited longer", what, patience)
		case waited > patience:
			a.suite.waitedInVain(what)
			a.Skipf("%s: not within %s; --cdr-wait sets a longer wait", what, patience)
		}
		if now().Sub(reported) >= progressInterval {
			reported = now()
			a.suite.progress(fmt.Sprintf("%s (%s of at most %s)", what, waited.Round(time.Second), patience))
		}
		if a.suite.client.target.Replayed {
			pause = 0
		}
		if err := sleep(a.ctx, pause); err != nil {
			a.Skipf("%s: %v", what, err)
		}
		if holds() {
			return
		}
	}
}

// patience returns how long to wait for something, and whether that is less because
// another case has waited for it in vain.
func (s *suite) patience(what string) (d time.Duration, again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d = s.client.target.CDRWait
	if s.vain[what] {
		return min(d, vainPatience), true
	}
	return d, false
}

func (s *suite) waitedInVain(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vain[what] = true
}

// ended fails the case if a session is still active well after its stop.
func (a *API) ended(s Session, since time.Time) {
	if !s.Active || !a.Has(Clock) && now().Sub(since) < stopTakes {
		return
	}
	f := Failure{Place: "body /is_active", Kind: KindComparison, about: a.last(), Message: "is_active: the session is still active after its stop"}
	for _, x := range slices.Backward(a.log.exchanges) {
		if x.Operation == "users_charging_stop_create" {
			f.about = append(f.about, x)
			f.Message += fmt.Sprintf(" was answered with %d", x.Status)
			break
		}
	}
	a.fail(f)
	a.end()
}

// ordered returns the cases in the order in which they run: where waits take real
// time, cases without them come first.
func (s *suite) ordered(cases []Case) []Case {
	if s.capabilities.Lacking(Clock) == 0 {
		return cases
	}
	cases = slices.Clone(cases)
	slices.SortStableFunc(cases, func(x, y Case) int {
		switch {
		case x.Waits == y.Waits:
			return 0
		case y.Waits:
			return -1
		}
		return 1
	})
	return cases
}

// watch ends the run of a hopeless target: one without a useful answer for some
// time, whose probe has none either.
func (s *suite) watch(ctx context.Context, end context.CancelCauseFunc) {
	silence := s.options.Silence
	if s.client.limiter.every > silence/10 {
		return // that few calls do not show it
	}
	for {
		quiet := now().Sub(s.client.lastUseful())
		if quiet < silence {
			if sleep(ctx, silence-quiet) != nil {
				return
			}
			continue
		}
		probe, cancel := context.WithTimeout(ctx, min(silence, probeTime))
		answer, err := s.plain(probe, http.MethodGet, s.client.target.Key, "/users/?page_size=1")
		cancel()
		if ctx.Err() != nil {
			return
		}
		if err != nil || Unavailable(answer.Status) {
			s.hopeless.Store(true)
			end(fmt.Errorf("the target has not given a useful answer for %s", now().Sub(s.client.lastUseful()).Round(time.Second)))
			return
		}
	}
}
