package scenario

import (
	"cmp"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// What a file leaves out of a station.
const (
	usualZone     = "Europe/Berlin"
	usualCurrency = "eur"
	usualHold     = 5000 // cents
	usualTax      = 19   // percent
	stationAge    = 24 * time.Hour
)

// own returns the station of a world that starts at a time.
func (st Station) own(start time.Time) connect.Station {
	zone, _ := time.LoadLocation(cmp.Or(st.Zone, usualZone)) // checked when the file was read
	out := connect.Station{
		Site: connect.Site{
			StationID: st.id(), Name: text0(st.Name), Address: text0(st.Address), Country: st.country(),
			Latitude: degrees(st.Latitude), Longitude: degrees(st.Longitude), Logo: text0(st.Operator.Logo),
			Partner: st.Operator.Partner, Zone: zone,
		},
		Operator: st.Operator.Name, OperatorID: cmp.Or(st.Operator.ID, st.operatorID()), NoContact: st.Operator.Phone == nil,
		Opening:   connect.OpeningTimes{TwentyFourSeven: st.Hours == nil, RegularHours: make([]connect.Hours, len(st.Hours))},
		Amenities: append([]string{}, st.Amenities...), LastUpdated: start.Add(-stationAge),
	}
	if st.Operator.Phone != nil {
		out.Phone = text0(*st.Operator.Phone)
	}
	if st.LastUpdated != nil {
		out.LastUpdated = st.LastUpdated.At(start)
	}
	for i, h := range st.Hours {
		out.Opening.RegularHours[i] = connect.Hours{Weekday: cmp.Or(h.Weekday, connect.AllDays), Begin: text0(h.Begin), End: text0(h.End)}
	}
	usual := tariffOf(st.Tariff)
	for _, p := range st.ChargePoints {
		point := connect.ChargePoint{
			EVSE: p.EVSE, Status: cmp.Or(p.Status, connect.Available), Connector: text0(p.Connector), Tariff: usual, Site: out.Site,
		}
		if p.Power != nil {
			point.PowerKW = *p.Power
		}
		if p.Tariff != nil {
			point.Tariff = tariffOf(p.Tariff)
		}
		out.Points = append(out.Points, point)
	}
	return out
}

func (st Station) firstEVSE() string {
	if len(st.ChargePoints) == 0 || len(st.ChargePoints[0].EVSE) < 2 {
		return ""
	}
	return st.ChargePoints[0].EVSE
}

// id returns the id, which is made from the first EVSE id if it is left out, and
// "" for null.
func (st Station) id() string {
	if st.ID != nil {
		return text0(*st.ID)
	}
	return "station-" + strings.ReplaceAll(st.firstEVSE(), "*", "-")
}

func (st Station) country() string {
	if st.Country != nil {
		return text0(*st.Country)
	}
	return st.firstEVSE()[:min(2, len(st.firstEVSE()))]
}

// operatorID returns country and party of the first EVSE id.
func (st Station) operatorID() string {
	evse := st.firstEVSE()
	if evse == "" {
		return ""
	}
	party, _, _ := strings.Cut(strings.TrimPrefix(evse[2:], "*"), "*")
	return evse[:2] + "*" + party[:min(3, len(party))]
}

func text0(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// degrees returns a coordinate with six places, as the API shows it.
func degrees(s *string) string {
	if s == nil {
		return ""
	}
	v, _ := strconv.ParseFloat(*s, 64) // its form is a number
	return strconv.FormatFloat(v, 'f', 6, 64)
}

// tariffOf returns nil for a tariff that is left out, and one without prices that
// nothing shows for null.
func tariffOf(t **Tariff) *connect.Tariff {
	if t == nil {
		return nil
	}
	if *t == nil {
		return &connect.Tariff{Currency: usualCurrency, PreAuthorization: decimal.New(usualHold, -2), Unknown: true}
	}
	return (*t).tariff()
}

func (t *Tariff) tariff() *connect.Tariff {
	out := &connect.Tariff{
		Currency: cmp.Or(t.Currency, usualCurrency), PreAuthorization: decimal.New(usualHold, -2), Fallback: t.Fallback,
		KWh: lines(t.KWh), Time: lines(t.Time), Blocking: lines(t.Blocking), SessionFee: lines(t.SessionFee), StartingFee: lines(t.StartingFee),
	}
	if t.PreAuthorization != nil {
		out.PreAuthorization = *t.PreAuthorization
	}
	return out
}

func lines(prices []Price) []connect.PriceLine {
	var out []connect.PriceLine
	for _, p := range prices {
		l := connect.PriceLine{
			Weekday: cmp.Or(p.Weekday, connect.AllDays), From: p.From, To: p.To, DateFrom: p.DateFrom, DateTo: p.DateTo,
			Net: p.Net, Tax: decimal.New(usualTax, 0), Grace: p.Grace, Cap: p.Cap,
		}
		if p.Tax != nil {
			l.Tax = *p.Tax
		}
		out = append(out, l)
	}
	return out
}

// newStation returns the station of a file.
func newStation(st connect.Station) Station {
	out := Station{
		ID: new(missing(st.StationID)), Name: missing(st.Name), Address: missing(st.Address), Latitude: missing(st.Latitude), Longitude: missing(st.Longitude),
		Country: new(missing(st.Country)), Zone: unless(usualZone, st.Zone.String()), Amenities: st.Amenities, LastUpdated: new(moment(st.LastUpdated)),
		Operator: Operator{Name: st.Operator, ID: st.OperatorID, Partner: st.Partner, Logo: missing(st.Logo)},
	}
	if len(st.Amenities) == 0 {
		out.Amenities = nil
	}
	if !st.NoContact {
		out.Operator.Phone = new(missing(st.Phone))
	}
	if !st.Opening.TwentyFourSeven {
		out.Hours = make([]Hours, len(st.Opening.RegularHours))
	}
	for i := range out.Hours {
		h := st.Opening.RegularHours[i]
		out.Hours[i] = Hours{Weekday: unless(connect.AllDays, h.Weekday), Begin: missing(h.Begin), End: missing(h.End)}
	}
	same := true
	for _, p := range st.Points {
		same = same && reflect.DeepEqual(p.Tariff, st.Points[0].Tariff)
		out.ChargePoints = append(out.ChargePoints, StationPoint{
			EVSE: p.EVSE, Connector: missing(p.Connector), Power: missing(p.PowerKW), Status: unless(connect.Available, p.Status), Tariff: newTariff(p.Tariff),
		})
	}
	if same && len(out.ChargePoints) > 0 {
		out.Tariff = out.ChargePoints[0].Tariff
		for i := range out.ChargePoints {
			out.ChargePoints[i].Tariff = nil
		}
	}
	return out
}

// missing returns nil for what is missing.
func missing[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

func newTariff(t *connect.Tariff) **Tariff {
	if t.Unknown {
		return new((*Tariff)(nil))
	}
	return new(&Tariff{
		Currency: t.Currency, PreAuthorization: &t.PreAuthorization, Fallback: t.Fallback, KWh: prices(t.KWh), Time: prices(t.Time),
		Blocking: prices(t.Blocking), SessionFee: prices(t.SessionFee), StartingFee: prices(t.StartingFee),
	})
}

func prices(lines []connect.PriceLine) []Price {
	var out []Price
	for _, l := range lines {
		out = append(out, Price{
			Net: l.Net, Tax: &l.Tax, Weekday: unless(connect.AllDays, l.Weekday), From: l.From, To: l.To, DateFrom: l.DateFrom, DateTo: l.DateTo,
			Grace: l.Grace, Cap: l.Cap,
		})
	}
	return out
}
