package stations

import (
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// A battery that is charged at a synthetic charge point takes 60 kWh, the last
// fifth of them ever slower.
const (
	batteryWh = 60_000
	taperWh   = 48_000
)

// newMeters returns the readings of a session by the power of the charge point.
func (t *tables) newMeters() map[float64][]connect.Reading {
	meters := map[float64][]connect.Reading{}
	for _, l := range t.layouts {
		for _, p := range l.points {
			if meters[p.KW] == nil {
				meters[p.KW] = meter(p.KW)
			}
		}
	}
	return meters
}

// meter returns one reading a minute. From the taper on the power falls with
// what is left to charge, to a quarter at the end.
func meter(kw float64) []connect.Reading {
	perMinute := int64(kw * 1000 / 60)
	var readings []connect.Reading
	var wh int64
	for at := time.Minute; wh < batteryWh; at += time.Minute {
		step := perMinute
		if wh > taperWh {
			step = perMinute * (batteryWh - wh + (batteryWh-taperWh)/3) / ((batteryWh - taperWh) * 4 / 3)
		}
		wh = min(wh+max(step, 1), batteryWh)
		readings = append(readings, connect.Reading{At: at, KWh: decimal.New(wh, -3)})
	}
	return readings
}
