package text

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// DurationPattern is a regular expression of what Duration reads, without a
// sign and without 0.
const DurationPattern = part + `( ?` + part + `)*`

const part = `([0-9]+(\.[0-9]*)?|\.[0-9]+) ?(ns|us|µs|μs|ms|sec|s|min|m|h|d)`

var (
	durations = regexp.MustCompile(`^[+-]?` + DurationPattern + `$`)
	parts     = regexp.MustCompile(part)
)

// Duration reads a duration as Go writes it, such as 1h30m or -25m, and as people
// do: 30min, 90 sec, 2d, 1h 30m. A day has 24 hours. Without a unit only 0 is
// accepted.
func Duration(s string) (time.Duration, error) {
	if durations.MatchString(s) {
		s = parts.ReplaceAllStringFunc(s, goPart)
		s = strings.ReplaceAll(s, " ", "")
	}
	return time.ParseDuration(s)
}

// goPart writes a number with its unit as Go does.
func goPart(s string) string {
	found := parts.FindStringSubmatch(s)
	number, unit := found[1], found[3]
	switch unit {
	case "sec":
		return number + "s"
	case "min":
		return number + "m"
	case "d":
		days, _ := strconv.ParseFloat(number, 64) // the pattern is that of a number
		return strconv.FormatFloat(days*24, 'f', -1, 64) + "h"
	}
	return number + unit
}

// TimePattern is a regular expression of what Time reads.
const TimePattern = `[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?(Z|[+-][0-9]{2}:[0-9]{2}))?)?`

var times = regexp.MustCompile("^" + TimePattern + "$")

// Time reads a time by RFC 3339, and shorter ones: a day, which begins at
// midnight, a blank instead of the T, and no seconds. Without a zone it is UTC.
func Time(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err == nil || !times.MatchString(s) {
		return t, err
	}
	if day := len(time.DateOnly); len(s) > day {
		s = s[:day] + "T" + strings.Replace(s[day+1:], " ", "", 1)
	}
	for _, layout := range []string{
		"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", time.RFC3339Nano,
	} {
		if t, short := time.Parse(layout, s); short == nil {
			return t, nil
		}
	}
	return time.Time{}, err
}
