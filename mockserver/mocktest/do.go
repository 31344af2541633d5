package mocktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"cariqamock/mockserver/internal/jsonmatch"
)

// Do makes a call in the world, as an app would, with the world's token. The
// path is one of the vendor's API, such as /users/{user}/payment-methods/, in
// which {user} stands for the world's User, or one of Stripe's, which begins
// with /v1/. A redirect is returned, not followed.
//
// After the path may come a body and an http.Header, which is added to the
// request's. A url.Values is sent as a form, a string or []byte as it is, as
// JSON, and anything else as the JSON it encodes to.
func (w *World) Do(method, path string, body ...any) *Response {
	w.s.t.Helper()
	r, err := w.request(method, path, body)
	if err != nil {
		w.s.t.Fatalf("mocktest: %s %s: %v", method, path, err)
	}
	// On a new connection, since net/http sends a GET again by itself if a
	// connection that it reuses is closed, as by DropReset.
	client := w.clientOver(&http.Transport{DisableKeepAlives: true})
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response := &Response{call: method + " " + r.URL.Path, w: w}
	res, err := client.Do(r)
	if err != nil {
		response.Err = err
		return response
	}
	defer res.Body.Close()
	response.Status, response.Header = res.StatusCode, res.Header
	response.Body, response.Err = io.ReadAll(res.Body)
	return response
}

// placeholder matches a name in braces, in a path but not in its query.
var placeholder = regexp.MustCompile(`^[^?]*?(\{\w*\})`)

// request makes the request of a call.
func (w *World) request(method, path string, args []any) (*http.Request, error) {
	if !strings.HasPrefix(path, "/") {
		return nil, errors.New("want a path that begins with a slash, such as /users/")
	}
	if strings.Contains(path, "{user}") {
		if w.User == "" {
			return nil, errors.New("the world has no user yet: create one, and set the world's User to its id")
		}
		path = strings.ReplaceAll(path, "{user}", url.PathEscape(w.User))
	}
	if unknown := placeholder.FindStringSubmatch(path); unknown != nil {
		return nil, fmt.Errorf("unknown placeholder %s (known: {user})", unknown[1])
	}
	base := w.URL
	if strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/api/") {
		base = w.StripeURL
	}
	header := http.Header{}
	var body []byte
	for _, arg := range args {
		if more, ok := arg.(http.Header); ok {
			maps.Copy(header, more)
			continue
		}
		if body != nil {
			return nil, errors.New("more than one body: want at most one, and an http.Header")
		}
		var kind string
		var err error
		if body, kind, err = encode(arg); err != nil {
			return nil, err
		}
		if header.Get("Content-Type") == "" {
			header.Set("Content-Type", kind)
		}
	}
	r, err := http.NewRequest(method, base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header = header
	return r, nil
}

// encode returns a body with its media type.
func encode(body any) (text []byte, kind string, err error) {
	const asJSON = "application/json"
	switch b := body.(type) {
	case url.Values:
		return []byte(b.Encode()), "application/x-www-form-urlencoded", nil
	case string:
		return []byte(b), asJSON, nil
	case []byte:
		return b, asJSON, nil
	}
	text, err = json.Marshal(body)
	return text, asJSON, err
}

// A Response is the answer to a call.
type Response struct {
	// Status is 0 if the connection was closed without an answer.
	Status int
	Header http.Header
	Body   []byte
	// Err is why there is no answer, or none that is complete, as with Drop and
	// Truncate; nil if there is one.
	Err error

	call string
	w    *World
}

// Rule returns the id of the rule that refused the call, or of the fault that
// replaced its answer; empty if neither did.
func (r *Response) Rule() string { return r.Header.Get("X-Cariqa-Mock-Rule") }

// Want fails the test if the call got another status. The message quotes the
// answer and, if a rule refused, what that rule is and what would clear it.
func (r *Response) Want(status int) *Response {
	r.w.s.t.Helper()
	if r.Status == status {
		return r
	}
	text := fmt.Sprintf("mocktest: %s: status %d, want %d", r.call, r.Status, status)
	if r.Err != nil {
		text += fmt.Sprintf(": no complete answer: %v", r.Err)
	}
	if len(r.Body) > 0 {
		text += fmt.Sprintf(": %s", r.Body)
	}
	if id := r.Header.Get("X-Request-Id"); id != "" {
		if e, err := r.w.explain(id); err == nil && e.Rule != "" {
			text += "\n" + e.String()
		}
	}
	r.w.s.t.Fatalf("%s", text)
	return r
}

// JSON decodes the body, and fails the test if it is not JSON of that shape.
func (r *Response) JSON(into any) {
	r.w.s.t.Helper()
	if r.Err != nil {
		r.w.s.t.Fatalf("mocktest: %s: no complete answer: %v", r.call, r.Err)
	}
	if err := json.Unmarshal(r.Body, into); err != nil {
		r.w.s.t.Fatalf("mocktest: %s: status %d: %v in %s", r.call, r.Status, err, r.Body)
	}
}

// Get returns a value of a JSON body as text, such as Get("error.type") or
// Get("results.0.id"): strings as they are, everything else as JSON. It fails
// the test if the body has no such value.
func (r *Response) Get(path string) string {
	r.w.s.t.Helper()
	var value any
	r.JSON(&value)
	value, err := jsonmatch.At(value, path)
	if err != nil {
		r.w.s.t.Fatalf("mocktest: %s: status %d: the body has no %s: %s", r.call, r.Status, path, r.Body)
	}
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil {
		r.w.s.t.Fatalf("mocktest: %s: %v", r.call, err)
	}
	return string(text)
}
