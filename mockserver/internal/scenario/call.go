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
)

// Where calls go, by the beginning of their path: all others are the vendor's.
const (
	apiPrefix    = "/api/v1"
	stripePrefix = "/v1/"
	adminPrefix  = "/__admin/"
)

// stripeKey is what calls of Stripe's API are made with.
const stripeKey = "pk_test_mock"

// splitCall takes a call apart; false: it is not "METHOD /path".
func splitCall(call string) (method, target string, ok bool) {
	method, target, ok = strings.Cut(call, " ")
	_, err := url.Parse(target)
	ok = ok && slices.Contains(methods(), method) && strings.HasPrefix(target, "/") && !strings.ContainsAny(target, " \t\r\n#") && err == nil
	return method, target, ok
}

func methods() []string {
	return []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
}

// isToken says whether a text can be a header's name (RFC 9110).
func isToken(s string) bool {
	return s != "" && strings.Trim(s, "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// isHeaderValue says whether a text can be a header's value.
func isHeaderValue(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// ofTheConnection says whether net/http never sends a request's own header of
// that name.
func ofTheConnection(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Host", "Content-Length", "Transfer-Encoding", "Trailer":
		return true
	}
	return false
}

// A CallError says which part of a call cannot be, and why.
type CallError struct {
	Field string // call, json, form or headers
	Text  string // what was expected
}

func (e *CallError) Error() string { return e.Field + ": " + e.Text }

// checkForm says what is wrong with the form of a call, whatever it refers
// to; nil: nothing.
func (s Step) checkForm() []*CallError {
	_, target, ok := splitCall(s.Call)
	if !ok {
		return []*CallError{{"call", fmt.Sprintf("expected a method and a path, such as GET /users/{user}/payment-methods/ (methods: %s)", oneOf(methods()))}}
	}
	var found []*CallError
	if s.JSON != nil && s.Form != nil {
		found = append(found, &CallError{"form", "expected json or form, not both"})
	}
	if s.JSON != nil && strings.HasPrefix(target, stripePrefix) {
		found = append(found, &CallError{"json", "expected form: Stripe takes no JSON"})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		switch {
		case !isToken(name) || !isHeaderValue(s.Headers[name]):
			found = append(found, &CallError{"headers", "expected a header's name and its value, got " + shorten(name)})
		case ofTheConnection(name):
			found = append(found, &CallError{"headers", "expected a header other than " + name + ", which the connection sets itself"})
		}
	}
	return found
}

// APICall makes the request of a single call of the vendor's API or of
// Stripe's, to base and with a token for the vendor's, where {user} stands for
// a user's id, which may be empty. It fails with a *CallError.
func (s Step) APICall(ctx context.Context, base, token, user string) (*http.Request, error) {
	if found := s.checkForm(); len(found) > 0 {
		return nil, found[0]
	}
	if _, target, _ := splitCall(s.Call); strings.HasPrefix(target, strings.TrimSuffix(adminPrefix, "/")) {
		return nil, &CallError{"call", "expected a call of the vendor's API or of Stripe's, not of the fake's own"}
	}
	r, err := s.request(ctx, base, token, func(name string) (string, bool) { return user, name == varUser && user != "" })
	if err != nil {
		return nil, &CallError{"call", err.Error()}
	}
	return r, nil
}

// request makes the HTTP request of a step. value gives what {name} stands
// for.
func (s Step) request(ctx context.Context, base, token string, value func(string) (string, bool)) (*http.Request, error) {
	method, target, ok := splitCall(s.Call)
	if !ok {
		return nil, errors.New("expected a method and a path")
	}
	path, err := expand(target, func(name string) (string, bool) {
		v, known := value(name)
		return url.PathEscape(v), known
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
	body, contentType, err := s.body(value)
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
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) { // one may be there twice, in other cases
		v, err := expand(s.Headers[name], value)
		if err != nil {
			return nil, err
		}
		req.Header.Set(name, v)
	}
	return req, nil
}

func (s Step) body(value func(string) (string, bool)) (body io.Reader, contentType string, err error) {
	switch {
	case s.JSON != nil:
		v, err := expandAll(s.JSON, value)
		if err != nil {
			return nil, "", err
		}
		b, err := json.Marshal(v)
		return bytes.NewReader(b), "application/json", err
	case s.Form != nil:
		v, err := expandAll(s.Form, value)
		if err != nil {
			return nil, "", err
		}
		form := url.Values{}
		flatten(form, "", v)
		return strings.NewReader(form.Encode()), "application/x-www-form-urlencoded", nil
	}
	return nil, "", nil
}

// flatten writes nested values with bracketed keys, as Stripe has them:
// card[exp_month]. Of two ways to one key the last in order counts.
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
