package connect

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// A MeterReading is the total that a session's meter shows, reported by the
// charge point's script or by an operator.
type MeterReading struct {
	At  time.Time
	KWh decimal.Decimal
}

// meterAt is the last meter value known at a moment; nil before the first.
func (s *session) meterAt(now time.Time) *decimal.Decimal {
	if end := s.endAt(); end != nil && end.Before(now) && !s.point.Script.AfterStop {
		now = *end
	}
	return s.atLeastReported(s.scriptAt(now))
}

// scriptAt is the last value that the point's script has sent at a moment.
func (s *session) scriptAt(now time.Time) *decimal.Decimal {
	var last *decimal.Decimal
	if len(s.point.Script.Meter) > 0 {
		last = &decimal.Decimal{} // the meter starts at zero (assumed)
	}
	for i, r := range s.point.Script.Meter {
		if s.answer.Add(r.At).After(now) {
			break
		}
		last = &s.point.Script.Meter[i].KWh
	}
	return last
}

// atLeastReported raises a value to what an operator has reported, which may
// be after the session's end but never after its CDR.
func (s *session) atLeastReported(last *decimal.Decimal) *decimal.Decimal {
	for _, r := range s.readings {
		if last == nil || r.KWh.GreaterThan(*last) {
			last = &r.KWh
		}
	}
	return last
}

// readingsAt merges what the script and an operator have sent until a moment,
// ascending in time and energy. Meters do not fall, so a value below an
// earlier one was never shown.
func (s *session) readingsAt(now time.Time) []MeterReading {
	last := now
	if end := s.endAt(); end != nil && end.Before(now) && !s.point.Script.AfterStop {
		last = *end
	}
	var list []MeterReading
	for _, r := range s.point.Script.Meter {
		if at := s.answer.Add(r.At); !at.After(last) {
			list = append(list, MeterReading{at, r.KWh})
		}
	}
	for _, r := range s.readings { // may come after the end, see State.Meter
		if !r.At.After(now) {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b MeterReading) int { return a.At.Compare(b.At) })
	highest := decimal.Zero
	return slices.DeleteFunc(list, func(r MeterReading) bool {
		falls := r.KWh.LessThan(highest)
		highest = decimal.Max(highest, r.KWh)
		return falls
	})
}

// shownReadings is the most readings of a session that are shown.
const shownReadings = 200

// thin keeps every n-th of too many readings, including the last one.
func thin(list []MeterReading) []MeterReading {
	step := (len(list) + shownReadings - 1) / shownReadings
	if step <= 1 {
		return list
	}
	out := make([]MeterReading, 0, shownReadings)
	for i := (len(list) - 1) % step; i < len(list); i += step {
		out = append(out, list[i])
	}
	return out
}
