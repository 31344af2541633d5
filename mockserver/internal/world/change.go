package world

import (
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
)

// Seq returns the number of the world's last change.
func (w *World) Seq() int64 { return w.keeper.version.Load().Seq }

// Store returns where the world is kept: memory, sqlite or postgres.
func (w *World) Store() string { return w.keeper.store.Name() }

// For returns a view of the world whose changes have a cause.
func (w *World) For(c connect.Cause) *World {
	v := *w
	v.State = w.State.For(c)
	return &v
}

// beside runs a step that changes faults or the clock, and keeps what has
// changed.
func (w *World) beside(always bool, step func() error) error {
	return w.State.Along(func() ([]connect.Record, error) {
		if err := step(); err != nil {
			return nil, err
		}
		changed, err := w.Faults.Changed()
		if err != nil || len(changed) == 0 && !always {
			return nil, err
		}
		records := []connect.Record{}
		for id, value := range changed {
			records = append(records, connect.Record{Key: faultPrefix + id, Value: value})
		}
		return records, nil
	})
}

// AddFault queues a fault. It fails as fault.Set.Add does.
func (w *World) AddFault(spec fault.Spec) (f fault.Fault, err error) {
	err = w.beside(false, func() error {
		f, err = w.Faults.Add(spec)
		return err
	})
	return f, err
}

// RemoveFault deletes a fault and reports whether there was one of that id.
func (w *World) RemoveFault(id string) (ok bool, err error) {
	err = w.beside(false, func() error {
		ok = w.Faults.Remove(id)
		return nil
	})
	return ok, err
}

// ClearFaults deletes all faults.
func (w *World) ClearFaults() error {
	return w.beside(false, func() error {
		w.Faults.Clear()
		return nil
	})
}

// NextFault picks the fault of a call, see fault.Set.Next.
func (w *World) NextFault(operation, user string, body bool) (f fault.Fault, ok bool, err error) {
	if !w.Faults.Some() { // most worlds have none, and their calls do not wait for each other here
		return f, false, nil
	}
	err = w.beside(false, func() error {
		f, ok = w.Faults.Next(operation, user, body)
		return nil
	})
	return f, ok, err
}

// MoveClock changes the world's clock. It fails as clock.Clock.Apply does.
func (w *World) MoveClock(ch clock.Change) (r clock.Reading, err error) {
	err = w.beside(true, func() error {
		r, err = w.Clock.Apply(ch)
		return err
	})
	return r, err
}
