package connect

import (
	"fmt"
	"strings"
	"time"
)

// A condition is when a rule refuses, and why. Conditions rely on those of
// earlier rules: once a point is known to exist, it can be looked at.
type condition struct {
	holds func(*Situation) bool
	facts func(*Situation) []string // a sentence each; called only if the rule holds
}

// conditions are those of the rules in rules.json that operations check, by
// the rule's id.
var conditions = map[string]condition{
	"remove-payment-method/session-starting": whileOpen(StateStarting, factStarting),
	"remove-payment-method/method-on-active-session": {func(s *Situation) bool {
		o := s.open(StateActive)
		return o != nil && o.methodID == s.method.ID
	}, factActive},
	"remove-payment-method/active-session": whileOpen(StateActive, factActive),
	"remove-payment-method/cdr-pending":    whileOpen(StateCDRPending, factPending),
	"remove-payment-method/debt":           whileOpen(StateDebt, factDebt),
	"remove-payment-method/default-method": {func(s *Situation) bool { return s.method.Default }, factDefault},

	"start-charging/already-charging": {func(s *Situation) bool {
		return s.open(StateStarting) != nil || s.open(StateActive) != nil
	}, factCharging},
	"start-charging/outstanding-payment":      whileOpen(StateDebt, factDebt),
	"start-charging/evse-not-found":           {func(s *Situation) bool { return s.point == nil }, nil},
	"start-charging/station-data-unavailable": scriptedStart(StartNoStation),
	"start-charging/connector-out-of-order":   {func(s *Situation) bool { return s.status.broken() }, factPoint},
	"start-charging/billing-data-required":    {func(s *Situation) bool { return !s.user.billing.complete() }, factBilling},
	"start-charging/billing-data-italy": {func(s *Situation) bool {
		return s.point.Site.Country == "IT" && !s.user.billing.fitForItaly()
	}, factItaly},
	"start-charging/unknown-payment-method": {func(s *Situation) bool { return s.method == nil }, factMethods},
	"start-charging/pre-authorization-declined": {func(s *Situation) bool {
		declined := func(b Answer) bool { return b.Decline != nil && !b.Authenticate }
		return s.hold == nil && (s.point.Script.Start == StartDeclined || declined(s.method.Card.Conduct.OffSession))
	}, factCard},
	scaRequired: {func(s *Situation) bool {
		return s.hold == nil && (s.point.Script.Start == StartSCA || s.method.Card.Conduct.OffSession.Authenticate)
	}, factCard},
	"start-charging/charge-point-busy": {func(s *Situation) bool {
		return s.status == Charging || s.status == Reserved
	}, factPoint},
	providerFailed:                    scriptedStart(StartFails),
	"start-charging/unexpected-error": scriptedStart(StartUnexpected),

	"stop-charging/not-found": {func(s *Situation) bool {
		return s.session == nil || !s.session.visible(s.now)
	}, nil},
	"stop-charging/already-stopped":     {func(s *Situation) bool { return s.session.stateAt(s.now) != StateActive }, factEnded},
	"stop-charging/provider-failed":     scriptedStop(StopFails),
	"stop-charging/provider-failed-409": scriptedStop(StopFails409),
	"stop-charging/unexpected-error":    scriptedStop(StopUnexpected),

	"delete-user/session-starting": whileOpen(StateStarting, factStarting),
	"delete-user/active-session":   whileOpen(StateActive, factActive),
	"delete-user/cdr-pending":      whileOpen(StateCDRPending, factPending),
	"delete-user/debt":             whileOpen(StateDebt, factDebt),
}

// whileOpen holds while one of the user's sessions is in a state.
func whileOpen(state SessionState, facts func(*Situation) []string) condition {
	return condition{func(s *Situation) bool { return s.open(state) != nil }, facts}
}

func (s *Situation) open(state SessionState) *session {
	if found := s.user.open.of(state); found.n > 0 {
		return found.at(0)
	}
	return nil
}

