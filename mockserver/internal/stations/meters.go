package stations

import (
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// A battery that comes to a synthetic point takes 60 kWh, the last fifth of
// them ever slower.
const (
	batteryWh = 60_000
	taperWh   = 48_000
)

// meters holds the readings of a session by the power of the point. They are
// shared by all points of that power.
type meters map[float64][]connect.Reading

func newMeters(list []layout) meters {
	m := meters{}
	for _, l := range list {
		for _, p := range l.points {
			if m[p.kw] == nil {
				m[p.kw] = meter(p.kw)
			}
		}
	}
	return m
}

// meter reads once a minute. From the taper on the power falls with what is
// left, to a quarter at the end.
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

// virtualMeter is what the virtual points with progress report: the vendor
// documents up to ten hard-coded messages; their times and values are assumed.
func virtualMeter() []connect.Reading {
	readings := make([]connect.Reading, 10)
	for i := range readings {
		k := int64(i + 1)
		readings[i] = connect.Reading{At: time.Duration(k) * 15 * time.Second, KWh: decimal.New(k*1000, -3)}
	}
	return readings
}
