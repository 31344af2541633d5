package connect_test

import (
	"fmt"
	"testing"
	"time"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func price(net string) *connect.Price { return &connect.Price{Net: dec(net), Tax: dec("19")} }

func taxed(net, tax string) *connect.Price { return &connect.Price{Net: dec(net), Tax: dec(tax)} }

func blocking(net string, grace int, limit string) *connect.Price {
	p := price(net)
	p.Grace = grace
	if limit != "" {
		p.Cap = ptr(dec(limit))
	}
	return p
}

func TestCost(t *testing.T) {
	type amounts struct{ KWh, Time, Session, Blocking, Starting, Total, VAT string }
	everything := connect.Prices{
		KWh: price("0.4530"), Time: price("1.2000"), SessionFee: price("0.4202"), Blocking: blocking("5.0420", 240, "12.00"),
		StartingFee: price("0.4958"),
	}
	for _, c := range []struct {
		name    string
		prices  connect.Prices
		kwh     string
		d       time.Duration
		partner bool
		want    amounts
	}{
		{
			"the vendor's worked example", connect.Prices{KWh: price("0.4530")}, "10", 10 * time.Second, true,
			amounts{"5.39", "0.00", "0.00", "0.00", "0.00", "5.39", "0.86"},
		},
		{"lowest net price of the example", connect.Prices{KWh: price("0.4525")}, "10", 0, true, amounts{"5.39", "0.00", "0.00", "0.00", "0.00", "5.39", "0.86"}},
		{"too low for the example", connect.Prices{KWh: price("0.4524")}, "10", 0, true, amounts{"5.38", "0.00", "0.00", "0.00", "0.00", "5.38", "0.86"}},
		{"all components", everything, "30", 5 * time.Hour, false, amounts{"16.17", "7.14", "0.50", "6.00", "0.60", "30.41", "4.86"}},
		{"no starting fee at a partner's", everything, "30", 5 * time.Hour, true, amounts{"16.17", "7.14", "0.50", "6.00", "0.00", "29.81", "4.76"}},
		{"the cap", everything, "30", 24 * time.Hour, true, amounts{"16.17", "34.27", "0.50", "12.00", "0.00", "62.94", "10.05"}},
		{"the grace period", everything, "30", 4 * time.Hour, true, amounts{"16.17", "5.71", "0.50", "0.00", "0.00", "22.38", "3.57"}},
		{"just after the grace period", everything, "30", 4*time.Hour + 6*time.Minute, true, amounts{"16.17", "5.85", "0.50", "0.60", "0.00", "23.12", "3.69"}},
		{"no energy", everything, "0", 5 * time.Hour, false, amounts{"0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00"}},
		{"free", connect.Prices{}, "30", 5 * time.Hour, false, amounts{"0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00"}},
		{"half a cent goes up", connect.Prices{KWh: taxed("0.005", "0")}, "1", 0, true, amounts{"0.01", "0.00", "0.00", "0.00", "0.00", "0.01", "0.00"}},
		{"less goes down", connect.Prices{KWh: taxed("0.00499", "0")}, "1", 0, true, amounts{"0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00"}},
		{"half a cent of VAT goes up", connect.Prices{SessionFee: taxed("0.50", "19")}, "1", 0, true, amounts{"0.00", "0.00", "0.60", "0.00", "0.00", "0.60", "0.10"}},
		{"half a cent after a third of an hour", connect.Prices{Time: taxed("0.0450", "0")}, "1", 20 * time.Minute, true, amounts{"0.00", "0.02", "0.00", "0.00", "0.00", "0.02", "0.00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cost := c.prices.Cost(dec(c.kwh), c.d, c.partner)
			f := func(d decimal.Decimal) string { return d.StringFixed(2) }
			got := amounts{
				f(cost.KWh.Gross()), f(cost.Time.Gross()), f(cost.SessionFee.Gross()), f(cost.Blocking.Gross()), f(cost.Starting.Gross()),
				f(cost.Total()), f(cost.VAT()),
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUserFacing(t *testing.T) {
	for _, c := range []struct{ net, tax, each, perMinute string }{
		{"0.4530", "19", "0.54", "0.01"},
		{"5.0420", "19", "6.00", "0.10"},
		{"1.2500", "20", "1.50", "0.03"}, // 0.025 a minute: half a cent goes up
		{"0.7500", "20", "0.90", "0.02"},
		{"0", "19", "0.00", "0.00"},
	} {
		p := connect.Price{Net: dec(c.net), Tax: dec(c.tax)}
		got := [2]string{p.UserFacing().StringFixed(2), p.UserFacingPerMinute().StringFixed(2)}
		if diff := cmp.Diff([2]string{c.each, c.perMinute}, got); diff != "" {
			t.Errorf("%s at %s %% (-want +got):\n%s", c.net, c.tax, diff)
		}
	}
}

func TestTariff_At(t *testing.T) {
	line := func(net string, change func(*connect.PriceLine)) connect.PriceLine {
		l := connect.PriceLine{Weekday: connect.AllDays, From: "00:00", To: "24:00", Net: dec(net), Tax: dec("19")}
		if change != nil {
			change(&l)
		}
		return l
	}
	on := func(day string) func(*connect.PriceLine) { return func(l *connect.PriceLine) { l.Weekday = day } }
	hours := func(from, to string) func(*connect.PriceLine) {
		return func(l *connect.PriceLine) { l.From, l.To = from, to }
	}
	both := func(a, b func(*connect.PriceLine)) func(*connect.PriceLine) {
		return func(l *connect.PriceLine) { a(l); b(l) }
	}
	dates := func(from, to string) func(*connect.PriceLine) {
		return func(l *connect.PriceLine) { l.DateFrom, l.DateTo = from, to }
	}
	rest := line("9", nil)
	night := hours("22:00", "06:00")
	for _, c := range []struct {
		name  string
		lines []connect.PriceLine
		at    string // 2026-04-02 is a Thursday
		want  string // empty: nothing is charged
	}{
		{"no lines", nil, "2026-04-02 12:00", ""},
		{"no line holds", []connect.PriceLine{line("1", on("MONDAY"))}, "2026-04-02 12:00", ""},
		{"the first that holds", []connect.PriceLine{line("1", nil), rest}, "2026-04-02 12:00", "1"},
		{"weekday", []connect.PriceLine{line("1", on("THURSDAY")), rest}, "2026-04-02 00:00", "1"},
		{"another weekday", []connect.PriceLine{line("1", on("THURSDAY")), rest}, "2026-04-03 00:00", "9"},
		{"Sunday", []connect.PriceLine{line("1", on("SUNDAY")), rest}, "2026-04-05 23:59", "1"},
		{"no weekday is every day", []connect.PriceLine{line("1", on(""))}, "2026-04-05 23:59", "1"},
		{"before the hours", []connect.PriceLine{line("1", hours("08:00", "18:00")), rest}, "2026-04-02 07:59", "9"},
		{"at the first minute", []connect.PriceLine{line("1", hours("08:00", "18:00")), rest}, "2026-04-02 08:00", "1"},
		{"at the last minute", []connect.PriceLine{line("1", hours("08:00", "18:00")), rest}, "2026-04-02 17:59", "1"},
		{"after the hours", []connect.PriceLine{line("1", hours("08:00", "18:00")), rest}, "2026-04-02 18:00", "9"},
		{"until midnight", []connect.PriceLine{line("1", hours("18:00", "00:00")), rest}, "2026-04-02 23:59", "1"},
		{"not after midnight", []connect.PriceLine{line("1", hours("18:00", "00:00")), rest}, "2026-04-03 00:00", "9"},
		{"the whole day", []connect.PriceLine{line("1", hours("00:00", "00:00")), rest}, "2026-04-02 12:00", "1"},
		{"no hours", []connect.PriceLine{line("1", hours("", ""))}, "2026-04-02 12:00", "1"},
		{"from only", []connect.PriceLine{line("1", hours("12:00", "")), rest}, "2026-04-02 11:59", "9"},
		{"night, evening", []connect.PriceLine{line("1", night), rest}, "2026-04-02 22:00", "1"},
		{"night, morning", []connect.PriceLine{line("1", night), rest}, "2026-04-03 05:59", "1"},
		{"night, over", []connect.PriceLine{line("1", night), rest}, "2026-04-03 06:00", "9"},
		{"night, noon", []connect.PriceLine{line("1", night), rest}, "2026-04-03 12:00", "9"},
		{"Thursday's night, on Friday morning", []connect.PriceLine{line("1", both(on("THURSDAY"), night)), rest}, "2026-04-03 05:59", "1"},
		{"Thursday's night, on Thursday morning", []connect.PriceLine{line("1", both(on("THURSDAY"), night)), rest}, "2026-04-02 05:59", "9"},
		{"Sunday's night, on Monday morning", []connect.PriceLine{line("1", both(on("SUNDAY"), night)), rest}, "2026-04-06 01:00", "1"},
		{"before the dates", []connect.PriceLine{line("1", dates("2026-04-02", "2026-04-30")), rest}, "2026-04-01 23:59", "9"},
		{"on the first date", []connect.PriceLine{line("1", dates("2026-04-02", "2026-04-30")), rest}, "2026-04-02 00:00", "1"},
		{"on the last date", []connect.PriceLine{line("1", dates("2026-04-02", "2026-04-30")), rest}, "2026-04-30 23:59", "1"},
		{"after the dates", []connect.PriceLine{line("1", dates("2026-04-02", "2026-04-30")), rest}, "2026-05-01 00:00", "9"},
		{"no last date", []connect.PriceLine{line("1", dates("2026-04-02", "")), rest}, "2036-01-01 00:00", "1"},
		{"the night of the last date", []connect.PriceLine{line("1", both(dates("", "2026-04-02"), night)), rest}, "2026-04-03 05:59", "1"},
		{"the night after the last date", []connect.PriceLine{line("1", both(dates("", "2026-04-02"), night)), rest}, "2026-04-03 22:00", "9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse("2006-01-02 15:04", c.at)
			if err != nil {
				t.Fatal(err)
			}
			tariff := connect.Tariff{Currency: "eur", Time: c.lines}
			got := tariff.At(at)
			switch {
			case got.KWh != nil || got.Currency != "eur":
				t.Errorf("got %+v", got)
			case (got.Time == nil) != (c.want == "") || c.want != "" && !got.Time.Net.Equal(dec(c.want)):
				t.Errorf("price %+v, want %q", got.Time, c.want)
			}
		})
	}
}

// The price that holds is the one of the station's own time of day, and it
// stays with the session.
func TestTariff_ofSession(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones here: ", err)
	}
	p := point(plain, connect.Script{CDRKWh: ptr(dec("10"))})
	p.Site.Zone = berlin
	p.Tariff = &connect.Tariff{Currency: "eur", PreAuthorization: dec("50"), KWh: []connect.PriceLine{
		{Weekday: "THURSDAY", From: "15:00", To: "16:30", Net: dec("1"), Tax: dec("19")}, // start is at 16:00 in Berlin
		{Weekday: connect.AllDays, Net: dec("2"), Tax: dec("19")},
	}}
	c := frozen()
	cfg := config(c)
	cfg.Catalogue = points{plain: p}
	w := &world{t, connect.New(cfg), c}
	u, m := w.driver()
	s := w.charge(u, plain, m)
	w.advance(time.Hour)
	w.stop(u, s.ID)
	w.advance(time.Hour)
	if got := w.at(s.ID).Cost.Total(); !got.Equal(dec("11.90")) {
		t.Errorf("cost %s, want 11.90", got)
	}
	if got := *w.charge(u, plain, m).Prices.KWh; !got.Net.Equal(dec("2")) {
		t.Errorf("the next session's price is %s, want 2", got.Net)
	}
}

// anyTariff draws tariffs of every kind.
func anyTariff() *rapid.Generator[*connect.Tariff] {
	return rapid.Custom(func(t *rapid.T) *connect.Tariff {
		clockTime := func(label string) string {
			return fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 24).Draw(t, label), 0)
		}
		line := rapid.Custom(func(t *rapid.T) connect.PriceLine {
			l := connect.PriceLine{
				Weekday: rapid.SampledFrom([]string{connect.AllDays, "THURSDAY", "FRIDAY", "MONDAY"}).Draw(t, "weekday"),
				Net:     decimal.New(rapid.Int64Range(0, 200_000).Draw(t, "net"), -4),
				Tax:     decimal.New(rapid.SampledFrom([]int64{0, 70, 81, 190, 200, 220}).Draw(t, "tax"), -1),
			}
			if rapid.Bool().Draw(t, "hours") {
				l.From, l.To = clockTime("from"), clockTime("to")
			}
			if rapid.Bool().Draw(t, "grace") {
				l.Grace = ptr(rapid.IntRange(0, 300).Draw(t, "minutes"))
			}
			if rapid.Bool().Draw(t, "cap") {
				l.Cap = ptr(decimal.New(rapid.Int64Range(0, 3000).Draw(t, "cents"), -2))
			}
			return l
		})
		lines := rapid.SliceOfN(line, 0, 3)
		return &connect.Tariff{
			Currency: "eur", PreAuthorization: decimal.New(rapid.Int64Range(0, 10_000).Draw(t, "hold"), -2),
			KWh: lines.Draw(t, "kwh"), Time: lines.Draw(t, "time"), Blocking: lines.Draw(t, "blocking"),
			SessionFee: lines.Draw(t, "session fee"), StartingFee: lines.Draw(t, "starting fee"),
		}
	})
}

// exact is what a component costs by the book, in fractions of whole numbers:
// net rounded half up to cents, then its VAT.
func exact(p *connect.Price, quantity, per int64) decimal.Decimal {
	if p == nil {
		return decimal.Zero
	}
	net := p.Net.Mul(decimal.NewFromInt(quantity)).DivRound(decimal.NewFromInt(per), 2)
	return net.Add(net.Mul(p.Tax).DivRound(dec("100"), 2))
}

func TestTariff_properties(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		tariff := anyTariff().Draw(t, "tariff")
		at := start.Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, "minute")) * time.Minute)
		prices := tariff.At(at)
		partner := rapid.Bool().Draw(t, "partner")
		steps := rapid.SliceOfN(rapid.IntRange(0, 3600), 1, 40).Draw(t, "steps")
		var wh, seconds int64
		last := decimal.Zero
		for _, step := range steps {
			seconds += int64(step)
			wh += int64(step) * int64(step%7)
			c := prices.Cost(decimal.New(wh, -3), time.Duration(seconds)*time.Second, partner)
			sum := decimal.Zero
			for _, part := range c.Parts() {
				if part.Net.IsNegative() || part.VAT.IsNegative() {
					t.Fatalf("a negative part: %+v", part)
				}
				if !part.Gross().Equal(part.Gross().Round(2)) {
					t.Fatalf("%s is not whole cents", part.Gross())
				}
				sum = sum.Add(part.Net).Add(part.VAT)
			}
			if !sum.Equal(c.Total()) {
				t.Fatalf("parts sum to %s, total is %s", sum, c.Total())
			}
			if c.Total().LessThan(last) {
				t.Fatalf("cost fell from %s to %s", last, c.Total())
			}
			last = c.Total()
			if wh == 0 {
				if !last.IsZero() {
					t.Fatalf("%s without energy", last)
				}
				continue
			}
			if p := prices.Blocking; p != nil && p.Cap != nil && c.Blocking.Gross().GreaterThan(*p.Cap) {
				t.Fatalf("blocking costs %s, the cap is %s", c.Blocking.Gross(), p.Cap)
			}
			if p := prices.Blocking; p != nil && seconds <= int64(p.Grace)*60 && !c.Blocking.Gross().IsZero() {
				t.Fatalf("blocking costs %s within the grace period", c.Blocking.Gross())
			}
			if partner && !c.Starting.Gross().IsZero() {
				t.Fatal("a starting fee at a partner's")
			}
			for name, pair := range map[string][2]decimal.Decimal{
				"kwh":     {c.KWh.Gross(), exact(prices.KWh, wh, 1000)},
				"time":    {c.Time.Gross(), exact(prices.Time, seconds, 3600)},
				"session": {c.SessionFee.Gross(), exact(prices.SessionFee, 1, 1)},
			} {
				if !pair[0].Equal(pair[1]) {
					t.Fatalf("%s costs %s, by the book %s", name, pair[0], pair[1])
				}
			}
		}
	})
}
