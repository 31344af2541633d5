package api

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"cariqamock/internal/python"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/spec"
)

// A resource is a path with its operations.
type resource struct {
	endpoints map[string]endpoint // by method
	allow     string              // as in the Allow header
}

type endpoint struct {
	op    spec.Operation
	serve operation
}

// A route is the result of resolving the path of a request.
type route struct {
	resource *resource         // nil if the path has no operation
	vars     map[string]string // the variables of the path
}

// add adds an operation. Each path is one route, whatever its methods: the
// method is judged after authentication, and the router has less to scan.
func (a *API) add(op spec.Operation, serve operation) {
	res := a.resources[op.Path]
	if res == nil {
		res = &resource{endpoints: map[string]endpoint{}}
		a.resources[op.Path] = res
		a.router.NewRoute().MatcherFunc(segments(op.Path)).Name(op.Path)
	}
	res.endpoints[op.Method] = endpoint{op: op, serve: serve}
}

// segments matches requests whose path has the segments of a template, and sets
// the variables, which are any segment but an empty one. It spares the router
// its regular expressions.
func segments(template string) mux.MatcherFunc {
	parts := strings.Split(template, "/")
	variables := strings.Count(template, "{")
	return func(r *http.Request, match *mux.RouteMatch) bool {
		rest := r.URL.Path
		for i, part := range parts {
			got, after, more := strings.Cut(rest, "/")
			if more != (i < len(parts)-1) || got != part && (got == "" || !strings.HasPrefix(part, "{")) {
				return false
			}
			rest = after
		}
		match.Vars, rest = make(map[string]string, variables), r.URL.Path
		for _, part := range parts {
			got, after, _ := strings.Cut(rest, "/")
			if strings.HasPrefix(part, "{") {
				match.Vars[strings.Trim(part, "{}")] = got
			}
			rest = after
		}
		return true
	}
}

// find returns where a path leads. A path that only misses its last slash is
// answered as the framework does: with a redirect before anything else is
// looked at (measured), except for the removal of a payment method, which the
// vendor's own client sends without one.
func (a *API) find(r *http.Request) (found route, slashMissing bool) {
	if found, ok := a.match(r); ok {
		return found, false
	}
	if strings.HasSuffix(r.URL.Path, "/") {
		return route{}, false
	}
	slashed, u := *r, *r.URL
	u.Path += "/"
	u.RawPath = ""
	slashed.URL = &u
	found, ok := a.match(&slashed)
	if !ok || r.Method == http.MethodDelete && found.vars["pm"] != "" {
		return found, false
	}
	return route{vars: found.vars}, true
}

func (a *API) match(r *http.Request) (route, bool) {
	var m mux.RouteMatch
	if !a.router.Match(r, &m) {
		return route{}, false
	}
	return route{a.resources[m.Route.GetName()], m.Vars}, true
}

// Characters of an address that Django leaves as they are when it redirects.
const (
	safeInPath  = "/:@&+$,!*'()"
	safeInQuery = "/#%[]=:;$&()+,!?*@'"
)

// redirect answers a path without its last slash.
func (a *API) redirect(r *http.Request) wire.Reply {
	to := python.Quote(r.URL.Path, safeInPath) + "/"
	if public := wire.Public(r, a.cfg.PublicURL); public != nil {
		to = strings.TrimSuffix(public.EscapedPath(), "/") + to
	}
	if r.URL.RawQuery != "" {
		to += "?" + python.Quote(python.FromLatin1(r.URL.RawQuery), safeInQuery)
	}
	return wire.Reply{
		Status: http.StatusMovedPermanently,
		Header: http.Header{"Location": {to}, "Content-Type": {"text/html; charset=utf-8"}},
	}
}

// endpoint returns what answers a method. HEAD is answered as GET is.
func (res *resource) endpoint(method string) (endpoint, bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	e, ok := res.endpoints[method]
	return e, ok
}

// describe answers OPTIONS as the framework does: with the media types that a
// path reads and writes.
func (res *resource) describe() (wire.Reply, error) {
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
	for _, method := range wire.Methods {
		if e, ok := res.endpoints[method]; ok {
			d.Name = e.op.Summary
			break
		}
	}
	return wire.JSON(http.StatusOK, d)
}
