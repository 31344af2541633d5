package stations

import (
	"time"

	"cariqamock/mockserver/internal/connect"
)

// A Station is a place with charge points. Its slices belong to the caller; the
// tariffs are shared and must not be changed.
type Station struct {
	connect.Site
	Operator    string // name
	NoContact   bool   // nothing is known of the operator's contact
	Opening     OpeningTimes
	EVSEs       []EVSE
	PriceGroups []PriceGroup
	Amenities   []string // never nil
	LastUpdated time.Time
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
type OpeningTimes = connect.OpeningTimes

// Hours are one line of opening times, in local time.
type Hours = connect.Hours

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
	return StatusOf(len(s.EVSEs), func(i int) connect.EVSEStatus { return s.EVSEStatus(i, live) })
}

// StatusOf returns the status of a station with n charge points.
func StatusOf(n int, evse func(i int) connect.EVSEStatus) string {
	best := worst
	for i := range n {
		best = min(best, standing(evse(i)))
	}
	return statuses[best]
}

// statuses are those of a station, best first. A station has the best one that
// any of its charge points allows.
var statuses = [...]string{Free, Busy, Unknown, Failing}

const worst = len(statuses) - 1

// standing returns the position in statuses of what a charge point allows:
// busy if it works, unknown if it may work (assumed; the vendor documents no
// more than the words).
func standing(status connect.EVSEStatus) int {
	switch status {
	case connect.Available:
		return 0
	case connect.Charging, connect.Reserved, connect.Blocked:
		return 1
	case connect.Unknown:
		return 2
	case connect.Inoperative, connect.OutOfOrder, connect.Planned, connect.Removed:
	}
	return worst
}
