package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
)

type sessionJSON struct {
	ID        string      `json:"id"`
	StartTime *wire.Time  `json:"start_time"`
	EndTime   *wire.Time  `json:"end_time"`
	Duration  *int64      `json:"duration"` // seconds; null while it runs (assumed)
	Energy    *string     `json:"consumed_energy"`
	IsActive  bool        `json:"is_active"`
	EVSE      string      `json:"evse_id"`
	Station   siteJSON    `json:"station_info"`
	IsPartner bool        `json:"is_partner"`
	LogoURL   *string     `json:"logo_url"`
	Prices    pricesJSON  `json:"user_facing_session_prices"`
	Cost      summaryJSON `json:"session_cost"`
	Rates     *int        `json:"rates"`
}

type siteJSON struct {
	Name      *string  `json:"station_name"`
	Address   *string  `json:"station_address"`
	Country   *string  `json:"country"`
	Speed     *string  `json:"station_speed"`
	Connector *string  `json:"connector_standard"`
	Power     *float64 `json:"connector_power"`
	Phone     *string  `json:"support_phone"`
	Latitude  *string  `json:"latitude"`
	Longitude *string  `json:"longitude"`
}

type pricesJSON struct {
	KWh         *string `json:"kwh_price"`
	Time        *string `json:"time_price"`
	SessionFee  *string `json:"session_fee"`
	BlockingFee *string `json:"blocking_fee"`
	StartingFee *string `json:"starting_fee"`
	Grace       *int    `json:"grace_period_minutes"`
	BlockingCap *string `json:"blocking_cap"`
	Currency    string  `json:"currency"`
}

type summaryJSON struct {
	KWh         *string `json:"kwh_cost"`
	Time        *string `json:"time_cost"`
	SessionFee  *string `json:"session_fee_cost"`
	BlockingFee *string `json:"blocking_fee_cost"`
	StartingFee *string `json:"starting_fee_cost"`
	Download    *string `json:"invoice_download"`
	VAT         string  `json:"invoice_vat"`
	Summary     string  `json:"invoice_summary"`
	Credits     string  `json:"invoice_credits"`
	Discount    string  `json:"invoice_discount"`
	Currency    string  `json:"currency"`
}

func sessionView(s connect.Session) sessionJSON {
	site := s.Point.Site
	v := sessionJSON{
		ID: s.ID, EndTime: (*wire.Time)(s.EndedAt),
		IsActive: s.State == connect.StateActive, EVSE: s.Point.EVSE, IsPartner: site.Partner,
		LogoURL: optional(site.Logo), Rates: s.Rates,
		Station: siteJSON{
			Name: optional(site.Name), Address: optional(site.Address), Country: optional(site.Country), Speed: optional(site.Speed),
			Connector: optional(s.Point.Connector), Power: optional(s.Point.PowerKW), Phone: optional(site.Phone),
			Latitude: optional(site.Latitude), Longitude: optional(site.Longitude),
		},
		Prices: pricesView(s.Prices, site.Partner), Cost: summaryView(s),
	}
	known := !s.Point.Script.NoStartTime
	if known {
		v.StartTime = new(wire.Time(s.StartedAt))
	}
	if known && s.EndedAt != nil {
		seconds := int64(s.EndedAt.Sub(s.StartedAt) / time.Second)
		v.Duration = &seconds
	}
	if s.Energy != nil {
		kwh := s.Energy.StringFixed(3)
		v.Energy = &kwh
	}
	return v
}

