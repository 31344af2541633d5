package world

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/store"
)

// Errors of rewinding and forking.
var (
	ErrNotKept = errors.New("the world's history does not have this change")
	ErrChanged = errors.New("there is a world of that name already, and it has changed")
)

// An Action is what the store keeps of a change that was made without a call that
// the journal has, so that it can be made again, see store.Change.Call.
type Action struct {
	Call   string          `json:"call,omitempty"`   // of the admin API, redacted
	JSON   json.RawMessage `json:"json,omitempty"`   // its body
	Rewind int64           `json:"rewind,omitempty"` // the change that the world went back to
}

// History returns the changes of a world that are kept, newest first, redacted.
func (w *World) History(ctx context.Context, limit int) ([]store.Change, error) {
	changes, err := w.keeper.store.History(ctx, w.ID, 0, limit)
	if err != nil {
		return nil, gone(err)
	}
	out := slices.Clone(changes)
	for i := range out { // they quote paths, which clients choose
		out[i].What, out[i].User = redact.Text(out[i].What), redact.Text(out[i].User)
	}
	return out, nil
}

// Before returns the number of the last change before the first one that a
// request made. It fails with ErrNotKept.
func (w *World) Before(ctx context.Context, request string) (int64, error) {
	changes, err := w.History(ctx, limit.Changes)
	if err != nil {
		return 0, err
	}
	for _, c := range slices.Backward(changes) {
		if c.Request == request && c.Seq > changes[len(changes)-1].Seq {
			return c.Seq - 1, nil
		}
	}
	return 0, fmt.Errorf("%w: no change that is kept was made by %s, or nothing before it is", ErrNotKept, request)
}

// Rewind takes the world back to what it was after one of its changes. That is a
// change itself. It fails with ErrNotKept.
func (w *World) Rewind(ctx context.Context, to int64) error {
	k := w.keeper
	for range finds {
		now, err := k.store.Load(ctx, w.ID, store.Version{})
		if err != nil {
			return gone(err)
		}
		then, err := k.store.At(ctx, w.ID, to)
		if errors.Is(err, store.ErrNotKept) {
			return fmt.Errorf("%w: it is at %d", ErrNotKept, now.Seq)
		}
		if err != nil {
			return gone(err)
		}
		change, err := k.rewound(now, then)
		if err != nil {
			return err
		}
		_, err = k.store.Commit(ctx, w.ID, now.Version, change)
		if err == nil {
			return k.CatchUp()
		}
		if !errors.Is(err, store.ErrConflict) {
			return Unavailable(err)
		}
	}
	return Unavailable(connect.ErrBehind)
}

// gone returns ErrUnknown for a world that has been dropped.
func gone(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknown
	}
	return Unavailable(err)
}

// rewound returns the change that makes a world what it was.
func (k *keeper) rewound(now store.State, then store.Change) (store.Change, error) {
	h, err := readHead(then.Head)
	if err != nil {
		return store.Change{}, err
	}
	latest, err := readHead(now.Value)
	if err != nil {
		return store.Change{}, err
	}
	h.Clock.At, h.Clock.Anchor = then.Time, k.wall()
	h.Faults, h.Position.IDs, h.Position.Era = latest.Faults, latest.Position.IDs, latest.Position.Era+1
	value, err := json.Marshal(h)
	call, failed := json.Marshal(Action{Rewind: then.Seq})
	err = errors.Join(err, failed)
	change := store.Change{
		Time: then.Time, Wall: k.wall(), What: fmt.Sprintf("rewind to %d", then.Seq), Call: call, Head: value,
		Records: difference(now.Records, then.Records),
	}
	if k.lasting {
		change.Items = places(k.ID, change.Records)
	}
	return change, err
}

// difference returns what makes one list of records, in the order of their keys,
// the other.
func difference(from, to []store.Record) (out []store.Record) {
	byKey := func(r store.Record, key string) int { return strings.Compare(r.Key, key) }
	for _, r := range from {
		if _, ok := slices.BinarySearchFunc(to, r.Key, byKey); !ok {
			out = append(out, store.Record{Key: r.Key})
		}
	}
	for _, r := range to {
		if i, ok := slices.BinarySearchFunc(from, r.Key, byKey); !ok || !bytes.Equal(from[i].Value, r.Value) {
			out = append(out, r)
		}
	}
	return out
}

// Fork makes a world of another one's state after one of its changes, or of its
// present one if at is 0. It fails with ErrNotKept, ErrChanged and a *TokenError.
func (r *Registry) Fork(ctx context.Context, w *World, as string, at int64) (*World, error) {
	if _, err := ScenarioOf(as); err != nil {
		return nil, err
	}
	if !r.allowed(as) {
		return nil, errNotAllowed
	}
	from, err := r.cfg.Store.At(ctx, w.ID, cmp.Or(at, w.Seq()))
	if errors.Is(err, store.ErrNotKept) {
		return nil, fmt.Errorf("%w: it is at %d", ErrNotKept, w.Seq())
	}
	if err != nil {
		return nil, gone(err)
	}
	first, err := r.forked(from, w, as, at)
	if err != nil {
		return nil, err
	}
	return r.alone(as, func(old *World) (*World, error) {
		old, err := r.kept(as, old)
		if err != nil {
			return nil, err
		}
		var seen store.Version
		if old != nil {
			seen = *old.keeper.version.Load()
		}
		if old != nil && old.ID == w.ID || seen.Seq > 1 {
			return nil, ErrChanged
		}
		switch _, err := r.enter(as, first, old, seen); {
		case errors.Is(err, store.ErrExists), errors.Is(err, store.ErrConflict):
			return nil, ErrChanged
		case err != nil:
			return nil, Unavailable(err)
		}
		return r.load(as)
	})
}

// forked returns the first change of a fork.
func (r *Registry) forked(from store.Change, w *World, as string, at int64) (store.Change, error) {
	h, err := readHead(from.Head)
	if err != nil {
		return store.Change{}, Unavailable(err)
	}
	records, drawn, err := connect.Fork(converted[connect.Record](from.Records), connect.NewIDs(h.Seed, as))
	if err != nil {
		return store.Change{}, err
	}
	now := r.cfg.Wall()
	if at != 0 {
		h.Clock.At, h.Clock.Anchor = from.Time, now
	}
	h.Prefix, h.CreatedAt = prefixOf(as), now.Truncate(time.Microsecond)
	h.Position.IDs, h.Position.Era = drawn, 0
	value, err := json.Marshal(h)
	first := store.Change{
		Time: from.Time, Wall: now, What: fmt.Sprintf("fork of %s at %d", w.ID, from.Seq), Head: value, Records: converted[store.Record](records),
	}
	if r.lasting {
		first.Items = places(as, first.Records)
	}
	return first, err
}
