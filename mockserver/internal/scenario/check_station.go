package scenario

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"cariqamock/mockserver/internal/connect"
)

// Bounds of a station.
const (
	maxStations      = 100
	maxStationPoints = 50
	maxPrices        = 50 // of a component
	minPower         = 1
	maxPower         = 1000
	maxGrace         = 7 * 24 * 60
)

func (c *checker) station(path string, st *Station) {
	c.require(!st.hasID() || c.known.Catalogue == nil || c.free(st), path+".id", "expected an id that no station of the catalogue has")
	switch {
	case st.hasID():
		c.once(path+".id", "station", st.id())
	case st.ID == nil:
		c.once(path, "station", st.id())
	}
	_, err := time.LoadLocation(st.Zone)
	c.require(st.Zone == "" || err == nil && st.Zone != "Local", path+".zone", "expected %s, got %s", forms["zone"].want, Quote(st.Zone))
	c.coordinate(path+".latitude", st.Latitude, "latitude")
	c.coordinate(path+".longitude", st.Longitude, "longitude")
	c.require((st.Latitude == nil) == (st.Longitude == nil), path+".longitude", "expected latitude and longitude, or null for both")
	c.require(st.Operator.Name != "", path+".operator.name", "expected a name")
	c.require(st.LastUpdated == nil || !st.LastUpdated.At(c.now).After(c.now), path+".last_updated", "expected a time not after the world's start")
	c.require(len(st.ChargePoints) > 0 && len(st.ChargePoints) <= maxStationPoints, path+".charge_points",
		"expected 1 to %d charge points, got %d", maxStationPoints, len(st.ChargePoints))
	c.tariff(path+".tariff", st.Tariff)
	for i := range st.ChargePoints {
		here, p := fmt.Sprintf("%s.charge_points[%d]", path, i), &st.ChargePoints[i]
		c.once(here+".evse", "charge point of stations", p.EVSE)
		if c.known.Catalogue != nil {
			_, taken := c.known.Catalogue.ChargePoint(p.EVSE)
			c.require(!taken, here+".evse", "expected an EVSE id that the catalogue does not have; put changes of its charge points into charge_points")
		}
		c.require(p.Power == nil || *p.Power >= minPower && *p.Power <= maxPower, here+".power", "expected %d to %d kW, or null", minPower, maxPower)
		c.tariff(here+".tariff", p.Tariff)
	}
	own := st.own(c.now)
	if c.known.Catalogue != nil {
		_ = c.known.Catalogue.Adopt(&own) // fails for ids only, see free
	}
	for _, p := range own.Points {
		c.own[p.EVSE] = p
	}
}

func (st *Station) hasID() bool { return st.ID != nil && *st.ID != nil }

// free reports whether the catalogue has no station of an id.
func (c *checker) free(st *Station) bool {
	err := c.known.Catalogue.Adopt(&connect.Station{Site: connect.Site{StationID: st.id()}})
	return !errors.Is(err, connect.ErrStationTaken)
}

func (c *checker) coordinate(path string, v *string, form string) {
	if v == nil {
		return
	}
	degrees, err := strconv.ParseFloat(*v, 64)
	c.require(err == nil && math.Abs(degrees) <= forms[form].limit, path, "expected %s, got %s", forms[form].want, Quote(*v))
}

func (c *checker) tariff(path string, t **Tariff) {
	if t == nil || *t == nil {
		return
	}
	least := connect.MinimumCharge((*t).tariff().Currency)
	if hold := (*t).PreAuthorization; hold != nil {
		c.require(hold.GreaterThanOrEqual(least), path+".pre_authorization",
			"expected at least %s, the payment provider's minimum in this currency", least.StringFixed(2))
	}
	for key, prices := range map[string][]Price{
		"kwh": (*t).KWh, "time": (*t).Time, "blocking": (*t).Blocking, "session_fee": (*t).SessionFee, "starting_fee": (*t).StartingFee,
	} {
		c.require(len(prices) <= maxPrices, path+"."+key, "expected at most %d prices, got %d", maxPrices, len(prices))
		for i, p := range prices {
			c.price(fmt.Sprintf("%s.%s[%d]", path, key, i), p, key == "blocking")
		}
	}
}

func (c *checker) price(path string, p Price, blocking bool) {
	c.require(blocking || p.Grace == nil, path+".grace", "expected grace with blocking only")
	c.require(blocking || p.Cap == nil, path+".cap", "expected cap with blocking only")
	c.require(p.Grace == nil || *p.Grace >= 0 && *p.Grace <= maxGrace, path+".grace", "expected 0 to %d minutes", maxGrace)
	for key, day := range map[string]string{"date_from": p.DateFrom, "date_to": p.DateTo} {
		_, err := time.Parse(time.DateOnly, day)
		c.require(day == "" || err == nil, path+"."+key, "expected %s, got %s", forms["date"].want, Quote(day))
	}
	c.require(p.DateFrom == "" || p.DateTo == "" || p.DateFrom <= p.DateTo, path+".date_to", "expected a day not before date_from, %s", p.DateFrom)
}
