package admin

import (
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
)

type sessionView struct {
	ID     string               `json:"id"`
	User   string               `json:"user"`
	State  connect.SessionState `json:"state"`
	KWh    *string              `json:"kwh"`     // null: no reading yet
	Hold   string               `json:"hold"`    // placed at start
	Cost   string               `json:"cost"`    // so far, VAT included
	CDRDue *time.Time           `json:"cdr_due"` // null: not known
}

func viewSession(s connect.Session) sessionView {
	v := sessionView{
		ID: s.ID, User: s.UserID, State: s.State, Hold: s.Hold.StringFixed(2),
		Cost: s.Running.Total().StringFixed(2),
	}
	if s.CDRDue != nil {
		due := writable(*s.CDRDue)
		v.CDRDue = &due
	}
	if s.Energy != nil {
		kwh := s.Energy.StringFixed(3)
		v.KWh = &kwh
	}
	return v
}

// writable is a time to come, or the last one that can be written.
func writable(t time.Time) time.Time {
	if last := clock.Last(); t.After(last) {
		return last
	}
	return t
}

// sessionDetail is a session with all that is known of it.
type sessionDetail struct {
	sessionView
	EVSE      string        `json:"evse"`
	Station   string        `json:"station"`
	Method    string        `json:"payment_method"`
	Currency  string        `json:"currency"`
	StartedAt time.Time     `json:"started_at"` // when the provider answers
	EndedAt   *time.Time    `json:"ended_at"`
	EndedBy   string        `json:"ended_by"`
	Captured  string        `json:"captured"`
	Owed      string        `json:"owed"` // still
	SettledAt *time.Time    `json:"settled_at"`
	VAT       string        `json:"vat"`   // within the cost
	Parts     []partView    `json:"parts"` // of the cost, running or final
	Readings  []readingView `json:"readings"`
}

type partView struct {
	Name  string `json:"name"`
	Net   string `json:"net"`
	VAT   string `json:"vat"`
	Gross string `json:"gross"`
}

type readingView struct {
	At  time.Time `json:"at"`
	KWh string    `json:"kwh"`
}

func viewSessionDetail(s connect.Session) sessionDetail {
	v := sessionDetail{
		sessionView: viewSession(s), EVSE: s.Point.EVSE, Station: s.Point.Site.Name, Method: s.MethodID,
		Currency: s.Prices.Currency, StartedAt: writable(s.StartedAt), EndedAt: s.EndedAt, EndedBy: s.EndedBy,
		Captured: s.Captured.StringFixed(2), Owed: s.Owed.StringFixed(2), SettledAt: s.SettledAt,
		VAT: s.Running.VAT().StringFixed(2), Parts: viewParts(s.Running), Readings: make([]readingView, len(s.Readings)),
	}
	for i, r := range s.Readings {
		v.Readings[i] = readingView{r.At, r.KWh.StringFixed(3)}
	}
	return v
}

func viewParts(c connect.Cost) []partView {
	part := func(name string, a connect.Amount) partView {
		return partView{name, a.Net.StringFixed(2), a.VAT.StringFixed(2), a.Gross().StringFixed(2)}
	}
	return []partView{
		part("energy", c.KWh), part("time", c.Time), part("session", c.SessionFee), part("blocking", c.Blocking), part("starting", c.Starting),
	}
}

func (h *handler) getSession(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	s, err := w.State.InspectSession(mux.Vars(r)["session"])
	if err != nil {
		return nil, err
	}
	return viewSessionDetail(s), nil
}
