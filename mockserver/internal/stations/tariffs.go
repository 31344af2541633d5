package stations

import (
	"strconv"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// currency is lower case, as in the vendor's sessions.
const currency = "eur"

// A shownPrice is the price that a map feature shows for a station, with VAT.
type shownPrice struct {
	cents int32
	kind  string // ChargingPrice or TimePrice; empty: neither energy nor time is charged
}

// A priced is a tariff and what the map shows of it.
type priced struct {
	tariff *connect.Tariff
	shown  shownPrice
}

// headline is the lowest price among the connectors of a station, per kWh if
// any asks for energy, else per minute (assumed: the vendor does not say which
// of a station's prices its tiles show). The time of day does not enter.
func (c *Catalogue) headline(t traits) shownPrice {
	var best shownPrice
	for _, class := range c.layouts[t.layout()].classes {
		p := c.prices[t.operator()][t.variant()][class].shown
		switch {
		case p.kind == "":
		case best.kind == "", p.kind != best.kind && p.kind == ChargingPrice, p.kind == best.kind && p.cents < best.cents:
			best = p
		}
	}
	return best
}

// shown takes the line that always holds, which every list ends with.
func shown(t *connect.Tariff) shownPrice {
	if n := len(t.KWh); n > 0 {
		p := connect.Price{Net: t.KWh[n-1].Net, Tax: t.KWh[n-1].Tax}
		return shownPrice{int32(p.UserFacing().Shift(2).IntPart()), ChargingPrice}
	}
	if n := len(t.Time); n > 0 {
		p := connect.Price{Net: t.Time[n-1].Net, Tax: t.Time[n-1].Tax}
		return shownPrice{int32(p.UserFacingPerMinute().Shift(2).IntPart()), TimePrice}
	}
	return shownPrice{}
}

func centsText(cents int32) string {
	s := strconv.Itoa(int(cents/100)) + "."
	if cents%100 < 10 {
		s += "0"
	}
	return s + strconv.Itoa(int(cents%100))
}

// Net and tax of the virtual points: the vendor's worked example (10 kWh shown
// at 0.54 cost 5.39, VAT 0.86) fixes the net price within a tenth of a cent
// and the tax at 19 percent. The hold is assumed.
func virtualTariff() *connect.Tariff {
	return &connect.Tariff{
		Currency:         currency,
		PreAuthorization: decimal.New(5000, -2),
		KWh:              []connect.PriceLine{always(decimal.New(4530, -4), decimal.New(19, 0))},
	}
}

// always is a line without limits.
func always(net, tax decimal.Decimal) connect.PriceLine {
	return connect.PriceLine{Weekday: connect.AllDays, From: "00:00", To: "24:00", Net: net, Tax: tax}
}

// prices gives the tariff of every operator, price variant and class.
func prices(list []operator) [][variants][classes]priced {
	virtual := virtualTariff()
	all := make([][variants][classes]priced, len(list))
	for i, o := range list {
		for v := range variants {
			for class := range classes {
				t := virtual
				if !o.fixed {
					t = newTariff(o, i, v, class)
				}
				all[i][v][class] = priced{t, shown(t)}
			}
		}
	}
	return all
}

// A model is how an operator charges.
type model int

const (
	energyOnly model = iota
	energyAndBlocking
	cheapNights
	energyAndTime
	energyAndSession
	cheapWeekends
	summerPrice
	everything
	timeOnly
	flatFee
	models
)

// newTariff makes the tariff of one variant of an operator. Neighbouring
// operators begin at different models, so that a small catalogue has them all.
// A non-partner's last variant is the price that Cariqa sets where the
// operator gives none.
func newTariff(o operator, at, variant, class int) *connect.Tariff {
	b := pricing{o: o, class: class, tier: at % 5}
	t := &connect.Tariff{Currency: currency}
	m := model((at*3 + variant*3) % int(models))
	if !o.partner {
		t.StartingFee = b.fee(59)
		if variant == variants-1 {
			t.Fallback = true
			m = energyOnly
		}
	}
	b.fill(t, m)
	t.PreAuthorization = b.hold(t)
	return t
}

// fill sets the operator's components. Lists go from the special to the
// general, for the first line that holds applies.
func (b pricing) fill(t *connect.Tariff, m model) {
	switch m {
	case energyAndBlocking:
		t.KWh, t.Blocking = b.lines(b.kwh(), 1), b.blocking()
	case cheapNights:
		night := b.line(b.kwh()-8, 1)
		night.From, night.To = "22:00", "06:00"
		t.KWh = append([]connect.PriceLine{night}, b.lines(b.kwh(), 1)...)
	case energyAndTime:
		t.KWh, t.Time = b.lines(b.kwh()-12, 1), b.lines(2+int64(b.class)*3, 60)
	case energyAndSession:
		t.KWh, t.SessionFee = b.lines(b.kwh()-5, 1), b.fee(50)
	case cheapWeekends:
		saturday, sunday := b.line(b.kwh()-6, 1), b.line(b.kwh()-10, 1)
		saturday.Weekday, sunday.Weekday = "SATURDAY", "SUNDAY"
		t.KWh = append([]connect.PriceLine{saturday, sunday}, b.lines(b.kwh(), 1)...)
	case summerPrice:
		summer := b.line(b.kwh()-10, 1)
		summer.DateFrom, summer.DateTo = "2026-06-01", "2026-08-31"
		t.KWh = append([]connect.PriceLine{summer}, b.lines(b.kwh(), 1)...)
	case everything:
		t.KWh, t.Time = b.lines(b.kwh()-15, 1), b.lines(1+int64(b.class)*2, 60)
		t.SessionFee, t.Blocking = b.fee(35), b.blocking()
	case timeOnly:
		t.Time = b.lines([classes]int64{6, 19, 45}[b.class], 60)
	case flatFee:
		t.SessionFee = b.fee([classes]int64{690, 1490, 2490}[b.class])
	default:
		t.KWh = b.lines(b.kwh(), 1)
	}
}

// pricing is what prices of an operator depend on.
type pricing struct {
	o     operator
	class int
	tier  int
}

// kwh is the usual price in cents with VAT, by country and speed.
func (b pricing) kwh() int64 {
	base := map[string][classes]int64{"DE": {49, 59, 69}, "AT": {45, 56, 66}, "IT": {57, 68, 79}}[b.o.country]
	return base[b.class] + 2*int64(b.tier)
}

// hold depends on tariff, speed, currency and country, as the vendor's help
// says; the amounts are assumed.
func (b pricing) hold(t *connect.Tariff) decimal.Decimal {
	euros := [classes]int64{40, 60, 90}[b.class]
	if b.o.country == "IT" {
		euros += 10
	}
	if len(t.Time) > 0 || len(t.Blocking) > 0 {
		euros += 5
	}
	return decimal.New(euros*100, -2)
}

// taxOf is the standard VAT rate.
func taxOf(country string) decimal.Decimal {
	return decimal.New(map[string]int64{"DE": 19, "AT": 20, "IT": 22}[country], 0)
}

// line has the net price whose user-facing price is a number of cents, times
// what a price per minute needs to be one per hour. Four places are enough for
// the cents to come out again.
func (b pricing) line(cents, times int64) connect.PriceLine {
	tax := taxOf(b.o.country)
	gross := decimal.New(cents*times, 0)
	return always(gross.DivRound(tax.Add(decimal.New(100, 0)), 4), tax)
}

// fee is a price asked once, of about so many cents with VAT. Its net price is
// in whole cents, so that the price shown is the one charged: a net price of a
// fraction of a cent would be rounded before its VAT is added.
func (b pricing) fee(cents int64) []connect.PriceLine {
	l := b.line(cents, 1)
	l.Net = l.Net.Round(2)
	return []connect.PriceLine{l}
}

func (b pricing) lines(cents, times int64) []connect.PriceLine {
	return []connect.PriceLine{b.line(cents, times)}
}

// blocking costs ten cents a minute after four hours at slow points, the
// vendor's example, and after less at others; slow ones let cars stand over
// night.
func (b pricing) blocking() []connect.PriceLine {
	l := b.line(10, 60)
	grace := [classes]int{240, 60, 45}[b.class]
	most := decimal.New(1200, -2)
	l.Grace, l.Cap = &grace, &most
	if b.class == 0 {
		l.From, l.To = "08:00", "22:00"
	}
	return []connect.PriceLine{l}
}
