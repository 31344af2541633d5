package stations

import (
	"slices"
	"testing"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/embedded"
)

// unique reports a name that is missing or used twice.
func unique(t *testing.T, what string, names []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, name := range names {
		if name == "" || seen[name] {
			t.Errorf("%s %q is empty or used twice", what, name)
		}
		seen[name] = true
	}
}

func TestCountriesAndOperators(t *testing.T) {
	tables := sharedTables()
	var codes, parties, names []string
	for _, c := range tables.countries {
		codes = append(codes, c.Code)
		if c.zone.String() != c.Zone || len(c.operators) == 0 || c.VAT < 1 || slices.Min(c.Energy[:]) < 40 || !slices.Contains([]string{"german", "italian"}, c.Language) {
			t.Errorf("%s: %+v", c.Code, c)
		}
	}
	for _, o := range tables.operators {
		parties, names = append(parties, o.Party), append(names, o.Name)
		if len(o.Party) != 3 || !slices.Contains(codes, o.Country) {
			t.Errorf("%s: %+v", o.Name, o)
		}
	}
	unique(t, "country", codes)
	unique(t, "party", parties)
	unique(t, "operator", names)
}

func TestCities(t *testing.T) {
	tables := sharedTables()
	var names []string
	for i, c := range tables.cities {
		names = append(names, c.Name)
		if c.Weight < 1 || c.RadiusKM < 1 || c.RadiusKM > 20 || c.radius < 1 || c.across <= c.radius {
			t.Errorf("%s: weight %d, radius %d km", c.Name, c.Weight, c.RadiusKM)
		}
		if c.middle.lat < 41e6 || c.middle.lat > 56e6 || c.middle.lon < 6e6 || c.middle.lon > 17e6 {
			t.Errorf("%s: outside of the countries: %+v", c.Name, c.middle)
		}
		if n := len(slices.DeleteFunc(slices.Clone(tables.byCity), func(at uint8) bool { return int(at) != i })); n != c.Weight {
			t.Errorf("%s: drawn %d times, want %d", c.Name, n, c.Weight)
		}
		book := addressBooks()[i]
		unique(t, "street of "+c.Name, book.Streets)
		unique(t, "postal code of "+c.Name, book.PostalCodes)
		if book.City != c.Name || len(book.Streets) < 3 || len(book.PostalCodes) == 0 {
			t.Errorf("%s: the addresses are %+v", c.Name, book)
		}
	}
	unique(t, "city", names)
}

func TestLayoutsAndVenues(t *testing.T) {
	plan := embedded.YAML[layoutFile](files, "data/layouts.yaml")
	for name, c := range plan.Connectors {
		if c.Type == "" || c.KW <= 0 || c.KW > 400 {
			t.Errorf("connector %s: %+v", name, c)
		}
	}
	for i, l := range sharedTables().layouts {
		for _, p := range l.points {
			if p.KW == 0 {
				t.Errorf("layout %d has an unknown connector", i)
			}
		}
	}
	for _, l := range plan.Layouts {
		if l.Weight < 1 || len(l.Points) == 0 {
			t.Errorf("layout %+v", l)
		}
	}
	for _, v := range venues() {
		if v.German == "" || v.Italian == "" || len(v.Amenities) == 0 {
			t.Errorf("venue %+v", v)
		}
	}
}

func TestFixedStations(t *testing.T) {
	f := embedded.YAML[fixedFile](files, "data/fixed.yaml")
	var ids, evses []string
	for _, s := range sharedTables().fixed {
		ids = append(ids, s.ID)
		if _, ok := f.Kinds[s.Kind]; !ok || len(s.ID) != 24 || s.Name == "" || s.Address == "" || s.at.lat == 0 || !sharedTables().operators[s.operator].Fixed {
			t.Errorf("station %+v", s)
		}
		for _, p := range s.Points {
			evses = append(evses, p.EVSE)
			if p.Behavior == "" || p.Outcome == "" || !slices.Contains(connect.EVSEStatuses(), p.Status) {
				t.Errorf("charge point %+v", p)
			}
			if !slices.Contains([]connect.StartOutcome{
				connect.StartOK, connect.StartFails, connect.StartNoStation, connect.StartDeclined, connect.StartSCA, connect.StartUnexpected,
			}, p.Start) || p.Stop != connect.StopOK && p.Stop != connect.StopFails || p.Charge != connect.ChargeByCard && p.Charge != connect.ChargeFails {
				t.Errorf("%s: start %q, stop %q, charge %q", p.EVSE, p.Start, p.Stop, p.Charge)
			}
		}
	}
	unique(t, "station id", ids)
	unique(t, "EVSE id", evses)
}

func TestModels(t *testing.T) {
	f := embedded.YAML[tariffFile](files, "data/tariffs.yaml")
	var names []string
	for _, m := range f.Models {
		names = append(names, m.Name)
		if m.Energy == nil && (len(m.Exceptions) > 0 || m.Minute[0]+m.Session[0] == 0) {
			t.Errorf("model %s charges for nothing", m.Name)
		}
		for _, list := range [][]int64{m.Minute[:], m.Session[:]} {
			if least := slices.Min(list); least < 0 || least == 0 && slices.Max(list) > 0 {
				t.Errorf("model %s: %v", m.Name, list)
			}
		}
	}
	unique(t, "model", names)
	if f.Models[0].Energy == nil || *f.Models[0].Energy != 0 {
		t.Errorf("the first model is not energy only: %+v", f.Models[0])
	}
}
