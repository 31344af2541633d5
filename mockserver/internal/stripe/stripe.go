// Package stripe is a fake of the part of Stripe that an app calls by itself:
// creating a payment method or a token, and looking at and confirming the setup
// intents and payment intents whose secrets the API hands out.
//
// A request's key determines what it may do, but never its world: that follows
// from the intent. A payment method that no intent has used yet waits in a
// bounded pool. How an intent then behaves is up to package connect. Faults of a
// world reach the calls that name one of its intents; a Prefer header is read on
// every call.
//
// Not faked: everything that the vendor's own server does with Stripe, and
// what only Stripe's own browser script needs (3-D Secure 2 fingerprints; the
// fake's own script is in stripejs). Parameters that the fake does not use are
// checked, see package parameter, and then ignored.
package stripe

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

// Worlds finds the world that an intent belongs to.
type Worlds interface {
	ByIntent(intentID string) (*world.World, bool)
}

// Config is what a Handler needs.
type Config struct {
	Worlds Worlds
	Seed   uint64
	// Store keeps what belongs to no world, within Bounds; nil: in memory.
	Store Store
	// Shared means that other servers have the store, too.
	Shared bool
	// Run is different each time a server begins with a store that outlives it.
	Run string
	// Wall returns the time of what belongs to no world: methods in the pool.
	Wall func() time.Time
	// Base returns the public origin of the server as a request's client sees
	// it, without a slash at the end.
	Base func(*http.Request) string
	// Origins are the origins of pages that may show the page of 3-D Secure in a
	// frame, besides those of this machine.
	Origins []string
	// Record is called once for each call under /v1/, when its answer is
	// known and before it is sent, with the headers of the answer, to which
	// it may add.
	Record func(Call, http.Header)
	// RequestID returns the id that the next request has in the journal, which is
	// known before the answer. It may be nil; then Record makes the ids.
	RequestID func() string
}

// A Call is a call under /v1/ with its answer.
type Call struct {
	ID        string       // in the journal; empty if it has none yet
	Operation string       // such as stripe_setup_intents_confirm, or stripe_not_faked
	World     *world.World // that of the intent, or the one that the call is made in; nil for neither
	User      string       // id of the user whose intent it is; empty if the call is about no intent
	Request   *http.Request
	Began     time.Time    // when it arrived, by the wall clock
	Before    any          // the connect.Summary of the user before a write; nil for a read
	Body      []byte       // of the request, as far as it was read; only with a World
	Reply     wire.Reply   // the answer, whether the client gets it or not
	Fault     *fault.Fault // nil if there was none
	Stopped   bool         // the server stopped before the call could have its effect
	Left      bool         // the client left before the answer
	Unserved  bool         // Stripe may have such a call, but the fake does not
}

// A Handler serves the paths under /v1/. It is safe for concurrent use.
type Handler struct {
	cfg           Config
	ids           *series
	pool          *pool // payment methods
	tokens        *pool
	returns       returnURLs
	confirmations confirmations
	saved         *savedAnswers // by idempotency key

	mu       sync.Mutex
	requests *connect.IDs
}

// New returns a Handler.
func New(cfg Config) *Handler {
	if cfg.Store == nil {
		cfg.Store = store.NewMemory(store.Options{Items: Bounds(), Wall: cfg.Wall})
	}
	return &Handler{
		cfg: cfg, ids: &series{store: cfg.Store, seed: cfg.Seed}, requests: connect.NewIDs(cfg.Seed, "stripe requests "+cfg.Run),
		pool: newPool(cfg.Store, methodItems, cfg.Wall), tokens: newPool(cfg.Store, tokenItems, cfg.Wall), returns: newReturnURLs(cfg.Store),
		confirmations: newConfirmations(cfg.Store, cfg.Wall), saved: newSavedAnswers(cfg.Store, cfg.Wall, cfg.Worlds),
	}
}

// alone returns the run of a server that has its store for itself, or "".
func (c Config) alone() string {
	if c.Shared {
		return ""
	}
	return c.Run
}

// A call is one request that is being answered.
type call struct {
	h        *Handler
	w        http.ResponseWriter
	r        *http.Request
	endpoint // without an operation for pages of 3-D Secure
	target
	world        *world.World // of the intent in the path, or nil
	user         string       // id of the user whose intent it is, once that is looked up
	home         *world.World // whose journal records the call, or nil
	read         bytes.Buffer // what was read of the body
	key          key
	params       params
	lists        map[string][]int // see form
	spent        *claim           // the token that the call uses, or nil
	confirmation *confirmation    // that the call confirms with, or nil
	saving       *savedAnswer     // what the call's answer is saved as, or nil
	failed       error            // that the answer could not be written for
	code         string           // of the error that it is answered with
	recorded     string           // its id in the journal, once something may have changed

	fault   *fault.Fault
	stopped bool // the server stopped before the call could have its effect
}

