package scenario_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/scenarios"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

const (
	userID = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	target = "pm_abc123"
)

func dump(seed connect.Seed) string {
	b, err := json.MarshalIndent(seed, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(b) + "\n"
}

// catalogue is one charge point under every id but those of the stations in
// files.
type catalogue struct{}

func (catalogue) ChargePoint(evse string) (connect.ChargePoint, bool) {
	own := slices.ContainsFunc([]string{"DE*X*", "DE*SPR*", "AT*OWN*", "CH*"}, func(s string) bool { return strings.HasPrefix(evse, s) })
	return catalogue{}.Blank(evse), !own
}

func (catalogue) Blank(evse string) connect.ChargePoint {
	kwh := decimal.NewFromInt(10)
	p := connect.ChargePoint{
		EVSE: evse, Status: connect.Available, Site: connect.Site{Country: "DE", Zone: time.UTC},
		Tariff: &connect.Tariff{
			Currency: "eur", PreAuthorization: decimal.NewFromInt(50),
			KWh: []connect.PriceLine{{Weekday: connect.AllDays, Net: decimal.RequireFromString("0.4530"), Tax: decimal.NewFromInt(19)}},
		},
		Script: connect.Script{CDRKWh: &kwh},
	}
	if evse == itself {
		p.Script.EndsAfter = time.Minute
	}
	return p
}

func (catalogue) Adopt(st *connect.Station) error {
	for i := range st.Points {
		if st.Points[i].Tariff == nil {
			st.Points[i].Tariff = catalogue{}.Blank("").Tariff
		}
	}
	if st.StationID == "known" {
		return connect.ErrStationTaken
	}
	return nil
}

func state(seed connect.Seed, c *clock.Clock) (*connect.State, error) {
	s := connect.New(connect.Config{
		World: "w", Clock: c, Catalogue: catalogue{}, Rules: connect.DefaultRules(), CDRDelay: connect.DefaultCDRDelay,
	})
	return s, s.Load(seed)
}

// load loads a seed, which must result in a possible state.
func load(seed connect.Seed) error {
	wall := func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	s, err := state(seed, clock.New(wall, wall(), true))
	if err != nil {
		return err
	}
	for _, bad := range s.Invariants() {
		if !strings.HasPrefix(bad, "charge point ") { // what two users do at one point is not checked
			return fmt.Errorf("%s", bad)
		}
	}
	return nil
}

func builtins(t testing.TB) *library.Library {
	t.Helper()
	return library.New(builtin(), knownIn(stations.New(stations.Config{})))
}

func builtin() fs.FS { return scenarios.FS() }

func TestBuiltinStates(t *testing.T) {
	wall := func() time.Time { return time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC) }
	for name, want := range map[string][]string{
		"removable":                nil,
		"session-starting":         {"session-starting"},
		"method-on-active-session": {"method-on-active-session", "active-session"},
		"active-session":           {"active-session"},
		"default-method":           {"default-method"},
		"cdr-pending":              {"cdr-pending"},
		"debt":                     {"debt"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := builtins(t).Get(name)
			if err != nil {
				t.Fatal(err)
			}
			if !s.Frozen || len(s.Steps) < 2 {
				t.Errorf("frozen %t, %d steps", s.Frozen, len(s.Steps))
			}
			st, err := state(s.Seed(s.Start(wall())), clock.New(wall, s.Start(wall()), s.Frozen))
			if err != nil {
				t.Fatal(err)
			}
			rules, err := st.Removal(userID, target)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range rules {
				got = append(got, strings.TrimPrefix(r.ID, "remove-payment-method/"))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if bad := st.Invariants(); len(bad) > 0 {
				t.Error(bad)
			}
			if len(want) > 0 && (len(s.Proves) == 0 || s.Proves[0] != "remove-payment-method/"+want[0]) {
				t.Errorf("proves %v", s.Proves)
			}
		})
	}
}

func TestDefaultHasTheDocumentedMethods(t *testing.T) {
	s, err := builtins(t).Get("default")
	if err != nil {
		t.Fatal(err)
	}
	if s.Frozen || len(s.Proves) > 0 {
		t.Errorf("frozen %t, proves %v", s.Frozen, s.Proves)
	}
	start := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	wall := func() time.Time { return start }
	st, err := state(s.Seed(start), clock.New(wall, start, true))
	if err != nil {
		t.Fatal(err)
	}
	_, ms, err := st.PaymentMethods(userID, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range ms {
		holder := "null"
		if m.Card.Holder != nil {
			holder = *m.Card.Holder
		}
		got = append(got, fmt.Sprintf("%s %t %s %s %s %02d/%d %s %s", m.ID, m.Default, m.Card.Type, m.Card.Brand,
			m.Card.Last4, m.Card.ExpMonth, m.Card.ExpYear, holder, m.CreatedAt.Format(time.RFC3339)))
	}
	want := []string{
		"pm_1TD1M3HtgZxQ1KXx5wMzfx15 false apple_pay visa 4242 12/2027 John Doe 2026-03-20T11:36:39Z",
		"pm_1TD1LuHtgZxQ1KXxNj5sKkKM true card visa 4242 04/2044 null 2026-03-20T11:36:30Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSeedIsDeterministic(t *testing.T) {
	l := builtins(t)
	for _, name := range l.Names() {
		s, err := l.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
		first := dump(s.Seed(start))
		if diff := cmp.Diff(first, dump(s.Seed(start))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		other, err := scenario.Parse(name+".yaml", s.Source(), scenario.Known{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, dump(other.Seed(start))); diff != "" {
			t.Errorf("%s read again: %s", name, diff)
		}
	}
}

// A file with consistent facts is accepted and loaded, and its times have the
// right distance from the world's start.
func TestSessionFacts(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		begin := rapid.IntRange(2, 5000).Draw(t, "begin")
		length := rapid.IntRange(0, begin-1).Draw(t, "length")
		wait := rapid.IntRange(0, 9000).Draw(t, "wait")
		kwh := decimal.New(rapid.Int64Range(1000, 99999).Draw(t, "kwh"), -3)
		charge := rapid.SampledFrom([]string{"succeed", "fail", "authenticate"}).Draw(t, "charge")
		stop := length - begin
		line := fmt.Sprintf("start: -%dm, stop: %dm, cdr: {at: %dm, kwh: %q, charge: %s}", begin, stop, stop+wait, kwh, charge)
		s, err := scenario.Parse("m.yaml", []byte(strings.Replace(valid, "  sessions: []", session(line).new, 1)), known())
		if err != nil {
			t.Fatal(err)
		}
		start := time.Unix(rapid.Int64Range(1e9, 2e9).Draw(t, "wall"), 0)
		seed := s.Seed(s.Start(start))
		got := seed.Users[0].Sessions[0]
		minute := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }
		if !got.Start.Equal(minute(-begin)) || !got.Stop.Equal(minute(stop)) || !got.CDR.At.Equal(minute(stop+wait)) ||
			!got.CDR.KWh.Equal(kwh) || string(got.CDR.Charge) != charge {
			t.Fatalf("%s gave %+v, %+v", line, got, got.CDR)
		}
		if err := load(seed); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkSeed(b *testing.B) {
	s, err := builtins(b).Get("debt")
	if err != nil {
		b.Fatal(err)
	}
	start := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for b.Loop() {
		s.Seed(start)
	}
}
