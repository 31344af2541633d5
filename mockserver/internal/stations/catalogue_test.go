package stations

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/connect"
)

func TestVirtualPoints(t *testing.T) {
	type facts struct {
		Country, Connector, Status string
		Open                       bool
		Readings                   int
	}
	want := map[string]facts{
		"DE*CIQ*EELDF6XWZU41P*2":    {"DE", typeTwo, "AVAILABLE", false, 0},
		"DE*CIQ*EWBNHHLM82TLA*1":    {"DE", typeTwo, "AVAILABLE", false, 0},
		"IT*PWY*EP0078*01*02":       {"IT", typeTwo, "AVAILABLE", false, 0},
		"DEQRMEF7GRC21":             {"DE", typeTwo, "AVAILABLE", false, 0},
		"AT*VIE*E2334770022*2":      {"AT", typeTwo, "AVAILABLE", false, 0},
		"DE*PWA*EALP22541X01617*01": {"DE", combo, "AVAILABLE", true, 10},
		"DE*2GO*EMCD1520*1B*3":      {"DE", combo, "AVAILABLE", true, 10},
		"DE*EUL*EAUT0002*01":        {"DE", combo, "AVAILABLE", true, 10},
		"AT*HTB*EOCPI1*1":           {"AT", combo, "AVAILABLE", true, 10},
	}
	c := New(Config{})
	got := map[string]facts{}
	for _, v := range known(c, "virtual") {
		p, ok := c.ChargePoint(v.EVSE)
		if !ok {
			t.Fatalf("%s is not found", v.EVSE)
		}
		got[v.EVSE] = facts{p.Site.Country, p.Connector, string(p.Status), p.Script.Open && p.Script.AfterStop, len(p.Script.Meter)}
		if kwh := p.Script.CDRKWh; kwh == nil || kwh.StringFixed(3) != "10.000" {
			t.Errorf("%s: final record %v, want 10.000", v.EVSE, kwh)
		}
		checkVirtualTariff(t, p)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("virtual points (-want +got):\n%s", diff)
	}
}

// checkVirtualTariff checks the numbers from which 5.39 follows.
func checkVirtualTariff(t *testing.T, p connect.ChargePoint) {
	t.Helper()
	prices := p.Tariff.At(time.Now().In(p.Site.Zone))
	if prices.KWh == nil || prices.Currency != "eur" || !p.Site.Partner {
		t.Fatalf("%s: prices %+v, partner %v", p.EVSE, prices, p.Site.Partner)
	}
	got := []string{prices.KWh.Net.String(), prices.KWh.Tax.String(), prices.KWh.UserFacing().StringFixed(2), p.Tariff.PreAuthorization.StringFixed(2)}
	if diff := cmp.Diff([]string{"0.453", "19", "0.54", "50.00"}, got); diff != "" {
		t.Errorf("%s: net, tax, shown, hold (-want +got):\n%s", p.EVSE, diff)
	}
	if prices.Time != nil || prices.Blocking != nil || prices.SessionFee != nil || prices.StartingFee != nil {
		t.Errorf("%s charges more than energy: %+v", p.EVSE, prices)
	}
}

// TestWorkedExample checks the one station that the vendor has published.
func TestWorkedExample(t *testing.T) {
	p, _ := New(Config{}).ChargePoint("DE*CIQ*EELDF6XWZU41P*2")
	want := connect.Site{
		StationID: "6241f0a7c3b58e19d4a70101", Name: "EVA Charge", Address: "Ludwigstraße, 9, 67547, Worms",
		Country: "DE", Speed: "slow", Phone: "+4971134214480", Latitude: "49.630383", Longitude: "8.368902",
		Logo: "https://logos.example.com/ciq.png", Partner: true,
	}
	if diff := cmp.Diff(want, p.Site, cmpopts.IgnoreFields(connect.Site{}, "Zone")); diff != "" {
		t.Errorf("site (-want +got):\n%s", diff)
	}
	if p.PowerKW != 22 || p.Site.Zone.String() != "Europe/Berlin" {
		t.Errorf("power %v, zone %v", p.PowerKW, p.Site.Zone)
	}
}

