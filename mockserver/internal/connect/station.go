package connect

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"cariqamock/mockserver/internal/limit"
)

// A Station is one that a state has besides those of the catalogue. Empty texts
// and a power of zero are missing in the vendor's data.
type Station struct {
	Site
	Operator    string // name
	OperatorID  string // as the map shows it
	NoContact   bool   // nothing is known of the operator's contact; otherwise it has a phone number, which may be missing
	Opening     OpeningTimes
	Amenities   []string
	LastUpdated time.Time
	Points      []ChargePoint // whose Site is that of the station
}

// An ownStation is a station in the order of their adding.
type ownStation struct {
	*Station
	nth int
}

// key returns the key of the station's record: its id may be missing.
func (st ownStation) key() string { return stationPrefix + strconv.Itoa(st.nth) }

// OpeningTimes are when a station can be used.
type OpeningTimes struct {
	TwentyFourSeven bool
	RegularHours    []Hours // never nil
}

// Hours are one line of opening times, in local time.
type Hours struct {
	Weekday    string // MONDAY to SUNDAY, or ALL
	Begin, End string // hh:mm; may be empty
}

// ConnectorTypes returns the connector types of the vendor's specification.
func ConnectorTypes() []string {
	return []string{
		"CHADEMO", "IEC_60309_2_single_16", "IEC_60309_2_three_16", "IEC_60309_2_three_32", "IEC_60309_2_three_64",
		"IEC_62196_T1", "IEC_62196_T1_COMBO", "IEC_62196_T2", "IEC_62196_T2_COMBO", "IEC_62196_T3A", "IEC_62196_T3C",
		"TESLA_R", "TESLA_S",
		"DOMESTIC_A", "DOMESTIC_B", "DOMESTIC_C", "DOMESTIC_D", "DOMESTIC_E", "DOMESTIC_F",
		"DOMESTIC_G", "DOMESTIC_H", "DOMESTIC_I", "DOMESTIC_J", "DOMESTIC_K", "DOMESTIC_L",
	}
}

// Errors of a state's own stations.
var (
	ErrNoStation       = errors.New("this world has no such station of its own")
	ErrStationTaken    = errors.New("there is such a station or charge point already")
	ErrStationUsed     = errors.New("sessions refer to the station")
	ErrTooManyStations = errors.New("limit of 100 own stations with 1000 charge points reached")
)

// maxStations limits what a client can pile up; so does limit.Points.
const maxStations = 100

// What a station and a charge point of it take in memory, see room.
const (
	stationSize = 1500
	pointSize   = 6000 // with readings and a tariff
)

// has reports whether a station has an id, or a charge point of that id.
func (st *Station) has(id string) bool {
	return id != "" && (st.StationID == id || slices.ContainsFunc(st.Points, func(p ChargePoint) bool { return p.EVSE == id }))
}

func (st *Station) bytes() int {
	n := stationSize + pointSize*len(st.Points) + len(st.Name) + len(st.Address) + len(st.Operator) + len(st.Logo)
	for _, p := range st.Points {
		t := p.Tariff
		n += 200 * (len(t.KWh) + len(t.Time) + len(t.Blocking) + len(t.SessionFee) + len(t.StartingFee))
	}
	return n
}

// clone returns a copy whose slices belong to the caller. Tariffs and scripts
// are shared: they never change.
func (st *Station) clone() Station {
	c := *st
	c.Opening.RegularHours, c.Amenities, c.Points = slices.Clone(st.Opening.RegularHours), slices.Clone(st.Amenities), slices.Clone(st.Points)
	return c
}

// Stations returns the state's own stations, in the order in which they were
// added.
func (s *State) Stations() []Station {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Station, len(s.stations))
	for i, st := range s.stations {
		out[i] = st.clone()
	}
	return out
}

// Station returns an own station by its id or that of one of its charge points.
// It fails with ErrNoStation.
func (s *State) Station(id string) (Station, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.stationAt(id)
	if i < 0 {
		return Station{}, ErrNoStation
	}
	return s.stations[i].clone(), nil
}

func (s *State) stationAt(id string) int {
	return slices.IndexFunc(s.stations, func(st ownStation) bool { return st.has(id) })
}

// AddStation adds a station and returns it with what the catalogue has added, see
// Catalogue.Adopt. It fails with ErrStationTaken, ErrTooManyStations and a
// *FullError.
func (s *State) AddStation(st Station) (added Station, err error) {
	err = s.do(func() error {
		added, err = s.tryStation(st)
		return err
	})
	return added, err
}

func (s *State) tryStation(st Station) (Station, error) {
	points := len(st.Points)
	for _, other := range s.stations {
		points += len(other.Points)
	}
	if len(s.stations) >= maxStations || points > limit.Points {
		return Station{}, ErrTooManyStations
	}
	if err := s.roomToGrow(); err != nil {
		return Station{}, err
	}
	st = st.clone()
	if err := s.addStation(&st); err != nil {
		return Station{}, err
	}
	return st.clone(), nil
}

func (s *State) addStation(st *Station) error {
	if err := s.cfg.Catalogue.Adopt(st); err != nil {
		return err
	}
	ids := []string{st.StationID}
	for i := range st.Points {
		p := &st.Points[i]
		p.Site = st.Site
		if _, known := s.base(p.EVSE); known || slices.Contains(ids, p.EVSE) {
			return fmt.Errorf("%w: %s", ErrStationTaken, p.EVSE)
		}
		ids = append(ids, p.EVSE)
	}
	for _, id := range ids {
		if s.stationAt(id) >= 0 {
			return fmt.Errorf("%w: %s", ErrStationTaken, id)
		}
	}
	own := ownStation{st, 0}
	if n := len(s.stations); n > 0 {
		own.nth = s.stations[n-1].nth + 1
	}
	s.stations = append(s.stations, own)
	s.touch(own.key(), own)
	s.room.take(st.bytes())
	return nil
}

// RemoveStation removes an own station, named as for Station, with the overrides
// of its charge points. It fails with ErrNoStation, and with ErrStationUsed while
// a session or a hold refers to it.
func (s *State) RemoveStation(id string) error {
	return s.do(func() error { return s.removeStation(id) })
}

func (s *State) removeStation(id string) error {
	i := s.stationAt(id)
	if i < 0 {
		return ErrNoStation
	}
	st := s.stations[i]
	for _, o := range s.sessions {
		if st.has(o.point.EVSE) {
			return fmt.Errorf("%w: %s was at %s", ErrStationUsed, o.id, o.point.EVSE)
		}
	}
	for _, u := range s.users {
		for _, h := range u.holds {
			if st.has(h.evse) {
				return fmt.Errorf("%w: a hold of user %s", ErrStationUsed, u.ID)
			}
		}
	}
	s.stations = slices.Delete(s.stations, i, i+1)
	s.touch(st.key(), nil)
	for _, p := range st.Points {
		s.overrides.Delete(p.EVSE)
		s.drops(pointPrefix + p.EVSE)
	}
	s.room.take(-st.bytes())
	return nil
}

// base returns a charge point without the state's overrides: of an own station,
// or of the catalogue.
func (s *State) base(evse string) (ChargePoint, bool) {
	for _, st := range s.stations {
		for _, p := range st.Points {
			if p.EVSE == evse {
				return p, true
			}
		}
	}
	return s.cfg.Catalogue.ChargePoint(evse)
}
