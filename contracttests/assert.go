package contracttests

import (
	"strings"

	"github.com/google/go-cmp/cmp"
)

// Want ends the case unless the answer has a status.
func (a *API) Want(answer *Answer, status int) *Answer {
	a.Helper()
	if answer.Status != status {
		a.blame(answer)
		a.Fatalf("status: wanted %d, got %d: %s", status, answer.Status, clip(answer.Body))
	}
	return answer
}

// Refused ends the case unless the answer is an error of a status and an
// error.type, in the vendor's shape. An empty type wants {"detail"} alone.
func (a *API) Refused(answer *Answer, status int, errorType string) problem {
	a.Helper()
	a.Want(answer, status)
	p := into[problem](a, answer)
	got := ""
	if p.Error != nil {
		got = p.Error.Type
	}
	if got != errorType {
		a.blame(answer)
		a.Fatalf("error.type: wanted %q, got %q: %s", errorType, got, clip(answer.Body))
	}
	if p.Detail == "" {
		a.blame(answer)
		a.Errorf("detail is empty: %s", clip(answer.Body))
	}
	return p
}

// RuleIs fails the case where the target says that another rule than this one
// refused. Only the fake says so, in a header.
func (a *API) RuleIs(answer *Answer, id string) {
	a.Helper()
	if answer.Header.Get("X-Cariqa-Mock-World") == "" {
		return
	}
	if got := answer.Header.Get("X-Cariqa-Mock-Rule"); got != id {
		a.blame(answer)
		a.Errorf("rule: wanted %s, got %q", id, got)
	}
}

// Equal fails the case where two values differ, and shows how.
func (a *API) Equal(what string, want, got any, options ...cmp.Option) {
	a.Helper()
	if diff := cmp.Diff(want, got, options...); diff != "" {
		a.blameLast()
		a.Errorf("%s (-wanted +got):\n%s", what, strings.ReplaceAll(diff, "\u00a0", " ")) // go-cmp changes its blanks at whim
	}
}

// True fails the case unless something holds.
func (a *API) True(holds bool, format string, args ...any) {
	a.Helper()
	if !holds {
		a.blameLast()
		a.Errorf(format, args...)
	}
}

func (a *API) blameLast() {
	if n := len(a.log.exchanges); n > 0 {
		a.log.exchanges[n-1].Blamed = true
	}
}

func clip(body []byte) string {
	const most = 600
	if len(body) > most {
		return string(body[:most]) + "…"
	}
	return string(body)
}
