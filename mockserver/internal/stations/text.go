package stations

import (
	"slices"
	"strconv"
	"time"
)

// A text is what people read about a station.
type text struct {
	name, address string
	opening       OpeningTimes
	amenities     []string
	updated       time.Time
}

// A setting is the kind of place a station stands at.
type setting struct {
	german, italian string
	amenities       []string
	shut            bool // closes at night
}

func settings() [10]setting {
	return [...]setting{
		{german: "Parkhaus", italian: "Parcheggio", amenities: []string{"TAXI_STAND"}},
		{german: "Rathaus", italian: "Municipio", amenities: []string{"BUS_STOP", "MUSEUM"}},
		{german: "Bahnhof", italian: "Stazione", amenities: []string{"TRAIN_STATION", "BUS_STOP", "TAXI_STAND", "CAFE"}},
		{german: "Supermarkt", italian: "Supermercato", amenities: []string{"SUPERMARKET"}, shut: true},
		{german: "Hotel", italian: "Hotel", amenities: []string{"HOTEL", "RESTAURANT", "WIFI"}},
		{german: "Autohof", italian: "Area di servizio", amenities: []string{"FUEL_STATION", "RESTAURANT", "CARPOOL_PARKING"}},
		{german: "Einkaufszentrum", italian: "Centro commerciale", amenities: []string{"MALL", "RESTAURANT", "CAFE", "WIFI"}, shut: true},
		{german: "Sportpark", italian: "Centro sportivo", amenities: []string{"SPORT", "RECREATION_AREA"}, shut: true},
		{german: "Stadtpark", italian: "Parco", amenities: []string{"NATURE", "RECREATION_AREA"}},
		{german: "Flughafen", italian: "Aeroporto", amenities: []string{"AIRPORT", "HOTEL", "TAXI_STAND", "WIFI"}},
	}
}

// text derives what people read. Addresses are written as in the vendor's
// worked example: street, number, postal code, city, all with commas.
func (c *Catalogue) text(number uint32, t traits) text {
	if c.isFixed(number) {
		f := &c.fixed[number]
		return text{
			name: f.name, address: f.address, amenities: slices.Clone(f.amenities),
			opening: alwaysOpen(), updated: updateBase().Add(time.Duration(number) * time.Minute),
		}
	}
	d := newDraw(c.seed, c.synthetic(number), forText)
	city := &c.cities[t.city()]
	street := city.streets[d.below(len(city.streets))]
	house := strconv.Itoa(1 + d.below(180))
	code := city.codes[d.below(len(city.codes))]
	places := settings()
	place := &places[d.below(len(places))]
	word := place.german
	if city.country == italy {
		word = place.italian
	}
	return text{
		name:      word + " " + street,
		address:   street + ", " + house + ", " + code + ", " + city.name,
		opening:   hours(place.shut, &d),
		amenities: someOf(place.amenities, &d),
		updated:   updateBase().Add(time.Duration(d.below(30*24*60*60)) * time.Second),
	}
}

// updateBase is when the catalogue's operators began to report. It is in the
// past of any clock a test is likely to freeze.
func updateBase() time.Time { return time.Date(2026, 2, 1, 6, 0, 0, 0, time.UTC) }

func alwaysOpen() OpeningTimes {
	return OpeningTimes{TwentyFourSeven: true, RegularHours: []Hours{}}
}

// hours gives places that close at night one of two forms: one line for all
// days, or a line a day without Sunday.
func hours(shut bool, d *draw) OpeningTimes {
	form := d.below(2)
	if !shut {
		return alwaysOpen()
	}
	if form == 0 {
		return OpeningTimes{RegularHours: []Hours{{"ALL", "06:00", "23:00"}}}
	}
	list := make([]Hours, 0, 6)
	for _, day := range [...]string{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"} {
		list = append(list, Hours{day, "07:00", "22:00"})
	}
	return OpeningTimes{RegularHours: append(list, Hours{"SATURDAY", "08:00", "20:00"})}
}

// someOf leaves out some amenities, sometimes all.
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