func scriptedStart(o StartOutcome) condition {
	return condition{func(s *Situation) bool { return s.point.Script.Start == o }, factScript}
}

func scriptedStop(o StopOutcome) condition {
	return condition{func(s *Situation) bool { return s.session.point.Script.Stop == o }, func(s *Situation) []string {
		return fact("Charge point %s is scripted to answer stops with %q.", s.session.point.EVSE, o)
	}}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func fact(format string, args ...any) []string { return []string{fmt.Sprintf(format, args...)} }

func factStarting(s *Situation) []string {
	o := s.open(StateStarting)
	return fact("A start at %s was requested at %s; the provider answers at %s.", o.point.EVSE, stamp(o.requested), stamp(o.answer))
}

func factActive(s *Situation) []string {
	o := s.open(StateActive)
	return fact("Session %s has been running at %s since %s, paid with %s.", o.id, o.point.EVSE, stamp(o.answer), o.methodID)
}

func factCharging(s *Situation) []string {
	if s.open(StateStarting) != nil {
		return factStarting(s)
	}
	return factActive(s)
}

func factPending(s *Situation) []string {
	o := s.open(StateCDRPending)
	due := "when it will is unknown"
	if at, ok := o.cdrAt(); ok {
		due = "it is due at " + stamp(at)
	}
	return fact("Session %s ended at %s. Its CDR has not arrived; %s.", o.id, stamp(*o.endAt()), due)
}

func factDebt(s *Situation) []string {
	var out []string
	debts := s.user.open.of(StateDebt)
	for i := range min(debts.n, maxFacts) {
		o := debts.at(i)
		out = append(out, fmt.Sprintf("Session %s left %s of %s %s unpaid.", o.id,
			o.owed().StringFixed(2), o.finalCost().Total().StringFixed(2), o.prices.Currency))
	}
	if more := debts.n - maxFacts; more > 0 {
		out = append(out, fmt.Sprintf("%d more sessions left debts.", more))
	}
	return out
}

// maxFacts is the most rows of a list that facts name.
const maxFacts = 10

func factDefault(s *Situation) []string {
	return fact("%s is the default among the user's payment methods (%d).", s.method.ID, len(s.user.methods.list))
}

func factPoint(s *Situation) []string {
	return fact("Charge point %s has status %s.", s.point.EVSE, s.status)
}

func factScript(s *Situation) []string {
	return fact("Charge point %s is scripted to answer starts with %q.", s.point.EVSE, s.point.Script.Start)
}

func factBilling(s *Situation) []string {
	b := s.user.billing
	return fact("Missing in the %s billing details: %s.", b.AccountType, strings.Join(b.missing(), ", "))
}

func factItaly(s *Situation) []string {
	name, _ := s.user.billing.italianID()
	return fact("Charge point %s is in Italy and the customer is from Italy, but the %s billing details have no %s.",
		s.point.EVSE, s.user.billing.AccountType, name)
}

func factMethods(s *Situation) []string {
	list := s.user.methods.list
	if len(list) == 0 {
		return fact("The user has no payment method.")
	}
	more := ""
	if n := len(list) - maxFacts; n > 0 {
		list, more = list[n:], fmt.Sprintf(", and %d older ones", n)
	}
	ids := make([]string, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	return fact("The user's payment methods are %s%s.", strings.Join(ids, ", "), more)
}

func factCard(s *Situation) []string {
	if s.point.Script.Start == StartDeclined || s.point.Script.Start == StartSCA {
		return factScript(s)
	}
	c := s.method.Card.Conduct
	if c.OffSession.Authenticate {
		return fact("%s behaves like %s: charges without the card holder need authentication.", s.method.ID, c.Token)
	}
	return fact("%s behaves like %s: %s", s.method.ID, c.Token, c.OffSession.Decline.Message)
}

func factEnded(s *Situation) []string {
	return fact("Session %s was ended at %s by the %s and is now %s.", s.session.id,
		stamp(*s.session.endAt()), s.session.endedBy(), s.session.stateAt(s.now))
}
