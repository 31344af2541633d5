package scenario

import (
	"fmt"
	"strings"
)

// Names that steps can use from the start.
const (
	varUser  = "user"
	varWorld = "world"
)

// intentSuffix turns a saved client secret into its intent's id.
const intentSuffix = ".id"

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
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed || !isVariable(strings.TrimSuffix(name, intentSuffix)) {
			out.WriteByte('{')
			text = after
			continue
		}
		value, ok := lookup(name)
		if !ok {
			return "", fmt.Errorf("nothing is saved as {%s}", name)
		}
		out.WriteString(value)
		text = rest
	}
}

func isVariable(s string) bool {
	return s != "" && len(s) <= 40 && s[0] >= 'a' && s[0] <= 'z' &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
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
