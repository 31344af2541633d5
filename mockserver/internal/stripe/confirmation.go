package stripe

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/stripe/testcard"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
)

// confirmationLife is how long a confirmation token can be used, as in the
// answers recorded in Stripe's Android library.
const confirmationLife = 12 * time.Hour

// A confirmation is a confirmation token: what a client has collected to
// confirm an intent with, once.
type confirmation struct {
	id       string
	methodID string       // of a payment method in the pool, or empty
	card     connect.Card // without a methodID
	view     []byte       // JSON, but for the intent
	back     string       // its return URL, or empty
	sdk      bool         // one of Stripe's libraries handles 3-D Secure by itself
	since    time.Time

	store   *confirmations
	claimed bool
	usedBy  string // id of the intent, empty before
}

// confirmations keeps confirmation tokens, the latest ones within the bounds of
// a pool.
type confirmations struct {
	wall func() time.Time

	mu    sync.Mutex
	byID  map[string]*confirmation
	queue []*confirmation // oldest first
	bytes int             // of all, about
}

func newConfirmations(wall func() time.Time) *confirmations {
	return &confirmations{wall: wall, byID: map[string]*confirmation{}}
}

func (c *confirmation) size() int { return entrySize + len(c.view) + len(c.back) }

// put stores a token. It returns false if its id is in use.
func (s *confirmations) put(c *confirmation) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[c.id] != nil {
		return false
	}
	c.store = s
	s.byID[c.id] = c
	s.queue = append(s.queue, c)
	s.bytes += c.size()
	n := 0
	for len(s.queue)-n > poolSize || s.bytes > limit.PoolMemory || s.wall().Sub(s.queue[n].since) >= confirmationLife {
		s.bytes -= s.queue[n].size()
		delete(s.byID, s.queue[n].id)
		n++
	}
	s.queue = append(s.queue[:0], s.queue[n:]...)
	return true
}

// get returns a token that has not expired, and the intent that has used it.
func (s *confirmations) get(id string) (c *confirmation, usedBy string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c = s.byID[id]
	if c == nil || s.wall().Sub(c.since) >= confirmationLife {
		return nil, ""
	}
	return c, c.usedBy
}

// claim reserves a token for one call. It returns false if it is used or
// reserved.
func (c *confirmation) claim() bool {
	c.store.mu.Lock()
	defer c.store.mu.Unlock()
	if c.claimed || c.usedBy != "" {
		return false
	}
	c.claimed = true
	return true
}

// use ends a reservation: an intent has used the token. It does nothing if c is
// nil.
func (c *confirmation) use(intent string) { c.end(intent) }

// release ends a reservation without a use. It does nothing if c is nil.
func (c *confirmation) release() { c.end("") }

func (c *confirmation) end(usedBy string) {
	if c == nil {
		return
	}
	c.store.mu.Lock()
	defer c.store.mu.Unlock()
	c.claimed, c.usedBy = false, strings.Clone(usedBy)
}

// A confirmationView is a confirmation token in Stripe's format.
type confirmationView struct {
	ID                   string  `json:"id"`
	Object               string  `json:"object"`
	Created              int64   `json:"created"`
	ExpiresAt            int64   `json:"expires_at"`
	Livemode             bool    `json:"livemode"`
	MandateData          any     `json:"mandate_data"`
	Metadata             any     `json:"metadata"`
	PaymentIntent        *string `json:"payment_intent"`
	PaymentMethodOptions any     `json:"payment_method_options"`
	PaymentMethodPreview any     `json:"payment_method_preview"`
	ReturnURL            *string `json:"return_url"`
	SetupFutureUsage     *string `json:"setup_future_usage"`
	SetupIntent          *string `json:"setup_intent"`
	Shipping             any     `json:"shipping"`
	UseStripeSDK         bool    `json:"use_stripe_sdk"`
}

// createConfirmation answers POST /v1/confirmation_tokens, a call of Stripe's
// libraries for browsers and phones that Stripe does not document.
func (c *call) createConfirmation() (any, error) {
	now, back := c.h.cfg.Wall(), strings.Clone(c.params.get("return_url"))
	if back != "" && !returnable(back) {
		return nil, reject(http.StatusBadRequest, "url_invalid", "return_url", "Not a valid URL")
	}
	token := &confirmation{back: back, sdk: c.params.get("use_stripe_sdk") != "false", since: now}
	method, err := c.collected(token, now)
	if err != nil {
		return nil, err
	}
	v := confirmationView{
		Object: "confirmation_token", Created: now.Unix(), ExpiresAt: now.Add(confirmationLife).Unix(),
		MandateData: c.params.mandate(), PaymentMethodPreview: preview(method), ReturnURL: c.params.Given("return_url"),
		SetupFutureUsage: c.params.Given("setup_future_usage"), Shipping: c.params.shipping(), UseStripeSDK: token.sdk,
	}
	for {
		v.ID = c.h.newID("ctoken_")
		token.id = v.ID
		if token.view, err = wire.Marshal(v); err != nil {
			return nil, err
		}
		if c.h.confirmations.put(token) {
			return v, nil
		}
	}
}

