package world

import (
	"context"
	"errors"
	"time"

	"cariqamock/mockserver/internal/store"
)

// round is how often worlds are looked through for those that have expired.
const round = time.Minute

// Watch brings worlds in memory to what other processes have made of them, until
// the context ends, so that calls that wait in them go on. It drops worlds that
// have expired, where that is not done whenever one is used.
func (r *Registry) Watch(ctx context.Context) {
	if !r.lasting {
		return
	}
	changed, rounds := r.cfg.Store.Watch(ctx), time.NewTicker(round)
	defer rounds.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case name, ok := <-changed: // nil where nobody else changes worlds
			if !ok {
				return
			}
			r.follow(name)
		case <-rounds.C:
			if err := r.Expire(ctx); err != nil {
				r.cfg.Log.Warn("worlds that have expired cannot be dropped now", "error", err)
			}
		}
	}
}

// follow brings a world to what is kept, or all if the name is empty.
func (r *Registry) follow(name string) {
	for _, w := range r.inMemory(name) {
		if err := w.keeper.CatchUp(); err != nil {
			r.cfg.Log.Warn("a change by another server cannot be read", "world", w.ID, "error", err)
		}
		if w.keeper.closed.Load() {
			r.letGo(w)
		}
	}
}

// inMemory returns the world of a name if it is in memory, or all that are if the
// name is empty.
func (r *Registry) inMemory(name string) (found []*World) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if name != "" {
		if el := r.worlds[name]; el != nil {
			found = append(found, el.Value.(*World))
		}
		return found
	}
	for _, el := range r.worlds {
		found = append(found, el.Value.(*World))
	}
	return found
}

// uses returns when each world in memory was used last. One in which a call waits
// is in use.
func (r *Registry) uses(now time.Time) map[string]time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	uses := map[string]time.Time{}
	for id, el := range r.worlds {
		w := el.Value.(*World)
		if uses[id] = w.used; r.busy(w) {
			uses[id] = now
		}
	}
	return uses
}

// Expire drops the worlds in the store that nobody has used for the time TTL. It
// notes first which ones this process uses.
func (r *Registry) Expire(ctx context.Context) error {
	if !r.lasting || r.cfg.TTL == 0 {
		return nil
	}
	now := r.cfg.Wall()
	for id, at := range r.uses(now) {
		if err := r.cfg.Store.Touch(ctx, id, at); err != nil {
			return err
		}
	}
	const page = 100
	for after := ""; ; {
		heads, err := r.cfg.Store.Worlds(ctx, after, page)
		if err != nil || len(heads) == 0 {
			return err
		}
		for _, h := range heads {
			if after = h.World; now.Sub(h.Used) > r.cfg.TTL {
				if err := r.dropSeen(ctx, h); err != nil {
					return err
				}
			}
		}
	}
}

// dropSeen drops a world unless it has changed meanwhile.
func (r *Registry) dropSeen(ctx context.Context, h store.Head) error {
	err := r.cfg.Store.Drop(ctx, h.World, h.Version)
	if err == nil || errors.Is(err, store.ErrNotFound) {
		r.follow(h.World)
		return nil
	}
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}
