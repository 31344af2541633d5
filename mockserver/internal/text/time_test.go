package text

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

func TestDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"0": 0, "-0": 0, "90s": 90 * time.Second, "1h30m": 90 * time.Minute, "-25m": -25 * time.Minute, "+5m": 5 * time.Minute,
		"30min": 30 * time.Minute, "30 min": 30 * time.Minute, "1d": 24 * time.Hour, "-1d": -24 * time.Hour, "1.5d": 36 * time.Hour, ".5d": 12 * time.Hour,
		"2d12h": 60 * time.Hour, "1h 30m": 90 * time.Minute, "1 h 30 min": 90 * time.Minute, "90sec": 90 * time.Second,
		"250ms": 250 * time.Millisecond, "1.5h": 90 * time.Minute, "3µs": 3 * time.Microsecond, "1m30s": 90 * time.Second,
	} {
		if got, err := Duration(s); err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "10", "1.5", "m", "1x", "1 h  30 m", " 5m", "5m ", "1m,5s", "--5m", "5 -m", "1dd", "1e3s", "99999999d", "½h", "1month"} {
		if got, err := Duration(s); err == nil {
			t.Errorf("%q: got %v, want an error", s, got)
		}
	}
}

func TestTime(t *testing.T) {
	const usual = "2026-04-02T14:00:00Z"
	for s, want := range map[string]string{
		usual: usual, "2026-04-02": "2026-04-02T00:00:00Z", "2026-04-02 14:00": usual, "2026-04-02T14:00": usual, "2026-04-02T14:00Z": usual,
		"2026-04-02T14:00:00": usual, "2026-04-02 14:00:00": usual, "2026-04-02 16:00+02:00": usual, "2026-04-02 16:00:00 +02:00": usual,
		"2026-04-02 14:00:00.5": "2026-04-02T14:00:00.5Z", "2026-04-02T14:00:00.000001Z": "2026-04-02T14:00:00.000001Z",
	} {
		if got, err := Time(s); err != nil || got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("%q: got %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "2026", "2026-04", "2026-4-2", "02.04.2026", "2026-02-30", "2026-04-02T", "2026-04-02T25:00", "14:00", "2026-04-02T14:00:00 UTC", "2026-04-02  14:00"} {
		if got, err := Time(s); err == nil {
			t.Errorf("%q: got %v, want an error", s, got)
		}
	}
}

// TestPatterns compares the patterns with what is read: whatever a pattern
// matches can be read, but for values that are too large or no times.
func TestPatterns(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[+-]?[0-9]{1,3}(\.[0-9]?)? ?(min|sec|[a-z]{1,2})( ?[0-9]{1,2} ?(m|s|h|d))?`).Draw(t, "duration")
		_, err := Duration(s)
		if matches := durations.MatchString(s); matches != (err == nil) {
			t.Fatalf("%q: the pattern matches: %v, error %v", s, matches, err)
		}
		s = rapid.StringMatching(`2026-0[1-9]-[012][1-8]([T ][01][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,7})?)? ?(Z|\+0[0-9]:[03]0)?)?.?`).Draw(t, "time")
		_, err = Time(s)
		if matches := times.MatchString(s); matches != (err == nil) {
			t.Fatalf("%q: the pattern matches: %v, error %v", s, matches, err)
		}
	})
}
