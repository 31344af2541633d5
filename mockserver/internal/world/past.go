package world

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/store"
)

// Past calls use with a copy of a world as it was after one of its changes. The
// copy's clock stands still at the change's time, and nothing that happens in it is
// kept. It fails with ErrNotKept, or as use does.
func (r *Registry) Past(ctx context.Context, w *World, seq int64, use func(*World) error) error {
	then, err := r.cfg.Store.At(ctx, w.ID, seq)
	if errors.Is(err, store.ErrNotKept) {
		return fmt.Errorf("%w: it is at %d", ErrNotKept, w.Seq())
	}
	if err != nil {
		return gone(err)
	}
	return r.copied(w.ID, then.Head, then.Records, then.Time, use)
}

// Present calls use with a copy of a world as it is, like Past. No call to the
// world waits for it, however much the world has.
func (r *Registry) Present(ctx context.Context, w *World, use func(*World) error) error {
	now, err := r.cfg.Store.Load(ctx, w.ID, store.Version{})
	if err != nil {
		return gone(err)
	}
	return r.copied(w.ID, now.Value, now.Records, w.Clock.Now(), use)
}

// copied calls use with a world whose clock stands still.
func (r *Registry) copied(id string, value []byte, records []store.Record, at time.Time, use func(*World) error) error {
	h, err := readHead(value)
	if err != nil {
		return Unavailable(err)
	}
	h.Clock = clock.Course{At: at, Anchor: r.cfg.Wall(), Speed: h.Clock.Speed, Frozen: true}
	if value, err = json.Marshal(h); err != nil {
		return err
	}
	w := r.blank(id, h, clock.New(r.cfg.Wall, at, true))
	defer w.discard()
	if err := w.State.Restore(func() ([]connect.Record, connect.Position, error) {
		return w.keeper.restore(store.State{Head: store.Head{World: id, Value: value}, Whole: true, Records: records})
	}); err != nil {
		return err
	}
	return use(w)
}
