package mockserver

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

// requestIDs numbers requests; the start time tells runs apart.
type requestIDs struct {
	run   string
	count *atomic.Uint64
}

func newRequestIDs(start time.Time) requestIDs {
	return requestIDs{run: strconv.FormatInt(start.UnixMicro(), 36), count: new(atomic.Uint64)}
}

func (i requestIDs) next() string {
	return "req_" + i.run + "-" + strconv.FormatUint(i.count.Add(1), 10)
}

// find finds the resource of a path. A path that lacks only its last slash is
// answered as the framework does: 301 before anything else is looked at
// (measured), except for the removal of a payment method, which the vendor's
// own client sends without one.
func (a *api) find(c *call) (reply wire.Reply, done bool, err error) {
	if a.match(c, c.r) {
		return wire.Reply{}, false, nil
	}
	if !strings.HasSuffix(c.r.URL.Path, "/") {
		slashed := *c.r
		u := *c.r.URL
		u.Path += "/"
		u.RawPath = ""
		slashed.URL = &u
		if a.match(c, &slashed) {
			if c.r.Method == http.MethodDelete && c.vars["pm"] != "" {
				return wire.Reply{}, false, nil
			}
			c.resource = nil // the framework does not come that far
			return a.redirect(c.r), true, nil
		}
	}
	return wire.Reply{}, true, a.refuse("request/not-found", "")
}

// likely compares what is fixed in a path with a template. It spares the
// router the expressions of all paths but one: they cost more than most calls.
func likely(template string) mux.MatcherFunc {
	want := strings.Split(template, "/")
	return func(r *http.Request, _ *mux.RouteMatch) bool {
		rest := r.URL.Path
		for i, segment := range want {
			got, after, more := strings.Cut(rest, "/")
			if more != (i < len(want)-1) || got != segment && !strings.HasPrefix(segment, "{") {
				return false
			}
			rest = after
		}
		return true
	}
}

func (a *api) match(c *call, r *http.Request) bool {
	var m mux.RouteMatch
	if !a.router.Match(r, &m) {
		return false
	}
	c.resource, c.vars = a.resources[m.Route.GetName()], m.Vars
	return true
}

func (a *api) redirect(r *http.Request) wire.Reply {
	to := r.URL.EscapedPath() + "/"
	if a.public != nil {
		to = strings.TrimSuffix(a.public.EscapedPath(), "/") + to
	}
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	return wire.Reply{
		Status: http.StatusMovedPermanently,
		Header: http.Header{"Location": {to}, "Content-Type": {"text/html; charset=utf-8"}},
	}
}

// negotiate refuses clients that take no JSON. The format parameter, which the
// framework knows too, is a 404 for any other format (measured).
func (a *api) negotiate(c *call) error {
	if f := c.query()["format"]; len(f) > 0 && f[len(f)-1] != "json" && f[len(f)-1] != "" {
		return a.refuse("request/not-found", "")
	}
	accept := c.r.Header.Values("Accept")
	if len(accept) == 0 {
		return nil
	}
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		if part == "*/*" || part == "application/json" {
			return nil
		}
		kind, _, err := mime.ParseMediaType(part)
		if err != nil {
			kind, _, _ = strings.Cut(strings.TrimSpace(part), ";")
		}
		switch kind {
		case "", "*/*", "application/*", "application/json":
			return nil
		}
	}
	return a.refuse("request/not-acceptable", "")
}

// authenticate finds the world of the token. A header of another scheme
// counts as none; any token is good but those that are known to be bad.
func (a *api) authenticate(c *call) error {
	if w, ok := worldOf(c.r.Context()); ok {
		if w.Revoked { // its clients are told so too
			return a.refuse("auth/invalid", "")
		}
		c.world, c.state = w, w.State
		return nil
	}
	scheme, token, _ := strings.Cut(strings.TrimSpace(c.r.Header.Get("Authorization")), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " \t") {
		return a.refuse("auth/missing", "")
	}
	w, err := a.worlds.ByToken(token)
	var bad *world.TokenError
	switch {
	case errors.As(err, &bad):
		return a.refuse("auth/invalid", bad.Text)
	case errors.Is(err, world.ErrRevoked):
		return a.refuse("auth/invalid", "")
	case err != nil:
		return err
	}
	c.world, c.state = w, w.State
	return nil
}

// describe answers OPTIONS as the framework does: what a path takes and gives.
func describe(res *resource) (wire.Reply, error) {
	type description struct {
		Name        string   `json:"name"`
		Description string   `json:"description"`
		Renders     []string `json:"renders"`
		Parses      []string `json:"parses"`
	}
	d := description{
		Renders: []string{"application/json"},
		Parses:  []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"},
	}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if e, ok := res.endpoints[method]; ok {
			d.Name = e.op.Summary
			break
		}
	}
	return wire.JSON(http.StatusOK, d)
}

// query gives the parameters of the query.
func (c *call) query() url.Values {
	if c.params == nil {
		c.params = c.r.URL.Query()
	}
	return c.params
}

// input reads the fields of the body.
func (c *call) input() (wire.Input, error) {
	return wire.FromBody(c.r.Header.Get("Content-Type"), c.body)
}

// invalid is the refusal of fields that are wrong; nil: none is.
func (a *api) invalid(f *wire.Fields) error {
	if text := f.Err(); text != "" {
		return a.refuse("request/invalid", text)
	}
	return nil
}
