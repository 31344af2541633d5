package stations

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

// Pages far behind are the same as in the whole list.
func TestDeepPages(t *testing.T) {
	c := New(Config{Count: 6000, Seed: 3})
	property.Check(t, func(t *rapid.T) {
		q := Around{
			Latitude:  rapid.Float64Range(43, 54).Draw(t, "lat"),
			Longitude: rapid.Float64Range(7, 16).Draw(t, "lon"),
			Distance:  rapid.SampledFrom([]float64{3e5, 6e5, 2e6, 2.1e7, 1e300}).Draw(t, "distance"),
			Limit:     c.Len(),
		}
		_, all := c.Around(q, nil)
		q.Limit = rapid.IntRange(1, 100).Draw(t, "limit")
		last := len(all) - 1
		for _, offset := range []int{last, last - q.Limit, last / 2, deep, rapid.IntRange(0, len(all)).Draw(t, "offset")} {
			q.Offset = min(max(offset, 0), len(all))
			_, page := c.Around(q, nil)
			if diff := cmp.Diff(stationIDs(all[q.Offset:min(q.Offset+q.Limit, len(all))]), stationIDs(page)); diff != "" {
				t.Fatalf("page from %d of %d (-want +got):\n%s", q.Offset, len(all), diff)
			}
		}
	})
}

// Stations at one place have one distance, and are all on a page if need be.
func TestDeepPagesAtOnePlace(t *testing.T) {
	points := []fixedPoint{{EVSE: "A"}}
	same := make([]fixedStation, 3*deep)
	for i := range same {
		same[i] = fixedStation{ID: syntheticID(1, uint32(i)), at: inDegrees(50, 10), Points: points}
	}
	c := build(Config{}, same)
	q := Around{Latitude: 51, Longitude: 10, Distance: 1e6, Limit: len(same)}
	_, all := c.Around(q, nil)
	q.Offset, q.Limit = len(same)-30, 20
	_, page := c.Around(q, nil)
	if diff := cmp.Diff(stationIDs(all[q.Offset:][:20]), stationIDs(page)); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}

// The last page of many stations costs little more than that of a few.
func TestDeepPagesLookAtFew(t *testing.T) {
	looks := func(count int) int {
		c := New(Config{Count: count, Seed: 1})
		q := Around{Latitude: 52.51, Longitude: 13.45, Distance: 1e6, Limit: 20}
		total, _ := c.Around(q, nil)
		q.Offset = total - q.Limit
		_, page, n := c.around(q, nil)
		if total < count*9/10 || len(page) != q.Limit {
			t.Fatalf("%d stations, %d on the page", total, len(page))
		}
		return n
	}
	few, many := looks(4000), looks(256_000)
	t.Log(few, many)
	if many > 16*few || many > 100_000 {
		t.Errorf("%d looks among 4000 stations, %d among 256,000", few, many)
	}
}
