package stripe

import (
	"sync"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/limit"
)

// Limits of a pool, besides limit.PoolMemory.
const (
	poolSize  = 10_000
	poolLife  = time.Hour
	entrySize = 1000 // bytes of an entry without its texts, about
)

// A pool keeps payment methods that no intent has used yet, or tokens. Each is
// dropped after an hour, and the oldest ones if the pool is full.
type pool struct {
	wall func() time.Time

	mu    sync.Mutex
	cards map[string]*waiting
	queue []string // ids, oldest first; some are no longer in cards
	bytes int      // of all cards, about
}

type waiting struct {
	card    connect.Card
	since   time.Time
	claimed bool // an intent is being confirmed with it
}

func newPool(wall func() time.Time) *pool {
	return &pool{wall: wall, cards: map[string]*waiting{}}
}

// put adds a method. It returns false if the id is in use.
func (p *pool) put(id string, c connect.Card) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cards[id] != nil {
		return false
	}
	now := p.wall()
	w := &waiting{card: c, since: now}
	p.cards[id] = w
	p.bytes += w.size()
	p.queue = append(p.queue, id)
	p.expire(now)
	return true
}

func (p *pool) expire(now time.Time) {
	n := 0
	for _, id := range p.queue {
		w := p.cards[id]
		if w != nil && len(p.queue)-n <= poolSize && p.bytes <= limit.PoolMemory && now.Sub(w.since) < poolLife {
			break
		}
		p.drop(id)
		n++
	}
	if n > 0 {
		p.queue = append(p.queue[:0], p.queue[n:]...)
	}
}

// drop removes a method, if it is there.
func (p *pool) drop(id string) {
	if w := p.cards[id]; w != nil {
		p.bytes -= w.size()
		delete(p.cards, id)
	}
}

func (w *waiting) size() int { return entrySize + w.card.TextBytes() }

// A claim is a reserved method.
type claim struct {
	pool  *pool
	id    string
	card  connect.Card
	since time.Time
	taken bool
}

// claim reserves a method, so that no two intents use it. It returns nil if the
// id is unknown or reserved.
func (p *pool) claim(id string) *claim {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.cards[id]
	if w == nil || w.claimed || p.wall().Sub(w.since) >= poolLife {
		return nil
	}
	w.claimed = true
	return &claim{pool: p, id: id, card: w.card, since: w.since}
}

// has reports whether the pool has an id, reserved or not.
func (p *pool) has(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.cards[id]
	return w != nil && p.wall().Sub(w.since) < poolLife
}

// end removes the method if an intent has taken it, and releases it otherwise.
func (c *claim) end() {
	if c == nil {
		return
	}
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	w := c.pool.cards[c.id]
	switch {
	case w == nil:
	case c.taken:
		c.pool.drop(c.id)
	default:
		w.claimed = false
	}
}
