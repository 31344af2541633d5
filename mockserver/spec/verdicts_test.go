package spec

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestVerdictsCompareKeys(t *testing.T) {
	v := newVerdicts()
	base := key{side: SideRequest, op: 1, status: 200, contentType: "c", query: "q", body: []byte("b")}
	v.remember(&base, []Finding{{Message: "base"}})
	for name, change := range map[string]func(*key){
		"side":         func(k *key) { k.side = SideAnswer },
		"operation":    func(k *key) { k.op = 2 },
		"status":       func(k *key) { k.status = 201 },
		"content type": func(k *key) { k.contentType = "d" },
		"query":        func(k *key) { k.query = "r" },
		"body":         func(k *key) { k.body = []byte("bb") },
	} {
		k := base
		change(&k)
		if _, ok := v.find(&k); ok {
			t.Errorf("%s is not part of the key", name)
		}
	}
	if found, ok := v.find(&base); !ok || found[0].Message != "base" {
		t.Errorf("found %v, %t", found, ok)
	}
}

// TestVerdictsCollision: a hash is not a proof.
func TestVerdictsCollision(t *testing.T) {
	v := newVerdicts()
	k := key{body: []byte("mine")}
	v.put(v.hash(&k), &verdict{key: key{body: []byte("another's")}})
	if _, ok := v.find(&k); ok {
		t.Error("the verdict on another body was returned")
	}
}

func TestVerdictsCopyTheBody(t *testing.T) {
	v := newVerdicts()
	body := []byte("before")
	v.remember(&key{body: body}, nil)
	copy(body, "behind")
	if _, ok := v.find(&key{body: []byte("before")}); !ok {
		t.Error("the remembered body changed with the caller's")
	}
}

// TestVerdictsAreBounded also shows that what is used stays.
func TestVerdictsAreBounded(t *testing.T) {
	v := newVerdicts()
	used := key{body: []byte("used")}
	v.remember(&used, nil)
	for i := range 10 * maxVerdicts {
		v.remember(&key{query: fmt.Sprint(i), body: []byte(strings.Repeat("x", 1+i%5000))}, nil)
		if _, ok := v.find(&used); !ok {
			t.Fatalf("after %d others the one in use is gone", i)
		}
		if len(v.young)+len(v.old) > 2*maxVerdicts || v.bytes > maxVerdictBytes {
			t.Fatalf("%d and %d entries, %d bytes", len(v.young), len(v.old), v.bytes)
		}
	}
	if _, ok := v.find(&key{query: "0", body: []byte("x")}); ok {
		t.Error("nothing is ever forgotten")
	}
	sum := 0
	for _, known := range v.young {
		sum += known.size()
	}
	if sum != v.bytes {
		t.Errorf("the young generation holds %d bytes, counted %d", sum, v.bytes)
	}
}

func TestVerdictsLeaveOutLongBodies(t *testing.T) {
	v := newVerdicts()
	long := key{body: make([]byte, maxRememberBytes+1)}
	v.remember(&long, nil)
	if _, ok := v.find(&long); ok || len(v.young) > 0 {
		t.Error("a long body was remembered")
	}
}

func TestVerdictsConcurrently(t *testing.T) {
	v := newVerdicts()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 5000 {
				k := key{query: fmt.Sprint(i % 1500)}
				if found, ok := v.find(&k); ok && found[0].Message != k.query {
					t.Errorf("%s: %v", k.query, found)
				} else if !ok {
					v.remember(&k, []Finding{{Message: k.query}})
				}
			}
		})
	}
	all.Wait()
}
