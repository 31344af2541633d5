package scenario

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
)

// A Snapshot is a living world, to be written as a scenario file.
type Snapshot struct {
	Name, Title string
	State       connect.Snapshot
	Frozen      bool
	Speed       float64      // 0: the wall's
	Faults      []fault.Spec // those still to come
	Revoked     bool
}

// notes head every exported file.
const notes = `# Exported from a living world. All that the API shows comes back with this file,
# but for what belongs to the payment provider: intents get other ids and client
# secrets, setup intents are gone, and 3-D Secure steps of debts start over. Not
# here are deleted users, the journal, and starts whose client still waits.
`

// Export writes a scenario file that recreates a world. Its times are
// absolute, and its clock starts at the moment of the dump. It fails where the
// world holds what no file can say, such as a time after the year 2099.
func Export(s Snapshot) ([]byte, error) {
	f := &File{
		Name: Name(s.Name), Title: s.Title,
		Clock: &Clock{Start: moment(s.State.Now), Frozen: s.Frozen},
	}
	if s.Speed != 0 && s.Speed != 1 {
		f.Clock.Speed = &s.Speed
	}
	if s.Revoked {
		f.Tokens = &Tokens{Revoked: true}
	}
	for _, u := range s.State.Seed.Users {
		f.Users = append(f.Users, newUser(u))
	}
	for _, p := range s.State.Seed.Points {
		f.ChargePoints = append(f.ChargePoints, newChargePoint(p))
	}
	for _, spec := range s.Faults {
		written, err := newFault(spec)
		if err != nil {
			return nil, err
		}
		f.Faults = append(f.Faults, written)
	}
	out := append([]byte(notes), write(f)...)
	// Whoever exports wants a file that can be read again.
	anything := Known{EndsItself: func(string) bool { return true }}
	if _, err := Parse(s.Name+".yaml", out, anything); err != nil {
		return nil, fmt.Errorf("the world cannot be written as a scenario file: %w", err)
	}
	return out, nil
}

func moment(t time.Time) *Moment { return &Moment{absolute: t.UTC()} }

func optionalMoment(t *time.Time) *Moment {
	if t == nil {
		return nil
	}
	return moment(*t)
}

// legible replaces bytes that are no text, as answers in JSON do too.
func legible(s *string) *string {
	if s == nil {
		return nil
	}
	v := strings.ToValidUTF8(*s, "\ufffd")
	return &v
}

func newUser(u connect.SeedUser) User {
	out := User{
		ID: UUID(u.User.ID), Email: (*Email)(legible(u.User.Email)), Locale: Locale(u.User.Locale), Billing: newBilling(u.Billing),
	}
	if u.User.Locale == connect.English {
		out.Locale = ""
	}
	if u.User.Custom != nil {
		out.ExternalID = &ExternalID{legible(u.User.Custom.ExternalID)}
	}
	for _, m := range u.Methods {
		p := newMethod(m)
		p.Default, p.Created = m.Default, moment(m.CreatedAt)
		out.PaymentMethods = append(out.PaymentMethods, p)
	}
	for _, m := range u.Removed {
		p := newMethod(m)
		p.Removed = true
		out.PaymentMethods = append(out.PaymentMethods, p)
	}
	for _, ss := range u.Sessions {
		out.Sessions = append(out.Sessions, newSession(ss))
	}
	for _, h := range u.Holds {
		out.Holds = append(out.Holds, newHold(h))
	}
	return out
}

func newBilling(b connect.Billing) *Billing {
	out := Billing{
		Country: legible(b.Country), City: legible(b.City), TaxID: legible(b.TaxID), AccountType: AccountType(b.AccountType),
		CompanyName: legible(b.CompanyName), VATID: legible(b.VATID), Line1: legible(b.Line1), PostalCode: legible(b.PostalCode),
		FirstName: legible(b.FirstName), LastName: legible(b.LastName),
	}
	if b.AccountType == connect.Personal {
		out.AccountType = ""
	}
	if out == (Billing{}) {
		return nil
	}
	return &out
}

func newMethod(m connect.PaymentMethod) PaymentMethod {
	c := m.Card
	out := PaymentMethod{
		ID: MethodID(m.ID), Type: MethodType(c.Type), Brand: Brand(c.Brand), Last4: Last4(c.Last4),
		Expires: &Expiry{Month: c.ExpMonth, Year: c.ExpYear}, Name: legible(c.Holder), Behaves: c.Conduct.Token,
	}
	if c.Type == connect.TypeCard {
		out.Type = ""
	}
	if out.Behaves == defaultCard {
		out.Behaves = ""
	}
	return out
}

func newSession(ss connect.SeedSession) Session {
	out := Session{
		ID: UUID(ss.ID), EVSE: EVSE(ss.EVSE), PaymentMethod: ss.MethodID, Start: moment(ss.Start),
		Stop: optionalMoment(ss.Stop), KWh: newDecimal(ss.KWh), Rates: copied(ss.Rates),
	}
	if ss.Stop != nil && ss.StoppedBy != connect.ByUser {
		out.StoppedBy = StoppedBy(ss.StoppedBy)
	}
	if ss.CDR != nil {
		out.CDR = &CDR{
			At: moment(ss.CDR.At), KWh: newDecimal(ss.CDR.KWh),
			Charge: Charge(ss.CDR.Charge), Settled: optionalMoment(ss.Settled),
		}
	}
	return out
}

func newDecimal(d *decimal.Decimal) *Decimal {
	if d == nil {
		return nil
	}
	return &Decimal{*d}
}

// newMeter keeps an empty list apart from none.
func newMeter(list []connect.Reading) []MeterReading {
	if list == nil {
		return nil
	}
	out := make([]MeterReading, len(list))
	for i, r := range list {
		at := Duration(r.At)
		out[i] = MeterReading{At: &at, KWh: &Decimal{r.KWh}}
	}
	return out
}

func newHold(h connect.SeedHold) Hold {
	out := Hold{EVSE: EVSE(h.EVSE), PaymentMethod: h.MethodID}
	if h.Status == connect.RequiresAction {
		out.State = holdAuthenticating
	}
	return out
}

func newChargePoint(o connect.PointOverride) ChargePoint {
	out := ChargePoint{
		EVSE: EVSE(o.EVSE), Status: (*Status)(copied(o.Status)), Busy: copied(o.Busy), Start: (*Start)(copied(o.Start)),
		StartDelay: (*Duration)(copied(o.StartDelay)), Stop: (*Stop)(copied(o.Stop)), Meter: newMeter(o.Meter),
	}
	if out.Start != nil && *out.Start == Start(connect.StartOK) {
		*out.Start = ok
	}
	if out.Stop == nil {
		return out
	}
	switch connect.StopOutcome(*out.Stop) {
	case connect.StopOK:
		*out.Stop = ok
	case connect.StopFails409:
		conflict := http.StatusConflict
		*out.Stop, out.StopStatus = Stop(connect.StopFails), &conflict
	}
	return out
}

// write gives a file as YAML: users and top-level lists in blocks, what is in
// them a line each.
func write(f *File) []byte {
	w := &writer{}
	w.block("", "", f)
	return w.out.Bytes()
}
