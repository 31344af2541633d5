package connect

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// A CDR is the charge detail record of a session: the operator's final word on
// its energy, on which the final charge is made.
type CDR struct {
	At     time.Time        // when it arrives
	KWh    *decimal.Decimal // nil: as the charge point's script has it
	Charge ChargeOutcome    // ChargeByCard: as the charge point's script has it, else as the card behaves

	Unlinked bool // the invoice does not name its session
}

// cdrAt returns when the CDR arrives; ok is false if that is unknown or never.
func (s *session) cdrAt() (at time.Time, ok bool) {
	end := s.endAt()
	switch {
	case end == nil:
		return time.Time{}, false
	case s.record != nil:
		return s.record.At, true
	case s.point.Script.NeverCDR:
		return time.Time{}, false
	}
	delay := s.cdrDelay
	if s.point.Script.CDRDelay != nil {
		delay = *s.point.Script.CDRDelay
	}
	return end.Add(delay), true
}

// finalEnergy is the energy on the CDR in kWh: the record's own figure, or the
// charge point's, or the last meter value.
func (s *session) finalEnergy() decimal.Decimal {
	if s.record != nil && s.record.KWh != nil {
		return *s.record.KWh
	}
	if s.point.Script.CDRKWh != nil {
		return *s.point.Script.CDRKWh
	}
	if end := s.endAt(); end != nil {
		if last := s.atLeastReported(s.scriptAt(*end)); last != nil {
			return *last
		}
	}
	return decimal.Zero
}

func (s *session) finalCost() Cost {
	return s.prices.Cost(s.finalEnergy(), s.endAt().Sub(s.answer), s.point.Site.Partner)
}

func (s *session) chargeOutcome() ChargeOutcome {
	if s.record != nil && s.record.Charge != ChargeByCard {
		return s.record.Charge
	}
	return s.point.Script.Charge
}

// charged returns what the final charge of a total brought in, and what it left
// unpaid. A charge that is scripted to fail captures nothing. One that fails
// because of the card captures the hold: the bank agreed to that much at start,
// and beyond it the card is charged without its holder. The payment provider makes
// no payment intent for less than its minimum, so that much is waived (assumed).
func (s *session) charged(total decimal.Decimal) (captured, owed decimal.Decimal) {
	captured = total
	switch bank := s.card.Conduct.OffSession; s.chargeOutcome() {
	case ChargeSucceeds:
	case ChargeFails, ChargeAuthenticates:
		captured = decimal.Zero
	default:
		if bank.Decline != nil || bank.Authenticate {
			captured = decimal.Min(total, s.hold)
		}
	}
	if owed = total.Sub(captured); owed.LessThan(MinimumCharge(s.prices.Currency)) {
		owed = decimal.Zero
	}
	return captured, owed
}

func (s *session) captured() decimal.Decimal {
	captured, _ := s.charged(s.finalCost().Total())
	return captured
}

func (s *session) owed() decimal.Decimal {
	_, owed := s.charged(s.finalCost().Total())
	return owed
}

// final is the state of a session whose CDR has arrived. Where nothing was
// charged and nothing is owed, as with a cost that rounds to nothing, the hold is
// released.
func (s *session) final() SessionState {
	switch captured, owed := s.charged(s.finalCost().Total()); {
	case owed.IsPositive() && s.settled != nil:
		return StateSettled
	case owed.IsPositive():
		return StateDebt
	case !captured.IsPositive():
		return StateReleased
	}
	return StateBilled
}

// ErrNothingCharged is the error of a final charge that is to fail although
// nothing, or less than the payment provider's minimum, is to be charged.
var ErrNothingCharged = errors.New("no final charge can fail")

// failable returns ErrNothingCharged, with the amounts, if the CDR asks for a
// failing charge of nothing.
func (s *session) failable() error {
	if c := s.record.Charge; c != ChargeFails && c != ChargeAuthenticates {
		return nil
	}
	return chargeable(s.finalCost(), s.prices.Currency, ErrNothingCharged)
}

// chargeable returns an error of a kind if a cost is not enough for a debt.
func chargeable(c Cost, currency string, kind error) error {
	total, least := c.Total(), MinimumCharge(currency)
	if total.GreaterThanOrEqual(least) {
		return nil
	}
	return &stateError{kind, fmt.Sprintf("this amount of energy costs %s %s, and no debt can be below %s %s, the payment provider's minimum",
		total.StringFixed(2), currency, least.StringFixed(2), currency)}
}

// invoicedAt is when the invoice was made: with the CDR, or when the debt was
// paid (assumed: no invoice while in debt).
func (s *session) invoicedAt() time.Time {
	if s.settled != nil {
		return *s.settled
	}
	at, _ := s.cdrAt()
	return at
}
