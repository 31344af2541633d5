package contracttests

import (
	"context"
	"fmt"
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
		a.judge(a.received(fmt.Sprintf("one of %d calls at once", n), answer))
	}
	return answers
}

// PostLater sends a call without waiting for the answer, which the returned
// function waits for. The call ends with the case.
func (a *API) PostLater(path string, body any) func() *Answer {
	r := a.request(http.MethodPost, path, asJSON(body))
	ctx, cancel := context.WithCancel(a.ctx)
	a.Cleanup(cancel)
	var answer *Answer
	var err error
	var sent sync.WaitGroup
	sent.Go(func() { answer, err = a.suite.client.send(ctx, r) })
	return func() *Answer {
		if sent.Wait(); err != nil {
			a.Skipf("no answer to POST %s: %v", path, err)
		}
		a.judge(a.received("POST "+path, answer))
		return answer
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
