package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
)

// Calls whose path has none of the last two prefixes are the vendor's API.
const (
	apiPrefix    = "/api/v1"
	stripePrefix = "/v1/"
	adminPrefix  = "/__admin/"
)

// stripeKey is the API key for calls of Stripe's API.
const stripeKey = "pk_test_mock"

// splitCall splits a call. ok is false if it is not "METHOD /path".
func splitCall(call string) (method, target string, ok bool) {
	method, target, ok = strings.Cut(call, " ")
	_, err := url.Parse(target)
	ok = ok && slices.Contains(wire.Methods, method) && strings.HasPrefix(target, "/") && !strings.ContainsAny(target, " \t\r\n#") && err == nil
	return method, target, ok
}

// isToken reports whether a text can be a header's name (RFC 9110).
func isToken(s string) bool {
	return s != "" && strings.Trim(s, "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// isHeaderValue reports whether a text can be a header's value.
func isHeaderValue(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// connectionHeaders are the request headers that net/http ignores, because the
// connection sets them.
var connectionHeaders = []string{"Host", "Content-Length", "Transfer-Encoding", "Trailer"}

// A CallError describes what is wrong with a part of a call.
type CallError struct {
	Field string // call, json, form or headers
	Text  string // what was expected
}

func (e *CallError) Error() string { return e.Field + ": " + e.Text }

// checkForm returns what is wrong with a call, apart from the names in braces
// that it uses.
func (s Step) checkForm() []*CallError {
	_, target, ok := splitCall(s.Call)
	if !ok {
		return []*CallError{{"call", fmt.Sprintf("expected a method and a path, such as GET /users/{user}/payment-methods/ (methods: %s)", text.OneOf(wire.Methods))}}
	}
	var found []*CallError
	if s.JSON != nil && s.Form != nil {
		found = append(found, &CallError{"form", "expected json or form, not both"})
	}
	if s.JSON != nil && strings.HasPrefix(target, stripePrefix) {
		found = append(found, &CallError{"json", "expected form: Stripe does not accept JSON"})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		switch {
		case !isToken(name) || !isHeaderValue(s.Headers[name]):
			found = append(found, &CallError{"headers", "expected a header name and value, got " + Quote(name)})
		case slices.Contains(connectionHeaders, http.CanonicalHeaderKey(name)):
			found = append(found, &CallError{"headers", "expected a header other than " + name + ", which the HTTP client sets itself"})
		}
	}
	return found
}

// APICall returns the request of a single call of the vendor's API or of
// Stripe's, to the server at base. Calls of the vendor's API carry the token,
// and {user} stands for a user's id, which may be empty. The error is a
// *CallError.
func (s Step) APICall(ctx context.Context, base, token, user string) (*http.Request, error) {
	if found := s.checkForm(); len(found) > 0 {
		return nil, found[0]
	}
	if _, target, _ := splitCall(s.Call); strings.HasPrefix(target, strings.TrimSuffix(adminPrefix, "/")) {
		return nil, &CallError{"call", "expected a call of the vendor's API or of Stripe's, not of the fake's admin API"}
	}
	values := Values{}
	if user != "" {
		values[varUser] = user
	}
	r, err := s.Request(ctx, base, token, values)
	if err != nil {
		return nil, &CallError{"call", err.Error()}
	}
	return r, nil
}

// Request returns the HTTP request of a call, to the server at base. Calls of
// the vendor's API carry the token.
func (s Step) Request(ctx context.Context, base, token string, values Values) (*http.Request, error) {
	method, target, ok := splitCall(s.Call)
	if !ok {
		return nil, errors.New("expected a method and a path")
	}
	path, err := expand(target, func(name string) (string, bool) {
		v, ok := values.lookup(name)
		return url.PathEscape(v), ok
	})
	if err != nil {
		return nil, err
	}
	authorization := "Bearer " + token
	switch {
	case strings.HasPrefix(target, stripePrefix):
		authorization = "Bearer " + stripeKey
	case strings.HasPrefix(target, adminPrefix):
		authorization = ""
	default:
		path = apiPrefix + path
	}
	body, contentType, err := s.body(values)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, base+path, body)
	if err != nil {
		return nil, err
	}
	for name, v := range map[string]string{"Accept": "application/json", "Authorization": authorization, "Content-Type": contentType} {
		if v != "" {
			req.Header.Set(name, v)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) { // a name may occur twice, in different cases
		v, err := expand(s.Headers[name], values.lookup)
		if err != nil {
			return nil, err
		}
		req.Header.Set(name, v)
	}
	return req, nil
}

func (s Step) body(values Values) (body io.Reader, contentType string, err error) {
	switch {
	case s.JSON != nil:
		v, err := values.Expand(s.JSON)
		if err != nil {
			return nil, "", err
		}
		b, err := json.Marshal(v)
		return bytes.NewReader(b), "application/json", err
	case s.Form != nil:
		v, err := values.Expand(s.Form)
		if err != nil {
			return nil, "", err
		}
		form := url.Values{}
		flatten(form, "", v)
		return strings.NewReader(form.Encode()), "application/x-www-form-urlencoded", nil
	}
	return nil, "", nil
}

// flatten writes nested values with keys in brackets, as Stripe does:
// card[exp_month]. If two paths lead to one key, the last in order counts.
func flatten(form url.Values, key string, v any) {
	nest := func(name string) string {
		if key == "" {
			return name
		}
		return key + "[" + name + "]"
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			flatten(form, nest(name), v[name])
		}
	case []any:
		for i, e := range v {
			flatten(form, nest(strconv.Itoa(i)), e)
		}
	case nil:
		form.Set(key, "")
	default:
		form.Set(key, fmt.Sprint(v))
	}
}
