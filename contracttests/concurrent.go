package contracttests

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// PostTogether sends a call n times at once and returns the answers in the
// order of their statuses.
func (a *API) PostTogether(n int, path string, body any) []*Answer {
	r := a.request(http.MethodPost, path, asJSON(body))
	answers, errs := make([]*Answer, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { answers[i], errs[i] = a.suite.client.send(a.ctx, r) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			a.Skipf("no answer to one of %d calls at once: %v", n, err)
		}
	}
	slices.SortFunc(answers, func(x, y *Answer) int { return x.Status - y.Status }) // which came first is chance
	for _, answer := range answers {
		a.log.exchanges = append(a.log.exchanges, answer.exchange)
		if Unavailable(answer.Status) {
			a.Skipf("one of %d calls at once: %d %s", n, answer.Status, http.StatusText(answer.Status))
		}
		a.judge(answer)
	}
	return answers
}

// PostLater sends a call without waiting for the answer, which the returned
// function waits for. The call ends with the case.
func (a *API) PostLater(path string, body any) func() *Answer {
	r := a.request(http.MethodPost, path, asJSON(body))
	ctx, cancel := context.WithCancel(a.ctx)
	a.Cleanup(cancel)
	type outcome struct {
		answer *Answer
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		answer, err := a.suite.client.send(ctx, r)
		done <- outcome{answer, err}
	}()
	return func() *Answer {
		o := <-done
		if o.err != nil {
			a.Skipf("no answer to POST %s: %v", path, o.err)
		}
		a.log.exchanges = append(a.log.exchanges, o.answer.exchange)
		a.judge(o.answer)
		return o.answer
	}
}

// Unrecorded returns the API with calls that are not part of the result: how
// often something is asked for in a wait is chance.
func (a *API) Unrecorded() *API {
	other := *a
	other.log = &caseLog{}
	return &other
}

// Sleep waits in real time. Where the run ends first, the case is
// inconclusive.
func (a *API) Sleep(d time.Duration) {
	if err := sleep(a.ctx, d); err != nil {
		a.Skipf("%v", err)
	}
}
