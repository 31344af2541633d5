package spec

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// judgedTwice is judged, until the verdict is remembered.
func (v *verdicts) judgedTwice(k key, body, verdict string) {
	v.judged(k, body, verdict)
	v.judged(k, body, verdict)
}

// judged returns a verdict on an exchange and whether it had to be judged.
func (v *verdicts) judged(k key, body, verdict string) (found []Finding, judged bool) {
	found = v.of(k, []byte(body), func() []Finding {
		judged = true
		return []Finding{{Message: verdict}}
	})
	return found, judged
}

func TestVerdictsCompareKeys(t *testing.T) {
	base := key{side: SideRequest, op: 1, status: 200, contentType: "c", query: "q"}
	for name, change := range map[string]func(k *key, body *string){
		"side":         func(k *key, _ *string) { k.side = SideAnswer },
		"operation":    func(k *key, _ *string) { k.op = 2 },
		"status":       func(k *key, _ *string) { k.status = 201 },
		"content type": func(k *key, _ *string) { k.contentType = "d" },
		"query":        func(k *key, _ *string) { k.query = "r" },
		"body":         func(_ *key, body *string) { *body = "bb" },
	} {
		v := newVerdicts()
		v.judgedTwice(base, "b", "base")
		k, body := base, "b"
		change(&k, &body)
		if _, judged := v.judged(k, body, "other"); !judged {
			t.Errorf("%s is not part of the key", name)
		}
		if found, judged := v.judged(base, "b", "again"); judged || found[0].Message != "base" {
			t.Errorf("found %v, %t", found, judged)
		}
	}
}

func TestVerdictsCopyTheBody(t *testing.T) {
	v := newVerdicts()
	body := []byte("before")
	for range 2 {
		v.of(key{}, body, func() []Finding { return nil })
	}
	copy(body, "behind")
	if _, judged := v.judged(key{}, "before", ""); judged {
		t.Error("the remembered body changed with the caller's")
	}
}

// TestVerdictsAreBounded also shows that what is used stays.
func TestVerdictsAreBounded(t *testing.T) {
	v := newVerdicts()
	v.judgedTwice(key{}, "used", "")
	for i := range 10 * maxVerdicts {
		v.judgedTwice(key{query: fmt.Sprint(i)}, strings.Repeat("x", 1+i%5000), "")
		if _, judged := v.judged(key{}, "used", ""); judged {
			t.Fatalf("after %d others the one in use is gone", i)
		}
		if len(v.young)+len(v.old) > 2*maxVerdicts || v.bytes > maxVerdictBytes {
			t.Fatalf("%d and %d entries, %d bytes", len(v.young), len(v.old), v.bytes)
		}
	}
	sum := 0
	for k, found := range v.young {
		sum += sizeOf(k, found)
	}
	if sum != v.bytes {
		t.Errorf("the young generation holds %d bytes, counted %d", sum, v.bytes)
	}
	if _, judged := v.judged(key{query: "0"}, "x", ""); !judged {
		t.Error("nothing is ever forgotten")
	}
}

func TestVerdictsLeaveOutLongBodies(t *testing.T) {
	v := newVerdicts()
	v.judgedTwice(key{}, strings.Repeat("x", maxRememberBytes+1), "")
	if len(v.young) > 0 {
		t.Error("a long body was remembered")
	}
}

func TestVerdictsDoNotAllocate(t *testing.T) {
	v, k, body := newVerdicts(), key{query: "q"}, []byte(strings.Repeat("x", 1000))
	for range 2 {
		v.of(k, body, func() []Finding { return nil })
	}
	if n := testing.AllocsPerRun(100, func() { v.find(k, body) }); n > 0 {
		t.Errorf("%v allocations when a verdict is found", n)
	}
}

// TestVerdictsKeepWhatComesAgain and nothing of what does not.
func TestVerdictsKeepWhatComesAgain(t *testing.T) {
	v, k, n := newVerdicts(), key{side: SideAnswer, op: 3, status: 201}, 0
	allocations := testing.AllocsPerRun(1000, func() {
		n++
		body := [8]byte{byte(n), byte(n >> 8)}
		v.of(k, body[:], func() []Finding { return nil })
	})
	if len(v.young)+len(v.old) > 0 || allocations > 1 {
		t.Errorf("%d and %d verdicts on %d exchanges that came once, %v allocations each", len(v.young), len(v.old), n, allocations)
	}
	often := 0
	for i := range 4 { // operations in turn, whose answers are the same
		for op := range 20 {
			if _, judged := v.judged(key{op: op}, "", ""); judged && i > 1 {
				often++
			}
		}
	}
	if often > 20 { // hashes of some may get into each other's way
		t.Errorf("%d of 40 verdicts on what has been judged twice are not remembered", often)
	}
	for i, want := range []bool{true, true, false} {
		if _, judged := v.judged(k, "again", ""); judged != want {
			t.Errorf("the time %d: judged %t, want %t", i+1, judged, want)
		}
	}
}

func TestVerdictsConcurrently(t *testing.T) {
	v := newVerdicts()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 5000 {
				k := key{query: fmt.Sprint(i % 1500)}
				if found, _ := v.judged(k, "", k.query); found[0].Message != k.query {
					t.Errorf("%s: %v", k.query, found)
				}
			}
		})
	}
	all.Wait()
}
