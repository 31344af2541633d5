package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/limit"
)

func mustAdd(t testing.TB, s *Set, specs ...string) {
	t.Helper()
	for _, spec := range specs {
		if _, err := s.Add(mustSpec(t, spec)); err != nil {
			t.Fatalf("Add(%s): %v", spec, err)
		}
	}
}

// calls asks for the fault of each call, written "operation" or
// "operation user".
func calls(s *Set, calls ...string) []string {
	var out []string
	for _, c := range calls {
		var op, user string
		fmt.Sscan(c, &op, &user)
		f, ok := s.Next(op, user, true)
		if !ok {
			f.ID = "-"
		}
		out = append(out, f.ID)
	}
	return out
}

func TestNext(t *testing.T) {
	for name, c := range map[string]struct {
		specs, calls, want []string
	}{
		"none":          {nil, []string{"a"}, []string{"-"}},
		"once":          {[]string{`{"operation":"a","status":500}`}, []string{"a", "a"}, []string{"f1", "-"}},
		"others go by":  {[]string{`{"operation":"a","status":500}`}, []string{"b", "a"}, []string{"-", "f1"}},
		"any operation": {[]string{`{"operation":"*","status":500,"times":2}`}, []string{"b", "a", "b"}, []string{"f1", "f1", "-"}},
		"one user": {
			[]string{`{"operation":"a","status":500,"user":"9405cf8c"}`},
			[]string{"a", "a other", "a 9405CF8C"}, []string{"-", "-", "f1"},
		},
		"third call": {[]string{`{"operation":"a","status":500,"skip":2}`}, []string{"a", "b", "a", "a", "a"}, []string{"-", "-", "-", "f1", "-"}},
		"in order of queueing": {
			[]string{`{"operation":"a","status":500,"times":2}`, `{"operation":"*","status":501}`},
			[]string{"a", "a", "a", "a"}, []string{"f1", "f1", "f2", "-"},
		},
		"skip counts calls that others took": {
			[]string{`{"operation":"a","status":500}`, `{"operation":"a","status":501,"skip":1}`},
			[]string{"a", "a", "a"}, []string{"f1", "f2", "-"},
		},
		"counted before chance": {
			[]string{`{"operation":"a","status":500,"probability":1}`, `{"operation":"a","status":501}`},
			[]string{"a", "a", "a"}, []string{"f2", "f1", "f1"},
		},
		"chance can be counted and skip too": {
			[]string{`{"operation":"a","status":500,"probability":1,"times":2,"skip":1}`},
			[]string{"a", "a", "a", "a"}, []string{"-", "f1", "f1", "-"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewSet(1, "w")
			mustAdd(t, s, c.specs...)
			if diff := cmp.Diff(c.want, calls(s, c.calls...)); diff != "" {
				t.Errorf("other faults (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTruncatePassesOverCallsWithoutBody queues a truncate for every operation.
// Calls whose answer has no body neither use it up nor count for skip; other
// faults take them.
func TestTruncatePassesOverCallsWithoutBody(t *testing.T) {
	s := NewSet(1, "w")
	mustAdd(t, s, `{"operation":"*","truncate":true,"skip":1}`, `{"operation":"*","drop":true,"times":2}`)
	for i, c := range []struct {
		body bool
		want string
	}{{false, "f2"}, {true, "f2"}, {false, "-"}, {true, "f1"}, {true, "-"}} {
		f, ok := s.Next("a", "", c.body)
		if !ok {
			f.ID = "-"
		}
		if f.ID != c.want {
			t.Errorf("call %d, with body %t: %s, want %s", i+1, c.body, f.ID, c.want)
		}
	}
}

// draws returns for each of 1000 calls whether fault f1 was applied.
func draws(t *testing.T, seed uint64, world string, more ...string) string {
	s := NewSet(seed, world)
	mustAdd(t, s, `{"operation":"a","status":500,"probability":0.3}`)
	mustAdd(t, s, more...)
	out := make([]byte, 1000)
	for i := range out {
		out[i] = '.'
		if f, ok := s.Next("a", "", true); ok && f.ID == "f1" {
			out[i] = 'x'
		}
	}
	return string(out)
}

func TestChanceIsSeeded(t *testing.T) {
	base := draws(t, 1, "w")
	hits := 0
	for _, c := range base {
		if c == 'x' {
			hits++
		}
	}
	if hits < 250 || hits > 350 {
		t.Errorf("%d of 1000 calls failed, want about 300", hits)
	}
	if draws(t, 1, "w") != base {
		t.Error("the same seed and world gave other draws")
	}
	if draws(t, 1, "w", `{"operation":"a","status":501,"probability":0.5}`) != base {
		t.Error("a second fault changed the draws of the first")
	}
	if draws(t, 2, "w") == base || draws(t, 1, "v") == base {
		t.Error("another seed or world gave the same draws")
	}
}

func TestView(t *testing.T) {
	s := NewSet(1, "w")
	mustAdd(t, s,
		`{"operation":"a","user":"u","skip":1,"times":3,"status":402,"error":"payment_error"}`,
		`{"operation":"*","delay":"0.25s"}`,
		`{"operation":"b","rate_limit":"30s","probability":0.5}`)
	calls(s, "a u", "a u", "a u")
	b, err := json.Marshal(s.List())
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"id":"f1","operation":"a","user":"u","skip":1,"times":3,"status":402,"error":"payment_error","hits":2,"left":1},` +
		`{"id":"f2","operation":"*","times":1,"delay":"0.25s","hits":1,"left":0},` +
		`{"id":"f3","operation":"b","probability":0.5,"rate_limit":"30s","hits":0}]`
	if diff := cmp.Diff(want, string(b)); diff != "" {
		t.Errorf("the list differs (-want +got):\n%s", diff)
	}
	if got := s.List()[0].Rule(); got != "fault/f1" {
		t.Errorf("Rule() = %q, want fault/f1", got)
	}
}

func TestRemoveAndClear(t *testing.T) {
	s := NewSet(1, "w")
	mustAdd(t, s, `{"operation":"a","status":500}`, `{"operation":"a","status":501}`)
	if s.Remove("f3") || s.Remove("") {
		t.Error("an unknown fault was removed")
	}
	if !s.Remove("f1") || s.Remove("f1") {
		t.Error("f1 cannot be removed exactly once")
	}
	if diff := cmp.Diff([]string{"f2", "-"}, calls(s, "a", "a")); diff != "" {
		t.Errorf("other faults (-want +got):\n%s", diff)
	}
	s.Clear()
	if n := len(s.List()); n != 0 {
		t.Errorf("%d faults are left after Clear", n)
	}
	if f, err := s.Add(mustSpec(t, `{"operation":"a","status":500}`)); err != nil || f.ID != "f3" {
		t.Errorf("after Clear a fault is %s (%v), want f3: ids are never used again", f.ID, err)
	}
}

func TestAddIsBounded(t *testing.T) {
	s := NewSet(1, "w")
	spec := mustSpec(t, `{"operation":"a","status":500}`)
	for range limit.Faults {
		if _, err := s.Add(spec); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Add(spec); !errors.Is(err, ErrFull) {
		t.Fatalf("one too many: %v, want ErrFull", err)
	}
	s.Next("a", "", true)
	if _, err := s.Add(spec); err != nil {
		t.Errorf("a used-up fault made no room: %v", err)
	}
	if n := len(s.List()); n != limit.Faults {
		t.Errorf("%d faults, want %d", n, limit.Faults)
	}
	var field *FieldError
	if _, err := s.Add(Spec{Operation: "a"}); !errors.As(err, &field) {
		t.Errorf("a fault without effect: %v, want a *FieldError", err)
	}
}

func TestConcurrentCallsTakeEachHitOnce(t *testing.T) {
	s := NewSet(1, "w")
	mustAdd(t, s, `{"operation":"a","status":500,"times":100}`)
	hits := make(chan int, 8)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			n := 0
			for range 50 {
				if _, ok := s.Next("a", "", true); ok {
					n++
				}
				s.List()
			}
			hits <- n
		})
	}
	wg.Wait()
	close(hits)
	total := 0
	for n := range hits {
		total += n
	}
	if total != 100 {
		t.Errorf("%d calls were hit, want 100", total)
	}
}

func BenchmarkNextNone(b *testing.B) {
	s := NewSet(1, "w")
	b.ReportAllocs()
	for b.Loop() {
		s.Next("users_list", "9405cf8c-8375-4373-b4d3-b61f9a0c01eb", true)
	}
}

func BenchmarkNextChance(b *testing.B) {
	s := NewSet(1, "w")
	mustAdd(b, s, `{"operation":"a","status":500,"probability":0.01}`)
	b.ReportAllocs()
	for b.Loop() {
		s.Next("a", "", true)
	}
}

// TestRemaining asks for what is left and expects the same calls to fail as
// would have failed anyway.
func TestRemaining(t *testing.T) {
	skip, twice, status := 2, 2, 424
	s := NewSet(1, "w")
	for _, spec := range []Spec{
		{Operation: "users_list", Status: &status},
		{Operation: "users_list", Skip: &skip, Times: &twice, Status: &status},
	} {
		if _, err := s.Add(spec); err != nil {
			t.Fatal(err)
		}
	}
	s.Next("users_list", "", true) // takes the first, and counts for the second
	left := s.Remaining()
	if len(left) != 1 || *left[0].Skip != 1 || *left[0].Times != 2 {
		t.Fatalf("left %+v, want the second with one call to skip and two to take", left)
	}
	again := NewSet(1, "w")
	if _, err := again.Add(left[0]); err != nil {
		t.Fatal(err)
	}
	for n, want := range []bool{false, true, true, false} {
		if _, hit := s.Next("users_list", "", true); hit != want {
			t.Errorf("call %d: hit %t, want %t", n, hit, want)
		}
		if _, hit := again.Next("users_list", "", true); hit != want {
			t.Errorf("call %d of the copy: hit %t, want %t", n, hit, want)
		}
	}
}
