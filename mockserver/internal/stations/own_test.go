package stations

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/connect"
)

// ownWorld is a world with stations of its own.
type ownWorld []connect.Station

func (ownWorld) PointStatus(string) (connect.EVSEStatus, bool) { return "", false }
func (ownWorld) ChangedPoints() []string                       { return nil }
func (w ownWorld) Stations() []connect.Station                 { return w }

// TestOwnStations_properties draws own stations around Berlin: each is in every
// circle and tile that it lies in, once, in order, and counts in clusters; one
// without a place is nowhere. Nothing else changes.
func TestOwnStations_properties(t *testing.T) {
	c := New(Config{Count: 300})
	property.Check(t, func(t *rapid.T) {
		var w ownWorld
		placed := 0
		for i := range rapid.IntRange(0, 6).Draw(t, "stations") {
			s := connect.Station{
				Site:   connect.Site{StationID: "own-" + strconv.Itoa(i), Partner: rapid.Bool().Draw(t, "partner")},
				Points: []connect.ChargePoint{{EVSE: "DE*OWN*E" + strconv.Itoa(i), Status: connect.Available, Connector: "TESLA_R", PowerKW: 11}},
			}
			if rapid.IntRange(0, 4).Draw(t, "place") > 0 {
				placed++
				s.Latitude = strconv.FormatFloat(rapid.Float64Range(52.3, 52.7).Draw(t, "latitude"), 'f', 6, 64)
				s.Longitude = strconv.FormatFloat(rapid.Float64Range(13.1, 13.7).Draw(t, "longitude"), 'f', 6, 64)
			}
			if err := c.Adopt(&s); err != nil {
				t.Fatal(err)
			}
			w = append(w, s)
		}
		q := Around{Latitude: 52.5, Longitude: 13.4, Distance: rapid.Float64Range(0, 60_000).Draw(t, "distance"), Limit: 1000}
		before, _ := c.Around(q, nil)
		n, page := c.Around(q, w)
		own := 0
		for _, near := range page {
			if len(near.Station().StationID) < 24 {
				own++
			}
		}
		if n != before+own || len(page) != n || !slices.IsSortedFunc(page, func(a, b Near) int { return int(a.Meters*1e6) - int(b.Meters*1e6) }) {
			t.Fatalf("%d around, %d before, %d own, %d on the page", n, before, own, len(page))
		}
		whole := Tile{X: []int{0}, Y: []int{0}, Z: 0}
		if got := count(c, whole, w) - count(c, whole, nil); got != placed {
			t.Fatalf("%d more stations on the map, want %d", got, placed)
		}
		whole.Filter.ConnectorTypes = []string{"TESLA_R"}
		if got := count(c, whole, w); got != placed {
			t.Fatalf("%d stations with their connector, want %d", got, placed)
		}
		whole.Filter.ConnectorTypes = []string{"TESLA_S"}
		if got := count(c, whole, w); got != 0 {
			t.Fatalf("%d stations with a connector that none has", got)
		}
	})
}

func count(c *Catalogue, q Tile, live Live) (n int) {
	for _, f := range c.Tile(q, live) {
		n += f.Count
	}
	return n
}
