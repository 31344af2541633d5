package stripe

import (
	"context"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/store"
)

// Limits of a pool, besides limit.PoolMemory.
const (
	poolSize = 10_000
	poolLife = time.Hour
	// claimTime is after how long a claim ends by itself: the server that made it
	// has been killed.
	claimTime = time.Minute
)

// A pool keeps payment methods that no intent has used yet, or tokens. Each is
// dropped after an hour, and the oldest ones if the pool is full.
type pool struct {
	items[waiting]
	wall func() time.Time
}

// waiting is what a pool keeps of a method.
type waiting struct {
	Card    connect.Card
	Since   time.Time
	Claimed time.Time `json:",omitzero"` // until when an intent is being confirmed with it
	Used    bool      `json:",omitzero"` // once, which is as often as it can be
}

func newPool(s Store, kind string, wall func() time.Time) *pool {
	return &pool{items[waiting]{s, kind}, wall}
}

// added returns the item of a new method.
func (p *pool) added(id string, card connect.Card) (store.Item, error) {
	now := p.wall()
	return p.item(id, waiting{Card: card, Since: now}, store.AnySeq, now.Add(poolLife))
}

// A claim is a reserved method.
type claim struct {
	pool *pool
	id   string
	waiting
}

// claim reserves a method, so that no two intents use it. It returns nil if the
// id is unknown, used or reserved.
func (p *pool) claim(ctx context.Context, id string) (*claim, error) {
	w, seq, err := p.get(ctx, id)
	now := p.wall()
	if seq == 0 || w.Used || now.Before(w.Claimed) {
		return nil, err
	}
	w.Claimed = now.Add(claimTime)
	c := &claim{p, id, w}
	ok, err := c.put(ctx, seq)
	if !ok {
		return nil, err
	}
	return c, nil
}

// has reports whether the pool has an id, reserved, used or not.
func (p *pool) has(ctx context.Context, id string) (bool, error) {
	_, seq, err := p.get(ctx, id)
	return seq != 0, err
}

func (c *claim) put(ctx context.Context, seen int64) (bool, error) {
	return c.pool.put(ctx, c.id, c.waiting, seen, c.Since.Add(poolLife))
}

// release lets others use the method. It does nothing if c is nil.
func (c *claim) release(ctx context.Context) error {
	if c == nil {
		return nil
	}
	c.Claimed = time.Time{}
	_, err := c.put(ctx, store.AnySeq)
	return err
}

// spend notes that the method, a token, has been used. It does nothing if c is
// nil.
func (c *claim) spend(ctx context.Context) error {
	if c == nil {
		return nil
	}
	c.waiting = waiting{Since: c.Since, Used: true}
	_, err := c.put(ctx, store.AnySeq)
	return err
}

// take removes the method, which belongs to an intent now. It does nothing if c is
// nil.
func (c *claim) take(ctx context.Context) error {
	if c == nil {
		return nil
	}
	return c.pool.drop(ctx, c.id)
}
