package contracttests

import (
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// Want fails and ends the case unless the answer has a status. It returns the
// answer.
func (a *API) Want(answer *Answer, status int) *Answer {
	if answer.Status != status {
		a.FatalAt(answer, "status: wanted %d, got %d%s", status, answer.Status, answer.after())
	}
	return answer
}

// Refused fails and ends the case unless the answer is an error with a status
// and an error.type. If errorType is "", only a detail is expected.
func (a *API) Refused(answer *Answer, status int, errorType string) APIError {
	a.Want(answer, status)
	p := Into[APIError](a, answer)
	got := ""
	if p.Error != nil {
		got = p.Error.Type
	}
	if got != errorType {
		a.FatalAt(answer, "error.type: wanted %q, got %q: %s", errorType, got, answer)
	}
	if p.Detail == "" {
		a.ErrorAt(answer, "detail is empty: %s", answer)
	}
	return p
}

// RuleIs fails the case if another rule than this one refused. Only the fake
// sends the rule, in a header; on other targets nothing is checked.
func (a *API) RuleIs(answer *Answer, id string) {
	if answer.Header.Get("X-Cariqa-Mock-World") == "" {
		return
	}
	if got := answer.Header.Get("X-Cariqa-Mock-Rule"); got != id {
		a.ErrorAt(answer, "rule: wanted %s, got %q", id, got)
	}
}

// Equal fails the case if two values differ, and shows the difference.
func (a *API) Equal(what string, want, got any, options ...cmp.Option) {
	if cmp.Equal(want, got, options...) {
		return
	}
	diff := cmp.Diff(want, got, options...) // which takes longer
	a.fail(Failure{
		at: difference(want, got, options...), want: want, about: a.source(what, got),
		Message: fmt.Sprintf("%s (-wanted +got):\n%s", what, strings.ReplaceAll(diff, "\u00a0", " ")), // go-cmp varies its spaces on purpose
	})
}

// True fails the case unless holds is true.
func (a *API) True(holds bool, format string, args ...any) {
	if !holds {
		a.Errorf(format, args...)
	}
}

// Shorten returns at most 600 bytes of a body.
func Shorten(body []byte) string {
	const most = 600
	if len(body) > most {
		return string(body[:most]) + "…"
	}
	return string(body)
}
