package scenario

import (
	"fmt"
	"strings"
)

// intentSuffix turns a saved client secret into its intent's id.
const intentSuffix = ".id"

// expand replaces each {name} in a text. Other braces stay.
func expand(text string, value func(name string) (string, bool)) (string, error) {
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
		v, known := value(name)
		if !known {
			return "", fmt.Errorf("nothing is saved as {%s}", name)
		}
		out.WriteString(v)
		text = rest
	}
}

func isVariable(s string) bool {
	return s != "" && len(s) <= 40 && s[0] >= 'a' && s[0] <= 'z' &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// expandAll replaces within all texts of a value.
func expandAll(v any, value func(string) (string, bool)) (any, error) {
	switch v := v.(type) {
	case string:
		return expand(v, value)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			var err error
			if out[i], err = expandAll(e, value); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			var err error
			if out[k], err = expandAll(e, value); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}
