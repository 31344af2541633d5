package mutants

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/spec"
)

// A call is a request on its way to the fake.
type call struct {
	op      string            // operationId; empty for Stripe's API and unknown paths
	vars    map[string]string // of the path
	request *http.Request
	body    []byte
}

// A reply is an answer on its way back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// A server answers a call.
type server func(*call) *reply

// A twist answers a call, with the help of an honest server. Calls may come at
// the same time.
type twist func(c *call, honest server) *reply

// with returns the call with another path and query.
func (c *call) with(u url.URL) *call {
	other := *c
	other.request = c.request.Clone(c.request.Context())
	other.request.URL = &u
	other.request.RequestURI = u.RequestURI()
	return &other
}

// ask returns the call with other parameters.
func (c *call) ask(change func(url.Values)) *call {
	u := *c.request.URL
	query := u.Query()
	change(query)
	u.RawQuery = query.Encode()
	return c.with(u)
}

// send returns the call with another body.
func (c *call) send(body []byte) *call {
	other := *c
	other.body = body
	return &other
}

// get returns a GET of a path of the vendor's API with the token of the call.
func (c *call) get(path string) *call {
	other := c.with(url.URL{Scheme: c.request.URL.Scheme, Host: c.request.URL.Host, Path: "/api/v1" + path})
	other.request.Method, other.body = http.MethodGet, nil
	return other
}

func (c *call) param(name string) string { return c.request.URL.Query().Get(name) }

// user returns the path of the user in the call.
func (c *call) user() string { return "/users/" + c.vars["user_id"] + "/" }

// ok reports whether the answer is a success.
func (r *reply) ok() bool { return r.status < 300 }

// value returns the answer's JSON, or nil.
func (r *reply) value() any {
	var v any
	dec := json.NewDecoder(bytes.NewReader(r.body))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return nil
	}
	return v
}

// object returns the answer's JSON object, or an empty one.
func (r *reply) object() map[string]any {
	o, _ := r.value().(map[string]any)
	if o == nil {
		o = map[string]any{}
	}
	return o
}

// saying returns the answer with another body.
func (r *reply) saying(v any) *reply {
	body, err := wire.Marshal(v)
	if err != nil { // it was decoded from JSON
		panic(err)
	}
	other := *r
	other.body = body
	return &other
}

// as returns the answer with another status.
func (r *reply) as(status int) *reply {
	other := *r
	other.status = status
	return &other
}

// rule returns the rule that refused.
func (r *reply) rule() string { return r.header.Get("X-Cariqa-Mock-Rule") }

// empty returns a 204, made an invented JSON answer.
func empty() *reply { return &reply{status: http.StatusNoContent, header: http.Header{}} }

func made(status int, v any) *reply {
	r := &reply{status: status, header: http.Header{"Content-Type": {"application/json"}}}
	return r.saying(v)
}

// notFound returns the framework's 404.
func notFound() *reply { return made(http.StatusNotFound, map[string]any{"detail": "Not found."}) }

// transport sends the suite's requests to a handler, through a twist. Calls of the
// admin API and the suite's first call, the probe, are not twisted.
type transport struct {
	handler http.Handler
	routes  routes
	twist   twist
	probed  atomic.Bool
	over    atomic.Bool // the outcome is known, so cleaning up needs no calls
}

var errAborted = errors.New("the server broke the connection off")

// RoundTrip answers a request.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	c := &call{request: r}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		c.body = body
	}
	var out *reply
	switch admin := strings.HasPrefix(r.URL.Path, "/__admin/"); {
	case admin:
		out = t.serve(c)
	case t.over.Load():
		out = notFound()
	case !t.probed.Swap(true) || t.twist == nil:
		out = t.serve(c)
	default:
		c.op, c.vars = t.routes.find(r.Method, r.URL.Path)
		out = t.twist(c, t.serve)
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if out == nil {
		return nil, errAborted
	}
	return &http.Response{
		Status: http.StatusText(out.status), StatusCode: out.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, Body: io.NopCloser(bytes.NewReader(out.body)), ContentLength: int64(len(out.body)), Request: r,
	}, nil
}

// serve returns the handler's answer, or nil if it aborted the connection.
func (t *transport) serve(c *call) (out *reply) {
	defer func() {
		if p := recover(); p != nil {
			out = nil
		}
	}()
	r := c.request.Clone(c.request.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(c.body)), int64(len(c.body))
	r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:1"
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	w := &sink{reply{status: http.StatusOK, header: http.Header{}}}
	t.handler.ServeHTTP(w, r)
	return &w.reply
}

// sink is the ResponseWriter of a handler.
type sink struct{ reply }

func (s *sink) Header() http.Header { return s.header }

func (s *sink) WriteHeader(status int) { s.status = status }

func (s *sink) Write(b []byte) (int, error) {
	s.body = append(s.body, b...)
	return len(b), nil
}

// routes are the operations with their paths split into segments.
type routes []route

type route struct {
	op, method string
	segments   []string
}

func newRoutes(s *spec.Spec) routes {
	var out routes
	for _, op := range s.Operations() {
		out = append(out, route{op.ID, op.Method, strings.Split(strings.Trim(op.Path, "/"), "/")})
	}
	return out
}

// find returns the operation of a call and the variables of its path. The last
// slash may be missing.
func (rs routes) find(method, path string) (string, map[string]string) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for _, r := range rs {
		if r.method != method || len(r.segments) != len(parts) {
			continue
		}
		vars, fits := map[string]string{}, true
		for i, s := range r.segments {
			if strings.HasPrefix(s, "{") {
				vars[strings.Trim(s, "{}")] = parts[i]
			} else if fits = s == parts[i]; !fits {
				break
			}
		}
		if fits {
			return r.op, vars
		}
	}
	return "", nil
}
