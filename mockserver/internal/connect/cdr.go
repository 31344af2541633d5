package connect

import (
	"time"

	"github.com/shopspring/decimal"
)

// A CDR is the charge detail record of a session: the operator's final word on
// its energy, on which the final charge is made.
type CDR struct {
	At     time.Time        // when it arrives
	KWh    *decimal.Decimal // nil: as the charge point's script has it
	Charge ChargeOutcome    // ChargeByCard: as the charge point's script has it, else as the card behaves
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

// captured is what the final charge brought in. A charge that is scripted to
// fail captures nothing. One that fails because of the card captures the hold:
// the bank agreed to that much at start, and beyond it the card is charged
// without its holder.
func (s *session) captured() decimal.Decimal {
	total := s.finalCost().Total()
	switch s.chargeOutcome() {
	case ChargeSucceeds:
		return total
	case ChargeFails, ChargeAuthenticates:
		return decimal.Zero
	}
	bank := s.card.Conduct.OffSession
	if bank.Decline == nil && !bank.Authenticate {
		return total
	}
	return decimal.Min(total, s.hold)
}

// owed is what the final charge left unpaid.
func (s *session) owed() decimal.Decimal {
	return s.finalCost().Total().Sub(s.captured())
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
