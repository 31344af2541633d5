package connect

import (
	"time"

	"github.com/shopspring/decimal"
)

// SessionState is where a session is in its life. The API itself shows only
// is_active, costs, debts and invoices.
type SessionState string

// The states of a session; gone is an attempt that came to nothing.
const (
	StateStarting   SessionState = "starting"    // the provider has not answered; invisible in the API
	StateActive     SessionState = "active"      // charging
	StateCDRPending SessionState = "cdr-pending" // ended, the final record is not here
	StateBilled     SessionState = "billed"      // paid, invoice made
	StateReleased   SessionState = "released"    // no energy: hold released, nothing charged
	StateDebt       SessionState = "debt"        // the final charge failed
	StateSettled    SessionState = "settled"     // the debt has been paid
	stateGone       SessionState = "gone"
)

func (s SessionState) final() bool {
	switch s {
	case StateBilled, StateReleased, StateSettled, stateGone:
		return true
	}
	return false
}

// Who ends a session.
const (
	ByUser    = "user"
	ByStation = "station"
)

// session keeps facts; what it is at a moment follows from them. An attempt
// to start is a session that may come to nothing.
type session struct {
	id       string
	nth      int // of the user's requests
	user     *user
	point    ChargePoint // as it was at the request, without its status
	prices   Prices
	hold     decimal.Decimal
	methodID string
	card     Card

	requested time.Time
	answer    time.Time  // when the provider answers
	refused   bool       // the provider's answer is no
	abandoned *time.Time // the client left before the answer

	stopped   *time.Time
	stoppedBy string
	readings  []reading // told by an operator, besides the point's script
	record    *record   // a final record of its own time; nil: the point's
	cdrDelay  time.Duration
	preauth   *payment // the hold, where the card holder had to authenticate it; nil: the vendor placed it by itself
	debt      *payment // what pays a debt; exists from the start, shows when there is one
	settled   *time.Time
	rates     *int
}

type reading struct {
	at  time.Time
	kwh decimal.Decimal
}

type record struct {
	at     time.Time
	kwh    *decimal.Decimal // nil: as the point says
	charge ChargeOutcome    // ChargeByCard: as the point says, then as the card behaves
}

// visible says whether the API shows the session.
func (s *session) visible(now time.Time) bool {
	st := s.stateAt(now)
	return st != StateStarting && st != stateGone
}

// endAt is when the session ends, as far as is known; nil: it goes on.
func (s *session) endAt() *time.Time {
	end := s.stopped
	if s.point.Script.EndsAfter > 0 {
		if self := s.answer.Add(s.point.Script.EndsAfter); end == nil || self.Before(*end) {
			end = &self
		}
	}
	return end
}

func (s *session) endedBy() string {
	if s.stopped != nil && s.stopped.Equal(*s.endAt()) {
		return s.stoppedBy
	}
	return ByStation
}

// cdrAt is when the final record arrives; nil: not known, or never.
func (s *session) cdrAt() *time.Time {
	end := s.endAt()
	switch {
	case end == nil:
		return nil
	case s.record != nil:
		return &s.record.at
	case s.point.Script.NeverCDR:
		return nil
	}
	delay := s.cdrDelay
	if s.point.Script.CDRDelay != nil {
		delay = *s.point.Script.CDRDelay
	}
	at := end.Add(delay)
	return &at
}

func (s *session) stateAt(now time.Time) SessionState {
	switch {
	case s.abandoned != nil:
		return stateGone
	case now.Before(s.answer):
		return StateStarting
	case s.refused:
		return stateGone
	}
	if end := s.endAt(); end == nil || now.Before(*end) {
		return StateActive
	}
	if cdr := s.cdrAt(); cdr == nil || now.Before(*cdr) {
		return StateCDRPending
	}
	switch {
	case !s.finalEnergy().IsPositive():
		return StateReleased
	case !s.owed().IsPositive():
		return StateBilled
	case s.settled != nil:
		return StateSettled
	}
	return StateDebt
}

// meterAt is the last meter value known at a moment; nil: none has come.
func (s *session) meterAt(now time.Time) *decimal.Decimal {
	if end := s.endAt(); end != nil && end.Before(now) && !s.point.Script.AfterStop {
		return s.atLeastTold(s.scriptAt(*end))
	}
	return s.atLeastTold(s.scriptAt(now))
}

// scriptAt is the last value that the point's script has sent at a moment.
func (s *session) scriptAt(now time.Time) *decimal.Decimal {
	var last *decimal.Decimal
	if len(s.point.Script.Meter) > 0 {
		last = &decimal.Decimal{} // the meter starts at nothing (assumed)
	}
	for _, r := range s.point.Script.Meter {
		if s.answer.Add(r.At).After(now) {
			break
		}
		last = &r.KWh
	}
	return last
}

// atLeastTold raises a value to what an operator has told, which may be after
// the session's end but never after its record.
func (s *session) atLeastTold(last *decimal.Decimal) *decimal.Decimal {
	for _, r := range s.readings {
		if last == nil || r.kwh.GreaterThan(*last) {
			last = &r.kwh
		}
	}
	return last
}

// finalEnergy is what the final record says: its own figure, or the point's,
// or the last meter value: the script's at the end, or a higher one told.
func (s *session) finalEnergy() decimal.Decimal {
	if s.record != nil && s.record.kwh != nil {
		return *s.record.kwh
	}
	if s.point.Script.CDRKWh != nil {
		return *s.point.Script.CDRKWh
	}
	if end := s.endAt(); end != nil {
		if last := s.atLeastTold(s.scriptAt(*end)); last != nil {
			return *last
		}
	}
	return decimal.Zero
}

func (s *session) finalCost() Cost {
	return s.prices.Cost(s.finalEnergy(), s.endAt().Sub(s.answer), s.point.Site.Partner)
}

// chargeOutcome decides how the final charge goes: the record's own word,
// then the point's, then what the card's bank says. Within the hold the bank
// has already agreed; beyond it the card is charged without its holder.
func (s *session) chargeOutcome() ChargeOutcome {
	if s.record != nil && s.record.charge != ChargeByCard {
		return s.record.charge
	}
	return s.point.Script.Charge
}

// captured is what the final charge brought in. A charge that fails as told
// brings in nothing; one that fails because of the card brings in the hold.
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

// owed is what the final charge left unpaid: the cost minus what was captured.
func (s *session) owed() decimal.Decimal {
	return s.finalCost().Total().Sub(s.captured())
}

// paymentNeedsAuthentication says whether paying the debt asks for 3-D Secure
// whatever the card.
func (s *session) paymentNeedsAuthentication() bool {
	return s.chargeOutcome() == ChargeAuthenticates
}

// invoicedAt is when the invoice was made: when the record was billed, or
// when the debt was paid (assumed: no invoice while in debt).
func (s *session) invoicedAt() time.Time {
	if s.settled != nil {
		return *s.settled
	}
	return *s.cdrAt()
}