// known returns the charge points of a kind whose behavior is known.
func known(c *Catalogue, kind string) []KnownPoint {
	return slices.DeleteFunc(c.Known(), func(p KnownPoint) bool { return p.Kind != kind })
}

func TestMagicPoints(t *testing.T) {
	type facts struct {
		Status string
		KWh    string
		Script connect.Script
	}
	available := string(connect.Available)
	want := map[string]facts{
		"DE*MCK*E402*DECLINED":   {available, "10.000", connect.Script{Start: connect.StartDeclined}},
		"DE*MCK*E402*SCA":        {available, "10.000", connect.Script{Start: connect.StartSCA}},
		"DE*MCK*E409*OUTOFORDER": {string(connect.OutOfOrder), "10.000", connect.Script{}},
		"DE*MCK*E424*STATION":    {available, "10.000", connect.Script{Start: connect.StartNoStation}},
		"DE*MCK*E424*START":      {available, "10.000", connect.Script{Start: connect.StartFails}},
		"DE*MCK*E424*STOP":       {available, "10.000", connect.Script{Stop: connect.StopFails}},
		"DE*MCK*E500":            {available, "10.000", connect.Script{Start: connect.StartUnexpected}},
		"DE*MCK*CDR*NEVER":       {available, "10.000", connect.Script{NeverCDR: true}},
		"DE*MCK*CDR*ZERO":        {available, "0.000", connect.Script{}},
		"DE*MCK*CHARGE*FAILS":    {available, "10.000", connect.Script{Charge: connect.ChargeFails}},
		"DE*MCK*STOPS*ITSELF":    {available, "10.000", connect.Script{EndsAfter: 2 * time.Minute}},
	}
	c := New(Config{})
	got := map[string]facts{}
	for _, m := range known(c, "magic") {
		p, _ := c.ChargePoint(m.EVSE)
		s := p.Script
		if !s.Open || len(s.Meter) != 10 || !s.AfterStop {
			t.Errorf("%s is not open with ten readings that continue after a stop: %+v", m.EVSE, s)
		}
		kwh := s.CDRKWh.StringFixed(3)
		s.Open, s.Meter, s.AfterStop, s.CDRKWh = false, nil, false, nil
		got[m.EVSE] = facts{string(p.Status), kwh, s}
		checkVirtualTariff(t, p)
		if m.Behavior == "" || m.Outcome == "" || m.Station == "" {
			t.Errorf("%s has no description", m.EVSE)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("magic points (-want +got):\n%s", diff)
	}
}

func TestVirtualMeter(t *testing.T) {
	p, _ := New(Config{}).ChargePoint("AT*HTB*EOCPI1*1")
	for i, r := range p.Script.Meter {
		k := i + 1
		if r.At != time.Duration(k)*15*time.Second || r.KWh.StringFixed(3) != fmt.Sprintf("%d.000", k) {
			t.Errorf("reading %d: %v at %v", k, r.KWh, r.At)
		}
	}
}

func TestMetersRise(t *testing.T) {
	for kw, readings := range New(Config{}).meters() {
		for i := 1; i < len(readings); i++ {
			if readings[i].At <= readings[i-1].At || !readings[i].KWh.GreaterThan(readings[i-1].KWh) {
				t.Fatalf("%v kW: reading %d does not rise", kw, i)
			}
		}
		first, last := readings[0], readings[len(readings)-1]
		if !last.KWh.Equal(decimal.NewFromInt(60)) || first.KWh.InexactFloat64() > kw/60 {
			t.Errorf("%v kW: from %v to %v", kw, first.KWh, last.KWh)
		}
	}
}

// TestEveryIDIsFound decodes every id of a catalogue, which therefore need not
// store them.
func TestEveryIDIsFound(t *testing.T) {
	c := New(Config{Count: 5000, Seed: 7})
	ids, evses := map[string]bool{}, map[string]bool{}
	for i := range c.Len() {
		s := c.station(uint32(i), c.traits(uint32(i)))
		if ids[s.StationID] || len(s.StationID) != 24 {
			t.Fatalf("station id %q is bad or not unique", s.StationID)
		}
		ids[s.StationID] = true
		if again, ok := c.Station(s.StationID); !ok || again.StationID != s.StationID {
			t.Fatalf("station %s is not found", s.StationID)
		}
		for _, e := range s.EVSEs {
			if evses[e.ID] {
				t.Fatalf("EVSE id %q is not unique", e.ID)
			}
			evses[e.ID] = true
			of, ok := c.StationOfEVSE(e.ID)
			if !ok || of.StationID != s.StationID {
				t.Fatalf("%s: found %q, want %q", e.ID, of.StationID, s.StationID)
			}
			p, ok := c.ChargePoint(e.ID)
			got := EVSE{p.EVSE, p.Status, p.Connector, p.PowerKW}
			if diff := cmp.Diff(e, got); !ok || diff != "" || p.Site.StationID != s.StationID {
				t.Fatalf("%s: charge point differs from station (-station +point):\n%s", e.ID, diff)
			}
		}
	}
}

func TestUnknownIDs(t *testing.T) {
	c := New(Config{Count: 10, Seed: 1})
	larger := New(Config{Count: 11, Seed: 1})
	beyond := larger.station(uint32(c.Len()), larger.traits(uint32(c.Len())))
	known := c.station(uint32(c.Len()-1), c.traits(uint32(c.Len()-1)))
	evse := known.EVSEs[0].ID
	for _, id := range []string{
		"", "x", "STATION_ID", "null", beyond.StationID, strings.ToUpper(known.StationID), known.StationID + "0", known.StationID[:23],
		strings.Repeat("f", 24), strings.Repeat("0", 24), strings.Repeat("é", 12), "+" + known.StationID[1:],
	} {
		if s, ok := c.Station(id); ok && id != known.StationID {
			t.Errorf("station %q is found: %s", id, s.StationID)
		}
	}
	for _, id := range []string{
		"", "*", "DE*MCK", "de*mck*e500", beyond.EVSEs[0].ID, evse + "0", evse[:len(evse)-1], evse[:len(evse)-1] + "99",
		strings.ToLower(evse), "FR" + evse[2:], strings.Replace(evse, "*", "", 1), evse + "\x00", "DE*ABC*E1234567*-1",
	} {
		if _, ok := c.ChargePoint(id); ok {
			t.Errorf("EVSE %q is found", id)
		}
		if _, ok := c.StationOfEVSE(id); ok {
			t.Errorf("station of EVSE %q is found", id)
		}
	}
}

func TestCodesRoundTrip(t *testing.T) {
	if v := scatter * gatherBack & (1<<numberBits - 1); v != 1 {
		t.Fatalf("gatherBack does not undo scatter: %d", v)
	}
	property.Check(t, func(t *rapid.T) {
		seed, n := rapid.Uint64().Draw(t, "seed"), rapid.Uint32Range(0, MaxCount-1).Draw(t, "n")
		code := stationCode(seed, n)
		if got, ok := numberOfCode(string(code[:])); !ok || got != n {
			t.Fatalf("code %s of %d reads %d, %v", code, n, got, ok)
		}
		if got, ok := numberOfID(seed, syntheticID(seed, n)); !ok || got != n {
			t.Fatalf("id of %d reads %d, %v", n, got, ok)
		}
	})
}

// TestTraitsHoldTheTables: every position fits into the packed traits and the sets
// of the matcher.
func TestTraitsHoldTheTables(t *testing.T) {
	c := New(Config{})
	if len(c.layouts) > 1<<layoutBits || len(c.operators) > 1<<operatorBits || len(c.cities) > 64 {
		t.Fatalf("%d layouts, %d operators, %d cities do not fit", len(c.layouts), len(c.operators), len(c.cities))
	}
	for _, i := range c.byLayout {
		if l := c.layouts[i]; len(l.points) > 8 {
			t.Errorf("layout %d has %d points; their statuses are drawn from eight bytes", i, len(l.points))
		}
	}
	property.Check(t, func(t *rapid.T) {
		layout, operator := rapid.IntRange(0, 63).Draw(t, "layout"), rapid.IntRange(0, 63).Draw(t, "operator")
		variant, city := rapid.IntRange(0, variants-1).Draw(t, "variant"), rapid.IntRange(0, 63).Draw(t, "city")
		status := rapid.IntRange(0, len(statuses)-1).Draw(t, "status")
		tr := newTraits(layout, operator, variant, status, city)
		if tr.layout() != layout || tr.operator() != operator || tr.variant() != variant || tr.city() != city || tr.status() != statuses[status] || tr.free() != (tr.status() == Free) {
			t.Fatalf("%032b", tr)
		}
	})
}

// TestDeterminism: the same seed makes the same stations, a larger catalogue
// contains a smaller one, another seed makes others.
func TestDeterminism(t *testing.T) {
	a, b, other := New(Config{Count: 300, Seed: 3}), New(Config{Count: 900, Seed: 3}), New(Config{Count: 300, Seed: 4})
	same := 0
	zones := cmp.Comparer(func(x, y *time.Location) bool { return x.String() == y.String() })
	for i := range uint32(a.Len()) {
		x, y, z := a.station(i, a.traits(i)), b.station(i, b.traits(i)), other.station(i, other.traits(i))
		if diff := cmp.Diff(x, y, zones); diff != "" {
			t.Fatalf("station %d (-small +large):\n%s", i, diff)
		}
		if x.StationID == z.StationID {
			same++
		}
	}
	if same != len(a.fixed) {
		t.Errorf("%d stations are the same with another seed, want the %d fixed ones", same, len(a.fixed))
	}
}

func TestConcurrentUse(t *testing.T) {
	c := New(Config{Count: 400, Seed: 1})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, page := c.Around(Around{Latitude: 52.51, Longitude: 13.45, Distance: 20_000, Limit: 5}, nil)
			for _, n := range page {
				c.ChargePoint(n.Station().EVSEs[0].ID)
			}
			c.Tile(Tile{X: []int{0}, Y: []int{0}, Z: 0, Filter: Filter{OnlyAvailable: true}}, nil)
		})
	}
	wg.Wait()
}

func TestPartners(t *testing.T) {
	list := New(Config{}).Partners(nil)
	names := map[string]bool{}
	for i, p := range list {
		names[p.Name] = true
		if i > 0 && list[i-1].Name >= p.Name {
			t.Errorf("%q after %q", p.Name, list[i-1].Name)
		}
	}
	if !names["EVA Charge"] || !names["Nordlicht Laden"] || names["Blitzladen"] || len(list) < 15 {
		t.Errorf("partners: %v", list)
	}
}

// TestBlank: the charge points of scenarios cost what the worked example costs.
func TestBlank(t *testing.T) {
	p := New(Config{}).Blank("DE*X*E1")
	if diff := cmp.Diff(connect.Script{}, p.Script); diff != "" || p.EVSE != "DE*X*E1" || p.Status != connect.Available {
		t.Errorf("blank point: %+v", p)
	}
	checkVirtualTariff(t, p)
}

func TestCountIsClamped(t *testing.T) {
	if n := New(Config{Count: -5}).Len(); n != 10 {
		t.Errorf("%d stations for a negative count, want the 10 fixed ones", n)
	}
}
