package scenario

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
)

// A Snapshot is the state of a world, to be written as a scenario file.
type Snapshot struct {
	Name, Title string
	State       connect.Snapshot
	Frozen      bool
	Speed       float64      // seconds that pass in the world per real second; 0 means 1
	Faults      []fault.Spec // those that still have effect
	Revoked     bool
}

// notes are at the top of every exported file.
const notes = `# Exported from a running world. The file restores everything that the API shows,
# except for the payment provider's part: intents get new ids and client secrets,
# setup intents are lost, and 3-D Secure of debts starts over. Deleted users, the
# journal, and starts whose client still waits are not in the file.
`

// An Exported is a world to be written as a scenario file.
type Exported struct {
	file     *File
	redacted bool
}

// Export returns a scenario file that recreates a world. Its times are
// absolute, and its clock starts at the time of the snapshot. It fails if the
// world has a value that no file can have, such as a time after the year 2099.
func Export(s Snapshot) (*Exported, error) {
	f := &File{
		Name: s.Name, Title: s.Title,
		Clock: &Clock{Start: new(moment(s.State.Now)), Frozen: s.Frozen},
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
	for _, st := range s.State.Seed.Stations {
		f.Stations = append(f.Stations, newStation(st))
	}
	for _, p := range s.State.Seed.Points {
		f.ChargePoints = append(f.ChargePoints, newChargePoint(p))
	}
	for _, spec := range s.Faults {
		f.Faults = append(f.Faults, Fault(spec))
	}
	e := &Exported{f, f.redact()}
	if err := f.writable(); err != nil {
		return nil, fmt.Errorf("the world cannot be written as a scenario file: %w", err)
	}
	return e, nil
}

// About how many bytes of a file a row takes without its texts.
const (
	userBytes    = 100
	methodBytes  = 150
	sessionBytes = 320
	escapedBytes = 6 // of a byte of a text, at most
)

// A TooLargeError is the error for a world that has too much for a file.
type TooLargeError struct{ Bytes int64 }

// Error returns whole sentences: how large the file would be, the bound, and
// what to do.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("The world is too large for a scenario file, which may have %d bytes: it would have about %d. Delete users that are not needed, or reset the world",
		MaxBytes, e.Bytes)
}

// Fits returns a *TooLargeError if a world with so much is surely too large for
// a file, and reports whether it surely is not.
func Fits(c connect.Contents) (fits bool, err error) {
	rows := int64(c.Users)*userBytes + int64(c.Methods)*methodBytes + int64(c.Sessions)*sessionBytes
	if n := rows + c.Texts; n > MaxBytes {
		return false, &TooLargeError{n}
	}
	return rows+escapedBytes*c.Texts <= MaxBytes, nil
}

// WriteTo writes the file, some of it at a time. It fails as the writer does, or
// with a *TooLargeError.
func (e *Exported) WriteTo(to io.Writer) (int64, error) {
	w := &writer{to: to}
	w.WriteString(notes)
	if e.redacted {
		w.WriteString(redactedNote)
	}
	w.block("", "", reflect.ValueOf(*e.file))
	w.flush()
	return w.written, w.err
}

// Bytes returns the file.
func (e *Exported) Bytes() ([]byte, error) {
	var b bytes.Buffer
	_, err := e.WriteTo(&b)
	return b.Bytes(), err
}

func moment(t time.Time) Moment { return Moment{absolute: t.UTC()} }

func optionalMoment(t *time.Time) *Moment {
	if t == nil {
		return nil
	}
	return new(moment(*t))
}

// unless returns v, or the zero value if v is what a file may leave out.
func unless[T comparable](leftOut, v T) (out T) {
	if v != leftOut {
		out = v
	}
	return out
}

func newUser(u connect.SeedUser) User {
	out := User{
		ID: u.User.ID, Email: u.User.Email, Locale: unless(connect.English, u.User.Locale), Billing: newBilling(u.Billing),
	}
	if u.User.Custom != nil {
		out.ExternalID = &u.User.Custom.ExternalID
	}
	for _, m := range u.Methods {
		p := newMethod(m)
		p.Default, p.Created = m.Default, new(moment(m.CreatedAt))
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
	b.AccountType = unless(connect.Personal, b.AccountType)
	if b == (connect.Billing{}) {
		return nil
	}
	return (*Billing)(&b)
}

func newMethod(m connect.PaymentMethod) PaymentMethod {
	c := m.Card
	return PaymentMethod{
		ID: m.ID, Type: unless(connect.TypeCard, c.Type), Brand: c.Brand, Last4: c.Last4,
		Expires: &Expiry{Month: c.ExpMonth, Year: c.ExpYear}, Name: c.Holder, Behaves: unless(defaultCard, c.Conduct.Token),
	}
}

func newSession(ss connect.SeedSession) Session {
	out := Session{
		ID: ss.ID, EVSE: ss.EVSE, PaymentMethod: ss.MethodID, Start: moment(ss.Start),
		Stop: optionalMoment(ss.Stop), KWh: ss.KWh, Rates: ss.Rates,
	}
	if ss.Stop != nil {
		out.StoppedBy = unless(connect.ByUser, ss.StoppedBy)
	}
	if ss.CDR != nil {
		out.CDR = &CDR{
			At: moment(ss.CDR.At), KWh: ss.CDR.KWh,
			Charge: ss.CDR.Charge, Settled: optionalMoment(ss.Settled),
		}
		if ss.CDR.Unlinked {
			out.CDR.Linked = new(false)
		}
	}
	return out
}

// newMeter keeps the difference between an empty list and nil.
func newMeter(list []connect.Reading) []MeterReading {
	if list == nil {
		return nil
	}
	out := make([]MeterReading, len(list))
	for i, r := range list {
		out[i] = MeterReading{At: Duration(r.At), KWh: r.KWh}
	}
	return out
}

func newHold(h connect.SeedHold) Hold {
	out := Hold{EVSE: h.EVSE, PaymentMethod: h.MethodID}
	if h.Status == connect.RequiresAction {
		out.State = holdAuthenticating
	}
	return out
}

func newChargePoint(o connect.PointOverride) ChargePoint {
	out := ChargePoint{
		EVSE: o.EVSE, Status: o.Status, Busy: o.Busy, Start: o.Start,
		StartDelay: (*Duration)(o.StartDelay), Stop: o.Stop, Meter: newMeter(o.Meter),
	}
	if o.NoStart != nil {
		out.ReportsStart = new(!*o.NoStart)
	}
	if out.Start != nil && *out.Start == connect.StartOK {
		out.Start = new(connect.StartOutcome(outcomeOK))
	}
	if out.Stop == nil {
		return out
	}
	switch *out.Stop {
	case connect.StopOK:
		out.Stop = new(connect.StopOutcome(outcomeOK))
	case connect.StopFails409:
		out.Stop, out.StopStatus = new(connect.StopFails), new(http.StatusConflict)
	}
	return out
}
