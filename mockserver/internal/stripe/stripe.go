// Package stripe is a fake of the part of Stripe that an app calls by itself:
// creating a payment method or a token, and looking at and confirming the setup
// intents and payment intents whose secrets the API hands out.
//
// A request's key says what it may do and never which world it concerns: that
// follows from the intent. A payment method that no intent has taken yet waits
// in one bounded pool. What an intent then does is the domain's business.
//
// Not faked: everything that the vendor's own server does with Stripe, and
// what only Stripe's own browser script needs (Elements sessions, 3-D Secure 2
// fingerprints; the fake has a script of its own, see stripejs). Parameters
// that Stripe knows and the fake does not use are ignored, unknown ones too.
package stripe

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"cariqamock/mockserver/internal/connect"
)

// Worlds finds the state that an intent belongs to.
type Worlds interface {
	ByIntent(intentID string) (*connect.State, bool)
}

// Config is what a Handler is made of.
type Config struct {
	Worlds Worlds
	Seed   uint64
	// Wall is the time of what belongs to no world: methods in the pool.
	Wall func() time.Time
	// Base is the public origin of the server as a request's client sees it,
	// without a trailing slash; nil: the request's scheme and host.
	Base func(*http.Request) string
}

// A Handler serves the paths under /v1/. It is safe for concurrent use.
type Handler struct {
	cfg     Config
	pool    *pool // payment methods
	tokens  *pool
	returns *returns

	mu  sync.Mutex
	ids *connect.IDs // of requests and of methods in the pool
}

// New makes a Handler.
func New(cfg Config) *Handler {
	if cfg.Base == nil {
		cfg.Base = origin
	}
	return &Handler{
		cfg: cfg, pool: newPool(cfg.Wall), tokens: newPool(cfg.Wall), returns: newReturns(), ids: connect.NewIDs(cfg.Seed, "stripe"),
	}
}

func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// maxBody is the most that a request body may have.
const maxBody = 1 << 20

// A call is one request on its way.
type call struct {
	h      *Handler
	w      http.ResponseWriter
	r      *http.Request
	key    key
	params params
	id     string        // the intent's, from the path
	kind   kind          // the intent's
	tried  *methodObject // what an intent is being confirmed with; nil: not known
	spent  *claim        // the token that the call uses; nil: none
}

// ServeHTTP answers what is under /v1/.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{h: h, w: w, r: r}
	h.answer(c, c.serve)
}

// answer writes what a call comes to; it is the one place that writes JSON.
func (h *Handler) answer(c *call, serve func() (any, error)) {
	w, r := c.w, c.r
	status := http.StatusOK
	body, err := serve()
	if err != nil {
		p := c.problem(err)
		status, body = p.status, map[string]errorObject{"error": p.body}
	}
	data, err := encode(body)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(`{"error":{"message":"The answer could not be written.","type":"api_error"}}`)
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(data)))
	header.Set("Cache-Control", "no-cache, no-store")
	header.Set("Request-Id", h.requestID())
	if v := r.Header.Get("Stripe-Version"); version(v) {
		header.Set("Stripe-Version", v)
	}
	if status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", `Basic realm="Stripe"`)
	}
	w.WriteHeader(status)
	w.Write(data)
}

// encode writes as Stripe does: indented, and without escapes for HTML.
func encode(body any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(body)
	return out.Bytes(), err
}

// requestID has the form of Stripe's: req_ and 14 characters.
func (h *Handler) requestID() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return "req_" + strings.TrimPrefix(h.ids.Secret("", 14), "_secret_")
}

func (h *Handler) newID(prefix string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ids.Stripe(prefix, h.cfg.Wall())
}

// version says whether a Stripe-Version is fit to be echoed: 2024-06-20,
// 2025-03-31.basil, with betas after semicolons.
func version(v string) bool {
	if len(v) < 10 || len(v) > 200 {
		return false
	}
	return strings.Trim(v, "0123456789abcdefghijklmnopqrstuvwxyz-_.;= ") == ""
}

type handler func(*call) (any, error)

// serve routes: the key first, then the path, then the parameters.
func (c *call) serve() (any, error) {
	var err error
	if c.key, err = authenticate(c.r); err != nil {
		return nil, err
	}
	handle := c.route()
	if handle == nil {
		return nil, c.unrecognized()
	}
	if c.params, err = c.readParams(); err != nil {
		return nil, err
	}
	body, err := handle(c)
	if err != nil && !isDeclined(err) {
		// A token is used up by what comes of it, a declined card included.
		c.spent.end()
	}
	return body, err
}

func (c *call) route() handler {
	path, ok := strings.CutPrefix(c.r.URL.Path, "/v1/")
	if !ok {
		return nil
	}
	seg := strings.Split(path, "/")
	switch {
	case c.r.Method == http.MethodPost && path == "payment_methods":
		return (*call).createMethod
	case c.r.Method == http.MethodPost && path == "tokens":
		return (*call).createToken
	}
	if len(seg) < 2 || seg[1] == "" {
		return nil
	}
	switch seg[0] {
	case "setup_intents":
		c.kind = setupKind
	case "payment_intents":
		c.kind = paymentKind
	default:
		return nil
	}
	c.id = seg[1]
	switch {
	case c.r.Method == http.MethodGet && len(seg) == 2:
		return (*call).retrieve
	case c.r.Method == http.MethodPost && len(seg) == 3 && seg[2] == "confirm":
		return (*call).confirm
	}
	return nil
}
