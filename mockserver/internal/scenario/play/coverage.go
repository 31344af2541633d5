package play

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/spec"
)

// A Cell is one kind of answer of an operation.
type Cell struct {
	Operation string
	Status    int
	Type      string // error.type; empty where the answer has none
}

// Documented describes where a cell is documented.
type Documented string

// The kinds of cells.
const (
	Yes     Documented = "yes"     // some scenario must produce it
	Generic Documented = "generic" // documented, the same for every operation; no scenario has to produce it
	No      Documented = "no"      // answered, but not documented
)

// A Row is a cell with the scenarios that produce it.
type Row struct {
	Cell
	Documented Documented
	Rules      []string // the operation's rules with this answer
	Scenarios  []string // first those that prove one of the rules, then the others, by name
}

// A Coverage counts which documented answers of the vendor's API scenarios
// produce. It is not safe for concurrent use.
type Coverage struct {
	operations []spec.Operation
	rows       map[Cell]*Row
	proving    map[Cell]int // how many of a row's scenarios prove one of its rules
}

// NewCoverage returns the documented cells: the examples of openapi.yaml, and
// the answers of rules.
func NewCoverage(description *spec.Spec, rules connect.Rules) (*Coverage, error) {
	c := &Coverage{operations: description.Operations(), rows: map[Cell]*Row{}, proving: map[Cell]int{}}
	for _, op := range c.operations {
		examples, err := description.Examples(op.ID)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", op.ID, err)
		}
		for _, e := range examples {
			cell := Cell{op.ID, e.Status, e.Type}
			c.rows[cell] = &Row{Cell: cell, Documented: documentation(e.Status)}
		}
		for _, r := range rules.Of(connect.Operation(op.ID)) {
			cell := Cell{op.ID, r.Status, string(r.Type)}
			if c.rows[cell] == nil {
				c.rows[cell] = &Row{Cell: cell}
			}
			c.rows[cell].Documented = Yes
			c.rows[cell].Rules = append(c.rows[cell].Rules, r.ID)
		}
	}
	return c, nil
}

// documentation classifies a documented status that is not the answer of a
// rule of the operation.
func documentation(status int) Documented {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return Generic
	}
	return Yes
}

// Try runs a scenario's steps, as the function Try does, and counts the
// answers. It counts none if a step fails, or if a rule that the scenario
// claims to prove refuses none of its calls.
func (c *Coverage) Try(ctx context.Context, s *scenario.Scenario, rt http.RoundTripper, base, token string) error {
	results, answers := run(ctx, s, rt, base, token)
	for _, r := range results {
		if r.Err != nil {
			return fmt.Errorf("step %d: %s: %w", r.Step, r.What, r.Err)
		}
	}
	answers = slices.DeleteFunc(answers, func(a answer) bool { return c.operationOf(a) == "" })
	for _, rule := range s.Proves {
		if !slices.ContainsFunc(answers, func(a answer) bool { return a.rule == rule }) {
			return fmt.Errorf("proves %s, which refuses none of its calls", rule)
		}
	}
	for _, a := range answers {
		if a.rule != scenario.RulePrefer { // the Prefer header asked for the answer, so it proves nothing
			c.count(s, Cell{c.operationOf(a), a.status, errorType(a.body)}, a.rule)
		}
	}
	return nil
}

// count counts an answer. A cell of rules counts only if one of them answered:
// the 404 of an unknown user is not the 404 of an unknown charge point.
func (c *Coverage) count(s *scenario.Scenario, cell Cell, rule string) {
	row := c.rows[cell]
	if row == nil {
		row = &Row{Cell: cell, Documented: No}
		c.rows[cell] = row
	}
	if len(row.Rules) > 0 && !slices.Contains(row.Rules, rule) || slices.Contains(row.Scenarios, s.Name) {
		return
	}
	at := len(row.Scenarios)
	if slices.ContainsFunc(row.Rules, func(rule string) bool { return slices.Contains(s.Proves, rule) }) {
		at = c.proving[cell]
		c.proving[cell]++
	}
	row.Scenarios = slices.Insert(row.Scenarios, at, s.Name)
}

// Rows lists all cells: operations in the order of openapi.yaml, then by
// status and type.
func (c *Coverage) Rows() []Row {
	place := map[string]int{}
	for i, op := range c.operations {
		place[op.ID] = i
	}
	out := make([]Row, 0, len(c.rows))
	for _, row := range c.rows {
		r := *row
		r.Rules, r.Scenarios = slices.Clone(r.Rules), slices.Clone(r.Scenarios)
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(place[a.Operation], place[b.Operation]), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Type, b.Type))
	})
	return out
}

// operationOf returns the operation of the vendor's API that answered, or "".
// The last slash of the path is ignored, as the vendor answers some calls
// without it.
func (c *Coverage) operationOf(a answer) string {
	for _, op := range c.operations {
		if op.Method == a.method && fits(op.Path, a.path) {
			return op.ID
		}
	}
	return ""
}

// fits reports whether a path matches a template such as /api/v1/users/{user_id}/.
func fits(template, path string) bool {
	want, got := strings.Split(strings.TrimSuffix(template, "/"), "/"), strings.Split(strings.TrimSuffix(path, "/"), "/")
	return slices.EqualFunc(want, got, func(want, got string) bool {
		return want == got || strings.HasPrefix(want, "{") && got != ""
	})
}

// errorType returns error.type of a body, or "".
func errorType(body []byte) string {
	var b struct {
		Error struct {
			Type string `json:"type"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &b) != nil {
		return ""
	}
	return b.Error.Type
}
