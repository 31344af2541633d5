package contracttests

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	gocmp "github.com/google/go-cmp/cmp"

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
	From      []string    `json:"from,omitempty"`    // where values in the call come from, such as "id pm_1 from GET …"

	about []*Exchange
	want  any // of a comparison
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
	return fmt.Sprintf("%s  %s  %s%s: %s", f.Operation, f.Place, f.Kind, against, first)
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

// field matches what may be the name of a field in a message.
var field = regexp.MustCompile(`[a-z][a-z0-9]*(?:_[a-z0-9]+)+|\b(?:id|count|next|previous|results|email|locale|default|type|card|brand|last4|amount|currency|total|date|refund|link|rates|duration|name|status|speed|prices|price|detail|error\.type|energy)\b`)

// guess returns the place that a message is about: the first field that it names.
func guess(what string) string {
	what, _, _ = strings.Cut(what, "\n")
	switch before, _, _ := strings.Cut(what, ":"); {
	case before == "status", strings.HasPrefix(what, "rule:"), strings.HasPrefix(before, "header "):
		return before
	case before == "error.type":
		return "body /error/type"
	}
	if name := field.FindString(what); name != "" && name != "status" {
		return "body /" + strings.ReplaceAll(name, ".", "/")
	}
	return "body"
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

// steps is a reporter of go-cmp that keeps the first path that differs.
type steps struct {
	path  gocmp.Path
	first string
	found bool
}

func (s *steps) PushStep(step gocmp.PathStep) { s.path = append(s.path, step) }
func (s *steps) PopStep()                     { s.path = s.path[:len(s.path)-1] }

func (s *steps) Report(r gocmp.Result) {
	if r.Equal() || s.found {
		return
	}
	s.found = true
	for _, step := range s.path {
		switch step := step.(type) {
		case gocmp.MapIndex:
			s.first += "/" + fmt.Sprint(step.Key())
		case gocmp.SliceIndex:
			s.first += "/*"
		case gocmp.StructField:
			s.first += "/" + strings.ToLower(step.Name())
		}
	}
}

// difference returns the first place where two values differ, as a pointer.
func difference(want, got any, options ...gocmp.Option) string {
	var s steps
	gocmp.Equal(want, got, append([]gocmp.Option{gocmp.Reporter(&s)}, options...)...)
	return s.first
}