// ServeHTTP answers the paths under /v1/.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.serve(h.open(w, r), nil)
}

// ServeIn answers a call that is made in a world, and records it there. It
// fails with world.ErrOther, and answers nothing, if the call is about an intent
// of another one.
func (h *Handler) ServeIn(in *world.World, w http.ResponseWriter, r *http.Request) error {
	c := h.open(w, r)
	if c.world != nil && c.world.ID != in.ID {
		return world.ErrOther
	}
	h.serve(c, in)
	return nil
}

// Refuse answers any request with 403 in the format of Stripe's API.
func (h *Handler) Refuse(w http.ResponseWriter, r *http.Request, text string) {
	c := &call{h: h, w: w, r: r}
	h.answer(c, func() (any, error) { return nil, reject(http.StatusForbidden, "", "", text) })
}

// open reads what a call is about and finds its world.
func (h *Handler) open(w http.ResponseWriter, r *http.Request) *call {
	c := &call{h: h, w: w, r: r, target: readTarget(r.URL.Path)}
	c.endpoint = c.target.endpoint(r.Method)
	switch c.about {
	case bySecret:
		c.id, _, _ = strings.Cut(r.URL.Query().Get("client_secret"), "_secret_")
	case bySource:
		c.id = ""
	}
	if c.id != "" {
		c.world, _ = h.cfg.Worlds.ByIntent(c.id)
	}
	return c
}

// serve answers a call and records it in the world of its intent, else in the
// one that it is made in.
func (h *Handler) serve(c *call, in *world.World) {
	c.world = c.changing(c.world)
	c.home = cmp.Or(c.world, in)
	if (c.home != nil || c.about == bySource) && c.r.Body != nil {
		c.r.Body = teeBody{io.TeeReader(io.LimitReader(c.r.Body, wire.MaxBody+1), &c.read), c.r.Body}
	}
	h.answer(c, c.handle)
}

// changing returns a view of a world, which may be nil, in whose history the call
// is named.
func (c *call) changing(w *world.World) *world.World {
	if w == nil || c.r.Method != http.MethodPost {
		return w
	}
	if c.recorded == "" && c.h.cfg.RequestID != nil {
		c.recorded = c.h.cfg.RequestID()
	}
	return w.For(connect.Cause{What: "POST " + c.r.URL.Path, Request: c.recorded})
}

type teeBody struct {
	io.Reader
	io.Closer
}

// answer writes the answer of a call; it is the one place that writes JSON. A
// call whose client has left ends in a panic with http.ErrAbortHandler, as on
// the vendor's side.
func (h *Handler) answer(c *call, serve func() (any, error)) {
	w, r, id, began, before := c.w, c.r, h.requestID(), h.cfg.Wall(), c.summary()
	reply := c.ended(id, serve)
	left := r.Context().Err() != nil && !wire.Stopping(r.Context())
	header := w.Header()
	for name, values := range reply.Header {
		header[name] = values
	}
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(reply.Body)))
	header.Set("Cache-Control", "no-cache, no-store")
	header.Set("Request-Id", id)
	if v := r.Header.Get("Stripe-Version"); isVersion(v) {
		header.Set("Stripe-Version", v)
	}
	if reply.Status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", `Basic realm="Stripe"`)
	}
	if reply.Status == http.StatusUnauthorized || c.unserved() {
		wire.CloseUnread(w, r)
	}
	if c.operation != "" {
		h.cfg.Record(Call{
			ID: c.recorded, Operation: c.operation, World: c.home, User: c.owner(), Request: r, Began: began, Before: before, Body: c.read.Bytes(), Reply: reply,
			Fault: c.fault, Stopped: c.stopped, Left: left, Unserved: c.unserved(),
		}, header)
	}
	if c.fault != nil {
		wire.Extend(w) // it may have waited
	}
	switch {
	case left:
		panic(http.ErrAbortHandler)
	case c.fault.Break(w, r, reply):
	default:
		w.WriteHeader(reply.Status)
		_, _ = w.Write(reply.Body) // a client that has gone needs no answer
	}
}

