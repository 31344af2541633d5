package spec

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// Bounds of the verdict memory.
const (
	maxVerdicts      = 1024     // of each of its two generations
	maxVerdictBytes  = 2 << 20  // of each
	maxRememberBytes = 16 << 10 // of one exchange: longer ones seldom repeat
	glimpses         = 4096     // of exchanges that have been judged once
)

// key is all that a verdict depends on. Callers leave the body out and pass it
// beside the key, as bytes.
type key struct {
	side                     Side
	op, status               int
	contentType, query, body string
}

// verdicts remembers what has been judged twice: an exchange that is the same
// byte for byte need not be judged again. Most answers to writes never come
// again, so that nothing but a hash is kept of what has been judged once.
//
// There are two generations. A full young one becomes the old one, and what is
// found in the old one moves to the young: so what is used often stays, without
// a list to keep in order on each hit.
type verdicts struct {
	seed maphash.Seed
	once [glimpses]atomic.Uint64 // hashes of what has been judged once, each at its remainder

	mu         sync.RWMutex
	young, old map[key][]Finding
	bytes      int // of the young generation
}

func newVerdicts() *verdicts {
	return &verdicts{seed: maphash.MakeSeed(), young: make(map[key][]Finding)}
}

// of returns the verdict on an exchange. It calls judge unless one is
// remembered; to remember it, the body is copied, as the caller may use it again.
func (v *verdicts) of(k key, body []byte, judge func() []Finding) []Finding {
	if len(body)+len(k.query)+len(k.contentType) > maxRememberBytes {
		return judge()
	}
	found, isYoung, isOld := v.find(k, body)
	if isYoung {
		return found
	}
	if !isOld {
		if found = judge(); !v.again(k, body) {
			return found
		}
	}
	k.body = string(body)
	v.put(k, found)
	return found
}

// find looks in both generations. It does not allocate, since the keys are
// written out.
func (v *verdicts) find(k key, body []byte) (found []Finding, isYoung, isOld bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if found, isYoung = v.young[key{k.side, k.op, k.status, k.contentType, k.query, string(body)}]; isYoung {
		return found, true, false
	}
	found, isOld = v.old[key{k.side, k.op, k.status, k.contentType, k.query, string(body)}]
	return found, false, isOld
}

// again reports whether an exchange has been judged before, as far as that is
// still known. Another one of equal hash does no harm: it is remembered early.
func (v *verdicts) again(k key, body []byte) bool {
	var h maphash.Hash
	h.SetSeed(v.seed)
	_, _ = h.Write(body) // it never fails
	_, _ = h.WriteString(k.query)
	maphash.WriteComparable(&h, [...]int{k.op, k.status})
	hash := h.Sum64()
	return v.once[hash%glimpses].Swap(hash) == hash
}

// put adds to the young generation.
func (v *verdicts) put(k key, found []Finding) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.young[k]; ok {
		return
	}
	size := sizeOf(k, found)
	if len(v.young) >= maxVerdicts || v.bytes+size > maxVerdictBytes {
		v.old, v.young, v.bytes = v.young, make(map[key][]Finding), 0
	}
	v.young[k] = found
	v.bytes += size
}

// sizeOf estimates what a verdict holds in memory.
func sizeOf(k key, found []Finding) int {
	n := 256 + len(k.body) + len(k.query) + len(k.contentType)
	for _, f := range found {
		n += 80 + len(f.Path) + len(f.Message)
	}
	return n
}
