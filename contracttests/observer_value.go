package contracttests

import (
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

func ends(c constancy) []string { return slices.Collect(maps.Keys(c.Ends)) }

// unlike describes two values that differ although a rule applies, or returns "".
func unlike(applies bool, before, after any, rule string) string {
	if !applies || reflect.DeepEqual(before, after) {
		return ""
	}
	return fmt.Sprintf("%s: it was %v, and is %v", rule, before, after)
}

// keeps returns why shared caches or browsers may keep an answer, or "".
func keeps(h http.Header) string {
	for word := range strings.FieldsFuncSeq(strings.ToLower(h.Get("Cache-Control")), func(r rune) bool { return r == ',' || r == ' ' }) {
		if word == "public" || strings.HasPrefix(word, "s-maxage") || strings.HasPrefix(word, "max-age") && word != "max-age=0" {
			return word + " lets caches keep what belongs to one user"
		}
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if sent, _ := http.ParseTime(h.Get("Date")); err == nil && expires.After(sent) {
		return fmt.Sprintf("with Expires caches may keep what belongs to one user until %v", expires)
	}
	return ""
}

// charset returns why an answer is read in another encoding than JSON has, or "".
func charset(h http.Header) string {
	media, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	if name := parameters["charset"]; err == nil && strings.HasSuffix(media, "json") && name != "" && !strings.EqualFold(name, "utf-8") {
		return fmt.Sprintf("%s is not UTF-8, which JSON always is: clients that believe it read umlauts wrong", name)
	}
	return ""
}

// number returns a value as a number, or 0.
func number(v any) float64 {
	n, _ := strconv.ParseFloat(fmt.Sprint(v), 64)
	return n
}

// dig returns the value at a dotted path, or nil.
func dig(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		o, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

// present reports whether there is a value, which may be null, at a dotted path.
func present(v any, path string) bool {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		v, path = dig(v, path[:i]), path[i+1:]
	}
	object, _ := v.(map[string]any)
	_, ok := object[path]
	return ok
}

// world returns whose data a request is about: that of its token.
func (r request) world() string { return r.header.Get("Authorization") + " " }

// writes reports whether a request may change something.
func (r request) writes() bool {
	return r.method != http.MethodGet && r.method != http.MethodHead && r.method != http.MethodOptions
}

// path returns the path of a request after /api/v1.
func (r request) path() string {
	u, err := url.Parse(r.url)
	if err != nil {
		return ""
	}
	_, path, _ := strings.Cut(u.Path, "/api/v1")
	return strings.TrimSuffix(path, "/") + "/"
}

// user returns the id of the user in the path of a request, or "".
func (r request) user() string {
	parts := strings.Split(r.path(), "/")
	if len(parts) > 2 && parts[1] == "users" {
		return parts[2]
	}
	return ""
}

// part returns the first word of the path below a user, such as billing-details, or
// "user" for the user.
func (r request) part() string {
	if parts := strings.Split(r.path(), "/"); len(parts) > 4 {
		return parts[3]
	}
	return "user"
}
