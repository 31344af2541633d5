package spec

import (
	"hash/maphash"
	"sync"
)

// Bounds of the verdict memory, for each of its two generations.
const (
	maxVerdicts      = 1024
	maxVerdictBytes  = 2 << 20
	maxRememberBytes = 16 << 10 // of one exchange: longer ones seldom repeat
)

// key is all that a verdict depends on.
type key struct {
	side        Side
	op          int
	status      int
	contentType string
	query       string
	body        []byte
}

// verdict is a key with its own copy of the body, and what was found.
type verdict struct {
	key
	found []Finding
}

// verdicts remembers what has been judged: an exchange that is the same byte
// for byte need not be judged again. It holds two generations. A full young
// one becomes the old one, and what is found in the old one moves to the
// young: so what is used often stays, without a list to keep in order on each
// hit.
type verdicts struct {
	seed maphash.Seed

	mu    sync.RWMutex
	young map[uint64]*verdict
	old   map[uint64]*verdict
	bytes int // of the young generation
}

func newVerdicts() *verdicts {
	return &verdicts{seed: maphash.MakeSeed(), young: make(map[uint64]*verdict)}
}

// of returns the verdict on an exchange. It calls judge unless one is
// remembered.
func (v *verdicts) of(k *key, judge func() []Finding) []Finding {
	known, ok := v.find(k)
	if !ok {
		known = judge()
		v.remember(k, known)
	}
	return known
}

// find returns the verdict on an exchange judged before. It does not allocate.
func (v *verdicts) find(k *key) ([]Finding, bool) {
	if !k.fits() {
		return nil, false
	}
	h := v.hash(k)
	v.mu.RLock()
	known := v.young[h]
	isOld := known == nil
	if isOld {
		known = v.old[h]
	}
	v.mu.RUnlock()
	if known == nil || !known.equal(k) {
		return nil, false
	}
	if isOld {
		v.put(h, known)
	}
	return known.found, true
}

// remember keeps a verdict. The body is copied: the caller may use it again.
func (v *verdicts) remember(k *key, found []Finding) {
	if !k.fits() {
		return
	}
	known := &verdict{key: *k, found: found}
	known.body = append([]byte(nil), k.body...)
	v.put(v.hash(k), known)
}

// put adds to the young generation. A colliding entry is replaced.
func (v *verdicts) put(h uint64, known *verdict) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if previous := v.young[h]; previous != nil {
		v.bytes -= previous.size()
	}
	if size := known.size(); len(v.young) >= maxVerdicts || v.bytes+size > maxVerdictBytes {
		v.old, v.young, v.bytes = v.young, make(map[uint64]*verdict), 0
	}
	v.young[h] = known
	v.bytes += known.size()
}

// hash mixes the parts. Keys with the same hash are compared by equal.
func (v *verdicts) hash(k *key) uint64 {
	const odd = 0x9e3779b97f4a7c15
	h := maphash.Bytes(v.seed, k.body)
	h = h*odd ^ maphash.String(v.seed, k.query)
	h = h*odd ^ maphash.String(v.seed, k.contentType)
	h = h*odd ^ uint64(k.status)<<8 ^ uint64(k.op)
	if k.side == SideAnswer {
		h = ^h
	}
	return h
}

// fits reports whether the exchange is short enough to be remembered.
func (k *key) fits() bool {
	return len(k.body)+len(k.query)+len(k.contentType) <= maxRememberBytes
}

func (k *key) equal(other *key) bool {
	return k.side == other.side && k.op == other.op && k.status == other.status &&
		k.contentType == other.contentType && k.query == other.query && string(k.body) == string(other.body)
}

// size estimates what an entry holds in memory.
func (v *verdict) size() int {
	n := 256 + len(v.body) + len(v.query) + len(v.contentType)
	for _, f := range v.found {
		n += 80 + len(f.Path) + len(f.Message)
	}
	return n
}
