package journal

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

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
}

// A matcher is a filter ready for use.
type matcher struct {
	Filter
	path *regexp.Regexp // nil: any
	body any            // decoded
	none bool           // no entry can match
}

func newMatcher(f Filter) matcher {
	m := matcher{Filter: f}
	m.User, m.Operation = redactText(f.User), redactText(f.Operation)
	if f.Path != "" {
		// The id of an EVSE, which has stars, so matches itself too.
		segments := strings.ReplaceAll(regexp.QuoteMeta(redactText(f.Path)), `\*`, `[^/]*`)
		path, err := regexp.Compile(`^` + segments + `$`)
		m.path, m.none = path, err != nil // not UTF-8
	}
	if f.Body != nil {
		raw, err := json.Marshal(f.Body)
		if err == nil {
			raw, err = redactJSON(raw)
		}
		m.body = decode(raw)
		m.none = m.none || err != nil
	}
	return m
}

// match compares the body last: it must be rendered and decoded.
func (m matcher) match(r *record) bool {
	switch {
	case m.none,
		m.Operation != "" && m.Operation != redactText(r.Operation),
		m.Method != "" && !strings.EqualFold(m.Method, r.Method),
		m.Status != 0 && m.Status != r.Status,
		m.Rule != "" && m.Rule != r.Rule,
		m.User != "" && m.User != redactText(r.User),
		m.path != nil && !m.path.MatchString(redactText(r.path)):
		return false
	}
	return m.Filter.Body == nil || jsonmatch.Subset("body", m.body, decode(r.request.shownBody())) == nil
}

// decode returns a JSON value with its numbers as they are written, or nil.
func decode(raw json.RawMessage) any {
	var v any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return nil
	}
	return v
}
