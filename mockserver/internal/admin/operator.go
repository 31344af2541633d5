package admin

import (
	"net/http"

	"github.com/gorilla/mux"
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

// meter sends a meter reading.
func (h *handler) meter(w *world.World, r *http.Request) (result, error) {
	var body struct {
		KWh decimal.Decimal `json:"kwh"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	return showSession(w.State.Meter(mux.Vars(r)["session"], body.KWh))
}

// stop ends a session from the station's side.
func (h *handler) stop(w *world.World, r *http.Request) (result, error) {
	if err := decode(r, &struct{}{}); err != nil {
		return nil, err
	}
	return showSession(w.State.StopByStation(mux.Vars(r)["session"]))
}

// cdr delivers the CDR of a session.
func (h *handler) cdr(w *world.World, r *http.Request) (result, error) {
	var body struct {
		KWh    *decimal.Decimal      `json:"kwh"`
		Charge connect.ChargeOutcome `json:"charge"` // or null: as the card behaves
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	return showSession(w.State.DeliverCDR(mux.Vars(r)["session"], body.KWh, body.Charge))
}

func showSession(s connect.Session, err error) (result, error) {
	if err != nil {
		return nil, err
	}
	return show(viewSession(s))
}
