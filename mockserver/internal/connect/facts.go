package connect

import (
	"fmt"
	"strings"
	"time"
)

// The functions below return the facts that made a rule hold, a sentence each.
// They are called only where the rule holds.

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func fact(format string, args ...any) []string { return []string{fmt.Sprintf(format, args...)} }

func factStarting(s *Situation) []string {
	o := s.user.openIn(s.now, StateStarting)
	return fact("A start at %s was requested at %s; the provider answers at %s.", o.point.EVSE, stamp(o.requested), stamp(o.answer))
}

func factActive(s *Situation) []string {
	o := s.user.active(s.now)
	return fact("Session %s has been running at %s since %s, paid with %s.", o.id, o.point.EVSE, stamp(o.answer), o.methodID)
}

func factCharging(s *Situation) []string {
	if s.user.starting(s.now) {
		return factStarting(s)
	}
	return factActive(s)
}

func factPending(s *Situation) []string {
	o := s.user.pending(s.now)
	due := "when it will is unknown"
	if at, ok := o.cdrAt(); ok {
		due = "it is due at " + stamp(at)
	}
	return fact("Session %s ended at %s. Its CDR has not arrived; %s.", o.id, stamp(*o.endAt()), due)
}

func factDebt(s *Situation) []string {
	var out []string
	for _, o := range s.user.debts(s.now) {
		out = append(out, fmt.Sprintf("Session %s left %s of %s %s unpaid.", o.id,
			o.owed().StringFixed(2), o.finalCost().Total().StringFixed(2), o.prices.Currency))
	}
	return out
}

func factDefault(s *Situation) []string {
	return fact("%s is the default among the user's payment methods (%d).", s.method.id, len(s.user.methods))
}

func factPoint(s *Situation) []string {
	return fact("Charge point %s has status %s.", s.point.EVSE, s.status)
}

func factScript(s *Situation) []string {
	return fact("Charge point %s is scripted to answer starts with %q.", s.point.EVSE, s.point.Script.Start)
}

func factStopScript(s *Situation) []string {
	return fact("Charge point %s is scripted to answer stops with %q.", s.session.point.EVSE, s.session.point.Script.Stop)
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
	if len(s.user.methods) == 0 {
		return fact("The user has no payment method.")
	}
	ids := make([]string, len(s.user.methods))
	for i, m := range s.user.methods {
		ids[i] = m.id
	}
	return fact("The user's payment methods are %s.", strings.Join(ids, ", "))
}

func factCard(s *Situation) []string {
	if s.point.Script.Start == StartDeclined || s.point.Script.Start == StartSCA {
		return factScript(s)
	}
	c := s.method.card.Conduct
	if c.OffSession.Authenticate {
		return fact("%s behaves like %s: charges without the card holder need authentication.", s.method.id, c.Token)
	}
	return fact("%s behaves like %s: %s", s.method.id, c.Token, c.OffSession.Decline.Message)
}

func factEnded(s *Situation) []string {
	return fact("Session %s was ended at %s by the %s and is now %s.", s.session.id,
		stamp(*s.session.endAt()), s.session.endedBy(), s.session.stateAt(s.now))
}
