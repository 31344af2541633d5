package mockserver

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
)

// rulePrefer is the rule of an answer that the client asked for.
const rulePrefer = "prefer"

// A preference is what a Prefer header asks for (RFC 7240): the answer of a
// status, and among those the one with an error type.
type preference struct {
	code      string
	errorType string
}

// readPreference reads "code=402, error=payment_error"; false: the client
// prefers nothing of ours. Preferences of others are left alone, as the RFC
// wants.
func readPreference(h http.Header) (preference, bool) {
	var p preference
	for part := range strings.FieldsFuncSeq(strings.Join(h.Values("Prefer"), ","), func(c rune) bool { return c == ',' || c == ';' }) {
		name, value, _ := strings.Cut(part, "=")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "code":
			p.code = cmp.Or(p.code, value) // the first counts, says the RFC
		case "error":
			p.errorType = cmp.Or(p.errorType, value)
		}
	}
	return p, p.code != "" || p.errorType != ""
}

// prefer gives a documented answer by request: nothing changes in the world.
// What is not documented is a 400 that lists what is.
func (a *api) prefer(c *call, p preference) (wire.Reply, error) {
	examples, err := a.documented(c.op.ID)
	if err != nil {
		return wire.Reply{}, err
	}
	for _, e := range examples {
		if p.code != "" && p.code != strconv.Itoa(e.Status) || p.errorType != "" && p.errorType != e.Type {
			continue
		}
		applied := "code=" + strconv.Itoa(e.Status)
		if p.errorType != "" {
			applied += ", error=" + p.errorType
		}
		return wire.Reply{
			Status: e.Status, Body: e.Body, Rule: rulePrefer, Header: http.Header{"Preference-Applied": {applied}},
		}, nil
	}
	c.ours = true
	var known []string
	for _, e := range examples {
		text := "code=" + strconv.Itoa(e.Status)
		if e.Type != "" {
			text += ", error=" + e.Type
		}
		if !slices.Contains(known, text) {
			known = append(known, text)
		}
	}
	return wire.Reply{}, a.refuse("request/invalid", fmt.Sprintf("Prefer: there is no such documented answer of %s. There are: %s.",
		c.op.ID, strings.Join(known, "; ")))
}

// A documentedAnswer is one that openapi.yaml or a rule has.
type documentedAnswer struct {
	Status int
	Type   string
	Body   []byte
}

// documented lists an operation's answers: the examples of openapi.yaml, and
// the answers of its rules that have another type.
func (a *api) documented(op string) ([]documentedAnswer, error) {
	examples, err := a.spec.Examples(op)
	if err != nil {
		return nil, err
	}
	var out []documentedAnswer
	for _, e := range examples {
		if e.Status >= http.StatusBadRequest {
			e.Body = wire.Ordered(e.Body)
		}
		out = append(out, documentedAnswer(e))
	}
	for _, r := range a.cfg.Rules.Of(connect.Operation(op)) {
		known := slices.ContainsFunc(out, func(d documentedAnswer) bool {
			return d.Status == r.Status && d.Type == string(r.Type)
		})
		if !known {
			reply := wire.Refused(&connect.Refusal{Rule: r})
			out = append(out, documentedAnswer{r.Status, string(r.Type), reply.Body})
		}
	}
	return out, nil
}