// optional returns nil for a zero value, which is missing in the vendor's data.
func optional[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

// pricesView returns prices as users see them: with VAT, and time by the
// minute. What is not charged is null.
func pricesView(p connect.Prices, partner bool) pricesJSON {
	once, perMinute := connect.Price.UserFacing, connect.Price.UserFacingPerMinute
	amount := func(p *connect.Price, unit func(connect.Price) decimal.Decimal) *string {
		if p == nil {
			return nil
		}
		return cents(unit(*p))
	}
	v := pricesJSON{
		KWh: amount(p.KWh, once), Time: amount(p.Time, perMinute), SessionFee: amount(p.SessionFee, once),
		BlockingFee: amount(p.Blocking, perMinute), Currency: p.Currency,
	}
	if !partner {
		v.StartingFee = amount(p.StartingFee, once)
	}
	if b := p.Blocking; b != nil {
		v.Grace = &b.Grace
		if b.Cap != nil {
			v.BlockingCap = cents(*b.Cap)
		}
	}
	return v
}

func cents(d decimal.Decimal) *string {
	s := d.StringFixed(2)
	return &s
}

// summaryView returns the five costs as null until the CDR arrives, then as
// "0.00" where a component is not charged; the invoice's amounts are never null
// in the specification.
func summaryView(s connect.Session) summaryJSON {
	v := summaryJSON{VAT: "0.00", Summary: "0.00", Credits: "0.00", Discount: "0.00", Currency: s.Prices.Currency}
	if s.Cost == nil {
		return v
	}
	c := s.Cost
	v.KWh, v.Time, v.SessionFee = cents(c.KWh.Gross()), cents(c.Time.Gross()), cents(c.SessionFee.Gross())
	v.BlockingFee, v.StartingFee = cents(c.Blocking.Gross()), cents(c.Starting.Gross())
	v.VAT, v.Summary = c.VAT().StringFixed(2), c.Total().StringFixed(2)
	if s.InvoicedAt != nil {
		link := s.InvoiceLink()
		v.Download = &link
	}
	return v
}

// POST /api/v1/users/{user_id}/charging/start/
func (a *API) startCharging(c *call) (wire.Reply, error) {
	in, err := c.input()
	if err != nil {
		return wire.Reply{}, err
	}
	f := wire.Read(in)
	evse := f.Text("evse_id", wire.Text{Required: true})
	method := f.Text("payment_method_id", wire.Text{Required: true})
	if err := a.invalid(f); err != nil {
		return wire.Reply{}, err
	}
	s, err := c.state.Start(c.r.Context(), c.user(), *evse.Value, *method.Value)
	return shown(http.StatusCreated, sessionView, s, err)
}

// POST /api/v1/users/{user_id}/charging/stop/{session_id}/
func (a *API) stopCharging(c *call) (wire.Reply, error) {
	return wire.Empty(), c.state.Stop(c.user(), c.vars["session_id"])
}

// GET /api/v1/users/{user_id}/charging-sessions/
func (a *API) listSessions(c *call) (wire.Reply, error) {
	return list(a, c, func(offset, limit int) (int, []connect.Session, error) {
		return c.state.Sessions(c.user(), offset, limit)
	}, sessionView)
}

// GET /api/v1/users/{user_id}/charging-sessions/{session_id}/
func (a *API) retrieveSession(c *call) (wire.Reply, error) {
	s, err := c.state.Session(c.user(), c.vars["session_id"])
	return shown(http.StatusOK, sessionView, s, err)
}

// PATCH /api/v1/users/{user_id}/charging-sessions/{session_id}/ rates a
// session; every other field is read-only and ignored.
func (a *API) rateSession(c *call) (wire.Reply, error) {
	user, session := c.user(), c.vars["session_id"]
	if _, err := c.state.Session(user, session); err != nil {
		return wire.Reply{}, err
	}
	in, err := c.input()
	if err != nil {
		return wire.Reply{}, err
	}
	f := wire.Read(in.Partial())
	given := f.Choice("rates", []string{"1", "2", "3", "4", "5"}, false, true)
	if err := a.invalid(f); err != nil {
		return wire.Reply{}, err
	}
	rates := connect.Optional[*int]{Set: given.Set}
	if given.Value != nil {
		n, err := strconv.Atoi(*given.Value)
		if err != nil {
			return wire.Reply{}, err
		}
		rates.Value = &n
	}
	s, err := c.state.Rate(user, session, rates)
	return shown(http.StatusOK, sessionView, s, err)
}
