package mockserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
	"cariqamock/mockserver/spec"
)

// api answers the vendor's 22 operations.
type api struct {
	cfg       Config
	public    *url.URL // nil: links begin as the request did
	spec      *spec.Spec
	catalogue *stations.Catalogue
	worlds    *world.Registry
	rules     map[string]connect.Rule
	router    *mux.Router
	resources map[string]*resource // by path template
	requests  requestIDs
	meters    *meters

	jsonAnswer http.Header // of every checked answer, made once
	security   http.Header // of every answer; those of the vendor's framework (measured)
}

// A resource is a path with its operations.
type resource struct {
	endpoints map[string]endpoint // by method
	allow     string              // as in the Allow header
}

type endpoint struct {
	op    spec.Operation
	serve operation
}

// An operation answers one call, with a reply or with an error that the
// caller renders.
type operation func(*api, *call) (wire.Reply, error)

// A call is one request on its way.
type call struct {
	id       string
	r        *http.Request
	params   url.Values // of the query, once somebody has asked
	body     []byte
	tooLarge bool
	vars     map[string]string
	resource *resource
	op       spec.Operation
	world    *world.World
	state    *connect.State
	findings []spec.Finding
	ours     bool         // the answer is the fake's own word, which no description knows
	fault    *fault.Fault // what a tester wants to go wrong; nil: nothing

	refusal *connect.Refusal // for the journal
	before  *connect.Summary // for the journal: the user, where the call may change something
}

func newAPI(cfg Config, public *url.URL, description *spec.Spec, catalogue *stations.Catalogue, worlds *world.Registry) (*api, error) {
	a := &api{
		cfg: cfg, public: public, spec: description, catalogue: catalogue, worlds: worlds,
		rules: map[string]connect.Rule{}, router: mux.NewRouter(), resources: map[string]*resource{},
		requests: newRequestIDs(cfg.Wall()),
		meters:   newMeters(worlds.Len),

		jsonAnswer: http.Header{"Content-Type": {"application/json"}},
		security: http.Header{
			"X-Frame-Options": {"DENY"}, "X-Content-Type-Options": {"nosniff"}, "Referrer-Policy": {"same-origin"},
		},
	}
	for _, r := range cfg.Rules {
		a.rules[r.ID] = r
	}
	table := operations()
	for _, op := range description.Operations() {
		serve, ok := table[op.ID]
		if !ok {
			return nil, fmt.Errorf("openapi.yaml has operation %s, which nothing answers", op.ID)
		}
		delete(table, op.ID)
		a.add(op, serve)
	}
	for id := range table {
		return nil, fmt.Errorf("operation %s is not in openapi.yaml", id)
	}
	for _, res := range a.resources {
		res.allow = allowed(res.endpoints)
	}
	return a, nil
}

// add notes an operation. Each path is one route, whatever its methods: the
// method is judged after authentication, and the router has less to scan.
func (a *api) add(op spec.Operation, serve operation) {
	res := a.resources[op.Path]
	if res == nil {
		res = &resource{endpoints: map[string]endpoint{}}
		a.resources[op.Path] = res
		a.router.NewRoute().MatcherFunc(likely(op.Path)).Path(op.Path).Name(op.Path)
	}
	res.endpoints[op.Method] = endpoint{op: op, serve: serve}
}

// allowed lists methods in the framework's order (measured).
func allowed(endpoints map[string]endpoint) string {
	var out []string
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if _, ok := endpoints[m]; ok {
			out = append(out, m)
		}
	}
	if slices.Contains(out, "GET") {
		out = append(out, "HEAD")
	}
	return strings.Join(append(out, "OPTIONS"), ", ")
}

// ServeHTTP answers a request to the vendor's API.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{id: a.requests.next(), r: r}
	if r.Body != nil && r.Body != http.NoBody {
		body, err := io.ReadAll(io.LimitReader(r.Body, wire.MaxBody+1))
		if err != nil && len(body) == 0 && r.Context().Err() != nil {
			return // the client left while it was sending
		}
		c.body, c.tooLarge = body, len(body) > wire.MaxBody
	}
	reply := a.answer(c)
	if r.Context().Err() != nil { // nobody is there to read it, but a test may ask for it
		a.record(c, wire.Reply{Status: unanswered, Rule: reply.Rule}, nil)
		return
	}
	a.cfg.Log.Debug("answered", "request", c.id, "method", r.Method, "path", r.URL.Path, "status", reply.Status, "rule", reply.Rule)
	a.meters.count(c, reply)
	a.write(w, c, reply)
}

