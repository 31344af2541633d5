package connect_test

import (
	"errors"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/connect"
)

func TestMinimumCharge(t *testing.T) {
	for _, c := range connect.Currencies() {
		if least := connect.MinimumCharge(c); !least.IsPositive() || !regexp.MustCompile(`^[a-z]{3}$`).MatchString(c) {
			t.Errorf("%s: %s", c, least)
		}
	}
	for currency, want := range map[string]string{"eur": "0.50", "usd": "0.50", "gbp": "0.30", "chf": "0.50", "sek": "3.00", "huf": "175.00"} {
		if got := connect.MinimumCharge(currency).StringFixed(2); got != want {
			t.Errorf("%s: %s, want %s", currency, got, want)
		}
	}
}

// priced is a charge point with a price per kWh, and a hold.
func priced(currency, net, hold string) connect.ChargePoint {
	p := point(plain, connect.Script{})
	p.Tariff = &connect.Tariff{Currency: currency, PreAuthorization: dec(hold), KWh: each(net)}
	return p
}

// TestSmallCosts has CDRs whose cost rounds to nothing, is below what the payment
// provider charges at least, or leaves less than that beyond the hold.
func TestSmallCosts(t *testing.T) {
	kwh := priced("eur", "0.4530", "50.00")
	fee := kwh
	fee.Tariff = &connect.Tariff{Currency: "eur", PreAuthorization: dec("50.00"), KWh: each("0.4530"), SessionFee: each("0.42")}
	type outcome struct {
		State                 connect.SessionState
		Total, Captured, Owed string
		Invoices              int
		Refused               bool
	}
	released := outcome{State: connect.StateReleased, Total: "0.00", Captured: "0.00", Owed: "0.00"}
	billed := func(total, captured string) outcome {
		return outcome{State: connect.StateBilled, Total: total, Captured: captured, Owed: "0.00", Invoices: 1}
	}
	owed := func(total, captured, owed string) outcome {
		return outcome{State: connect.StateDebt, Total: total, Captured: captured, Owed: owed}
	}
	refused := outcome{State: connect.StateCDRPending, Captured: "0.00", Owed: "0.00", Refused: true}
	for _, c := range []struct {
		point  connect.ChargePoint
		kwh    string
		charge connect.ChargeOutcome
		card   connect.Card
		want   outcome
	}{
		{kwh, "0", connect.ChargeByCard, good, released},
		{kwh, "0.001", connect.ChargeByCard, good, released},
		{kwh, "0.011", connect.ChargeSucceeds, good, released},
		{kwh, "0.011", connect.ChargeByCard, refusesLater, released},
		{kwh, "0.012", connect.ChargeByCard, good, billed("0.01", "0.01")},
		{kwh, "0.001", connect.ChargeFails, good, refused},
		{kwh, "0", connect.ChargeAuthenticates, good, refused},
		{kwh, "0.91", connect.ChargeFails, good, refused},
		{kwh, "0.92", connect.ChargeFails, good, owed("0.50", "0.00", "0.50")},
		{fee, "0", connect.ChargeByCard, good, released},
		{fee, "0.001", connect.ChargeByCard, good, billed("0.50", "0.50")},
		{fee, "0.001", connect.ChargeFails, good, owed("0.50", "0.00", "0.50")},
		{priced("eur", "1", "1.19"), "1.41", connect.ChargeByCard, refusesLater, billed("1.68", "1.19")},
		{priced("eur", "1", "1.19"), "1.42", connect.ChargeByCard, refusesLater, owed("1.69", "1.19", "0.50")},
		{priced("eur", "1", "0"), "0.41", connect.ChargeByCard, refusesLater, outcome{State: connect.StateReleased, Total: "0.49", Captured: "0.00", Owed: "0.00"}},
		{priced("sek", "1", "0"), "2.52", connect.ChargeByCard, refusesLater, owed("3.00", "0.00", "3.00")},
		{priced("sek", "1", "0"), "2.51", connect.ChargeFails, good, refused},
	} {
		t.Run(fmt.Sprint(c.kwh, " ", c.charge, " ", c.point.Tariff.Currency, " ", c.point.Tariff.PreAuthorization), func(t *testing.T) {
			w := stoppedAt(t, c.point, c.card)
			_, err := w.DeliverCDR(w.only().ID, ptr(dec(c.kwh)), c.charge)
			if err != nil && !errors.Is(err, connect.ErrNothingCharged) {
				t.Fatal(err)
			}
			s := w.only()
			n, _, _ := w.Invoices(seedUser, 0, 10)
			debts, _, _ := w.Debts(seedUser, 0, 10)
			got := outcome{s.State, "", s.Captured.StringFixed(2), s.Owed.StringFixed(2), n, err != nil}
			if s.Cost != nil {
				got.Total = s.Cost.Total().StringFixed(2)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if (debts > 0) != (s.State == connect.StateDebt) {
				t.Errorf("%d debts of a session that is %s", debts, s.State)
			}
			w.consistent()
		})
	}
}

// TestSmallCosts_properties draws prices, energy and charges: a debt is never
// below the minimum, and a session without a cost is released.
func TestSmallCosts_properties(t *testing.T) {
	property.Check(t, func(r *rapid.T) {
		p := priced(rapid.SampledFrom(connect.Currencies()).Draw(r, "currency"), decimal.New(rapid.Int64Range(0, 20_000).Draw(r, "net"), -4).String(),
			decimal.New(rapid.Int64Range(0, 300).Draw(r, "hold"), -2).String())
		card := rapid.SampledFrom([]connect.Card{good, refusesLater}).Draw(r, "card")
		w := stoppedAt(t, p, card)
		kwh := decimal.New(rapid.Int64Range(0, 3000).Draw(r, "wh"), -3)
		_, err := w.DeliverCDR(w.only().ID, &kwh, rapid.SampledFrom([]connect.ChargeOutcome{
			connect.ChargeByCard, connect.ChargeSucceeds, connect.ChargeFails, connect.ChargeAuthenticates,
		}).Draw(r, "charge"))
		s := w.only()
		switch least := connect.MinimumCharge(p.Tariff.Currency); {
		case err != nil:
			if s.State != connect.StateCDRPending {
				r.Fatalf("refused, but %s", s.State)
			}
		case s.State == connect.StateDebt && s.Owed.LessThan(least):
			r.Fatalf("a debt of %s %s", s.Owed, p.Tariff.Currency)
		case s.Cost.Total().IsZero() && s.State != connect.StateReleased:
			r.Fatalf("%s without a cost", s.State)
		}
		if bad := w.Invariants(); bad != nil {
			r.Fatal(bad)
		}
	})
}

// stoppedAt returns a world whose user has a stopped session at a point.
func stoppedAt(t rapid.TB, p connect.ChargePoint, card connect.Card) *world {
	c := frozen()
	cfg := config(c)
	cfg.Catalogue = points{p.EVSE: p}
	w := &world{t, connect.New(cfg), c}
	stop := start.Add(-30 * time.Second) // the CDR delay is a minute
	w.check(w.Load(connect.Seed{Users: []connect.SeedUser{{
		User:     connect.User{ID: seedUser},
		Methods:  []connect.PaymentMethod{{ID: "pm_seed", Default: true, Card: card, CreatedAt: start.Add(-time.Hour)}},
		Sessions: []connect.SeedSession{{ID: "3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d01", EVSE: p.EVSE, MethodID: "pm_seed", Start: start.Add(-time.Hour), Stop: &stop, StoppedBy: connect.ByUser}},
	}}}))
	return w
}

// only returns the only session of the user of seeds.
func (w *world) only() connect.Session {
	n, list, err := w.Sessions(seedUser, 0, 2)
	w.check(err)
	if n != 1 {
		w.Fatalf("%d sessions", n)
	}
	return list[0]
}
