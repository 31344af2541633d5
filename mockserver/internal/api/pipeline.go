package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"cariqamock/internal/django"
	"cariqamock/internal/python"
	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
	"cariqamock/mockserver/spec"
)

// A call is a request on its way through the pipeline, with what its steps
// have found out. Only this file changes it.
type call struct {
	id       string
	began    time.Time // by the wall clock
	r        *http.Request
	query    python.Form
	indent   int // of the answer, in blanks a level; 0: compact
	body     []byte
	tooLarge bool  // the body is longer than wire.MaxBody
	unread   error // why the body could not be read to its end

	world  *world.World // nil if access is denied
	denied error        // why it is not

	route                 // of the path
	state  *connect.State // of the world; nil before the step authenticate
	op     spec.Operation // empty before the step method
	before any            // the summary of the user; nil unless the call is a write

	prefers  bool // the client asks for a documented answer
	fault    *fault.Fault
	findings []spec.Finding
	refusal  *connect.Refusal // behind the answer, if it is one
	stopped  bool             // the server stopped before the operation could end
	left     bool             // the client left before the answer
}

// user returns the id of the user in the path, or "".
func (c *call) user() string { return c.vars["user_id"] }

// input returns the fields of the body.
func (c *call) input() (wire.Input, error) {
	return wire.FromBody(c.r.Header.Get("Content-Type"), c.body)
}

// ServeHTTP answers a request in the world of its token.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.serve(w, r, nil) }

// ServeIn answers a request in a world, whatever token it carries. A world
// whose token is revoked refuses here as well.
func (a *API) ServeIn(in *world.World, w http.ResponseWriter, r *http.Request) { a.serve(w, r, in) }

// serve takes a request through all steps. A call that gets no answer, since
// its client has left, ends in a panic with http.ErrAbortHandler: to return
// would be a success without a body.
func (a *API) serve(w http.ResponseWriter, r *http.Request, in *world.World) {
	c := a.open(r, in)
	reply := a.answer(c)
	c.left = r.Context().Err() != nil && !wire.Stopping(r.Context())
	if !c.left {
		a.cfg.Log.Debug("answered", "request", c.id, "method", r.Method, "path", redact.LogText(r.URL.Path), "status", reply.Status, "rule", reply.Rule)
		a.meters.count(c, reply)
	}
	if c.denied != nil {
		wire.CloseUnread(w, r)
	}
	a.setHeaders(w.Header(), c, reply)
	a.record(c, reply, w.Header()) // also without an answer: a test may ask what became of its call
	if c.left {
		panic(http.ErrAbortHandler)
	}
	if c.fault != nil || c.op.ID == startOperation {
		wire.Extend(w) // they may have waited
	}
	a.write(w, c, reply)
}

// startOperation waits for the charging provider.
const startOperation = "users_charging_start_create"

// open finds the world and reads the body, of which nothing is read without a
// valid token.
func (a *API) open(r *http.Request, in *world.World) *call {
	c := &call{id: a.NextRequestID(), began: a.cfg.Wall(), r: r}
	if c.world, c.denied = a.authenticate(r, in); c.denied == nil && r.Body != nil && r.Body != http.NoBody {
		c.body, c.unread = wire.ReadBody(r)
		c.tooLarge = len(c.body) > wire.MaxBody
	}
	return c
}

// answer takes a call from its path to the answer of its operation and its
// findings. A panic is a bug of the fake: it is answered with the vendor's 500.
func (a *API) answer(c *call) (reply wire.Reply) {
	defer func() {
		if p := recover(); p != nil {
			a.Panicked(c.r, c.id, p)
			reply = a.render(c, a.refuse(ruleUnexpected, "Request "+c.id+"."))
		}
	}()
	reply, err := a.dispatch(c)
	if err != nil {
		reply = a.render(c, err)
	}
	return indented(a.check(c, reply), c.indent)
}

// dispatch takes a call through the steps before its operation. Some of them
// answer instead of it.
func (a *API) dispatch(c *call) (wire.Reply, error) {
	// Route.
	found, slashMissing := a.find(c.r)
	c.route = found
	switch {
	case slashMissing:
		return a.redirect(c.r), nil
	case c.resource == nil:
		return wire.Reply{}, a.notFound()
	}
	// Negotiate.
	var err error
	if c.query, err = python.ParseForm(c.r.URL.RawQuery); err != nil {
		return wire.Reply{}, a.refuse("request/invalid", err.Error())
	}
	if c.indent, err = a.negotiate(c.query, c.r.Header); err != nil {
		return wire.Reply{}, err
	}
	// Authenticate.
	if c.denied != nil {
		return wire.Reply{}, c.denied
	}
	c.state = c.world.State
	// Method.
	if c.r.Method == http.MethodOptions {
		return c.resource.describe()
	}
	e, ok := c.resource.endpoint(c.r.Method)
	if !ok {
		return wire.Reply{}, a.refuse("request/method-not-allowed", fmt.Sprintf("Method %q not allowed.", c.r.Method))
	}
	c.op = e.op
	if writes := c.r.Method != http.MethodGet && c.r.Method != http.MethodHead; writes || createsOnGet[c.op.ID] || c.world.Faults.Some() {
		c.world = c.world.For(c.cause())
		c.state = c.world.State
	}
	// Prefer.
	p, ok := wire.ReadPreference(c.r.Header)
	if c.prefers = ok; ok {
		return a.prefer(c.op.ID, p)
	}
	// Fault, before.
	f, ok, err := c.world.NextFault(c.op.ID, c.user(), c.answersWithBody())
	if err != nil {
		return wire.Reply{}, err
	}
	if ok {
		c.fault = &f
		switch instead, err := c.fault.Before(c.r.Context()); {
		case err != nil:
			return wire.Reply{}, err
		case instead:
			return a.instead(c.op.ID, c.fault)
		}
	}
	return a.operate(c, e.serve)
}

