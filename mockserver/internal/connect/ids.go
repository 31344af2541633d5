package connect

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// account is the part of the Stripe account in the vendor's examples that
// every id of that account contains.
const account = "HtgZxQ1KXx"

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// IDs makes identifiers. They derive from the seed, the world and a counter
// alone: the same calls in the same world make the same ids. It is not safe
// for concurrent use.
type IDs struct {
	seed  uint64
	world string
	count uint64
	taken map[string]struct{} // by a seed
}

// NewIDs returns the series of identifiers of a world.
func NewIDs(seed uint64, world string) *IDs {
	return &IDs{seed: seed, world: world, taken: map[string]struct{}{}}
}

// Drawn returns how many times something was drawn from the series.
func (g *IDs) Drawn() uint64 { return g.count }

// Skip goes on after what others have drawn from the same series.
func (g *IDs) Skip(drawn uint64) { g.count = drawn }

// Take prevents an id from being made: a scenario that was exported from a
// world contains ids of the same series.
func (g *IDs) Take(id string) { g.taken[id] = struct{}{} }

// untaken makes ids until one is not taken.
func (g *IDs) untaken(draw func() string) string {
	for {
		id := draw()
		if _, taken := g.taken[id]; !taken {
			return id
		}
	}
}

func (g *IDs) next() [32]byte {
	g.count++
	var nums [16]byte
	binary.BigEndian.PutUint64(nums[:8], g.seed)
	binary.BigEndian.PutUint64(nums[8:], g.count)
	return sha256.Sum256(append(nums[:], g.world...))
}

// UUID makes a version 4 UUID, the form of the vendor's user and session ids.
func (g *IDs) UUID() string {
	return g.untaken(func() string {
		sum := g.next()
		id := uuid.UUID(sum[:16])
		id[6] = id[6]&0x0f | 0x40
		id[8] = id[8]&0x3f | 0x80
		return id.String()
	})
}

// Stripe makes an id in Stripe's form: the prefix, six characters of time, the
// account's ten, and eight random ones. There is no underscore after the
// prefix, or the native libraries refuse the secret built on it.
func (g *IDs) Stripe(prefix string, now time.Time) string {
	return g.untaken(func() string {
		sum := g.next()
		return prefix + base62(uint64(now.Unix()), 6) + account + letters(sum[:8])
	})
}

// Secret makes a client secret of an intent. Stripe's own examples have 31
// random characters for setup intents and 25 for payment intents.
func (g *IDs) Secret(intent string, length int) string {
	a, b := g.next(), g.next()
	return intent + "_secret_" + letters(append(a[:], b[:]...)[:length])
}

// intent makes the id and the client secret of an intent.
func (g *IDs) intent(setup bool, now time.Time) (id, secret string) {
	prefix, length := "pi_", 25
	if setup {
		prefix, length = "seti_", 31
	}
	id = g.Stripe(prefix, now)
	return id, g.Secret(id, length)
}

func letters(b []byte) string {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = alphabet[int(c)%len(alphabet)]
	}
	return string(out)
}

func base62(n uint64, width int) string {
	out := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		out[i] = alphabet[n%62]
		n /= 62
	}
	return string(out)
}

// invoiceLink returns a placeholder in the form of the vendor's examples.
func invoiceLink(sessionID string) string {
	sum := sha256.Sum256([]byte("invoice:" + sessionID))
	return fmt.Sprintf("https://pay.stripe.com/invoice/acct_1LKJg9%s/test_%s/pdf?s=ap", account, letters(sum[:]))
}
