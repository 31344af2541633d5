// Package parameter is the parameters of Stripe's calls: which ones each call
// has, and what their values may be. See parameters.yaml.
package parameter

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cariqamock/mockserver/internal/embedded"
	"cariqamock/mockserver/internal/text"
)

//go:embed parameters.yaml
var files embed.FS

// A table is parameters.yaml. Its trees are maps (objects), lists with the one
// element that all of theirs are like, and texts (types of values).
type table struct {
	Countries string
	Common    map[string]any
	Post      map[string]any
	Expand    map[string]map[string]any
	Calls     map[string]map[string]any
}

var known = sync.OnceValue(func() table {
	t := embedded.YAML[table](files, "parameters.yaml")
	for call, tree := range t.Calls {
		add := []map[string]any{t.Common}
		if !strings.HasSuffix(call, "_retrieve") {
			add = append(add, t.Post)
		}
		for _, more := range add {
			for name, kind := range more {
				if _, own := tree[name]; !own {
					tree[name] = kind
				}
			}
		}
	}
	return t
})

// A Mistake is why Stripe refuses a parameter. Except for the text about words
// and booleans, the messages are Stripe's.
type Mistake struct{ Code, Param, Message string }

// Check returns what is wrong with the parameters of a call, by full names such as
// card[number] and list[], or nil.
func Check(operation string, params map[string][]string) *Mistake {
	tree := known().Calls[operation]
	var unknown []string
	var hint string
	var wrong *Mistake
	for _, name := range slices.Sorted(maps.Keys(params)) {
		c := check{name: name, values: params[name]}
		switch c.walk(tree, "", segments(name)); {
		case c.unknown != "" && !slices.Contains(unknown, c.unknown):
			unknown, hint = append(unknown, c.unknown), c.hint
		case wrong == nil:
			wrong = c.wrong
		}
	}
	switch len(unknown) {
	case 0:
		return cmp.Or(wrong, expand(operation, params["expand[]"]))
	case 1:
		return &Mistake{"parameter_unknown", unknown[0], "Received unknown parameter: " + shown(unknown[0]) + hint}
	}
	return &Mistake{"parameter_unknown", unknown[0], "Received unknown parameters: " + shown(strings.Join(unknown, ", "))}
}

// CheckKeys returns what is wrong with the numbers in the names of a list's elements,
// as they are in list[0] and list[1], or nil.
func CheckKeys(list string, keys []int) *Mistake {
	for next, key := range slices.Compact(slices.Sorted(slices.Values(keys))) {
		if key != next {
			return oddKeys(list, strconv.Itoa(key), next)
		}
	}
	return nil
}

func oddKeys(list, key string, next int) *Mistake {
	return &Mistake{Param: list, Message: fmt.Sprintf("If passing an array with explicit keys (e.g. foo[0]=a&foo[1]=b) instead of as an array "+
		"(e.g. foo[]=a&foo[]=b), the keys must be numeric and sequential starting from 0. You passed the keys `%s`, we expected to have a key with the value `%d`.",
		shown(key), next)}
}

// expand returns what is wrong with the properties that a call asks to expand.
func expand(operation string, paths []string) *Mistake {
	var tree map[string]any
	for resource, properties := range known().Expand {
		if strings.HasPrefix(operation, "stripe_"+resource+"_") {
			tree = properties
		}
	}
	for _, path := range paths {
		names := strings.Split(path, ".")
		if len(names) > maxLevels || !expandable(tree, names) {
			return &Mistake{Message: "This property cannot be expanded (" + shown(path) + ")."}
		}
	}
	return nil
}

func expandable(tree map[string]any, names []string) bool {
	if len(names) == 0 {
		return tree["?"] != nil
	}
	if below, ok := tree[names[0]].(map[string]any); ok {
		return expandable(below, names[1:])
	}
	return names[0] != "?" && tree[names[0]] != nil
}

const maxLevels = 4 // of a path, as Stripe documents

// segments returns the parts of a[b][c]: a, b and c.
func segments(name string) []string {
	return strings.Split(strings.ReplaceAll(strings.TrimSuffix(name, "]"), "][", "["), "[")
}

// A check follows one parameter into a tree.
type check struct {
	name   string
	values []string

	unknown, hint string // the shortest name that is unknown, and what was meant
	wrong         *Mistake
}

