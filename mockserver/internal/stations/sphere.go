package stations

import "math"

// earthRadius is the mean radius in meters that haversine formulas use.
const earthRadius = 6_371_008.8

// A center is a point from which distances are measured. Angles are in radians.
type center struct{ lat, lon, sin, cos float64 }

// newCenter returns the center at a place in degrees. Longitudes beyond the date
// line continue on its other side; ok is false for latitudes beyond a pole.
func newCenter(lat, lon float64) (c center, ok bool) {
	if !(math.Abs(lat) <= 90) || math.IsNaN(lon) || math.IsInf(lon, 0) {
		return center{}, false
	}
	phi := radians(lat)
	return center{lat: phi, lon: radians(math.Remainder(lon, 360)), sin: math.Sin(phi), cos: math.Cos(phi)}, true
}

// hav returns the haversine of the angle to a point. It grows with the distance
// but is cheaper, so that cells are compared by it. As it is periodic, the date
// line needs no special case.
func (c center) hav(lat, lon float64) float64 {
	s, t := math.Sin((lat-c.lat)/2), math.Sin((lon-c.lon)/2)
	return min(s*s+c.cos*math.Cos(lat)*t*t, 1)
}

// meters converts a haversine into a distance on the ground.
func meters(hav float64) float64 { return 2 * earthRadius * math.Asin(math.Sqrt(hav)) }

// havOf converts a distance on the ground, in meters, into a haversine.
func havOf(distance float64) float64 {
	angle := distance / (2 * earthRadius)
	if angle >= math.Pi/2 {
		return 1
	}
	s := math.Sin(angle)
	return s * s
}

// nearest returns the haversine of the nearest point of a box. On a parallel the
// nearest point is the one nearest in longitude, so it lies on the center's
// meridian or on the nearer of the two that bound the box.
func (c center) nearest(b box) float64 {
	if b.spans(c.lon) {
		switch {
		case c.lat < b.south:
			return c.hav(b.south, c.lon)
		case c.lat > b.north:
			return c.hav(b.north, c.lon)
		}
		return 0
	}
	near, _ := c.edges(b)
	if p := c.peak(near); p >= b.south && p <= b.north {
		return c.hav(p, near)
	}
	return min(c.hav(b.south, near), c.hav(b.north, near))
}

// farthest returns the haversine of the farthest point of a box, likewise.
func (c center) farthest(b box) float64 {
	far := c.lon + math.Pi
	if !b.spans(far) {
		_, far = c.edges(b)
	}
	p := c.peak(far) + math.Pi
	if p > math.Pi {
		p -= 2 * math.Pi
	}
	if p >= b.south && p <= b.north {
		return c.hav(p, far)
	}
	return max(c.hav(b.south, far), c.hav(b.north, far))
}

// edges returns the meridians that bound a box, the nearer in longitude first.
func (c center) edges(b box) (near, far float64) {
	west, east := math.Remainder(b.west-c.lon, 2*math.Pi), math.Remainder(b.east-c.lon, 2*math.Pi)
	if math.Abs(west) < math.Abs(east) {
		return b.west, b.east
	}
	return b.east, b.west
}

func (b box) spans(lon float64) bool {
	d := math.Mod(lon-b.west, 2*math.Pi)
	if d < 0 {
		d += 2 * math.Pi
	}
	return d <= b.east-b.west
}

// peak returns the latitude at which a meridian, taken as a full circle, is
// nearest: the cosine of the distance along it is a sine wave.
func (c center) peak(lon float64) float64 {
	return math.Atan2(c.sin, c.cos*math.Cos(lon-c.lon))
}
