package api

import (
	"cmp"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/wire"
)

type stationJSON struct {
	ID          *string          `json:"id"`
	Name        string           `json:"name"`
	Speed       string           `json:"speed,omitempty"`
	Address     string           `json:"address"`
	Status      string           `json:"status"`
	Coordinates coordinatesJSON  `json:"coordinates"`
	Opening     openingJSON      `json:"opening_times"`
	Operator    operatorJSON     `json:"operator"`
	EVSEs       []evseJSON       `json:"evses"`
	LastUpdated string           `json:"last_updated"`
	Amenities   []string         `json:"amenities"`
	IsPartner   bool             `json:"is_partner"`
	PriceGroups []priceGroupJSON `json:"price_groups"`
	LogoURL     string           `json:"logo_url,omitempty"`
}

type coordinatesJSON struct {
	Latitude  string `json:"latitude"`
	Longitude string `json:"longitude"`
}

type openingJSON struct {
	TwentyFourSeven bool        `json:"twentyfourseven"`
	RegularHours    []hoursJSON `json:"regular_hours"`
}

type hoursJSON struct {
	Weekday string  `json:"weekday"`
	Begin   *string `json:"period_begin"`
	End     *string `json:"period_end"`
}

type operatorJSON struct {
	Name    string       `json:"name"`
	Contact *contactJSON `json:"contact"`
}

type contactJSON struct {
	Phone *string `json:"phone"`
}

type evseJSON struct {
	ID     string             `json:"evse_id"`
	Status connect.EVSEStatus `json:"status"`
}

func stationView(s stations.Station, live stations.Live, now time.Time) stationJSON {
	v := stationJSON{
		ID: optional(s.StationID), Name: s.Name, Speed: s.Speed, Address: s.Address, Status: s.Status(live),
		Coordinates: coordinatesJSON{s.Latitude, s.Longitude},
		Opening:     openingJSON{s.Opening.TwentyFourSeven, make([]hoursJSON, len(s.Opening.RegularHours))},
		Operator:    operatorJSON{Name: s.Operator},
		EVSEs:       make([]evseJSON, len(s.EVSEs)), LastUpdated: s.LastUpdated.Format(time.RFC3339),
		Amenities: s.Amenities, IsPartner: s.Partner, LogoURL: s.Logo,
		PriceGroups: make([]priceGroupJSON, len(s.PriceGroups)),
	}
	for i, h := range s.Opening.RegularHours {
		v.Opening.RegularHours[i] = hoursJSON{h.Weekday, optional(h.Begin), optional(h.End)}
	}
	if !s.NoContact {
		v.Operator.Contact = &contactJSON{optional(s.Phone)}
	}
	for i, e := range s.EVSEs {
		v.EVSEs[i] = evseJSON{e.ID, s.EVSEStatus(i, live)}
	}
	for i, g := range s.PriceGroups {
		v.PriceGroups[i] = priceGroupView(g, now, s.Partner)
	}
	return v
}

// GET /api/v1/stations/around/
func (a *API) stationsAround(c *call) (wire.Reply, error) {
	f := wire.Read(wire.FromQuery(c.query))
	q := stations.Around{Filter: readFilter(f)}
	lat, lon := f.Number("latitude", true), f.Number("longitude", true)
	q.Distance = float64(f.Integer("distance", false, defaultDistance))
	if err := a.invalid(f); err != nil {
		return wire.Reply{}, err
	}
	q.Latitude, q.Longitude = *lat, *lon
	found, err := page(a, c, func(offset, limit int) (int, []stations.Near, error) {
		q.Offset, q.Limit = offset, limit
		n, page := a.cfg.Catalogue.Around(q, c.state)
		return n, page, nil
	})
	if err != nil {
		return wire.Reply{}, err
	}
	body, err := wire.JoinPage(wire.Page[struct{}]{Count: found.Count, Next: found.Next, Previous: found.Previous}, func(to []byte) ([]byte, error) {
		return a.stations.join(to, found.Results, c.state)
	})
	return wire.Reply{Status: http.StatusOK, Body: body}, err
}

// defaultDistance is that of the specification, in meters.
const defaultDistance = 100

// readFilter reads the filters that around and tile share.
func readFilter(f *wire.Fields) stations.Filter {
	return stations.Filter{
		ConnectorTypes: f.Choices("connector_types", connect.ConnectorTypes()),
		OnlyAvailable:  f.Boolean("only_available"),
		OnlyPartners:   f.Boolean("only_partners"),
		Operators:      f.Choices("operators", nil),
	}
}

// GET /api/v1/stations/details/
func (a *API) stationDetails(c *call) (wire.Reply, error) {
	f := wire.Read(wire.FromQuery(c.query))
	id := f.Text("id", wire.Text{Required: true})
	kind := f.Choice("type", []string{"evse_id", "station_id"}, true, false)
	if err := a.invalid(f); err != nil {
		return wire.Reply{}, err
	}
	find := func(id string) (stations.Station, bool) {
		if own, err := c.state.Station(id); err == nil && own.StationID == id {
			return stations.Own(own), true
		}
		return a.cfg.Catalogue.Station(id)
	}
	if *kind.Value == "evse_id" {
		find = func(evse string) (stations.Station, bool) { return a.stationOfEVSE(c, evse) }
	}
	s, ok := find(*id.Value)
	if !ok {
		return wire.Reply{}, a.notFound()
	}
	return wire.JSON(http.StatusOK, stationView(s, c.state, c.state.Now()))
}