// answer goes through the steps of a request. A panic is our bug: it is
// logged with its stack and answered with the vendor's 500.
func (a *api) answer(c *call) (reply wire.Reply) {
	defer func() {
		if p := recover(); p != nil {
			a.cfg.Log.Error("panic while answering", "request", c.id, "method", c.r.Method, "path", c.r.URL.Path,
				"panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			reply = a.render(c, a.refuse("request/unexpected-error", "Request "+c.id+"."))
		}
	}()
	reply, err := a.process(c)
	if err != nil {
		reply = a.render(c, err)
	}
	if c.op.ID == "" || c.ours || c.fault != nil { // damage that was asked for is no finding
		return reply
	}
	bad := a.spec.CheckAnswer(c.op.ID, reply.Status, a.jsonAnswer, reply.Body)
	c.findings = append(c.findings, bad...)
	if a.cfg.Strict && len(bad) > 0 {
		reply = a.render(c, a.refuse("request/unexpected-error", "Strict: "+messages(bad)))
	}
	return reply
}

// messages joins findings into one line.
func messages(findings []spec.Finding) string {
	out := make([]string, len(findings))
	for i, f := range findings {
		out[i] = string(f.Side) + " " + f.Message
	}
	return strings.Join(out, "; ")
}

func (a *api) process(c *call) (wire.Reply, error) {
	if reply, done, err := a.find(c); done || err != nil {
		return reply, err
	}
	if err := a.negotiate(c); err != nil {
		return wire.Reply{}, err
	}
	if err := a.authenticate(c); err != nil {
		return wire.Reply{}, err
	}
	if c.r.Method == http.MethodOptions {
		return describe(c.resource)
	}
	method := c.r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	e, ok := c.resource.endpoints[method]
	if !ok {
		return wire.Reply{}, a.refuse("request/method-not-allowed", fmt.Sprintf("Method %q not allowed.", c.r.Method))
	}
	c.op = e.op
	if p, ok := readPreference(c.r.Header); ok {
		return a.prefer(c, p)
	}
	if f, ok := c.world.Faults.Next(c.op.ID, c.vars["user_id"]); ok {
		c.fault = &f
		return a.faulty(c, func() (wire.Reply, error) { return a.serve(c, e) })
	}
	return a.serve(c, e)
}

// serve answers a call that has found its world and its operation.
func (a *api) serve(c *call, e endpoint) (wire.Reply, error) {
	if user, ok := c.vars["user_id"]; ok {
		if _, err := c.state.User(user); err != nil {
			return wire.Reply{}, err
		}
	}
	c.noteBefore()
	if c.tooLarge {
		return wire.Reply{}, a.refuse("request/too-large", "")
	}
	c.findings = a.spec.CheckRequest(c.op.ID, c.r, c.vars, c.body)
	if a.cfg.Strict && len(c.findings) > 0 {
		c.ours = true
		return wire.Reply{}, a.refuse("request/invalid", "Strict: "+messages(c.findings))
	}
	return e.serve(a, c)
}

// render turns any error into an answer.
func (a *api) render(c *call, err error) wire.Reply {
	var refusal *connect.Refusal
	var media *wire.MediaTypeError
	var parse *wire.ParseError
	switch {
	case errors.As(err, &refusal):
	case errors.As(err, &media):
		refusal = a.refuse("request/unsupported-media-type", media.Error())
	case errors.As(err, &parse):
		refusal = a.refuse("request/invalid", parse.Text)
	case errors.Is(err, context.Canceled):
		return wire.Reply{Status: unanswered} // never written
	default:
		a.cfg.Log.Error("cannot answer", "request", c.id, "error", err)
		refusal = a.refuse("request/unexpected-error", "Request "+c.id+".")
	}
	c.refusal = refusal
	return wire.Refused(refusal)
}

// refuse makes a refusal of a generic rule.
func (a *api) refuse(rule, details string) *connect.Refusal {
	return &connect.Refusal{Rule: a.rules[rule], Details: details}
}
