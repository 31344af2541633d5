package connect

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"cariqamock/mockserver/internal/limit"
)

// EVSEStatus is the OCPI status of a charge point, as the vendor spells it.
type EVSEStatus string

// The statuses of the vendor's specification.
const (
	Available   EVSEStatus = "AVAILABLE"
	Blocked     EVSEStatus = "BLOCKED"
	Charging    EVSEStatus = "CHARGING"
	Inoperative EVSEStatus = "INOPERATIVE"
	OutOfOrder  EVSEStatus = "OUTOFORDER"
	Planned     EVSEStatus = "PLANNED"
	Removed     EVSEStatus = "REMOVED"
	Reserved    EVSEStatus = "RESERVED"
	Unknown     EVSEStatus = "UNKNOWN"
)

// EVSEStatuses returns every status, in alphabetical order.
func EVSEStatuses() []EVSEStatus {
	return []EVSEStatus{Available, Blocked, Charging, Inoperative, OutOfOrder, Planned, Removed, Reserved, Unknown}
}

// broken reports whether a charge point cannot be used by anyone.
func (st EVSEStatus) broken() bool {
	switch st {
	case OutOfOrder, Inoperative, Blocked, Planned, Removed:
		return true
	}
	return false
}

// free reports whether a session can start, after which the point is charging,
// whatever its override.
func (st EVSEStatus) free() bool { return !st.broken() && st != Charging && st != Reserved }

// A Catalogue holds the charge points that every state knows. It never
// changes; each state keeps what happens at a point.
type Catalogue interface {
	// ChargePoint returns a point by its EVSE id, spelled exactly (assumed: no
	// source mentions other spellings), and reports whether there is one.
	ChargePoint(evse string) (ChargePoint, bool)
	// Blank returns a point that only a scenario knows, with the site and
	// tariff of the trouble station and an empty script.
	Blank(evse string) ChargePoint
	// Adopt adds to a state's own station what follows from the rest: its speed,
	// the readings of its charge points, and the tariff of those that have none.
	// It fails with ErrStationTaken if the catalogue has a station of its id.
	Adopt(st *Station) error
}

// A ChargePoint is what charging needs to know of an EVSE.
type ChargePoint struct {
	EVSE      string
	Status    EVSEStatus // as the operator reports it, whichever sessions run there
	Connector string     // the vendor's connector type, e.g. IEC_62196_T2
	PowerKW   float64    // 0: missing in the vendor's data
	Site      Site
	Tariff    *Tariff
	Script    Script
}

// A Site is what a session keeps of its station. Any of the texts may be empty:
// missing in the vendor's data.
type Site struct {
	StationID           string
	Name, Address       string
	Country             string // ISO 3166 alpha-2, upper case
	Speed               string // slow, fast or turbo
	Phone               string // of support
	Latitude, Longitude string // decimal degrees
	Logo                string // URL
	Partner             bool
	Zone                *time.Location
}

// A PointOverride changes a charge point in one state; nil fields leave it as
// in the catalogue. An EVSE that the catalogue does not have becomes a charge
// point of that state.
type PointOverride struct {
	EVSE       string
	Status     *EVSEStatus
	Busy       *bool
	Start      *StartOutcome
	StartDelay *time.Duration
	Stop       *StopOutcome
	Meter      []Reading // nil: as in the catalogue
	NoStart    *bool     // see Script.NoStartTime
}

// On returns a charge point with the override.
func (o PointOverride) On(p ChargePoint) ChargePoint {
	set(&p.Status, o.Status)
	set(&p.Script.Busy, o.Busy)
	set(&p.Script.Start, o.Start)
	set(&p.Script.StartDelay, o.StartDelay)
	set(&p.Script.Stop, o.Stop)
	set(&p.Script.NoStartTime, o.NoStart)
	if o.Meter != nil {
		p.Script.Meter = o.Meter
	}
	return p
}

func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// empty reports whether an override changes nothing.
func (o PointOverride) empty() bool {
	return o.Status == nil && o.Busy == nil && o.Start == nil && o.StartDelay == nil && o.Stop == nil && o.Meter == nil && o.NoStart == nil
}

// A PointDetail is a charge point with what this state changes about it.
type PointDetail struct {
	ChargePoint               // Status is the current one, as the API shows it in this state
	Override    PointOverride // of this state
	Own         bool          // the catalogue does not have the point
	SessionID   string        // of the session that occupies the point; empty without one
}

// Errors of charge points.
var (
	ErrNoPoint       = errors.New("no such charge point")
	ErrTooManyPoints = fmt.Errorf("limit of %d charge point overrides reached", limit.Points)
)

// InspectPoint returns a charge point as it is in this state. It fails with
// ErrNoPoint.
func (s *State) InspectPoint(evse string) (PointDetail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inspect(evse, s.cfg.Clock.Now())
}

