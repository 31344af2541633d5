package connect

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// A Record is a part of a world as it is kept, in JSON: small enough to be
// written whenever something in it changes. The format is versioned with the
// head of the world.
type Record struct {
	Key   string
	Value []byte // nil: deleted
}

// IntentRecords is what the keys of intents' records begin with; the id of the
// intent follows.
const IntentRecords = "intent/"

// What the keys of records begin with. A session has two: what is fixed when
// its start is requested, and the rest.
const (
	userPrefix    = "user/"
	methodPrefix  = "method/"
	intentPrefix  = IntentRecords
	startPrefix   = "start/"
	sessionPrefix = "session/"
	pointPrefix   = "point/"
	stationPrefix = "station/"
	takenKey      = "taken" // ids that a scenario has used
)

func startKey(session string) string        { return startPrefix + session }
func sessionKey(session string) string      { return sessionPrefix + session }
func methodKey(user, method string) string  { return methodPrefix + user + "/" + method }
func (s *State) touchUser(u *user)          { s.touch(userPrefix+u.ID, u) }
func (s *State) touchIntent(i *intent)      { s.touch(intentPrefix+i.ID, i) }
func (s *State) touchSession(o *session)    { s.touch(sessionKey(o.id), o) }
func (s *State) touchPoint(o PointOverride) { s.touch(pointPrefix+o.EVSE, o) }

type userRecord struct {
	User       User
	Billing    Billing
	Created    int
	Requests   int
	Default    string `json:",omitempty"` // id of the method
	LastMethod int    // number of the newest method ever
}

// A userMethod is a payment method and whose it is.
type userMethod struct {
	*user
	savedMethod
}

type methodRecord struct {
	User   string
	Nth    int
	Method PaymentMethod
}

type intentRecord struct {
	Intent
	Drawn        uint64 // ids drawn before, for the order of intents
	Session      string `json:",omitempty"` // in debt
	UsedBy       string `json:",omitempty"`
	EVSE         string `json:",omitempty"`
	Authenticate bool   `json:",omitempty"`
}

// A started is a session of which the start is to be written.
type started struct{ *session }

type startRecord struct {
	ID, User          string
	Nth               int
	Point             pointRecord
	Prices            Prices
	Hold              decimal.Decimal
	Method            string
	Card              Card
	Requested, Answer time.Time
	Refused           bool `json:",omitempty"`
	CDRDelay          time.Duration
	Preauth, Debt     string `json:",omitempty"` // ids of intents
}

type sessionRecord struct {
	Abandoned, Stopped *time.Time     `json:",omitempty"`
	StoppedBy          string         `json:",omitempty"`
	Readings           []MeterReading `json:",omitempty"`
	CDR                *CDR           `json:",omitempty"`
	Settled            *time.Time     `json:",omitempty"`
	Rates              *int           `json:",omitempty"`
}

// A siteRecord is a site whose time zone is written by name.
type siteRecord struct {
	Site
	Zone string
}

type pointRecord struct {
	ChargePoint
	Site siteRecord
}

type stationRecord struct {
	Nth int
	Station
	Zone   string
	Points []pointRecord
}

func siteToRecord(s Site) siteRecord {
	r := siteRecord{Site: s}
	if s.Zone != nil {
		r.Zone = s.Zone.String()
	}
	return r
}

// zones are the time zones of the records that are restored together, by name.
type zones map[string]*time.Location

func (z zones) site(r siteRecord) (s Site, err error) {
	s = r.Site
	if r.Zone == "" {
		return s, nil
	}
	zone, ok := z[r.Zone]
	if !ok {
		if zone, err = time.LoadLocation(r.Zone); err != nil {
			return s, err
		}
		z[r.Zone] = zone
	}
	s.Zone = zone
	return s, nil
}

func pointToRecord(p ChargePoint) pointRecord {
	return pointRecord{ChargePoint: p, Site: siteToRecord(p.Site)}
}

func (z zones) point(r pointRecord) (p ChargePoint, err error) {
	p = r.ChargePoint
	p.Site, err = z.site(r.Site)
	return p, err
}

// encode returns a record. Without content it is a deleted one.
func encode(key string, content any) (Record, error) {
	var v any
	switch c := content.(type) {
	case nil:
		return Record{Key: key}, nil
	case Record:
		return c, nil
	case *user:
		v = c.record()
	case userMethod:
		v = methodRecord{c.user.ID, c.nth, *c.PaymentMethod}
	case *intent:
		v = c.record()
	case started:
		v = c.startRecord()
	case *session:
		v = sessionRecord{c.abandoned, c.stopped, c.stoppedBy, c.readings, c.record, c.settled, c.rates}
	case ownStation:
		v = c.record()
	default: // PointOverride, ids
		v = c
	}
	value, err := json.Marshal(v)
	if err != nil {
		return Record{}, fmt.Errorf("record %s: %w", key, err)
	}
	return Record{key, value}, nil
}

func (u *user) record() userRecord {
	r := userRecord{User: u.User, Billing: u.billing, Created: u.created, Requests: u.requests, LastMethod: u.methods.last}
	if u.methods.def != nil {
		r.Default = u.methods.def.ID
	}
	return r
}

func (i *intent) record() intentRecord {
	r := intentRecord{Intent: i.Intent, Drawn: i.drawn, EVSE: i.evse, Authenticate: i.authenticate}
	if i.session != nil {
		r.Session = i.session.id
	}
	if i.usedBy != nil {
		r.UsedBy = i.usedBy.id
	}
	return r
}

func (s *session) startRecord() startRecord {
	r := startRecord{
		ID: s.id, User: s.user.ID, Nth: s.nth, Point: pointToRecord(s.point), Prices: s.prices, Hold: s.hold,
		Method: s.methodID, Card: s.card, Requested: s.requested, Answer: s.answer, Refused: s.refused, CDRDelay: s.cdrDelay,
	}
	if s.preauth != nil {
		r.Preauth = s.preauth.ID
	}
	if s.debt != nil {
		r.Debt = s.debt.ID
	}
	return r
}

func (st ownStation) record() stationRecord {
	r := stationRecord{Nth: st.nth, Station: *st.Station}
	if st.Site.Zone != nil {
		r.Zone = st.Site.Zone.String()
	}
	for _, p := range st.Station.Points {
		r.Points = append(r.Points, pointToRecord(p))
	}
	return r
}
