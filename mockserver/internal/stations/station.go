package stations

import (
	"time"

	"cariqamock/mockserver/internal/connect"
)

// A Station is a place with charge points. It is a value: its slices are the
// caller's own; the tariffs behind it are shared and must not be changed.
type Station struct {
	ID                  string // 24 hexadecimal digits
	Name, Address       string
	Country             string // ISO 3166 alpha-2, upper case
	Speed               string // Slow, Fast or Turbo, by the strongest connector
	Latitude, Longitude string // decimal degrees
	Zone                *time.Location
	Opening             OpeningTimes
	Operator            Operator
	EVSEs               []EVSE
	PriceGroups         []PriceGroup
	Amenities           []string // never nil
	IsPartner           bool
	LogoURL             string // empty: none
	LastUpdated         string
}

// An EVSE is a charge point of a station, as the catalogue has it.
type EVSE struct {
	ID        string
	Status    connect.EVSEStatus
	Connector string
	PowerKW   float64
}

// A PriceGroup is the charge points of a station that share connector type,
// power and price.
type PriceGroup struct {
	Type    string // connector type
	PowerKW float64
	EVSEs   []string
	Tariff  *connect.Tariff
}

// OpeningTimes say when a station can be used.
type OpeningTimes struct {
	TwentyFourSeven bool
	RegularHours    []Hours // never nil
}

// Hours are one line of opening times, in local time.
type Hours struct {
	Weekday    string // MONDAY to SUNDAY, or ALL
	Begin, End string // hh:mm
}

// An Operator runs stations.
type Operator struct {
	ID      string // country and party, as in its EVSE ids (assumed: the vendor shows no example)
	Name    string
	Phone   string // empty: none known
	LogoURL string // empty: none
	Partner bool
}

// A Partner is an operator that works with the vendor, as its filter lists it.
type Partner struct {
	Name    string
	LogoURL string // empty: none
}

// Speeds of a station or connector: below 43 kW, below 150 kW, and above.
const (
	Slow  = "slow"
	Fast  = "fast"
	Turbo = "turbo"
)

// Statuses of a station.
const (
	Free    = "free"    // at least one connector is free
	Busy    = "busy"    // none is
	Unsure  = "unknown" // nobody knows
	Failing = "error"   // inoperational
)

// EVSEStatus is the status of the i-th charge point in a world; live may be
// nil.
func (s Station) EVSEStatus(i int, live Live) connect.EVSEStatus {
	if live != nil {
		if status, ok := live.PointStatus(s.EVSEs[i].ID); ok {
			return status
		}
	}
	return s.EVSEs[i].Status
}

// Status is the status of the station in a world; live may be nil.
func (s Station) Status(live Live) string {
	var sum summary
	for i := range s.EVSEs {
		sum.add(s.EVSEStatus(i, live))
	}
	return sum.word()
}

// A summary adds charge points up to the status of their station: free if one
// is, else busy if one works, else unknown if one may (assumed beyond what the
// words say).
type summary struct{ free, busy, unsure, any bool }

func (s *summary) add(status connect.EVSEStatus) {
	s.any = true
	switch status {
	case connect.Available:
		s.free = true
	case connect.Charging, connect.Reserved, connect.Blocked:
		s.busy = true
	case connect.Unknown:
		s.unsure = true
	case connect.Inoperative, connect.OutOfOrder, connect.Planned, connect.Removed:
	}
}

func (s *summary) word() string {
	switch {
	case s.free:
		return Free
	case s.busy:
		return Busy
	case s.unsure, !s.any:
		return Unsure
	}
	return Failing
}
