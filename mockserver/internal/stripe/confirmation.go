package stripe

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/store"
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
	MethodID string          `json:",omitzero"` // of a payment method in the pool, or empty
	Card     connect.Card    // without a MethodID
	View     json.RawMessage // but for the intent
	Back     string          `json:",omitzero"` // its return URL, or empty
	SDK      bool            `json:",omitzero"` // one of Stripe's libraries handles 3-D Secure by itself
	Since    time.Time
	Claimed  time.Time `json:",omitzero"` // until when a call confirms an intent with it
	UsedBy   string    `json:",omitzero"` // id of the intent, empty before

	id   string
	kept confirmations
}

// confirmations keeps confirmation tokens, the latest ones within the bounds of
// a pool.
type confirmations struct {
	items[confirmation]
	wall func() time.Time
}

func newConfirmations(s Store, wall func() time.Time) confirmations {
	return confirmations{items[confirmation]{s, confirmationItems}, wall}
}

// find returns a token that has not expired, or nil, and its version.
func (s confirmations) find(ctx context.Context, id string) (*confirmation, int64, error) {
	c, seq, err := s.get(ctx, id)
	if seq == 0 {
		return nil, 0, err
	}
	c.id, c.kept = id, s
	return &c, seq, nil
}

func (c *confirmation) put(ctx context.Context, seen int64) (bool, error) {
	return c.kept.put(ctx, c.id, *c, seen, c.Since.Add(confirmationLife))
}

// claim reserves a token for one call. It returns false if it is used or
// reserved.
func (c *confirmation) claim(ctx context.Context, seen int64) (bool, error) {
	now := c.kept.wall()
	if c.UsedBy != "" || now.Before(c.Claimed) {
		return false, nil
	}
	c.Claimed = now.Add(claimTime)
	return c.put(ctx, seen)
}

// end ends a reservation; if usedBy is not empty, that intent has used the token.
// It does nothing if c is nil.
func (c *confirmation) end(ctx context.Context, usedBy string) error {
	if c == nil {
		return nil
	}
	c.Claimed, c.UsedBy = time.Time{}, usedBy
	_, err := c.put(ctx, store.AnySeq)
	return err
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
	token := confirmation{Back: back, SDK: c.params.get("use_stripe_sdk") != "false", Since: now}
	method, err := c.collected(&token, now)
	if err != nil {
		return nil, err
	}
	v := confirmationView{
		Object: "confirmation_token", Created: now.Unix(), ExpiresAt: now.Add(confirmationLife).Unix(),
		MandateData: c.params.mandate(), PaymentMethodPreview: preview(method), ReturnURL: c.params.Given("return_url"),
		SetupFutureUsage: c.params.Given("setup_future_usage"), Shipping: c.params.shipping(), UseStripeSDK: token.SDK,
	}
	err = c.h.ids.draw(c.r.Context(), func(ids *connect.IDs) (store.Item, error) {
		v.ID = ids.Stripe("ctoken_", now)
		if token.View, err = wire.Marshal(v); err != nil {
			return store.Item{}, err
		}
		return c.h.confirmations.item(v.ID, token, store.AnySeq, now.Add(confirmationLife))
	})
	return v, err
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
		if token.Card, err = c.card("payment_method_data", now); err != nil {
			return nil, err
		}
		return c.showMethod(connect.PaymentMethod{Card: token.Card, CreatedAt: now}, false), nil
	}
	if card, ok := testcard.ByToken(id); ok {
		token.Card = card
		return c.showMethod(connect.PaymentMethod{Card: card, CreatedAt: now}, false), nil
	}
	w, seq, err := c.h.pool.get(c.r.Context(), id)
	if err != nil {
		return nil, err
	}
	if seq == 0 || now.Before(w.Claimed) {
		return nil, connect.ErrNoMethod
	}
	token.MethodID = id
	return c.showMethod(connect.PaymentMethod{ID: id, Card: w.Card, CreatedAt: w.Since}, false), nil
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
	token, _, err := c.h.confirmations.find(c.r.Context(), c.id)
	if err != nil {
		return nil, err
	}
	if token == nil {
		return nil, noConfirmation(http.StatusNotFound, c.id)
	}
	var v confirmationView
	if err := json.Unmarshal(token.View, &v); err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(token.UsedBy, "seti_"):
		v.SetupIntent = &token.UsedBy
	case token.UsedBy != "":
		v.PaymentIntent = &token.UsedBy
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
	token, seen, err := c.h.confirmations.find(c.r.Context(), id)
	if err != nil {
		return err
	}
	if token == nil {
		return noConfirmation(http.StatusBadRequest, id)
	}
	free, err := token.claim(c.r.Context(), seen)
	if err != nil {
		return err
	}
	if !free {
		return invalid("confirmation_token", "The ConfirmationToken "+token.id+" has already been used. Create another one.")
	}
	c.confirmation = token
	if token.Back != "" && !c.params.Has("return_url") {
		c.params["return_url"] = []string{token.Back}
	}
	if token.SDK && !c.params.Has("use_stripe_sdk") {
		c.params["use_stripe_sdk"] = []string{"true"}
	}
	if token.MethodID != "" && !c.params.Has("payment_method") && !c.params.Has("payment_method_data") {
		c.params["payment_method"] = []string{token.MethodID}
	}
	return nil
}

func noConfirmation(status int, id string) error {
	return reject(status, "resource_missing", "confirmation_token", "No such confirmationtoken: '"+text.Shorten(id, maxShown)+"'")
}
