package connect

import (
	"time"

	"github.com/shopspring/decimal"
)

// A Seed is the state that a world starts in. All times are absolute.
type Seed struct {
	Users  []SeedUser
	Points []PointOverride
}

// SeedUser is a user of a Seed.
type SeedUser struct {
	User     User
	Billing  Billing
	Methods  []PaymentMethod // of those made in the same second, the newest first; exactly one is the default
	Removed  []PaymentMethod // paid for sessions and have been removed since
	Sessions []SeedSession   // of those asked for at the same time, the oldest first
	Holds    []SeedHold
}

// SeedSession is a session of a Seed: its facts, from which its state follows.
// A charge point's start delay and outcome hold for it too.
type SeedSession struct {
	ID, EVSE, MethodID string
	Start              time.Time        // when it was asked for
	Stop               *time.Time       // nil: runs
	StoppedBy          string           // ByUser or ByStation
	KWh                *decimal.Decimal // told by the operator besides the charge point's own readings
	CDR                *SeedCDR         // nil: as the charge point has it
	Rates              *int
}

// SeedCDR is a final record of a Seed.
type SeedCDR struct {
	At      time.Time
	KWh     *decimal.Decimal // nil: as the charge point has it
	Charge  ChargeOutcome
	Settled *time.Time // when the debt was paid; nil: it is not, or there is none
}

// SeedHold is a hold of a Seed that the bank wanted the card holder for.
type SeedHold struct {
	EVSE, MethodID string       // of the start that was refused for it
	Status         IntentStatus // RequiresCapture: the next start uses it; RequiresAction: 3-D Secure has begun
}

// A PointOverride is what a scenario says of a charge point; nil leaves it as
// the catalogue has it. An EVSE that the catalogue does not know becomes a
// charge point of this state alone.
type PointOverride struct {
	EVSE       string
	Status     *EVSEStatus
	Busy       *bool
	Start      *StartOutcome
	StartDelay *time.Duration
	Stop       *StopOutcome
	Meter      []Reading // nil: as the catalogue has it
}

func (o PointOverride) apply(p *ChargePoint) {
	set(&p.Status, o.Status)
	set(&p.Script.Busy, o.Busy)
	set(&p.Script.Start, o.Start)
	set(&p.Script.StartDelay, o.StartDelay)
	set(&p.Script.Stop, o.Stop)
	if o.Meter != nil {
		p.Script.Meter = o.Meter
	}
}

func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}
