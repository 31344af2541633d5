package stations

import (
	"cmp"
	"fmt"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/embedded"
)

// currency is lower case, as in the vendor's sessions.
const currency = "eur"

// A tariffFile is tariffs.yaml. Arrays are by price class.
type tariffFile struct {
	Fixed struct {
		Net              string
		VAT              int64
		PreAuthorization int64 `yaml:"pre_authorization"`
	}
	StartingFee      int64 `yaml:"starting_fee"`
	PreAuthorization struct {
		Base         [classes]int64
		ExtraForTime int64 `yaml:"extra_for_time"`
	} `yaml:"pre_authorization"`
	Blocking struct {
		PerMinute int64 `yaml:"per_minute"`
		Grace     [classes]int
		Cap       int64
		SlowFrom  string `yaml:"slow_from"`
		SlowTo    string `yaml:"slow_to"`
	}
	Models []model
}

// A model is how an operator charges.
type model struct {
	Name       string
	Energy     *int64
	Exceptions []struct {
		Energy            int64
		Weekday, From, To string
		DateFrom          string `yaml:"date_from"`
		DateTo            string `yaml:"date_to"`
	}
	Minute, Session [classes]int64 // 0: not charged
	Blocking        bool
}

// A priced is a tariff and what the map shows of it.
type priced struct {
	tariff *connect.Tariff
	shown  shownPrice
}

// A shownPrice is the price that a map feature shows for a station.
type shownPrice struct {
	cents int32  // VAT included
	kind  string // ChargingPrice, TimePrice, or "" if neither energy nor time is charged
}

// newPrices returns the tariff of every operator, price variant and class.
func (t *tables) newPrices() [][variants][classes]priced {
	f := embedded.YAML[tariffFile](files, "data/tariffs.yaml")
	fixed := &connect.Tariff{
		Currency: currency, PreAuthorization: inEuros(f.Fixed.PreAuthorization),
		KWh: []connect.PriceLine{always(decimal.RequireFromString(f.Fixed.Net), decimal.New(f.Fixed.VAT, 0))},
	}
	all := make([][variants][classes]priced, len(t.operators))
	for i, o := range t.operators {
		for v := range variants {
			for class := range classes {
				tariff := fixed
				if !o.Fixed {
					p := pricing{file: &f, country: &t.countries[t.country(o.Country)], class: class, tier: int64(i % 5)}
					tariff = p.tariff(o.Partner, (i+v)*3%len(f.Models), v == variants-1)
				}
				all[i][v][class] = priced{tariff, shown(tariff)}
			}
		}
	}
	return all
}

// pricing is what the prices of an operator depend on.
type pricing struct {
	file    *tariffFile
	country *country
	class   int
	tier    int64 // makes operators differ
}

// tariff returns the tariff of one variant of an operator. The last variant of
// one that is no partner is the fallback price.
func (p pricing) tariff(partner bool, modelAt int, last bool) *connect.Tariff {
	t := &connect.Tariff{Currency: currency}
	if !partner {
		t.StartingFee = p.fee(p.file.StartingFee)
		if last {
			t.Fallback, modelAt = true, 0
		}
	}
	p.fill(t, p.file.Models[modelAt])
	t.PreAuthorization = p.hold(t)
	return t
}

// fill sets the operator's components. Exceptions come before the general line,
// as the first line that holds applies.
func (p pricing) fill(t *connect.Tariff, m model) {
	usual := p.country.Energy[p.class] + 2*p.tier
	for _, e := range m.Exceptions {
		l := p.line(usual+e.Energy, 1)
		l.Weekday, l.From, l.To = cmp.Or(e.Weekday, l.Weekday), cmp.Or(e.From, l.From), cmp.Or(e.To, l.To)
		l.DateFrom, l.DateTo = e.DateFrom, e.DateTo
		t.KWh = append(t.KWh, l)
	}
	if m.Energy != nil {
		t.KWh = append(t.KWh, p.line(usual+*m.Energy, 1))
	}
	if cents := m.Minute[p.class]; cents > 0 {
		t.Time = []connect.PriceLine{p.line(cents, 60)}
	}
	if cents := m.Session[p.class]; cents > 0 {
		t.SessionFee = p.fee(cents)
	}
	if m.Blocking {
		t.Blocking = p.blocking()
	}
}

// hold returns the amount of the pre-authorization.
func (p pricing) hold(t *connect.Tariff) decimal.Decimal {
	euros := p.file.PreAuthorization.Base[p.class] + p.country.ExtraHold
	if len(t.Time) > 0 || len(t.Blocking) > 0 {
		euros += p.file.PreAuthorization.ExtraForTime
	}
	return inEuros(euros)
}

func inEuros(n int64) decimal.Decimal { return decimal.New(n*100, -2) }

// line returns a line whose user-facing price is a number of cents. times is
// 60 for a price per minute, as lines of time have the price per hour. Four
// places are enough for the cents to come out again.
func (p pricing) line(cents, times int64) connect.PriceLine {
	vat := decimal.New(p.country.VAT, 0)
	gross := decimal.New(cents*times, 0)
	return always(gross.DivRound(vat.Add(decimal.New(100, 0)), 4), vat)
}

// fee returns a price asked once, of about so many cents with VAT. Its net
// price is in whole cents, so that the price shown is the one charged: a net
// price of a fraction of a cent would be rounded before its VAT is added.
func (p pricing) fee(cents int64) []connect.PriceLine {
	l := p.line(cents, 1)
	l.Net = l.Net.Round(2)
	return []connect.PriceLine{l}
}

func (p pricing) blocking() []connect.PriceLine {
	b := &p.file.Blocking
	l := p.line(b.PerMinute, 60)
	most := decimal.New(b.Cap, -2)
	l.Grace, l.Cap = &b.Grace[p.class], &most
	if p.class == 0 {
		l.From, l.To = b.SlowFrom, b.SlowTo
	}
	return []connect.PriceLine{l}
}

// always returns a line that holds at all times.
func always(net, vat decimal.Decimal) connect.PriceLine {
	return connect.PriceLine{Weekday: connect.AllDays, From: "00:00", To: "24:00", Net: net, Tax: vat}
}

// shown returns the price of the line that always holds, which comes last.
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

// headline returns the lowest price among the connectors of a station, per kWh
// if any charges for energy, else per minute (assumed: the vendor does not say
// which of a station's prices its tiles show). It ignores the time of day.
func (c *Catalogue) headline(t traits) shownPrice {
	var best shownPrice
	for _, class := range c.layouts[t.layout()].classes {
		if p := c.prices()[t.operator()][t.variant()][class].shown; p.before(best) {
			best = p
		}
	}
	return best
}

// before reports whether a price is shown rather than another one.
func (p shownPrice) before(other shownPrice) bool {
	switch {
	case p.kind == "":
		return false
	case other.kind == "", p.kind != other.kind && p.kind == ChargingPrice:
		return true
	}
	return p.kind == other.kind && p.cents < other.cents
}

func centsText(cents int32) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
