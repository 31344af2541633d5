package world

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

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
	h, err := readHead(then.Head)
	if err != nil {
		return Unavailable(err)
	}
	h.Clock = clock.Course{At: then.Time, Anchor: r.cfg.Wall(), Speed: h.Clock.Speed, Frozen: true}
	value, err := json.Marshal(h)
	if err != nil {
		return err
	}
	past := r.blank(w.ID, h, clock.New(r.cfg.Wall, then.Time, true))
	defer past.discard()
	if err := past.State.Restore(func() ([]connect.Record, connect.Position, error) {
		return past.keeper.restore(store.State{Head: store.Head{World: w.ID, Value: value}, Whole: true, Records: then.Records})
	}); err != nil {
		return err
	}
	return use(past)
}
