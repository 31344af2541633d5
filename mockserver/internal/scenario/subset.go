package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// subset says where got lacks what want asks for: of objects the keys that
// want has, of lists every element. Both are values as encoding/json decodes
// them with UseNumber. nil: nowhere.
func subset(path string, want, got any) error {
	switch want := want.(type) {
	case map[string]any:
		object, is := got.(map[string]any)
		if !is {
			return mismatch(path, want, got)
		}
		for _, key := range slices.Sorted(maps.Keys(want)) {
			v, has := object[key]
			if !has {
				return fmt.Errorf("%s: want %s, got no such key (there are %s)", join(path, key), show(want[key]),
					show(slices.Sorted(maps.Keys(object))))
			}
			if err := subset(join(path, key), want[key], v); err != nil {
				return err
			}
		}
		return nil
	case []any:
		list, is := got.([]any)
		if !is {
			return mismatch(path, want, got)
		}
		if len(list) != len(want) {
			return fmt.Errorf("%s: want %d elements, got %d: %s", path, len(want), len(list), show(got))
		}
		for i := range want {
			if err := subset(fmt.Sprintf("%s[%d]", path, i), want[i], list[i]); err != nil {
				return err
			}
		}
		return nil
	case json.Number:
		if n, is := got.(json.Number); is && sameNumber(string(want), string(n)) {
			return nil
		}
		return mismatch(path, want, got)
	}
	if want != got {
		return mismatch(path, want, got)
	}
	return nil
}

func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err == nil && err2 == nil && x == y
}

func mismatch(path string, want, got any) error {
	return fmt.Errorf("%s: want %s, got %s", path, show(want), show(got))
}

// show writes a value as JSON, cut short.
func show(v any) string {
	const most = 400
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(b) > most {
		return string(b[:most]) + "…"
	}
	return string(b)
}