// stationOfEVSE returns the station of a charge point. One that only the
// world's scenario has belongs to the trouble station.
func (a *API) stationOfEVSE(c *call, evse string) (stations.Station, bool) {
	if own, err := c.state.Station(evse); err == nil && own.StationID != evse {
		return stations.Own(own), true
	}
	if s, ok := a.cfg.Catalogue.StationOfEVSE(evse); ok {
		return s, true
	}
	p, ok := c.state.Point(evse)
	if !ok {
		return stations.Station{}, false
	}
	s, ok := a.cfg.Catalogue.Station(p.Site.StationID)
	s.EVSEs = append(s.EVSEs, stations.EVSE{ID: p.EVSE, Status: p.Status, Connector: p.Connector, PowerKW: p.PowerKW})
	return s, ok
}

// GET /api/v1/stations/partners/ is a bare array, not a page.
func (a *API) partners(c *call) (wire.Reply, error) {
	type partnerJSON struct {
		Name    string  `json:"name"`
		LogoURL *string `json:"logo_url"`
	}
	out := []partnerJSON{}
	for _, p := range a.cfg.Catalogue.Partners(c.state) {
		out = append(out, partnerJSON{p.Name, optional(p.LogoURL)})
	}
	return wire.JSON(http.StatusOK, out)
}

// A priceGroupJSON is the price of charging at some charge points. The vendor
// calls net prices gross_price; those of time are per hour. user_facing_price
// includes VAT; that of time is per minute.
type priceGroupJSON struct {
	Type          string     `json:"type"`
	Power         float64    `json:"power"`
	EVSEs         []string   `json:"evse_ids"`
	Prices        tariffJSON `json:"prices"`
	LocalDatetime wire.Time  `json:"local_datetime"` // in UTC, as the framework writes any time (assumed)
	Currency      string     `json:"currency"`
	PreAuth       string     `json:"pre_authorization_amount"`
	IsFallback    bool       `json:"is_fallback"`
}

type tariffJSON struct {
	Time        map[string][]priceItemJSON `json:"time_price"`
	KWh         map[string][]priceItemJSON `json:"kwh_price"`
	BlockingFee map[string][]priceItemJSON `json:"blocking_fee"`
	SessionFee  map[string][]priceItemJSON `json:"session_fee"`
	StartingFee map[string][]priceItemJSON `json:"starting_fee"`
}

type priceItemJSON struct {
	TimeFrom    string  `json:"time_from"`
	TimeTo      string  `json:"time_to"`
	DateFrom    string  `json:"date_from"`
	DateTo      string  `json:"date_to"`
	Net         string  `json:"gross_price"`
	UserFacing  string  `json:"user_facing_price"`
	Grace       *int    `json:"grace_period_minutes"`
	Tax         float64 `json:"tax"`
	BlockingCap *string `json:"blocking_cap"`
}

func priceGroupView(g stations.PriceGroup, now time.Time, partner bool) priceGroupJSON {
	t := g.Tariff
	v := priceGroupJSON{
		Type: g.Type, Power: g.PowerKW, EVSEs: g.EVSEs, LocalDatetime: wire.Time(now),
		Currency: t.Currency, PreAuth: t.PreAuthorization.StringFixed(2), IsFallback: t.Fallback,
		Prices: tariffJSON{
			Time: priceLines(t.Time, true), KWh: priceLines(t.KWh, false),
			BlockingFee: priceLines(t.Blocking, true), SessionFee: priceLines(t.SessionFee, false),
		},
	}
	if !partner {
		v.Prices.StartingFee = priceLines(t.StartingFee, false)
	}
	return v
}

// Dates and times of lines that always apply (assumed: the specification
// requires all four and allows no null).
const (
	firstDay, lastDay   = "2020-01-01", "2099-12-31"
	firstTime, lastTime = "00:00", "24:00"
)

// priceLines groups the lines of a component by weekday. It returns nil, which is
// null, for a component that is not charged. That the keys are weekdays is
// assumed.
func priceLines(lines []connect.PriceLine, byTime bool) map[string][]priceItemJSON {
	if len(lines) == 0 {
		return nil
	}
	out := map[string][]priceItemJSON{}
	for _, l := range lines {
		price := connect.Price{Net: l.Net, Tax: l.Tax}
		shown := price.UserFacing()
		if byTime {
			shown = price.UserFacingPerMinute()
		}
		item := priceItemJSON{
			TimeFrom: cmp.Or(l.From, firstTime), TimeTo: cmp.Or(l.To, lastTime),
			DateFrom: cmp.Or(l.DateFrom, firstDay), DateTo: cmp.Or(l.DateTo, lastDay),
			Net: l.Net.StringFixed(4), UserFacing: shown.StringFixed(2),
			Grace: l.Grace, Tax: l.Tax.InexactFloat64(),
		}
		if l.Cap != nil {
			item.BlockingCap = cents(*l.Cap)
		}
		day := cmp.Or(l.Weekday, connect.AllDays)
		out[day] = append(out[day], item)
	}
	return out
}
