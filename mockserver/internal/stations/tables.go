package stations

import (
	"embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // tariffs depend on local time: a static binary in an empty image must know the zones, too

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

// An operator runs stations; see operators.yaml.
type operator struct {
	Country string // ISO 3166 alpha-2
	Party   string
	Name    string
	Phone   string
	Partner bool
	Fixed   bool // runs fixed stations only
	Padded  bool // numbers its charge points *01, *02
}

func (o *operator) id() string { return o.Country + "*" + o.Party }

// logo returns a URL, or "" for operators that publish no phone number either.
func (o *operator) logo() string {
	if o.Phone == "" {
		return ""
	}
	return "https://logos.example.com/" + strings.ToLower(o.Party) + ".png"
}

// A country is what stations of it share; see countries.yaml.
type country struct {
	Code      string // ISO 3166 alpha-2
	Zone      string // IANA name
	Language  string
	VAT       int64          // percent
	Energy    [classes]int64 // cents per kWh
	ExtraHold int64          `yaml:"extra_hold"` // euros

	zone      *time.Location
	operators []int // positions of those that run synthetic stations there
}

// A city is where synthetic stations stand; see cities.yaml.
type city struct {
	Name                string
	Country             string
	Weight              int
	RadiusKM            int64   `yaml:"radius_km"`
	Latitude, Longitude float64 // degrees

	country int // position in the table of countries
	middle  position
	radius  int32 // of the densest part, in millionths of a degree of latitude
	across  int32 // the same in longitude
}

// prepare computes the extent of a city. A degree of latitude is 111.2 km; one
// of longitude is shorter by the cosine of the latitude, which comes from a
// table because the last bit of math.Cos differs between machines.
func (c *city) prepare(country int) {
	c.country, c.middle = country, inDegrees(c.Latitude, c.Longitude)
	radius := c.RadiusKM * 1_000_000_000 / 111_200
	c.radius, c.across = int32(radius), int32(radius*1000/permilleCos(c.middle.lat))
}

// permilleCos returns the cosine of a latitude between 41 and 56 degrees.
func permilleCos(lat int32) int64 {
	table := [...]int64{755, 743, 731, 719, 707, 695, 682, 669, 656, 643, 629, 616, 602, 588, 574, 559}
	return table[min(max(lat/1_000_000-41, 0), int32(len(table)-1))]
}

// inDegrees returns a position given in degrees.
func inDegrees(lat, lon float64) position {
	return position{int32(math.Round(lat * 1e6)), int32(math.Round(lon * 1e6))}
}
