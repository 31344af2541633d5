package scenario

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"cariqamock/mockserver/internal/text"
)

// Bounds that keep times and sums of times within what JSON can represent.
const (
	firstYear = 2000
	lastYear  = 2099
	longest   = 10 * 365 * 24 * time.Hour
)

const (
	wantDuration = "a duration with its unit, such as 90s, 10m, 1h30m or 2d (not negative, at most ten years)"
	wantExpiry   = "a month as MM/YYYY, such as 12/2030"
	wantMoment   = "a time, such as 2026-04-02T14:00:00Z or 2026-04-02, or one relative to the world's start, such as -25m or 2d"
)

// A Duration is not negative.
type Duration time.Duration

// UnmarshalText reads what text.Duration reads.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := text.Duration(string(b))
	if err != nil || v < 0 || v > longest {
		return errors.New("expected " + wantDuration)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes the duration as String does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String returns the duration without needless zeros: 10m, not 10m0s.
func (d Duration) String() string { return shortDuration(time.Duration(d)) }

func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// A Moment is a time: absolute, or relative to the world's start.
type Moment struct {
	absolute time.Time // zero if the moment is relative
	offset   time.Duration
}

// At returns the time of the moment in a world that starts at a time.
func (m Moment) At(start time.Time) time.Time {
	if m.Absolute() {
		return m.absolute
	}
	return start.Add(m.offset)
}

// Absolute reports whether the moment is the same in every world.
func (m Moment) Absolute() bool { return !m.absolute.IsZero() }

// UnmarshalText reads a time or a duration, which may be negative.
func (m *Moment) UnmarshalText(b []byte) error {
	s := string(b)
	if d, err := text.Duration(s); err == nil {
		if d.Abs() > longest {
			return errors.New("expected a time at most ten years from the world's start")
		}
		*m = Moment{offset: d}
		return nil
	}
	t, err := text.Time(s)
	if err != nil {
		return errors.New("expected " + wantMoment)
	}
	if y := t.UTC().Year(); y < firstYear || y > lastYear {
		return fmt.Errorf("expected a year from %d to %d", firstYear, lastYear)
	}
	*m = Moment{absolute: t.UTC()}
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (m Moment) MarshalText() ([]byte, error) {
	if m.Absolute() {
		return []byte(m.absolute.Format(time.RFC3339Nano)), nil
	}
	return []byte(shortDuration(m.offset)), nil
}

// Expiry is a card's last month.
type Expiry struct{ Month, Year int }

// UnmarshalText reads MM/YYYY.
func (e *Expiry) UnmarshalText(b []byte) error {
	t, err := time.Parse("01/2006", string(b))
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return errors.New("expected " + wantExpiry)
	}
	e.Month, e.Year = int(t.Month()), t.Year()
	return nil
}

// MarshalText writes MM/YYYY.
func (e Expiry) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%02d/%04d", e.Month, e.Year), nil
}
