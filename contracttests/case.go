package contracttests

import (
	"fmt"
	"strings"
)

// A Case is one contract check.
type Case struct {
	ID         string     // area/name, unique and stable: reports and evidence use it
	Title      string     // what holds, in one line
	Why        string     // what breaks at an integrator if it does not; printed on failure
	Source     string     // where it is written: a rule, a place in openapi.yaml, a docs page, the seed
	Rules      []string   // ids of the rules that it checks
	Assumed    bool       // no public source decides it: a run on a real target confirms or refutes it
	Needs      Capability // all of them; 0: a token is enough
	Run        func(*API)
}

// T is what a case reports to. *testing.T satisfies it, and so does the
// command line's recorder. Fatalf and Skipf do not return.
type T interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Skipf(format string, args ...any) // inconclusive
	Cleanup(func())
}

// Check says what is wrong with a list of cases: nothing that reports and
// evidence rely on may be missing or double.
func Check(cases []Case) error {
	seen := map[string]bool{}
	for _, c := range cases {
		area, name, ok := strings.Cut(c.ID, "/")
		switch {
		case !ok || area == "" || name == "":
			return fmt.Errorf("case %q: want an id such as area/name", c.ID)
		case seen[c.ID]:
			return fmt.Errorf("case %s: the id is taken", c.ID)
		case c.Title == "" || c.Why == "" || c.Source == "" || c.Run == nil:
			return fmt.Errorf("case %s: title, reason, source or function is missing", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
}
