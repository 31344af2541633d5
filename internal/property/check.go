// Package property runs the random tests of the repository: always the same
// cases by default, so that only code changes can make the gate fail; other
// cases on request.
package property

import (
	"flag"
	"os"
	"slices"
	"strings"
	"sync"

	"pgregory.net/rapid"
)

// Check is rapid.Check with a fixed seed. It explores when rapid is asked to:
// RAPID_CHECKS=100000 go test ./... tries more and other cases,
// RAPID_SEED=7 repeats those of one run; so do the flags -rapid.checks and
// -rapid.seed in packages that have them. No files are left behind: a case
// that fails becomes a row of a table test.
func Check(t rapid.TB, prop func(*rapid.T)) {
	t.Helper()
	configure()
	rapid.Check(t, prop)
}

// configure sets rapid's flags, once for the whole test binary.
var configure = sync.OnceFunc(func() {
	set := map[string]string{"rapid.nofailfile": "true"}
	if !exploring() {
		set["rapid.seed"] = "1"
	}
	for name, value := range set {
		if err := flag.Set(name, value); err != nil {
			panic(err) // rapid has renamed its flag
		}
	}
})

// exploring reports whether a flag or variable of rapid's chooses the cases.
func exploring() bool {
	choices := []string{"rapid.checks", "rapid.seed", "rapid.failfile"}
	chosen := slices.ContainsFunc(choices, func(name string) bool {
		_, ok := os.LookupEnv(strings.ToUpper(strings.ReplaceAll(name, ".", "_")))
		return ok
	})
	flag.Visit(func(f *flag.Flag) { chosen = chosen || slices.Contains(choices, f.Name) })
	return chosen
}