// createsOnGet are operations that change a world although they are a GET.
var createsOnGet = map[string]bool{"users_setup_intents_retrieve": true}

// cause names the call in the history of its world.
func (c *call) cause() connect.Cause {
	return connect.Cause{What: c.r.Method + " " + strings.TrimPrefix(c.r.URL.Path, "/api/v1"), Request: c.id, User: c.user()}
}

// operate takes a call through the steps from the objects in its path to its
// answer.
func (a *API) operate(c *call, serve operation) (wire.Reply, error) {
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		c.before = c.summary() // for the journal, which shows what a write changes
		if c.before == nil {
			if err := c.unknownUser(); err != nil {
				return wire.Reply{}, err
			}
		}
		return a.perform(c, serve)
	}
	// Reads that succeed have found their user, so it is looked for only if they fail.
	reply, err := a.perform(c, serve)
	if err != nil {
		if unknown := c.unknownUser(); unknown != nil {
			c.findings, err = nil, unknown
		}
	}
	return reply, err
}

// unknownUser returns the refusal of a call whose path names a user that does
// not exist. It comes before anything else that is wrong.
func (c *call) unknownUser() error {
	user, ok := c.vars["user_id"]
	if !ok {
		return nil
	}
	_, err := c.state.User(user)
	return err
}

// perform checks a call and has its operation answer it.
func (a *API) perform(c *call, serve operation) (wire.Reply, error) {
	// Check.
	var body *wire.StatusError
	switch {
	case errors.As(c.unread, &body):
		return wire.Reply{}, body
	case c.unread != nil:
		return wire.Reply{}, a.refuse("request/invalid", "The body could not be read: "+c.unread.Error()+".")
	case c.tooLarge:
		return wire.Reply{}, a.refuse("request/too-large", "")
	}
	c.findings = a.cfg.Spec.CheckRequest(c.op.ID, c.r, c.vars, c.body)
	if a.cfg.Strict && len(c.findings) > 0 {
		return wire.Reply{}, a.refuse("request/invalid", "Strict: "+messages(c.findings))
	}
	// Operation.
	return serve(a, c)
}

// check adds the findings of an answer to those of its request. With Strict
// they become the answer.
func (a *API) check(c *call, reply wire.Reply) wire.Reply {
	if !a.checkable(c, reply) {
		return reply
	}
	found := a.cfg.Spec.CheckAnswer(c.op.ID, reply.Status, jsonHeader, reply.Body)
	c.findings = append(c.findings, found...)
	if a.cfg.Strict && len(found) > 0 {
		return a.render(c, a.refuse(ruleUnexpected, "Strict: "+messages(found)))
	}
	return reply
}

// checkable reports whether openapi.yaml describes an answer. It does not describe
// answers without an operation, answers that a tester or the configuration has
// changed, and the 400s that only the fake returns.
func (a *API) checkable(c *call, reply wire.Reply) bool {
	switch {
	case c.op.ID == "", c.fault != nil, c.stopped:
		return false
	case c.refusal != nil && c.refusal.Rule.ID == "": // a bound of the fake
		return false
	case a.cfg.Strict && len(c.findings) > 0: // the request's
		return false
	case c.prefers && reply.Rule != wire.RulePrefer: // there is no such documented answer
		return false
	}
	return reply.Status != http.StatusOK || !secretOperations[c.op.ID] || c.world.Secrets.Current
}

// secretOperations are the operations whose answers carry a client secret.
var secretOperations = map[string]bool{
	"users_setup_intents_retrieve": true,
	"users_charging_debts_list":    true,
}

// render turns any error into an answer.
func (a *API) render(c *call, err error) wire.Reply {
	var refusal *connect.Refusal
	var media *django.MediaTypeError
	var parse *django.ParseError
	var full *connect.FullError
	var body *wire.StatusError
	switch {
	case errors.As(err, &refusal):
	case errors.As(err, &media):
		refusal = a.refuse("request/unsupported-media-type", media.Error())
	case errors.As(err, &parse):
		refusal = a.refuse("request/invalid", parse.Text)
	case errors.As(err, &body):
		c.refusal = bound(body.Status, body.Text)
		reply := wire.Refused(c.refusal)
		reply.Header = body.Header()
		return reply
	case errors.As(err, &full):
		refusal = bound(http.StatusInsufficientStorage, full.Error())
	case wire.Stopping(c.r.Context()) && errors.Is(err, c.r.Context().Err()):
		c.stopped = true
		return stopping()
	case errors.Is(err, c.r.Context().Err()):
		return wire.Reply{} // never written
	default:
		a.cfg.Log.Error("cannot answer", "request", c.id, "error", err)
		refusal = a.refuse(ruleUnexpected, "Request "+c.id+".")
	}
	c.refusal = refusal
	return wire.Refused(refusal)
}

// messages joins findings into one line.
func messages(findings []spec.Finding) string {
	out := make([]string, len(findings))
	for i, f := range findings {
		out[i] = string(f.Side) + " " + f.Message
	}
	return strings.Join(out, "; ")
}
