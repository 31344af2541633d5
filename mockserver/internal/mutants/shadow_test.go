package mutants

import (
	"bytes"
	_ "embed"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"cariqamock"
	"cariqamock/contracttests"
	"cariqamock/contracttests/lockstep"
	"cariqamock/mockserver"
)

//go:embed shadow.yaml
var shadowYAML []byte

// A shadowed mutant is what shadow has found in the suite's traffic with it.
type shadowed struct {
	mutant Mutant
	groups []contracttests.Group
	calls  int
	left   []string // why calls were not judged
	err    error
}

// TestShadow has shadow judge the suite's traffic with mutants, until something is
// found: one mutant in 150, chosen by its id, or as many as CARIQA_SHADOW says: 1
// tries every one.
func TestShadow(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("every call is made twice")
	}
	blind := map[string]string{}
	if err := yaml.UnmarshalWithOptions(shadowYAML, &blind, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	oneIn := uint32(150)
	if n, err := strconv.ParseUint(os.Getenv("CARIQA_SHADOW"), 10, 32); err == nil && n > 0 {
		oneIn = uint32(n)
	}
	all, err := All(cariqamock.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	var picked []Mutant
	for _, m := range all {
		h := fnv.New32a()
		_, _ = h.Write([]byte(m.ID)) // never fails
		if h.Sum32()%oneIn == 0 && Equivalents()[m.ID] == "" && strings.Contains(m.ID, os.Getenv("CARIQA_MUTANT")) {
			picked = append(picked, m)
		}
	}
	l := lab(t)
	if err := l.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	outcomes := make([]shadowed, len(picked))
	each(len(picked), func(i int) { outcomes[i] = l.shadow(t, "s"+strconv.Itoa(i), picked[i]) })
	killTable(t, outcomes, blind, oneIn == 1 && os.Getenv("CARIQA_MUTANT") == "")
}

// shadow runs the cases that see what a mutant lies about, and judges their
// traffic until something is found.
func (l *Lab) shadow(t *testing.T, name string, m Mutant) shadowed {
	out := shadowed{mutant: m}
	handler, err := l.handler(m)
	if err != nil {
		out.err = err
		return out
	}
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	fake, err := mockserver.New(cfg)
	if err != nil {
		out.err = err
		return out
	}
	found := atomic.Bool{}
	j, err := lockstep.New(fake, lockstep.Options{
		Target: contracttests.Target{Base: "http://127.0.0.1/api/v1", Name: name, Key: "none"}, Now: time.Now(),
		Found: func(contracttests.Found) { found.Store(true) },
	})
	if err != nil {
		out.err = err
		return out
	}
	order, seen := l.order(m)
	if !seen && m.Idle {
		return out
	}
	beside := &beside{judge: j}
	l.executeThrough(t.Context(), func(next http.RoundTripper) http.RoundTripper {
		beside.next = next
		return beside
	}, name, handler, m.Twist, order, func(contracttests.Result) bool {
		over := found.Load()
		beside.over.Store(over)
		return over
	})
	run := j.Run()
	out.groups, out.calls = run.Groups(), run.Requests
	for _, r := range run.Results {
		about := func(op string) bool { return strings.HasSuffix(r.Case, "/"+op) }
		for _, n := range r.News {
			if strings.Contains(n, " not judged: ") && (len(m.Operations) == 0 || slices.ContainsFunc(m.Operations, about)) {
				out.left = append(out.left, r.Case+": "+n)
			}
		}
	}
	return out
}

// beside judges what passes, until it is over.
type beside struct {
	next  http.RoundTripper
	judge *lockstep.Judge
	over  atomic.Bool
}

func (b *beside) RoundTrip(r *http.Request) (*http.Response, error) {
	if b.over.Load() {
		return b.next.RoundTrip(r)
	}
	c := &lockstep.Call{Method: r.Method, URL: r.URL.String(), Header: r.Header.Clone(), Began: time.Now()}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		c.Body, r.Body = body, io.NopCloser(bytes.NewReader(body))
	}
	b.judge.Begin(c)
	defer b.judge.End(c)
	res, err := b.next.RoundTrip(r)
	c.Ended = time.Now()
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	c.Status, c.Answered, c.Answer = res.StatusCode, res.Header, body
	return res, nil
}

// killTable reports what became of the mutants, by kind. whole means that all were
// tried, so that each reason must be needed.
func killTable(t *testing.T, outcomes []shadowed, blind map[string]string, whole bool) {
	t.Helper()
	type line struct{ mutants, named, elsewhere, explained, survivors int }
	kinds, needed := map[string]line{}, map[string]bool{}
	var counts []int
	elsewhere := 0
	for _, v := range outcomes {
		n := kinds[v.mutant.Kind]
		n.mutants++
		switch reason := explained(blind, v.mutant.ID); {
		case v.err != nil:
			t.Errorf("%s: %v", v.mutant.ID, v.err)
		case len(v.groups) > 0:
			counts = append(counts, len(v.groups))
			if len(v.mutant.Operations) == 0 || slices.ContainsFunc(v.groups, func(g contracttests.Group) bool { return names(g, v.mutant) }) {
				n.named++
				break
			}
			n.elsewhere++
			elsewhere++
			t.Logf("%s: not named by operation and place:\n%s", v.mutant.ID, lines(v.groups))
		case reason != "" || v.mutant.Idle:
			n.explained++
			needed[reason] = true
		default:
			n.survivors++
			t.Errorf("survivor: %s (%d calls)\n    %s", v.mutant.ID, v.calls, strings.Join(v.left, "\n    "))
		}
		kinds[v.mutant.Kind] = n
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-26s %8s %8s %10s %10s %10s\n", "kind", "mutants", "named", "elsewhere", "explained", "survivors")
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		n := kinds[kind]
		fmt.Fprintf(&b, "%-26s %8d %8d %10d %10d %10d\n", kind, n.mutants, n.named, n.elsewhere, n.explained, n.survivors)
	}
	t.Logf("\n%s", b.String())
	slices.Sort(counts)
	if len(counts) == 0 || counts[len(counts)/2] != 1 {
		t.Errorf("groups of each mutant: %v, want a median of 1", counts)
	}
	if elsewhere*20 > len(counts) {
		t.Errorf("%d of %d are not named by operation and place, want at most one in twenty", elsewhere, len(counts))
	}
	for pattern := range blind {
		if whole && !needed[pattern] {
			t.Errorf("shadow.yaml: %q explains nothing", pattern)
		}
	}
}

// explained returns the pattern of shadow.yaml that an id matches, or "".
func explained(blind map[string]string, id string) string {
	for _, pattern := range slices.Sorted(maps.Keys(blind)) {
		if regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$").MatchString(id) {
			return pattern
		}
	}
	return ""
}
