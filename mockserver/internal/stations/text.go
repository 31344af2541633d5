package stations

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/embedded"
)

// A venue is the kind of place a station stands at; see venues.yaml.
type venue struct {
	German, Italian string
	Amenities       []string
	ClosesAtNight   bool `yaml:"closes_at_night"`
}

// An addressBook is the addresses of a city; see streets.yaml.
type addressBook struct {
	City        string
	PostalCodes []string `yaml:"postal_codes"`
	Streets     []string
}

// The words of synthetic stations, of which a program may never need any.
var (
	venues       = sync.OnceValue(func() []venue { return embedded.YAML[[]venue](files, "data/venues.yaml") })
	addressBooks = sync.OnceValue(func() []addressBook { return embedded.YAML[[]addressBook](files, "data/streets.yaml") }) // by city
)

// describe returns a station without its charge points.
func (c *Catalogue) describe(number uint32, t traits) Station {
	o := &c.operators[t.operator()]
	s := Station{Operator: o.Name, NoContact: o.Phone == "", Site: connect.Site{
		StationID: c.stationID(number), Speed: c.layouts[t.layout()].speed, Phone: o.Phone, Logo: o.logo(), Partner: o.Partner,
	}}
	s.Latitude, s.Longitude = c.position(number, t).text()
	var in *country
	if c.isFixed(number) {
		f := &c.fixed[number]
		in = &c.countries[f.country]
		s.Name, s.Address, s.Opening, s.Amenities = f.Name, f.Address, alwaysOpen(), slices.Clone(f.Amenities)
		s.LastUpdated = firstUpdate().Add(time.Duration(number) * time.Minute)
	} else {
		in = &c.countries[c.cities[t.city()].country]
		c.drawText(&s, number, t.city())
	}
	s.Country, s.Zone = in.Code, in.zone
	return s
}

// drawText sets what people read about a synthetic station. Addresses have the
// form of the vendor's worked example: street, number, postal code, city.
func (c *Catalogue) drawText(s *Station, number uint32, at int) {
	d := newDraw(c.seed, c.synthetic(number), forText)
	city, book := &c.cities[at], &addressBooks()[at]
	street := book.Streets[d.below(len(book.Streets))]
	house := strconv.Itoa(1 + d.below(180))
	code := book.PostalCodes[d.below(len(book.PostalCodes))]
	v := &venues()[d.below(len(venues()))]
	word := v.German
	if c.countries[city.country].Language == "italian" {
		word = v.Italian
	}
	s.Name = word + " " + street
	s.Address = street + ", " + house + ", " + code + ", " + city.Name
	s.Opening = openingTimes(v.ClosesAtNight, &d)
	s.Amenities = someOf(v.Amenities, &d)
	s.LastUpdated = firstUpdate().Add(time.Duration(d.below(30*24*60*60)) * time.Second)
}

// firstUpdate returns when the catalogue's operators began to report. It is in
// the past of any clock that a test is likely to freeze.
func firstUpdate() time.Time { return time.Date(2026, 2, 1, 6, 0, 0, 0, time.UTC) }

func alwaysOpen() OpeningTimes {
	return OpeningTimes{TwentyFourSeven: true, RegularHours: []Hours{}}
}

// openingTimes returns one of two forms for venues that close at night: one
// line for all days, or a line a day without Sunday.
func openingTimes(closesAtNight bool, d *draw) OpeningTimes {
	form := d.below(2)
	if !closesAtNight {
		return alwaysOpen()
	}
	if form == 0 {
		return OpeningTimes{RegularHours: []Hours{{Weekday: connect.AllDays, Begin: "06:00", End: "23:00"}}}
	}
	list := make([]Hours, 0, 6)
	for _, day := range [...]string{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"} {
		list = append(list, Hours{Weekday: day, Begin: "07:00", End: "22:00"})
	}
	return OpeningTimes{RegularHours: append(list, Hours{Weekday: "SATURDAY", Begin: "08:00", End: "20:00"})}
}

// someOf returns the list without some of its members, sometimes without any.
func someOf(all []string, d *draw) []string {
	mask := d.next()
	some := make([]string, 0, len(all))
	for i, a := range all {
		if mask>>(2*i)&3 != 0 {
			some = append(some, a)
		}
	}
	return some
}
