package connect

import (
	"time"

	"github.com/shopspring/decimal"
)

// A Script is how a charge point behaves. The zero Script is a point that
// starts and stops as asked, serves one user at a time, reports no meter
// values, and whose CDR has the energy of the meter.
type Script struct {
	Open       bool // serves any number of users at once, as virtual points with progress do
	Busy       bool // an unknown user charges here
	Start      StartOutcome
	StartDelay time.Duration // how long the provider takes to answer a start
	Stop       StopOutcome
	EndsAfter  time.Duration    // after which the station ends the session; 0: never
	Meter      []Reading        // ascending in both fields
	AfterStop  bool             // readings go on after the session's end, as those of virtual points do
	NeverCDR   bool             // the CDR never arrives
	CDRDelay   *time.Duration   // from the session's end to the CDR; nil: Config.CDRDelay
	CDRKWh     *decimal.Decimal // energy on the CDR; nil: the last reading before the end
	Charge     ChargeOutcome    // of the final charge

	NoStartTime bool // the API never shows when a session began, nor how long it took
}

// A Reading is one progress message of a Script: the meter's total in kWh at a
// time after the start.
type Reading struct {
	At  time.Duration
	KWh decimal.Decimal
}

// StartOutcome is how a charge point answers starts, after the checks of the
// user.
type StartOutcome string

// The outcomes of a start.
const (
	StartOK         StartOutcome = ""           // the session starts
	StartFails      StartOutcome = "fail"       // the provider does not start the session: 424 charging_provider_error
	StartNoStation  StartOutcome = "no-station" // station data is unavailable: 424 station_availability_issue
	StartDeclined   StartOutcome = "declined"   // the hold is declined: 402 pre_authorization_failed
	StartSCA        StartOutcome = "sca"        // the card holder has to authenticate the hold: 402 with a client secret
	StartUnexpected StartOutcome = "unexpected" // internal error: 500 unexpected_error
)

// StopOutcome is how a charge point answers stops.
type StopOutcome string

// The outcomes of a stop.
const (
	StopOK         StopOutcome = ""           // the session ends
	StopFails      StopOutcome = "fail"       // the provider does not stop it: 424 charging_provider_error, as in openapi.yaml
	StopFails409   StopOutcome = "fail-409"   // the same with 409, as on the vendor's documentation page
	StopUnexpected StopOutcome = "unexpected" // internal error: 500 unexpected_error
)

// ChargeOutcome is how the final charge goes when the CDR arrives.
type ChargeOutcome string

// The outcomes of a final charge.
const (
	ChargeByCard        ChargeOutcome = ""             // as the card behaves
	ChargeSucceeds      ChargeOutcome = "succeed"      // paid
	ChargeFails         ChargeOutcome = "fail"         // nothing captured: the cost is a debt
	ChargeAuthenticates ChargeOutcome = "authenticate" // nothing captured: the cost is a debt, and paying it needs 3-D Secure
)
