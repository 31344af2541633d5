package connect

import (
	"errors"
	"slices"
	"time"
)

// A PointDetail is a charge point for those who look behind the API.
type PointDetail struct {
	ChargePoint               // Status: as the API shows it in this state now
	Override    PointOverride // what this state says of it; nil fields: as the catalogue has it
	Own         bool          // only this state knows it
	SessionID   string        // of the session that keeps others away; empty: none does
}

// Errors of setting charge points.
var (
	ErrNoPoint       = errors.New("no such charge point")
	ErrTooManyPoints = errors.New("the world says something of 1000 charge points already")
)

// maxPoints bounds what a client can pile up.
const maxPoints = 1000

// InspectPoint shows a charge point as it is in this state; ErrNoPoint.
func (s *State) InspectPoint(evse string) (PointDetail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inspect(evse, s.cfg.Clock.Now())
}

// InspectPoints shows the charge points asked for and all that this state
// says something of or that a session occupies now, each once, in order of
// their ids.
func (s *State) InspectPoints(evses []string) []PointDetail {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Clock.Now()
	evses = slices.Clone(evses)
	for evse := range s.points {
		evses = append(evses, evse)
	}
	for evse := range s.at {
		if s.occupant(evse, now) != nil {
			evses = append(evses, evse)
		}
	}
	slices.Sort(evses)
	var out []PointDetail
	for _, evse := range slices.Compact(evses) {
		if d, err := s.inspect(evse, now); err == nil {
			out = append(out, d)
		}
	}
	return out
}

func (s *State) inspect(evse string, now time.Time) (PointDetail, error) {
	p, ok := s.point(evse)
	if !ok {
		return PointDetail{}, ErrNoPoint
	}
	_, known := s.cfg.Catalogue.ChargePoint(evse)
	d := PointDetail{ChargePoint: p, Override: s.points[evse], Own: !known}
	d.Override.EVSE, d.Override.Meter = evse, slices.Clone(d.Override.Meter)
	d.Status = s.statusOf(p, now)
	if o := s.occupant(evse, now); o != nil {
		d.SessionID = o.id
	}
	return d, nil
}

// occupant is the session that keeps others away from a charge point; nil:
// none does. Points that are open to all have none.
func (s *State) occupant(evse string, now time.Time) *session {
	o := s.at[evse]
	if o == nil {
		return nil
	}
	if st := o.stateAt(now); st != StateStarting && st != StateActive {
		return nil
	}
	return o
}

// SetPoint replaces what the state says of a charge point's status and of
// somebody unknown who charges there; with nil they are as the catalogue has
// them. The rest of what a scenario says stays, and so does a session that
// runs there. ErrNoPoint, ErrTooManyPoints.
func (s *State) SetPoint(evse string, status *EVSEStatus, busy *bool) (PointDetail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, told := s.points[evse]
	_, known := s.cfg.Catalogue.ChargePoint(evse)
	switch {
	case !told && !known:
		return PointDetail{}, ErrNoPoint
	case !told && (status != nil || busy != nil) && len(s.points) >= maxPoints:
		return PointDetail{}, ErrTooManyPoints
	}
	o.EVSE, o.Status, o.Busy = evse, copyOf(status), copyOf(busy)
	if known && o.silent() {
		delete(s.points, evse)
	} else {
		s.points[evse] = o
	}
	return s.inspect(evse, s.cfg.Clock.Now())
}

func copyOf[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}

// silent says that an override leaves everything as the catalogue has it.
func (o PointOverride) silent() bool {
	return o.Status == nil && o.Busy == nil && o.Start == nil && o.StartDelay == nil && o.Stop == nil && o.Meter == nil
}
