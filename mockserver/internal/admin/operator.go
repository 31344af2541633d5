package admin

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

// meter sends a meter reading.
func (h *handler) meter(w *world.World, r *http.Request) (result, error) {
	var body struct {
		KWh string `json:"kwh"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	kwh, err := energy(body.KWh)
	if err != nil {
		return nil, err
	}
	return showSession(w.State.Meter(mux.Vars(r)["session"], kwh))
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
		KWh    *string                `json:"kwh"`
		Charge *connect.ChargeOutcome `json:"charge"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	var kwh *decimal.Decimal
	if body.KWh != nil {
		d, err := energy(*body.KWh)
		if err != nil {
			return nil, err
		}
		kwh = &d
	}
	charge := connect.ChargeByCard
	if body.Charge != nil {
		charge = *body.Charge
	}
	return showSession(w.State.DeliverCDR(mux.Vars(r)["session"], kwh, charge))
}

func showSession(s connect.Session, err error) (result, error) {
	if err != nil {
		return nil, err
	}
	return show(viewSession(s))
}

// energy parses kWh as the vendor writes them: up to five digits and three
// decimals.
func energy(s string) (decimal.Decimal, error) {
	d, err := decimal.NewFromString(s)
	if err != nil || len(s) > 20 || strings.ContainsAny(s, "eE") || d.IsNegative() || d.Exponent() < -3 || d.GreaterThanOrEqual(decimal.NewFromInt(100_000)) {
		return decimal.Zero, adminapi.BadValue("kwh", "Invalid kwh %q: want 0 to 99999.999 with at most three decimals, such as \"3.200\".", s)
	}
	return d, nil
}
