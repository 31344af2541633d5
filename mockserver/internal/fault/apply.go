package fault

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/wire"
)

// Before applies the part of a fault that comes before the operation: it waits for
// a delay, and fails with the error of a context that ends first. It reports
// whether the fault answers in the place of the operation. A nil fault does
// nothing.
func (f *Fault) Before(ctx context.Context) (instead bool, err error) {
	if f == nil {
		return false, nil
	}
	switch effect := f.Effect(); effect.Kind {
	case KindDelay:
		return false, sleep(ctx, effect.Delay)
	case KindStatus, KindRateLimit:
		return true, nil
	}
	return false, nil
}

// Break sends as much of an answer as a fault lets through and breaks the
// connection: nothing of a dropped one, half the body of a truncated one. It
// reports whether the fault does either. The headers must be set, and nothing
// written before.
func (f *Fault) Break(w http.ResponseWriter, r *http.Request, reply wire.Reply) bool {
	if f == nil {
		return false
	}
	switch effect := f.Effect(); {
	case effect.Drop == DropReset:
		wire.Reset()
	case effect.Kind == KindDrop, effect.Kind == KindTruncate && len(reply.Body) == 0: // after an empty close some clients send the call again
		wire.Drop(w, r)
	case effect.Kind == KindTruncate:
		wire.Truncate(w, r, reply)
	default:
		return false
	}
	return true
}

// Drops reports whether a fault drops the connection instead of answering.
func (f *Fault) Drops() bool { return f != nil && f.Effect().Kind == KindDrop }

// Fact describes what the fault did to a call, and when. status is the one that
// the call got or would have got.
func (f *Fault) Fact(status int) string {
	switch effect := f.Effect(); effect.Kind {
	case KindDelay:
		return fmt.Sprintf("Injected fault %s (delay) delayed this call by %s, before the operation.", f.ID, effect.Delay)
	case KindDrop, KindTruncate:
		return fmt.Sprintf("Injected fault %s (%s) broke the answer, %d, after the operation.", f.ID, effect.Kind, status)
	default:
		return fmt.Sprintf("Injected fault %s (%s) answered this call in the place of the operation.", f.ID, effect.Kind)
	}
}

// sleep waits, or returns the error of a context that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