func (s *State) inspect(evse string, now time.Time) (PointDetail, error) {
	p, ok := s.point(evse)
	if !ok {
		return PointDetail{}, ErrNoPoint
	}
	_, known := s.cfg.Catalogue.ChargePoint(evse)
	d := PointDetail{ChargePoint: p, Own: !known}
	d.Override, _ = s.overrides.Get(evse)
	d.Override.EVSE, d.Override.Meter = evse, slices.Clone(d.Override.Meter)
	d.Status = s.statusOf(p, now)
	if o := s.occupant(evse, now); o != nil {
		d.SessionID = o.id
	}
	return d, nil
}

// SetPoint replaces a charge point's overrides of status and of Script.Busy;
// nil leaves them as in the catalogue. Other overrides stay, and so does a
// session that runs there. It fails with ErrNoPoint or ErrTooManyPoints.
func (s *State) SetPoint(evse string, status *EVSEStatus, busy *bool) (d PointDetail, err error) {
	err = s.do(func() error {
		d, err = s.setPoint(evse, status, busy)
		return err
	})
	return d, err
}

func (s *State) setPoint(evse string, status *EVSEStatus, busy *bool) (PointDetail, error) {
	o, overridden := s.overrides.Get(evse)
	_, known := s.base(evse)
	switch {
	case !overridden && !known:
		return PointDetail{}, ErrNoPoint
	case !overridden && (status != nil || busy != nil) && s.overrides.Len() >= limit.Points:
		return PointDetail{}, ErrTooManyPoints
	}
	o.EVSE, o.Status, o.Busy = evse, copyOf(status), copyOf(busy)
	if known && o.empty() {
		s.overrides.Delete(evse)
		s.touch(pointPrefix+evse, nil)
	} else {
		s.overrides.Set(evse, o)
		s.touchPoint(o)
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

// Point returns a charge point with this state's overrides, and reports
// whether the catalogue or the state has it.
func (s *State) Point(evse string) (ChargePoint, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.point(evse)
}

func (s *State) point(evse string) (ChargePoint, bool) {
	p, ok := s.base(evse)
	o, overridden := s.overrides.Get(evse)
	if !overridden {
		return p, ok
	}
	if !ok {
		p = s.cfg.Catalogue.Blank(evse)
	}
	return o.On(p), true
}

// ChangedPoints returns the EVSE ids of all charge points whose status may
// differ from the catalogue's, in no order and possibly twice.
func (s *State) ChangedPoints() []string {
	s.mu.Lock()
	overrides, occupied := s.overrides.Copy(), s.latestAt.Copy()
	s.mu.Unlock()
	s.looks.Add(int64(overrides.Len() + occupied.Len()))
	return append(overrides.Keys(), occupied.Keys()...)
}

// PointStatus returns the current status of a charge point and reports whether
// this state decides it; otherwise it is the catalogue's.
func (s *State) PointStatus(evse string) (EVSEStatus, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changedStatus(evse, s.cfg.Clock.Now())
}

// PointStatuses returns the status of those of some charge points for which this
// state decides it, at one moment.
func (s *State) PointStatuses(evses []string) map[string]EVSEStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.overrides.Len() == 0 && s.latestAt.Len() == 0 {
		return nil
	}
	out, now := map[string]EVSEStatus{}, s.cfg.Clock.Now()
	for _, evse := range evses {
		if status, ok := s.changedStatus(evse, now); ok {
			out[evse] = status
		}
	}
	return out
}

func (s *State) changedStatus(evse string, now time.Time) (EVSEStatus, bool) {
	status, busy := s.override(evse)
	switch {
	case status != nil && !status.free():
		return *status, true
	case busy:
		return Charging, true
	case s.occupant(evse, now) != nil:
		return Charging, true
	}
	s.latestAt.Delete(evse) // the session there has ended
	if status != nil {
		return *status, true
	}
	return "", false
}

// occupant returns the session that keeps other users away from a charge
// point, or nil. Points that are open to everyone have none.
func (s *State) occupant(evse string, now time.Time) *session {
	if o, ok := s.latestAt.Get(evse); ok {
		if st := o.stateAt(now); st == StateStarting || st == StateActive {
			return o
		}
	}
	return nil
}

// override returns the status that this state sets for a charge point, or nil,
// and whether it makes the point busy. Where it makes a point not busy that is
// charging in the catalogue, the point is available.
func (s *State) override(evse string) (status *EVSEStatus, busy bool) {
	o, _ := s.overrides.Get(evse)
	if o.Status != nil || o.Busy == nil || *o.Busy {
		return o.Status, o.Busy != nil && *o.Busy
	}
	if p, ok := s.base(evse); !ok || p.Status != Charging {
		return nil, false
	}
	free := Available
	return &free, false
}

func (s *State) statusOf(p ChargePoint, now time.Time) EVSEStatus {
	if st, ok := s.changedStatus(p.EVSE, now); ok {
		return st
	}
	if p.Script.Busy {
		return Charging
	}
	return p.Status
}
