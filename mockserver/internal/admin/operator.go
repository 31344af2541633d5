package admin

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

func (h *handler) meter(r *http.Request) (any, error) {
	var body struct {
		KWh *string `json:"kwh"`
	}
	return h.operate(r, &body, func(s *connect.State, id string) (connect.Session, error) {
		if body.KWh == nil {
			return connect.Session{}, badValue("kwh", "kwh is missing; want the meter's total, such as \"3.200\".")
		}
		kwh, err := energy(*body.KWh)
		if err != nil {
			return connect.Session{}, err
		}
		return s.Meter(id, kwh)
	})
}

func (h *handler) stop(r *http.Request) (any, error) {
	return h.operate(r, &struct{}{}, func(s *connect.State, id string) (connect.Session, error) {
		return s.StopByStation(id)
	})
}

func (h *handler) cdr(r *http.Request) (any, error) {
	var body struct {
		KWh    *string `json:"kwh"`
		Charge *string `json:"charge"`
	}
	return h.operate(r, &body, func(s *connect.State, id string) (connect.Session, error) {
		var kwh *decimal.Decimal
		if body.KWh != nil {
			d, err := energy(*body.KWh)
			if err != nil {
				return connect.Session{}, err
			}
			kwh = &d
		}
		charge := connect.ChargeByCard
		if body.Charge != nil {
			charge = connect.ChargeOutcome(*body.Charge)
			switch charge {
			case connect.ChargeSucceeds, connect.ChargeFails, connect.ChargeAuthenticates:
			default:
				return connect.Session{}, badValue("charge", "%q: want succeed, fail or authenticate.", *body.Charge)
			}
		}
		return s.DeliverCDR(id, kwh, charge)
	})
}

func (h *handler) operate(r *http.Request, body any, do func(*connect.State, string) (connect.Session, error)) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	if err := decode(r, body); err != nil {
		return nil, err
	}
	s, err := do(w.State, mux.Vars(r)["session"])
	if err != nil {
		return nil, err
	}
	return viewSession(s), nil
}

// energy reads kWh as the vendor writes them: at most five digits and three
// decimals.
func energy(s string) (decimal.Decimal, error) {
	d, err := decimal.NewFromString(s)
	if err != nil || len(s) > 20 || strings.ContainsAny(s, "eE") || d.IsNegative() || d.Exponent() < -3 || d.GreaterThanOrEqual(decimal.NewFromInt(100_000)) {
		return decimal.Zero, badValue("kwh", "%q: want kWh from 0 to 99999.999 with at most three decimals, such as \"3.200\".", s)
	}
	return d, nil
}
