package cariqamock_test

import (
	"slices"
	"strings"
	"testing"
)

const module = "cariqamock"

// layers orders the packages: each imports only from layers before its own.
func layers() [][]string {
	return [][]string{
		{".", "scenarios", "mockserver/clock", "mockserver/spec", "contracttests/specdiff"},
		{"mockserver/connect"},
		{"mockserver/differences", "mockserver/fault", "mockserver/journal", "mockserver/stations", "mockserver/stripe/stripejs", "mockserver/stripe/testcard", "mockserver/wire"},
		{"mockserver/scenario"},
		{"mockserver/world"},
		{"mockserver/admin", "mockserver/console", "mockserver/stripe"},
		{"mockserver"},
		{"mockserver/mocktest"},
		{"contracttests"},
		{"contracttests/report", "contracttests/evidence", "contracttests/mutants"},
		{"cmd/internal/cli"},
		{"cmd/cariqa-mock", "cmd/cariqa-contract"},
	}
}

func layerOf(pkg string) int {
	return slices.IndexFunc(layers(), func(l []string) bool { return slices.Contains(l, pkg) })
}

// ours gives the package of this module that an import path names.
func ours(imported string) (pkg string, ok bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

func TestImportsPointOneWay(t *testing.T) {
	r := rule{t, "imports point one way, so that each package can be read and tested without those above it; a new package gets its place in layers()"}
	for _, f := range sources(t) {
		if layerOf(f.pkg) < 0 {
			r.broken(f.name, "package %s has no layer", f.pkg)
			continue
		}
		for _, imported := range f.imports {
			pkg, ok := ours(imported)
			if ok && !f.test && layerOf(pkg) >= layerOf(f.pkg) {
				r.broken(f.name, "imports %s, which is not below %s", imported, f.pkg)
			}
		}
	}
}

func TestOnlyTheTopImportsTheServer(t *testing.T) {
	r := rule{t, "package mockserver wires the others; only commands, mocktest and tests start from it"}
	may := []string{"cmd/cariqa-mock", "cmd/cariqa-contract", "mockserver/mocktest", "contracttests/mutants"}
	for _, f := range sources(t) {
		if !f.test && slices.Contains(f.imports, module+"/mockserver") && !slices.Contains(may, f.pkg) {
			r.broken(f.name, "imports the server")
		}
	}
}

func TestTheContractSuiteReadsForItself(t *testing.T) {
	r := rule{t, "the contract suite has its own client and types, so that a mistake in the fake's cannot cancel out; of the fake it may use only what loads openapi.yaml"}
	for _, f := range sources(t) {
		if f.test || f.pkg != "contracttests" && !strings.HasPrefix(f.pkg, "contracttests/") || f.pkg == "contracttests/mutants" {
			continue
		}
		for _, imported := range f.imports {
			pkg, ok := ours(imported)
			if ok && pkg != "." && pkg != "mockserver/spec" && !strings.HasPrefix(pkg, "contracttests") {
				r.broken(f.name, "imports %s", imported)
			}
		}
	}
}

func TestTheDomainKnowsNoHTTP(t *testing.T) {
	r := rule{t, "the domain could be driven without a server; status codes there are plain numbers"}
	imports := map[string][]string{}
	for _, f := range sources(t) {
		if !f.test {
			imports[f.pkg] = append(imports[f.pkg], f.imports...)
		}
	}
	seen := map[string]bool{}
	var visit func(pkg, via string)
	visit = func(pkg, via string) {
		if seen[pkg] {
			return
		}
		seen[pkg] = true
		for _, imported := range imports[pkg] {
			if imported == "net/http" || strings.HasPrefix(imported, "net/http/") {
				r.broken(via, "imports %s", imported)
			}
			if below, ok := ours(imported); ok {
				visit(below, via+" -> "+below)
			}
		}
	}
	visit("mockserver/connect", "mockserver/connect")
}

// TestTimeAndChanceComeIn names the only files that may read the machine's
// clock or its dice.
func TestTimeAndChanceComeIn(t *testing.T) {
	r := rule{t, "time, ids and chance come in through constructors: the same seed, clock and calls give the same bytes, and no test has to sleep"}
	for what, files := range map[string][]string{
		"time.Now":     {"mockserver/clock/clock.go", "contracttests/now.go"}, // the suite also meets servers whose clock it cannot move
		"time.Since":   nil,
		"time.Until":   nil,
		"math/rand":    nil,
		"math/rand/v2": nil,
		"crypto/rand":  {"cmd/cariqa-mock/tls.go", "contracttests/suite.go"}, // and leaves marks there that no other run leaves
	} {
		for _, f := range sources(t) {
			if !f.test && f.uses(what) && !slices.Contains(files, f.name) {
				r.broken(f.name, "uses %s", what)
			}
			if slices.Contains(files, f.name) && !f.uses(what) {
				t.Errorf("%s no longer uses %s: take it off the list", f.name, what)
			}
		}
	}
}
