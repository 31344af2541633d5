package contracttests

import (
	"fmt"
	"strings"
)

// A Case is one contract check.
type Case struct {
	ID      string     // area/name, unique and stable: reports and evidence use it
	Title   string     // what is checked, in one line
	Why     string     // what breaks for an integrator otherwise; printed on failure
	Source  string     // a rule, a place in openapi.yaml, a docs page
	Rules   []string   // ids of the rules that it checks
	Assumed bool       // no public source decides it: a run on a real target confirms or refutes it
	Waits   bool       // for what takes minutes on a real target, such as a CDR
	Needs   Capability // what it requires of a target besides a token
	Run     func(*API)
}

// Check reports an error if a case of the list has no id, title, reason, source
// or function, or an id that another case has: reports and evidence rely on
// them.
func Check(cases []Case) error {
	seen := map[string]bool{}
	for _, c := range cases {
		area, name, ok := strings.Cut(c.ID, "/")
		switch {
		case !ok || area == "" || name == "":
			return fmt.Errorf("case %q: invalid id, want one such as area/name", c.ID)
		case seen[c.ID]:
			return fmt.Errorf("case %s: duplicate id", c.ID)
		case c.Title == "" || c.Why == "" || c.Source == "" || c.Run == nil:
			return fmt.Errorf("case %s: missing title, reason, source or function", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
}
