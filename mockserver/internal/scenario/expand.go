package scenario

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Names that steps can use from the start.
const (
	varUser  = "user"
	varWorld = "world"
)

// intentSuffix turns a saved client secret into its intent's id.
const intentSuffix = ".id"

// variable matches what expand replaces.
var variable = regexp.MustCompile(`\{` + namePattern + `(\.id)?\}`)

// isVariable reports whether a value can be saved under a name.
var isVariable = regexp.MustCompile("^" + namePattern + "$").MatchString

const namePattern = `[a-z][a-z0-9_]{0,39}`

// Values are what {name} stands for in a step.
type Values map[string]string

// Values returns what steps can refer to before anything is saved: {user} is
// the first user's id and {world} the id of the world.
func (s *Scenario) Values(world string) Values {
	v := Values{varWorld: world}
	if len(s.file.Users) > 0 {
		v[varUser] = s.file.Users[0].ID
	}
	return v
}

func (v Values) lookup(name string) (string, bool) {
	saved, isIntent := strings.CutSuffix(name, intentSuffix)
	text, ok := v[saved]
	if isIntent {
		text, _, _ = strings.Cut(text, "_secret_")
	}
	return text, ok
}

// Expand replaces each {name} in all texts of a decoded JSON value.
func (v Values) Expand(value any) (any, error) {
	return mapTexts(value, func(text string) (string, error) { return expand(text, v.lookup) })
}

// expand replaces each {name} in a text. Other braces stay.
func expand(text string, lookup func(name string) (string, bool)) (string, error) {
	var err error
	out := variable.ReplaceAllStringFunc(text, func(braced string) string {
		value, ok := lookup(strings.Trim(braced, "{}"))
		if !ok && err == nil {
			err = fmt.Errorf("nothing is saved as %s", braced)
		}
		return value
	})
	return out, err
}

// eachText calls do with the place and text of a call's values, apart from
// those of want.
func (s Step) eachText(do func(path, text string)) {
	do("call", s.Call)
	eachText("json", s.JSON, do)
	eachText("form", s.Form, do)
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		do(join("headers", name), s.Headers[name])
	}
}

// eachText calls do with every text of a decoded JSON value, in order.
func eachText(path string, v any, do func(path, text string)) {
	switch v := v.(type) {
	case string:
		do(path, v)
	case []any:
		for i, e := range v {
			eachText(fmt.Sprintf("%s[%d]", path, i), e, do)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			eachText(join(path, key), v[key], do)
		}
	}
}

// mapTexts copies a decoded JSON value with every text changed by f.
func mapTexts(v any, f func(string) (string, error)) (any, error) {
	var err error
	switch v := v.(type) {
	case string:
		return f(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			if out[i], err = mapTexts(v[i], f); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			if out[k], err = mapTexts(v[k], f); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}
