package contracttests

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"cariqamock/mockserver/spec"
)

// A FailureKind is how a failure was seen. The kinds are in the order in which
// they name a cause: the most specific first.
type FailureKind string

// The kinds of failures.
const (
	KindShape      FailureKind = "shape"      // an answer departs from openapi.yaml or from its full shape
	KindStatus     FailureKind = "status"     // another status, or another type of error
	KindValue      FailureKind = "value"      // a single value is wrong
	KindComparison FailureKind = "comparison" // two answers, or an answer and what was sent, contradict each other
	KindWalk       FailureKind = "walk"       // the pages of a list do not fit together
)

var failureKinds = []FailureKind{KindShape, KindStatus, KindValue, KindComparison, KindWalk}

// A Failure is one thing that a case found wrong.
type Failure struct {
	Operation string      `json:"operation"` // of the answer that it is about; without one, its method and path
	Place     string      `json:"place"`     // status, header NAME, or body /a/*/b
	Kind      FailureKind `json:"kind"`
	Message   string      `json:"message"`
	About     []int       `json:"about,omitempty"`   // the calls in Result.Exchanges: the one that it is about, then those that it is compared with
	Against   []string    `json:"against,omitempty"` // the operations that it is compared with
	With      string      `json:"with,omitempty"`    // the operation that handed out the id that it is about, or that may be refused
	After     string      `json:"after,omitempty"`   // the last operation before it that has written what it shows
	From      []string    `json:"from,omitempty"`    // where values in the call come from, such as "id pm_1 from GET …"

	about []*Exchange
	want  any    // of a comparison
	at    string // where the values of a comparison differ
	lasts bool   // a write has changed what it must not, which is still so when it is read again
}

// same reports whether two failures have operation, place and kind in common.
func (f Failure) same(g Failure) bool {
	return f.Operation == g.Operation && f.Place == g.Place && f.Kind == g.Kind
}

// String returns the failure in one line.
func (f Failure) String() string {
	first, _, _ := strings.Cut(f.Message, "\n")
	first = strings.TrimPrefix(first, string(f.Kind)+": ")
	against := ""
	if len(f.Against) > 0 {
		against = ", against " + strings.Join(f.Against, ", ")
	}
	if f.With != "" {
		against += ", with an id from " + f.With
	}
	if f.After != "" && !slices.Contains(f.Against, f.After) {
		against += ", after " + f.After
	}
	kind := "  " + string(f.Kind)
	if f.Place == string(f.Kind) {
		kind = ""
	}
	return fmt.Sprintf("%s  %s%s%s: %s", f.Operation, f.Place, kind, against, first)
}

// operationOf names what a call is: its operation, or else its method and path.
func operationOf(x *Exchange) string {
	if x == nil {
		return "suite"
	}
	path := x.URL
	if u, err := url.Parse(x.URL); err == nil {
		path = u.Path
	}
	return cmp.Or(x.Operation, x.Method+" "+numbered.ReplaceAllString(path, "/*$1"))
}

// numbered matches segments of a path that are ids.
var numbered = regexp.MustCompile(`/[^/]*\d[^/]*[^/v\d][^/]*(/|$)`)

var index = regexp.MustCompile(`/\d+(/|$)`)

// starred returns a JSON pointer with * in place of positions.
func starred(pointer string) string {
	return index.ReplaceAllString(index.ReplaceAllString(pointer, "/*$1"), "/*$1")
}

// placeOf returns the place of a finding.
func placeOf(f spec.Finding) string {
	if f.In == spec.InBody {
		return strings.TrimSpace("body " + starred(f.Path))
	}
	return strings.TrimSpace(string(f.In) + " " + strings.TrimPrefix(f.Path, "/"))
}

// paged reports whether a call asks for a page of a list other than a long one.
func paged(x *Exchange) bool {
	u, err := url.Parse(x.URL)
	if err != nil {
		return false
	}
	q := u.Query()
	return q.Has("page") || q.Has("page_size") && q.Get("page_size") != "100"
}
