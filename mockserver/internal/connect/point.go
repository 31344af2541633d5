package connect

import (
	"time"

	"github.com/shopspring/decimal"
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

// EVSEStatuses lists every status, for the readers of files.
func EVSEStatuses() []EVSEStatus {
	return []EVSEStatus{Available, Blocked, Charging, Inoperative, OutOfOrder, Planned, Removed, Reserved, Unknown}
}

// A Catalogue knows the charge points there are. It is shared by all states
// and never changes; what happens at a point in one state is kept there.
type Catalogue interface {
	// ChargePoint finds a point by its EVSE id, spelt exactly (assumed: no
	// source says that other spellings are accepted).
	ChargePoint(evse string) (ChargePoint, bool)
	// Blank is a point that only a scenario knows, with the site and tariff
	// of the trouble station and an empty script.
	Blank(evse string) ChargePoint
}

// A ChargePoint is what charging needs to know of an EVSE.
type ChargePoint struct {
	EVSE      string
	Status    EVSEStatus // as the operator reports it, whoever charges there
	Connector string     // the vendor's connector type, e.g. IEC_62196_T2
	PowerKW   float64
	Site      Site
	Tariff    *Tariff
	Script    Script
}

// A Site is what a session keeps of the station it happened at.
type Site struct {
	StationID           string
	Name, Address       string
	Country             string // ISO 3166 alpha-2, upper case
	Speed               string // slow, fast or turbo
	Phone               string // empty: none known
	Latitude, Longitude string // decimal degrees
	Logo                string // URL; empty: none
	Partner             bool
	Zone                *time.Location
}

// A Script is how a charge point behaves. The zero Script is a point that
// starts and stops when told to, serves one user at a time, reports no meter
// values, and whose final record says what the meter drew.
type Script struct {
	Open       bool // serves any number of users at once, as virtual points with progress do
	Busy       bool // somebody unknown charges here
	Start      StartOutcome
	StartDelay time.Duration // how long the provider takes to answer a start
	Stop       StopOutcome
	EndsAfter  time.Duration    // the station ends the session by itself; 0: it does not
	Meter      []Reading        // ascending in both fields
	AfterStop  bool             // readings go on after the session's end, as virtual points' do
	NeverCDR   bool             // the final record never comes
	CDRDelay   *time.Duration   // from the end to the final record; nil: the state's own delay
	CDRKWh     *decimal.Decimal // what the final record says; nil: the last reading before the end
	Charge     ChargeOutcome    // how the final charge goes
}

// A Reading is one progress message: the meter's total at a time after start.
type Reading struct {
	At  time.Duration
	KWh decimal.Decimal
}

// StartOutcome is how a start at a charge point goes, after the checks that
// concern the user.
type StartOutcome string

// What a start can meet at a charge point.
const (
	StartOK         StartOutcome = ""           // the session starts
	StartFails      StartOutcome = "fail"       // the provider does not start the session: 424 charging_provider_error
	StartNoStation  StartOutcome = "no-station" // station data cannot be had: 424 station_availability_issue
	StartDeclined   StartOutcome = "declined"   // the hold is declined: 402 pre_authorization_failed
	StartSCA        StartOutcome = "sca"        // the hold needs the card holder: 402 with a secret
	StartUnexpected StartOutcome = "unexpected" // internal error: 500 unexpected_error
)

// StopOutcome is how a stop at a charge point goes.
type StopOutcome string

// What a stop can meet at a charge point.
const (
	StopOK         StopOutcome = ""           // the session ends
	StopFails      StopOutcome = "fail"       // the provider does not stop it: 424 charging_provider_error, as in the specification
	StopFails409   StopOutcome = "fail-409"   // the same with 409, as on the vendor's documentation page
	StopUnexpected StopOutcome = "unexpected" // internal error: 500 unexpected_error
)

// ChargeOutcome is how the final charge goes when the record arrives.
type ChargeOutcome string

// The ways a final charge can go.
const (
	ChargeByCard        ChargeOutcome = ""             // as the card behaves
	ChargeSucceeds      ChargeOutcome = "succeed"      // paid
	ChargeFails         ChargeOutcome = "fail"         // nothing captured: the cost is a debt
	ChargeAuthenticates ChargeOutcome = "authenticate" // nothing captured, the bank wants the card holder: a debt whose payment needs 3-D Secure
)