// ended returns the answer of a call. It saves the answer of the first call with
// an idempotency key before the client gets it, so that a repeat finds it however
// the connection ends; a call that panics is forgotten.
func (c *call) ended(id string, serve func() (any, error)) (reply wire.Reply) {
	defer func() {
		if c.saving == nil {
			return
		}
		c.ends(func(ctx context.Context) error { return c.h.saved.end(ctx, c.saving, id, reply, kept(reply, c.code)) })
		c.w.Header().Set(headerOriginal, id)
	}()
	body, err := serve()
	return c.reply(id, body, err)
}

// reply renders what a call returned. Errors link to the log of the request, as at
// Stripe once the key is known; the link leads nowhere.
func (c *call) reply(id string, body any, err error) wire.Reply {
	if saved, ok := body.(wire.Reply); ok {
		return saved
	}
	reply := wire.Reply{Status: http.StatusOK}
	if err != nil {
		if errors.Is(err, c.r.Context().Err()) && !wire.Stopping(c.r.Context()) {
			return wire.Reply{} // the client has left, so it is never written
		}
		p := c.problem(err)
		reply.Status, reply.Header, reply.Rule, c.code = p.status, p.header, p.rule, p.body.Code
		shown := p.body
		if c.key != "" {
			shown.RequestLogURL = fmt.Sprintf("https://dashboard.stripe.com/test/logs/%s?t=%d", id, c.h.cfg.Wall().Unix())
		}
		body = map[string]errorObject{"error": shown}
	}
	data, err := wire.MarshalIndent(body, "  ")
	if err == nil && c.failed != nil {
		err, c.failed = c.failed, nil
		return c.reply(id, nil, err)
	}
	if err != nil {
		reply.Status, data = http.StatusInternalServerError, []byte(`{"error":{"message":"The answer could not be written.","type":"api_error"}}`)
	}
	reply.Body = append(data, '\n')
	return reply
}

// requestID returns an id in the form of Stripe's: req_ and 14 characters.
func (h *Handler) requestID() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return "req_" + strings.TrimPrefix(h.requests.Secret("", 14), "_secret_")
}

// handle reads the path first, then the key, then the parameters; a key that is
// not in the header is among them. What a client or a fault asks for comes before
// the parameters are judged, and a fault reaches repeats of a call, too.
func (c *call) handle() (any, error) {
	if c.unserved() {
		return nil, c.unrecognized()
	}
	given := headerKey(c.r)
	if given != "" { // or a body would be read for a key that is refused
		if _, err := authenticate(given); err != nil {
			return nil, err
		}
	}
	var bad error
	c.params, bad = c.readParams()
	var err error
	if c.key, err = authenticate(cmp.Or(given, c.params.get("key"))); err != nil {
		return nil, err
	}
	if v := cmp.Or(c.r.Header.Get("Stripe-Version"), c.params.get("_stripe_version")); v != "" && !isVersion(v) {
		return nil, invalid("", "Invalid Stripe API version: "+text.Shorten(v, maxShown))
	}
	c.locate()
	if p, ok := wire.ReadPreference(c.r.Header); ok {
		return nil, c.preferred(p)
	}
	if bad == nil {
		bad = c.checked()
	}
	if bad != nil {
		return nil, cmp.Or(c.injected(), bad)
	}
	saved, repeats, err := c.repeated()
	if err == nil {
		err = c.injected()
	}
	switch {
	case err != nil:
		return nil, err
	case repeats:
		return saved, nil
	}
	body, err := c.serve(c)
	if err == nil || isDeclined(err) {
		c.used()
		return body, err
	}
	c.ends(c.spent.release)
	c.ends(func(ctx context.Context) error { return c.confirmation.end(ctx, "") })
	return body, err
}

// used notes that the call has used up a token and a confirmation token, as a
// declined card does, too; any other error does not.
func (c *call) used() {
	spent, confirmation := c.spent, c.confirmation
	c.spent, c.confirmation = nil, nil
	c.ends(spent.spend)
	c.ends(func(ctx context.Context) error { return confirmation.end(ctx, c.id) })
}

// ends runs what ends a call that has had its effect. An error does not change
// the answer, which is true: claims end by themselves.
func (c *call) ends(step func(context.Context) error) {
	_ = step(context.WithoutCancel(c.r.Context()))
}

// summary returns the connect.Summary of the user that a write is about, or nil.
func (c *call) summary() any {
	if c.r.Method != http.MethodPost || c.world == nil {
		return nil
	}
	if s, ok := c.world.State.Summary(c.owner()); ok {
		return s
	}
	return nil
}

// owner returns the id of the user whose intent the call is about, or "".
func (c *call) owner() string {
	if c.user == "" && c.world != nil {
		if i, err := c.world.State.Intent(c.id); err == nil {
			return i.UserID
		}
	}
	return c.user
}
