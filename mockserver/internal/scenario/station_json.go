package scenario

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// ReadStation reads a station that is written in JSON as in a file. Relative
// times are relative to now. It fails with a *CallError for the first mistake.
func ReadStation(value any, known Known, now time.Time) (connect.Station, error) {
	w := &writer{}
	w.WriteString("name: s\ntitle: s\nstations: [")
	w.line(entry{value: reflect.ValueOf(value)})
	w.WriteString("]\n")
	known.AnyName = true
	s, at, err := parse("station", w.Bytes(), known)
	var wrong *Error
	if errors.As(err, &wrong) {
		field := ""
		for path, t := range at.tokens {
			if t == wrong.token && len(path) > len(field) {
				field = path
			}
		}
		return connect.Station{}, &CallError{strings.TrimPrefix(strings.TrimPrefix(field, "stations[0]"), "."), wrong.Text}
	}
	if err != nil {
		return connect.Station{}, fmt.Errorf("station: %w", err)
	}
	return s.file.Stations[0].own(now), nil
}

// StationJSON returns a station as files have it, to be encoded as JSON.
func StationJSON(st connect.Station) any { return plain(entry{value: reflect.ValueOf(newStation(st))}) }

func plain(e entry) any {
	v := e.value
	if !v.IsValid() {
		return nil
	}
	switch x := v.Interface().(type) {
	case decimal.Decimal:
		return x.StringFixed(max(e.places, -x.Exponent()))
	case encoding.TextMarshaler:
		b, _ := x.MarshalText() // never fails for the types of this package
		return string(b)
	}
	switch v.Kind() {
	case reflect.Struct:
		object := map[string]any{}
		for _, e := range entriesOf(v) {
			object[e.key] = plain(e)
		}
		return object
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plain(entry{value: value(v.Index(i))})
		}
		return list
	case reflect.String:
		return v.String()
	}
	return v.Interface()
}
