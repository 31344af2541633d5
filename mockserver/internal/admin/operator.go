package admin

import (
	"net/http"

	"github.com/gorilla/mux"
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

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
