package earth_test

import (
	"math"
	"testing"

	"cariqamock/contracttests/internal/earth"
)

func TestMeters(t *testing.T) {
	for name, tt := range map[string]struct{ lat1, lon1, lat2, lon2, want float64 }{
		"no way":         {52.5, 13.4, 52.5, 13.4, 0},
		"a degree north": {0, 0, 1, 0, 111_195},
		"a degree east":  {60, 0, 60, 1, 55_597},
		"over the line":  {0, 179.5, 0, -179.5, 111_195},
		"half around":    {0, 0, 0, 180, 20_015_087},
		"pole to pole":   {90, 0, -90, 77, 20_015_087},
	} {
		if got := earth.Meters(tt.lat1, tt.lon1, tt.lat2, tt.lon2); math.Abs(got-tt.want) > 1 {
			t.Errorf("%s: %.0f m, want %.0f", name, got, tt.want)
		}
	}
}
