package stations

import (
	"fmt"
	"runtime"
	"testing"
)

// counts are sizes of catalogues. For answers of the same size their costs must
// not differ by more than a factor of 1.5.
func counts() []int { return []int{400, 1_000_000} }

func eachCount(b *testing.B, run func(b *testing.B, c *Catalogue)) {
	for _, count := range counts() {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			c := New(Config{Count: count, Seed: 1})
			b.ReportAllocs()
			b.ResetTimer()
			run(b, c)
		})
	}
}

// BenchmarkAround searches a circle with about the same number of stations in
// each catalogue.
func BenchmarkAround(b *testing.B) {
	eachCount(b, func(b *testing.B, c *Catalogue) {
		q := Around{Latitude: 52.51, Longitude: 13.45, Limit: 20}
		for total := 0; total < 24; q.Distance += 20 {
			total, _ = c.Around(Around{Latitude: q.Latitude, Longitude: q.Longitude, Distance: q.Distance + 20}, nil)
		}
		b.ResetTimer()
		for b.Loop() {
			if _, page := c.Around(q, nil); len(page) != 20 {
				b.Fatal(len(page))
			}
		}
	})
}

// The tiles have a number of features that occurs in both catalogues, at the first
// zoom with such a tile.
func BenchmarkTileSingles(b *testing.B) { benchmarkTile(b, 14, 22, 2) }
func BenchmarkTileZoom5(b *testing.B)   { benchmarkTile(b, 5, 5, 5) }
func BenchmarkTileZoom0(b *testing.B)   { benchmarkTile(b, 0, 0, 1) }

func benchmarkTile(b *testing.B, from, to, features int) {
	eachCount(b, func(b *testing.B, c *Catalogue) {
		q := tileWith(b, c, from, to, features)
		b.ResetTimer()
		for b.Loop() {
			c.Tile(q, nil)
		}
	})
}

// tileWith returns a tile with a number of features.
func tileWith(b *testing.B, c *Catalogue, from, to, features int) Tile {
	b.Helper()
	for z := from; z <= to; z++ {
		for i := 0; i < len(c.index); i += 1 + len(c.index)/2000 {
			cell := c.index[i].key >> (2 * (keyLevel - z))
			q := Tile{X: []int{int(gather(cell))}, Y: []int{int(gather(cell >> 1))}, Z: z}
			if len(c.Tile(q, nil)) == features {
				return q
			}
		}
	}
	b.Fatalf("no tile with %d features", features)
	return Tile{}
}

// BenchmarkTileFiltered is the case whose cost grows with the catalogue: the whole
// world, available stations only.
func BenchmarkTileFiltered(b *testing.B) {
	eachCount(b, func(b *testing.B, c *Catalogue) {
		q := Tile{X: []int{0}, Y: []int{0}, Filter: Filter{OnlyAvailable: true}}
		for b.Loop() {
			c.Tile(q, fakeWorld(nil))
		}
	})
}

func BenchmarkStation(b *testing.B) {
	eachCount(b, func(b *testing.B, c *Catalogue) {
		id := c.stationID(200)
		for b.Loop() {
			if _, ok := c.Station(id); !ok {
				b.Fatal("not found")
			}
		}
	})
}

func BenchmarkStationOfEVSE(b *testing.B) {
	eachCount(b, func(b *testing.B, c *Catalogue) {
		id := c.evseID(200, c.traits(200), 0)
		for b.Loop() {
			if _, ok := c.StationOfEVSE(id); !ok {
				b.Fatal("not found")
			}
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for _, count := range counts() {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			var c *Catalogue
			for b.Loop() {
				c = New(Config{Count: count, Seed: 1})
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(c.Len()), "bytes/station")
			runtime.KeepAlive(c)
		})
	}
}
