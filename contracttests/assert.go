package contracttests

import (
	"strings"

	"github.com/google/go-cmp/cmp"
)

// Want ends the case unless the answer has a status.
func (a *API) Want(answer *Answer, status int) *Answer {
	a.Helper()
	if answer.Status != status {
		a.FatalAt(answer, "status: wanted %d, got %d: %s", status, answer.Status, answer)
	}
	return answer
}

// Refused ends the case unless the answer is an error of a status and an
// error.type, in the vendor's shape. An empty type wants {"detail"} alone.
func (a *API) Refused(answer *Answer, status int, errorType string) APIError {
	a.Helper()
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

// RuleIs fails the case where the target says that another rule than this one
// refused. Only the fake says so, in a header.
func (a *API) RuleIs(answer *Answer, id string) {
	a.Helper()
	if answer.Header.Get("X-Cariqa-Mock-World") == "" {
		return
	}
	if got := answer.Header.Get("X-Cariqa-Mock-Rule"); got != id {
		a.ErrorAt(answer, "rule: wanted %s, got %q", id, got)
	}
}

// Equal fails the case where two values differ, and shows how.
func (a *API) Equal(what string, want, got any, options ...cmp.Option) {
	a.Helper()
	if diff := cmp.Diff(want, got, options...); diff != "" {
		a.Errorf("%s (-wanted +got):\n%s", what, strings.ReplaceAll(diff, "\u00a0", " ")) // go-cmp changes its blanks at whim
	}
}

// True fails the case unless something holds.
func (a *API) True(holds bool, format string, args ...any) {
	a.Helper()
	if !holds {
		a.Errorf(format, args...)
	}
}

func Shorten(body []byte) string {
	const most = 600
	if len(body) > most {
		return string(body[:most]) + "…"
	}
	return string(body)
}
