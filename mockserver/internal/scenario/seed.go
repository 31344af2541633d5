package scenario

import (
	"cmp"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
)

// methodAge is how long before the world's start a payment method was saved if
// its file has no time.
const methodAge = 24 * time.Hour

// Seed returns the first state of a world that starts at a time.
func (s *Scenario) Seed(start time.Time) connect.Seed {
	seed := connect.Seed{
		Users:  make([]connect.SeedUser, len(s.file.Users)),
		Points: make([]connect.PointOverride, len(s.file.ChargePoints)),
	}
	for _, st := range s.file.Stations {
		seed.Stations = append(seed.Stations, st.own(start))
	}
	for i, u := range s.file.Users {
		seed.Users[i] = u.seed(start)
	}
	for i, p := range s.file.ChargePoints {
		seed.Points[i] = p.override()
	}
	return seed
}

// Faults returns the faults that worlds start with, in the order in which they
// are queued.
func (s *Scenario) Faults() []fault.Spec {
	out := make([]fault.Spec, len(s.file.Faults))
	for i, f := range s.file.Faults {
		out[i] = fault.Spec(f)
	}
	return out
}

func (u User) seed(start time.Time) connect.SeedUser {
	out := connect.SeedUser{
		User:     connect.User{ID: u.ID, Email: u.Email, Locale: cmp.Or(u.Locale, connect.English)},
		Billing:  u.Billing.seed(),
		Sessions: make([]connect.SeedSession, len(u.Sessions)),
	}
	if u.ExternalID != nil {
		out.User.Custom = &connect.CustomProperties{ExternalID: *u.ExternalID}
	}
	for _, m := range u.PaymentMethods {
		created := start.Add(-methodAge)
		if m.Created != nil {
			created = m.Created.At(start)
		}
		method := connect.PaymentMethod{ID: m.ID, Default: m.Default, Card: m.card(), CreatedAt: created}
		if m.Removed {
			out.Removed = append(out.Removed, method)
		} else {
			out.Methods = append(out.Methods, method)
		}
	}
	for i, ss := range u.Sessions {
		out.Sessions[i] = ss.seed(start)
	}
	for _, h := range u.Holds {
		out.Holds = append(out.Holds, h.seed())
	}
	return out
}

func (b *Billing) seed() connect.Billing {
	var out connect.Billing
	if b != nil {
		out = connect.Billing(*b)
	}
	out.AccountType = cmp.Or(out.AccountType, connect.Personal)
	return out
}

func (ss Session) seed(start time.Time) connect.SeedSession {
	out := connect.SeedSession{
		ID: ss.ID, EVSE: ss.EVSE, MethodID: ss.PaymentMethod,
		Start: ss.Start.At(start), KWh: ss.KWh, Rates: ss.Rates,
	}
	if ss.Stop != nil {
		out.Stop, out.StoppedBy = new(ss.Stop.At(start)), cmp.Or(ss.StoppedBy, connect.ByUser)
	}
	if ss.CDR != nil {
		out.CDR = &connect.CDR{At: ss.CDR.At.At(start), KWh: ss.CDR.KWh, Charge: ss.CDR.Charge}
		out.CDR.Unlinked = ss.CDR.Linked != nil && !*ss.CDR.Linked
		if ss.CDR.Settled != nil {
			out.Settled = new(ss.CDR.Settled.At(start))
		}
	}
	return out
}

func (h Hold) seed() connect.SeedHold {
	out := connect.SeedHold{EVSE: h.EVSE, MethodID: h.PaymentMethod, Status: connect.RequiresCapture}
	if h.State == holdAuthenticating {
		out.Status = connect.RequiresAction
	}
	return out
}

func (p ChargePoint) override() connect.PointOverride {
	o := connect.PointOverride{
		EVSE: p.EVSE, Status: p.Status, Busy: p.Busy, Start: p.Start, Stop: p.Stop,
		StartDelay: (*time.Duration)(p.StartDelay),
	}
	if p.ReportsStart != nil {
		o.NoStart = new(!*p.ReportsStart)
	}
	if p.Start != nil && *p.Start == outcomeOK {
		o.Start = new(connect.StartOutcome)
	}
	switch {
	case p.Stop == nil:
	case *p.Stop == outcomeOK:
		o.Stop = new(connect.StopOutcome)
	case p.StopStatus != nil && *p.StopStatus == http.StatusConflict:
		o.Stop = new(connect.StopFails409)
	}
	if p.Meter != nil {
		o.Meter = make([]connect.Reading, len(p.Meter))
		for i, r := range p.Meter {
			o.Meter[i] = connect.Reading{At: time.Duration(r.At), KWh: r.KWh}
		}
	}
	return o
}
