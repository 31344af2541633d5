package connect

import (
	"fmt"
	"strings"
	"time"
)

// The functions below tell the facts that made a rule hold, a sentence each,
// for those who ask why. They are called only where the rule holds.

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func factStarting(s *Situation) []string {
	o := s.user.openIn(s.now, StateStarting)
	return []string{fmt.Sprintf("A start at %s was asked for at %s; the provider answers at %s.",
		o.point.EVSE, stamp(o.requested), stamp(o.answer))}
}

func factActive(s *Situation) []string {
	o := s.user.active(s.now)
	return []string{fmt.Sprintf("Session %s runs at %s since %s, paid with %s.", o.id, o.point.EVSE, stamp(o.answer), o.methodID)}
}

func factCharging(s *Situation) []string {
	if s.user.starting(s.now) {
		return factStarting(s)
	}
	return factActive(s)
}

func factPending(s *Situation) []string {
	o := s.user.pending(s.now)
	due := "when it comes is not known"
	if at := o.cdrAt(); at != nil {
		due = "it is due at " + stamp(*at)
	}
	return []string{fmt.Sprintf("Session %s ended at %s, its CDR is not here: %s.", o.id, stamp(*o.endAt()), due)}
}

func factDebt(s *Situation) []string {
	var out []string
	for _, o := range s.user.open {
		if o.stateAt(s.now) == StateDebt {
			out = append(out, fmt.Sprintf("Session %s left %s of %s %s unpaid.", o.id,
				o.owed().StringFixed(2), o.finalCost().Total().StringFixed(2), o.prices.Currency))
		}
	}
	return out
}

func factDefault(s *Situation) []string {
	return []string{fmt.Sprintf("%s is the default of the user's %d payment methods.", s.method.id, len(s.user.methods))}
}

func factPoint(s *Situation) []string {
	return []string{fmt.Sprintf("Charge point %s has status %s.", s.point.EVSE, s.status)}
}

func factScript(s *Situation) []string {
	return []string{fmt.Sprintf("Charge point %s is made to answer starts with %q.", s.point.EVSE, s.point.Script.Start)}
}

func factStopScript(s *Situation) []string {
	return []string{fmt.Sprintf("Charge point %s is made to answer stops with %q.", s.session.point.EVSE, s.session.point.Script.Stop)}
}

func factBilling(s *Situation) []string {
	b := s.user.billing
	var lacks []string
	need := func(name string, v *string) {
		if missing(v) {
			lacks = append(lacks, name)
		}
	}
	need("country", b.Country)
	need("city", b.City)
	need("line1", b.Line1)
	need("postal_code", b.PostalCode)
	if b.AccountType == Business {
		need("company_name", b.CompanyName)
	} else {
		need("first_name", b.FirstName)
		need("last_name", b.LastName)
	}
	return []string{fmt.Sprintf("The %s billing details lack %s.", b.AccountType, strings.Join(lacks, ", "))}
}

func factItaly(s *Situation) []string {
	lacks := "tax_id"
	if s.user.billing.AccountType == Business {
		lacks = "vat_id"
	}
	return []string{fmt.Sprintf("Charge point %s is in Italy, the customer is from Italy, the %s billing details lack %s.",
		s.point.EVSE, s.user.billing.AccountType, lacks)}
}

func factMethods(s *Situation) []string {
	ids := make([]string, len(s.user.methods))
	for i, m := range s.user.methods {
		ids[i] = m.id
	}
	if len(ids) == 0 {
		return []string{"The user has no payment method."}
	}
	return []string{"The user's payment methods are " + strings.Join(ids, ", ") + "."}
}

func factCard(s *Situation) []string {
	if s.point.Script.Start == StartDeclined || s.point.Script.Start == StartSCA {
		return factScript(s)
	}
	c := s.method.card.Conduct
	if c.OffSession.Authenticate {
		return []string{fmt.Sprintf("%s behaves as %s: charges without the card holder need authentication.", s.method.id, c.Token)}
	}
	return []string{fmt.Sprintf("%s behaves as %s: %s", s.method.id, c.Token, c.OffSession.Decline.Message)}
}

func factEnded(s *Situation) []string {
	return []string{fmt.Sprintf("Session %s ended at %s, by the %s; it is %s.", s.session.id,
		stamp(*s.session.endAt()), s.session.endedBy(), s.session.stateAt(s.now))}
}