// collected stores in a token what was collected and returns it as a payment
// method: a card in the request, a test token, or a method from the pool. The
// methods of users are not found, as the call names no intent and so no world.
func (c *call) collected(token *confirmation, now time.Time) (method any, err error) {
	id := strings.Clone(c.params.get("payment_method"))
	switch data := c.params.Has("payment_method_data"); {
	case id != "" && data:
		return nil, bothMethods()
	case id == "":
		if token.card, err = c.card("payment_method_data", now); err != nil {
			return nil, err
		}
		return c.showMethod(connect.PaymentMethod{Card: token.card, CreatedAt: now}, false), nil
	}
	if card, ok := testcard.ByToken(id); ok {
		token.card = card
		return c.showMethod(connect.PaymentMethod{Card: card, CreatedAt: now}, false), nil
	}
	claim := c.h.pool.claim(id)
	if claim == nil {
		return nil, connect.ErrNoMethod
	}
	claim.end()
	token.methodID = id
	return c.showMethod(connect.PaymentMethod{ID: id, Card: claim.card, CreatedAt: claim.since}, false), nil
}

// notPreviewed are the fields of a payment method that are not in the preview of
// one, as in the answers recorded in Stripe's Android library.
var notPreviewed = []string{"id", "object", "created", "livemode", "metadata"}

// preview returns a payment method as a confirmation token shows it.
func preview(method any) any {
	var fields map[string]any
	if data, err := wire.Marshal(method); err != nil || json.Unmarshal(data, &fields) != nil {
		return nil
	}
	for _, name := range notPreviewed {
		delete(fields, name)
	}
	fields["customer_account"] = nil
	if card, ok := fields["card"].(map[string]any); ok {
		delete(card, "fingerprint")
	}
	return fields
}

// mandate returns mandate_data in Stripe's format, or nil if it is not given.
func (p params) mandate() any {
	const acceptance = "mandate_data[customer_acceptance]"
	if !p.Has(acceptance) {
		return nil
	}
	return map[string]any{"customer_acceptance": map[string]any{
		"type": p.Given(acceptance + "[type]"),
		"online": map[string]any{
			"ip_address": p.Given(acceptance + "[online][ip_address]"), "user_agent": p.Given(acceptance + "[online][user_agent]"),
		},
	}}
}

// shipping returns shipping in Stripe's format, or nil if it is not given.
func (p params) shipping() any {
	if !p.Has("shipping") {
		return nil
	}
	address := map[string]any{}
	for _, field := range []string{"city", "country", "line1", "line2", "postal_code", "state"} {
		address[field] = p.Given(name("shipping", "address", field))
	}
	return map[string]any{"address": address, "name": p.Given("shipping[name]"), "phone": p.Given("shipping[phone]")}
}

// retrieveConfirmation answers GET /v1/confirmation_tokens/{id}. A publishable
// key may not make this call (assumed: only Stripe's libraries for servers do).
func (c *call) retrieveConfirmation() (any, error) {
	if !c.key.secret() {
		return nil, secretKeyRequired()
	}
	token, usedBy := c.h.confirmations.get(c.id)
	if token == nil {
		return nil, noConfirmation(http.StatusNotFound, c.id)
	}
	var v confirmationView
	if err := json.Unmarshal(token.view, &v); err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(usedBy, "seti_"):
		v.SetupIntent = &usedBy
	case usedBy != "":
		v.PaymentIntent = &usedBy
	}
	return v, nil
}

// collect reads confirmation_token, if the call has it, and reserves the token.
// Whatever the request has itself takes precedence over what the token has
// (docs.stripe.com/api/payment_intents/confirm).
func (c *call) collect() error {
	id := c.params.get("confirmation_token")
	if id == "" {
		return nil
	}
	token, _ := c.h.confirmations.get(id)
	switch {
	case token == nil:
		return noConfirmation(http.StatusBadRequest, id)
	case !token.claim():
		return invalid("confirmation_token", "The ConfirmationToken "+token.id+" has already been used. Create another one.")
	}
	c.confirmation = token
	if token.back != "" && !c.params.Has("return_url") {
		c.params["return_url"] = []string{token.back}
	}
	if token.sdk && !c.params.Has("use_stripe_sdk") {
		c.params["use_stripe_sdk"] = []string{"true"}
	}
	if token.methodID != "" && !c.params.Has("payment_method") && !c.params.Has("payment_method_data") {
		c.params["payment_method"] = []string{token.methodID}
	}
	return nil
}

func noConfirmation(status int, id string) error {
	return reject(status, "resource_missing", "confirmation_token", "No such confirmationtoken: '"+text.Shorten(id, maxShown)+"'")
}
