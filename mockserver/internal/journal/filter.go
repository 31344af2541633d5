package journal

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/jsonmatch"
)

// A Filter matches the entries that have all its values; an empty one matches
// all. It compares what entries show, so that it cannot be used to guess
// secrets. Its own values are redacted in the same way, so that a card number
// finds the card.
type Filter struct {
	Operation string `json:"operation,omitempty"`
	Method    string `json:"method,omitempty"`
	Path      string `json:"path,omitempty"` // the whole path; * stands for any part of a segment
	Status    int    `json:"status,omitempty"`
	Rule      string `json:"rule,omitempty"`
	User      string `json:"user,omitempty"`
	// Body is a subset of the request's body: of objects the listed keys, of
	// lists each element, numbers by value. nil matches any body.
	Body any `json:"body,omitempty"`
	// Text is words that must all occur, in any case, in what identifies the call,
	// its query or one of its bodies.
	Text string `json:"text,omitempty"`
}

// A matcher is a filter ready for use.
type matcher struct {
	Filter          // redacted; the path as path.Match reads it, the body decoded
	words  []string // of the text, in lower case
	none   bool     // no entry can match
}

// literal escapes all that path.Match reads as a pattern but stars. So the id
// of an EVSE, which has stars, matches itself too.
var literal = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `?`, `\?`)

func newMatcher(f Filter) matcher {
	m := matcher{Filter: f, words: strings.Fields(strings.ToLower(redact.Text(f.Text)))}
	m.User, m.Operation, m.Path = redact.Text(f.User), redact.Text(f.Operation), literal.Replace(redact.Text(f.Path))
	if f.Body != nil {
		raw, err := json.Marshal(f.Body)
		if err == nil {
			raw, err = redact.JSON(raw)
		}
		if err == nil {
			m.Body, err = jsonmatch.Decode(raw)
		}
		m.none = err != nil
	}
	return m
}

// match compares the bodies last: they must be rendered and decoded.
func (m matcher) match(r *record) bool {
	switch {
	case m.none,
		m.Operation != "" && m.Operation != redact.Text(r.Operation),
		m.Method != "" && !strings.EqualFold(m.Method, r.Method),
		m.Status != 0 && m.Status != r.Status,
		m.Rule != "" && m.Rule != r.Rule,
		m.User != "" && m.User != redact.Text(r.User):
		return false
	}
	if m.Path != "" {
		if ok, _ := path.Match(m.Path, redact.Text(r.path)); !ok {
			return false
		}
	}
	if m.Body != nil {
		shown, _ := jsonmatch.Decode(r.request.shownBody()) // nil without a body
		if jsonmatch.Subset("body", m.Body, shown) != nil {
			return false
		}
	}
	return m.matchWords(r)
}

// matchWords reports whether every word occurs in the record.
func (m matcher) matchWords(r *record) bool {
	if len(m.words) == 0 {
		return true
	}
	text := strings.ToLower(r.searched())
	return !slices.ContainsFunc(m.words, func(word string) bool { return !strings.Contains(text, word) })
}

// searched returns what Filter.Text is looked for in, as it is shown.
func (r *record) searched() string {
	all := []string{r.ID, redact.Text(r.Operation), redact.Text(r.Method) + " " + redact.Text(r.path), redact.Query(r.query), r.Rule, r.Fault, redact.Text(r.User)}
	for _, id := range []string{"X-Request-Id", "Request-Id", "Idempotency-Key"} {
		all = append(all, r.request.joined(id, redact.Header), r.response.joined(id, answerHeader))
	}
	return strings.Join(append(all, string(r.request.shownBody()), string(r.response.shownBody())), "\n")
}
