package stations

import (
	"time"

	"cariqamock/mockserver/internal/connect"
)

// A Station is a place with charge points. Its slices belong to the caller; the
// tariffs are shared and must not be changed.
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
	LogoURL             string // or ""
	LastUpdated         string // RFC 3339
}

// An EVSE is a charge point of a station, without the changes of any world.
type EVSE struct {
	ID        string
	Status    connect.EVSEStatus
	Connector string // the vendor's connector type
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

// OpeningTimes are when a station can be used.
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
	ID      string // country and party as in EVSE ids (assumed: the vendor shows no example)
	Name    string
	Phone   string // "" if unknown
	LogoURL string // or ""
	Partner bool
}

// A Partner is an operator that works with the vendor, as the vendor's filter
// lists it.
type Partner struct {
	Name    string
	LogoURL string // or ""
}

// Speeds of a station or connector: below 43 kW, below 150 kW, and from 150 kW.
const (
	Slow  = "slow"
	Fast  = "fast"
	Turbo = "turbo"
)

// Statuses of a station.
const (
	Free    = "free"    // at least one connector is free
	Busy    = "busy"    // all working connectors are in use
	Unknown = "unknown" // no connector has a known status
	Failing = "error"   // no connector works
)

// EVSEStatus returns the status of the i-th charge point in a world. live may be
// nil.
func (s Station) EVSEStatus(i int, live Live) connect.EVSEStatus {
	if live != nil {
		if status, ok := live.PointStatus(s.EVSEs[i].ID); ok {
			return status
		}
	}
	return s.EVSEs[i].Status
}

// Status returns the status of the station in a world. live may be nil.
func (s Station) Status(live Live) string {
	var sum summary
	for i := range s.EVSEs {
		sum.add(s.EVSEStatus(i, live))
	}
	return sum.word()
}

// A summary collects the statuses of charge points into that of their station:
// free if one is, else busy if one works, else unknown if one may work (assumed;
// the vendor documents no more than the words).
type summary struct{ free, busy, unknown, any bool }

func (s *summary) add(status connect.EVSEStatus) {
	s.any = true
	switch status {
	case connect.Available:
		s.free = true
	case connect.Charging, connect.Reserved, connect.Blocked:
		s.busy = true
	case connect.Unknown:
		s.unknown = true
	case connect.Inoperative, connect.OutOfOrder, connect.Planned, connect.Removed:
	}
}

func (s *summary) word() string {
	switch {
	case s.free:
		return Free
	case s.busy:
		return Busy
	case s.unknown, !s.any:
		return Unknown
	}
	return Failing
}
