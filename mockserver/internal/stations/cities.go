package stations

import "math"

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
