package admin

import (
	"net/http"

	"github.com/gorilla/mux"
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

func (h *handler) getSession(w *world.World, r *http.Request) (result, error) {
	s, err := w.State.InspectSession(mux.Vars(r)["session"])
	if err != nil {
		return nil, err
	}
	return show(viewSessionDetail(s))
}

func viewSession(s connect.Session) adminapi.Session {
	v := adminapi.Session{
		ID: s.ID, User: s.UserID, State: string(s.State), Hold: s.Hold.StringFixed(2), Cost: s.Running.Total().StringFixed(2),
	}
	if s.CDRDue != nil {
		v.CDRDue = new(clock.AtMostLast(*s.CDRDue))
	}
	if s.Energy != nil {
		v.KWh = new(s.Energy.StringFixed(3))
	}
	return v
}

func viewSessionDetail(s connect.Session) adminapi.SessionDetail {
	return adminapi.SessionDetail{
		Session: viewSession(s), EVSE: s.Point.EVSE, Station: s.Point.Site.Name, Method: s.MethodID,
		Currency: s.Prices.Currency, StartedAt: clock.AtMostLast(s.StartedAt), EndedAt: s.EndedAt, EndedBy: s.EndedBy,
		Captured: s.Captured.StringFixed(2), Owed: s.Owed.StringFixed(2), SettledAt: s.SettledAt,
		VAT: s.Running.VAT().StringFixed(2), Readings: views(s.Readings, viewReading),
		Parts: []adminapi.Part{
			viewPart("energy", s.Running.KWh), viewPart("time", s.Running.Time), viewPart("session", s.Running.SessionFee),
			viewPart("blocking", s.Running.Blocking), viewPart("starting", s.Running.Starting),
		},
	}
}

func viewReading(r connect.MeterReading) adminapi.Reading {
	return adminapi.Reading{At: r.At, KWh: r.KWh.StringFixed(3)}
}

func viewPart(name string, a connect.Amount) adminapi.Part {
	return adminapi.Part{Name: name, Net: a.Net.StringFixed(2), VAT: a.VAT.StringFixed(2), Gross: a.Gross().StringFixed(2)}
}

type meterBody struct {
	KWh decimal.Decimal `json:"kwh"`
}

// meter sends a meter reading.
func (h *handler) meter(w *world.World, r *http.Request, body meterBody) (result, error) {
	return showSession(w.State.Meter(mux.Vars(r)["session"], body.KWh))
}

// stop ends a session from the station's side.
func (h *handler) stop(w *world.World, r *http.Request, _ struct{}) (result, error) {
	return showSession(w.State.StopByStation(mux.Vars(r)["session"]))
}

type cdrBody struct {
	KWh    *decimal.Decimal      `json:"kwh"`
	Charge connect.ChargeOutcome `json:"charge"` // null: as the card behaves
}

// cdr delivers the CDR of a session.
func (h *handler) cdr(w *world.World, r *http.Request, body cdrBody) (result, error) {
	return showSession(w.State.DeliverCDR(mux.Vars(r)["session"], body.KWh, body.Charge))
}

func showSession(s connect.Session, err error) (result, error) {
	if err != nil {
		return nil, err
	}
	return show(viewSession(s))
}
