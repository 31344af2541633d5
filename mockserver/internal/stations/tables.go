package stations

import (
	"embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/embedded"
)

//go:embed data/*.yaml
var files embed.FS

// The tables are the embedded files, decoded and connected with each other.
// All catalogues share them; they never change.
type tables struct {
	countries []country
	operators []operator
	cities    []city
	byCity    []uint8 // cities, each as often as its weight
	layouts   []layout
	byLayout  []uint8 // layouts, likewise
	fixed     []fixedStation

	// What a start does not need is computed on first use.
	prices func() [][variants][classes]priced // by operator
	meters func() map[float64][]connect.Reading
}

var sharedTables = sync.OnceValue(func() *tables {
	t := &tables{
		countries: embedded.YAML[[]country](files, "data/countries.yaml"),
		operators: embedded.YAML[[]operator](files, "data/operators.yaml"),
		cities:    embedded.YAML[[]city](files, "data/cities.yaml"),
	}
	t.connectCountries()
	for i := range t.cities {
		c := &t.cities[i]
		c.prepare(t.country(c.Country))
		t.byCity = append(t.byCity, slices.Repeat([]uint8{uint8(i)}, c.Weight)...)
	}
	plan := embedded.YAML[layoutFile](files, "data/layouts.yaml")
	for _, l := range plan.Layouts {
		at := t.addLayout(plan.points(l.Points))
		t.byLayout = append(t.byLayout, slices.Repeat([]uint8{uint8(at)}, l.Weight)...)
	}
	t.addFixed(embedded.YAML[fixedFile](files, "data/fixed.yaml"), plan)
	t.prices, t.meters = sync.OnceValue(t.newPrices), sync.OnceValue(t.newMeters)
	return t
})

// connectCountries loads the time zones and notes who runs stations where.
func (t *tables) connectCountries() {
	for i := range t.countries {
		c := &t.countries[i]
		var err error
		if c.zone, err = time.LoadLocation(c.Zone); err != nil {
			panic(err) // countries.yaml must get it right
		}
		for at, o := range t.operators {
			if !o.Fixed && o.Country == c.Code {
				c.operators = append(c.operators, at)
			}
		}
	}
}

// country returns the position of a country.
func (t *tables) country(code string) int {
	return indexOf(t.countries, "country", code, func(c country) string { return c.Code })
}

// operator returns the position of an operator.
func (t *tables) operator(party string) int {
	return indexOf(t.operators, "operator", party, func(o operator) string { return o.Party })
}

// indexOf returns where a table has an entry of a name, which the files must
// get right.
func indexOf[T any](list []T, what, name string, nameOf func(T) string) int {
	i := slices.IndexFunc(list, func(v T) bool { return nameOf(v) == name })
	if i < 0 {
		panic(fmt.Sprintf("stations: no %s %q", what, name))
	}
	return i
}
