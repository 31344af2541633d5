// Package earth measures distances on the ground.
package earth

import "math"

// Meters returns the distance between two places in degrees, by the haversine formula
// on a sphere.
func Meters(lat1, lon1, lat2, lon2 float64) float64 {
	const radius, rad = 6371000, math.Pi / 180
	dLat, dLon := (lat2-lat1)*rad, (lon2-lon1)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(lat1*rad)*math.Cos(lat2*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))
}
