package stations

import (
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// TestTariffs checks what a session relies on, for every tariff.
func TestTariffs(t *testing.T) {
	c := New(Config{})
	at := time.Date(2026, 4, 2, 12, 0, 0, 0, time.UTC)
	for i, o := range c.operators {
		for v := range variants {
			for class := range classes {
				p := c.prices()[i][v][class]
				if p.tariff.Currency != "eur" || !p.tariff.PreAuthorization.IsPositive() {
					t.Errorf("%s: hold %v %s", o.Name, p.tariff.PreAuthorization, p.tariff.Currency)
				}
				if (len(p.tariff.StartingFee) > 0) == o.Partner {
					t.Errorf("%s: partner %v, starting fee %v", o.Name, o.Partner, p.tariff.StartingFee)
				}
				if p.tariff.Fallback && o.Partner {
					t.Errorf("%s has a fallback price and is a partner", o.Name)
				}
				checkLines(t, o, p.tariff)
				prices := p.tariff.At(at)
				if p.shown.kind == ChargingPrice && !prices.KWh.Net.IsPositive() {
					t.Errorf("%s: shows a price and charges %v", o.Name, prices.KWh)
				}
			}
		}
	}
}

func checkLines(t *testing.T, o operator, tariff *connect.Tariff) {
	t.Helper()
	blocking := func(l connect.PriceLine) bool { return l.Grace != nil || l.Cap != nil }
	for _, list := range [][]connect.PriceLine{tariff.KWh, tariff.Time, tariff.SessionFee, tariff.StartingFee} {
		if slices.ContainsFunc(list, blocking) {
			t.Errorf("%s: grace or cap outside the blocking fee", o.Name)
		}
		if n := len(list); n > 0 && (list[n-1].From != "00:00" || list[n-1].To != "24:00" || list[n-1].Weekday != connect.AllDays || list[n-1].DateFrom != "") {
			t.Errorf("%s: the last line is limited: %+v", o.Name, list[n-1])
		}
		for _, l := range list {
			if !l.Net.IsPositive() || l.From == "" || l.To == "" || !o.Fixed && !l.Tax.Equal(decimal.New(map[string]int64{"DE": 19, "AT": 20, "IT": 22}[o.Country], 0)) {
				t.Errorf("%s: %+v", o.Name, l)
			}
		}
	}
	for _, l := range tariff.Blocking {
		if l.Grace == nil || l.Cap == nil || !l.Cap.IsPositive() {
			t.Errorf("%s: blocking without grace or cap", o.Name)
		}
	}
}

// TestEveryKindOfTariffOccurs: in the default catalogue.
func TestEveryKindOfTariffOccurs(t *testing.T) {
	c := New(Config{Count: 400, Seed: 1})
	kinds := map[string]bool{}
	for i := range uint32(c.Len()) {
		for _, g := range c.station(i, c.traits(i)).PriceGroups {
			for kind, has := range kindsOf(g.Tariff) {
				kinds[kind] = kinds[kind] || has
			}
		}
	}
	for kind, has := range kinds {
		if !has {
			t.Errorf("no station with %s", kind)
		}
	}
}

func kindsOf(t *connect.Tariff) map[string]bool {
	dated := func(l connect.PriceLine) bool { return l.DateFrom != "" }
	weekday := func(l connect.PriceLine) bool { return l.Weekday != connect.AllDays }
	night := func(l connect.PriceLine) bool { return l.From > l.To }
	return map[string]bool{
		"energy only":     len(t.KWh) > 0 && len(t.Time)+len(t.Blocking)+len(t.SessionFee)+len(t.StartingFee) == 0,
		"energy and time": len(t.KWh) > 0 && len(t.Time) > 0,
		"time only":       len(t.KWh) == 0 && len(t.Time) > 0,
		"flat fee":        len(t.KWh)+len(t.Time) == 0 && len(t.SessionFee) > 0,
		"session fee":     len(t.SessionFee) > 0,
		"blocking":        len(t.Blocking) > 0,
		"starting fee":    len(t.StartingFee) > 0,
		"fallback":        t.Fallback,
		"dates":           slices.ContainsFunc(t.KWh, dated),
		"weekdays":        slices.ContainsFunc(t.KWh, weekday),
		"nights":          slices.ContainsFunc(t.KWh, night),
	}
}

// TestNetAddsUpToTheCents: net prices add up to the intended price with VAT.
func TestNetAddsUpToTheCents(t *testing.T) {
	for i, country := range sharedTables().countries {
		b := pricing{country: &sharedTables().countries[i]}
		for cents := int64(1); cents < 300; cents++ {
			want := decimal.New(cents, -2)
			l := b.line(cents, 1)
			if got := (connect.Price{Net: l.Net, Tax: l.Tax}).UserFacing(); !got.Equal(want) {
				t.Errorf("%s: %v shows %v, want %v", country.Code, l.Net, got, want)
			}
			l = b.line(cents, 60)
			if got := (connect.Price{Net: l.Net, Tax: l.Tax}).UserFacingPerMinute(); !got.Equal(want) {
				t.Errorf("%s: %v per hour shows %v a minute, want %v", country.Code, l.Net, got, want)
			}
		}
	}
}

// TestDefaultCatalogueHasEverything: that is, all that a tester looks for on a map.
func TestDefaultCatalogueHasEverything(t *testing.T) {
	c := New(Config{Count: 400, Seed: 1})
	if c.Len() != 410 {
		t.Errorf("%d stations", c.Len())
	}
	found := map[string]bool{}
	for i := range uint32(c.Len()) {
		s := c.station(i, c.traits(i))
		for _, word := range []string{s.Country, s.Speed, s.Status(nil), s.Zone.String()} {
			found[word] = true
		}
		found["opening hours"] = found["opening hours"] || !s.Opening.TwentyFourSeven
		found["no phone"] = found["no phone"] || s.Phone == ""
		found["not partner"] = found["not partner"] || !s.Partner
		for _, e := range s.EVSEs {
			found[string(e.Status)], found[e.Connector] = true, true
		}
	}
	for _, word := range []string{
		"DE", "AT", "IT", Slow, Fast, Turbo, Free, Busy, Unknown, Failing, "Europe/Berlin", "Europe/Vienna", "Europe/Rome",
		"opening hours", "no phone", "not partner", typeTwo, combo, chademo, "AVAILABLE", "CHARGING", "OUTOFORDER",
	} {
		if !found[word] {
			t.Errorf("no station with %s", word)
		}
	}
}

// TestFeesAreChargedAsShown: a fee has no quantity that could explain a
// difference of a cent.
func TestFeesAreChargedAsShown(t *testing.T) {
	c := New(Config{Count: 2000})
	seen := 0
	for number := range uint32(c.Len()) {
		for _, g := range c.station(number, c.traits(number)).PriceGroups {
			for _, l := range append(g.Tariff.SessionFee, g.Tariff.StartingFee...) {
				price := connect.Price{Net: l.Net, Tax: l.Tax}
				cost := connect.Prices{SessionFee: &price}.Cost(decimal.NewFromInt(1), 0, true)
				if !cost.Total().Equal(price.UserFacing()) {
					t.Fatalf("net %s at %s %%: shown as %s, charged as %s", l.Net, l.Tax, price.UserFacing(), cost.Total())
				}
				seen++
			}
		}
	}
	if seen == 0 {
		t.Error("no tariff has a fee")
	}
}