// walk checks the rest of a name, below the full name that leads to the node.
func (c *check) walk(node any, above string, rest []string) {
	switch node := node.(type) {
	case map[string]any:
		c.object(node, above, rest)
	case []any:
		switch {
		case len(rest) > 0 && rest[0] == "":
			c.walk(node[0], above+"[]", rest[1:])
		case len(rest) > 0:
			c.wrong = oddKeys(above, rest[0], 0)
		case c.last() != "":
			c.wrong = &Mistake{Param: above, Message: "Invalid array"}
		}
	case string:
		kind, unset := strings.CutSuffix(node, "?")
		switch {
		case kind == "any", kind == "metadata" && (len(rest) == 1 && rest[0] != "" || len(rest) == 0 && c.last() == ""):
		case kind == "metadata":
			c.wrong = &Mistake{Param: above, Message: "Invalid object"}
		case len(rest) > 0:
			c.wrong = &Mistake{Param: above, Message: "Invalid string"}
		case c.last() != "":
			c.wrong = value(kind, above, c.last())
		case !unset:
			c.wrong = empty(above)
		}
	}
}

func (c *check) object(node map[string]any, above string, rest []string) {
	if len(rest) == 0 {
		if _, unset := node["?"]; !unset || c.last() != "" {
			c.wrong = &Mistake{Param: above, Message: "Invalid object"}
		}
		return
	}
	next, ok := node[rest[0]]
	if !ok || rest[0] == "?" {
		c.unknown = join(above, rest[0])
		if near, ok := similar(rest[0], node); ok {
			c.hint = ". Did you mean " + join(above, near) + "?"
		}
		return
	}
	c.walk(next, join(above, rest[0]), rest[1:])
}

// similar returns the parameter that was meant. Stripe's own idea of what is
// similar is not public: here it is a difference of up to two characters in length
// (assumed).
func similar(name string, node map[string]any) (string, bool) {
	for _, near := range text.Similar(name, slices.Sorted(maps.Keys(node))) {
		if near != "?" && len(near)-len(name) <= 2 && len(name)-len(near) <= 2 {
			return near, true
		}
	}
	return "", false
}

func join(above, name string) string {
	if above == "" {
		return name
	}
	return above + "[" + name + "]"
}

// last returns the value that counts.
func (c *check) last() string { return c.values[len(c.values)-1] }

func empty(param string) *Mistake {
	return &Mistake{"parameter_invalid_empty", param, fmt.Sprintf("You passed an empty string for '%s'. We assume empty values are an attempt to unset a "+
		"parameter; however '%s' cannot be unset. You should remove '%s' from your request or supply a non-empty value.", param, param, param)}
}

// value checks a value that is not empty.
func value(kind, param, v string) *Mistake {
	wrong := ""
	switch {
	case kind == "integer" && !isInteger(v):
		return &Mistake{"parameter_invalid_integer", param, "Invalid integer: " + shown(v)}
	case kind == "number" && !number.MatchString(v):
		wrong = "Invalid decimal: " + shown(v)
	case kind == "boolean" && v != "true" && v != "false":
		wrong = "Invalid boolean: must be true or false"
	case kind == "email" && !email.MatchString(v):
		return &Mistake{"email_invalid", param, "Invalid email address: " + shown(v)}
	case kind == "country" && !IsCountry(v):
		wrong = "Country '" + shown(v) + "' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', 'EG', or 'GB'. " +
			"A full list of country codes is available at https://en.wikipedia.org/wiki/ISO_3166-1_alpha-2#Officially_assigned_code_elements"
	case strings.HasPrefix(kind, "|"):
		words := strings.Split(kind[1:], "|")
		if !slices.Contains(words, v) {
			wrong = "Invalid " + param + ": must be one of " + text.OneOf(words)
		}
	}
	if wrong == "" {
		return nil
	}
	return &Mistake{Param: param, Message: wrong}
}

func isInteger(v string) bool {
	_, err := strconv.ParseInt(v, 10, 64)
	return err == nil
}

var (
	number = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	// Stripe's own rule is not public: this is a part before the @ and a domain
	// with a dot, without blanks (assumed).
	email = regexp.MustCompile(`^[^\s@,;<>()\[\]"]+@[^\s@,;<>()\[\]".]+(\.[^\s@,;<>()\[\]".]+)+$`)
)

// IsCountry reports whether Stripe knows the code of a country, in any case
// (assumed).
func IsCountry(code string) bool {
	return len(code) == 2 && strings.Contains(" "+known().Countries+" ", " "+strings.ToUpper(code)+" ")
}

func shown(s string) string { return text.Shorten(s, 100) }
