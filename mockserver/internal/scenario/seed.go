package scenario

import (
	"net/http"
	"time"

	"cariqamock/mockserver/internal/connect"
)

// sinceCreated is how long before the world's start a method was saved whose
// file does not say when.
const sinceCreated = 24 * time.Hour

// Seed is the state at first of a world that starts at a time.
func (s *Scenario) Seed(start time.Time) connect.Seed {
	seed := connect.Seed{
		Users:  make([]connect.SeedUser, len(s.file.Users)),
		Points: make([]connect.PointOverride, len(s.file.ChargePoints)),
	}
	for i, u := range s.file.Users {
		seed.Users[i] = u.seed(start, s.cards[i])
	}
	for i, p := range s.file.ChargePoints {
		seed.Points[i] = p.override()
	}
	return seed
}

func (u User) seed(start time.Time, cards []connect.Card) connect.SeedUser {
	out := connect.SeedUser{
		User:     connect.User{ID: string(u.ID), Email: (*string)(u.Email), Locale: connect.English},
		Billing:  u.Billing.seed(),
		Sessions: make([]connect.SeedSession, len(u.Sessions)),
	}
	if u.Locale != "" {
		out.User.Locale = connect.Locale(u.Locale)
	}
	if u.ExternalID != nil {
		out.User.Custom = &connect.CustomProperties{ExternalID: u.ExternalID.Value}
	}
	for i, m := range u.PaymentMethods {
		created := start.Add(-sinceCreated)
		if m.Created != nil {
			created = m.Created.At(start)
		}
		method := connect.PaymentMethod{ID: string(m.ID), Default: m.Default, Card: cards[i], CreatedAt: created}
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
	if b == nil {
		return connect.Billing{AccountType: connect.Personal}
	}
	account := connect.Personal
	if b.AccountType != "" {
		account = connect.AccountType(b.AccountType)
	}
	return connect.Billing{
		Country: b.Country, City: b.City, TaxID: b.TaxID, AccountType: account,
		CompanyName: b.CompanyName, VATID: b.VATID, Line1: b.Line1, PostalCode: b.PostalCode,
		FirstName: b.FirstName, LastName: b.LastName,
	}
}

func (ss Session) seed(start time.Time) connect.SeedSession {
	out := connect.SeedSession{
		ID: string(ss.ID), EVSE: string(ss.EVSE), MethodID: ss.PaymentMethod,
		Start: ss.Start.At(start), Rates: ss.Rates,
	}
	if ss.Stop != nil {
		stop := ss.Stop.At(start)
		out.Stop, out.StoppedBy = &stop, connect.ByUser
		if ss.StoppedBy != "" {
			out.StoppedBy = string(ss.StoppedBy)
		}
	}
	if ss.CDR != nil {
		out.CDR = &connect.CDR{At: ss.CDR.At.At(start), Charge: connect.ChargeOutcome(ss.CDR.Charge)}
		if ss.CDR.KWh != nil {
			out.CDR.KWh = &ss.CDR.KWh.Decimal
		}
		if ss.CDR.Settled != nil {
			settled := ss.CDR.Settled.At(start)
			out.Settled = &settled
		}
	}
	if ss.KWh != nil {
		out.KWh = &ss.KWh.Decimal
	}
	return out
}

func (h Hold) seed() connect.SeedHold {
	out := connect.SeedHold{EVSE: string(h.EVSE), MethodID: h.PaymentMethod, Status: connect.RequiresCapture}
	if h.State == holdAuthenticating {
		out.Status = connect.RequiresAction
	}
	return out
}

func (p ChargePoint) override() connect.PointOverride {
	o := connect.PointOverride{
		EVSE: string(p.EVSE), Status: (*connect.EVSEStatus)(p.Status), Busy: p.Busy,
		StartDelay: (*time.Duration)(p.StartDelay),
	}
	if p.Start != nil {
		outcome := connect.StartOK
		if *p.Start != ok {
			outcome = connect.StartOutcome(*p.Start)
		}
		o.Start = &outcome
	}
	if p.Stop != nil {
		outcome := connect.StopOK
		switch {
		case *p.Stop == ok:
		case p.StopStatus != nil && *p.StopStatus == http.StatusConflict:
			outcome = connect.StopFails409
		default:
			outcome = connect.StopOutcome(*p.Stop)
		}
		o.Stop = &outcome
	}
	if p.Meter != nil {
		o.Meter = make([]connect.Reading, len(p.Meter))
		for i, r := range p.Meter {
			o.Meter[i] = connect.Reading{At: time.Duration(*r.At), KWh: r.KWh.Decimal}
		}
	}
	return o
}
