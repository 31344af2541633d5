package stripe

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// A kind is one of the two kinds of intents, spelled as in error codes.
type kind string

const (
	setupKind   kind = "setup_intent"
	paymentKind kind = "payment_intent"
)

func kindOf(i connect.Intent) kind {
	if i.Setup {
		return setupKind
	}
	return paymentKind
}

// name returns the kind as messages spell it.
func (k kind) name() string {
	if k == setupKind {
		return "SetupIntent"
	}
	return "PaymentIntent"
}

// missing returns the kind as the message about an unknown id spells it.
func (k kind) missing() string {
	if k == setupKind {
		return "setupintent"
	}
	return "payment_intent"
}

// intent returns the intent of the path and the state it is in, or
// connect.ErrNoIntent.
func (c *call) intent() (*connect.State, connect.Intent, error) {
	if c.world == nil {
		return nil, connect.Intent{}, connect.ErrNoIntent
	}
	i, err := c.world.State.Intent(c.id)
	c.user = i.UserID
	if err == nil && kindOf(i) != c.kind {
		err = connect.ErrNoIntent
	}
	return c.world.State, i, err
}

// permitted returns the intent after checking the client secret, which is
// required with a publishable key and optional with a secret one.
func (c *call) permitted() (*connect.State, connect.Intent, error) {
	given := c.params.get("client_secret")
	if given == "" && !c.key.secret() {
		return nil, connect.Intent{}, missing("client_secret")
	}
	s, i, err := c.intent()
	if err == nil && given != "" && !sameSecret(given, i.Secret) {
		err = invalid("client_secret", "The client_secret provided does not match the client_secret associated with the "+c.kind.name()+".")
	}
	return s, i, err
}

func sameSecret(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// retrieve answers GET /v1/setup_intents/{id} and /v1/payment_intents/{id}.
func (c *call) retrieve() (any, error) {
	_, i, err := c.permitted()
	if err != nil {
		return nil, err
	}
	return c.show(i), nil
}

// confirm answers POST …/confirm. A method from the pool belongs to the intent
// once the bank accepts it or asks for 3-D Secure; otherwise it stays in the
// pool.
func (c *call) confirm() (any, error) {
	s, i, err := c.permitted()
	if err != nil {
		return nil, err
	}
	if err := c.collect(); err != nil {
		return nil, err
	}
	back := c.params.get("return_url")
	if back != "" && !returnable(back) {
		return nil, reject(http.StatusBadRequest, "url_invalid", "return_url", "Not a valid URL")
	}
	src, claim, err := c.source(s, i)
	if err != nil {
		return nil, err
	}
	i, err = s.Confirm(c.id, src)
	if err != nil {
		c.ends(claim.release)
		return nil, err
	}
	c.ends(claim.take)
	c.used()
	if err := c.h.returns.set(c.r.Context(), c.world.ID, c.id, returnURL{back, c.params.get("use_stripe_sdk") == "true"}); err != nil {
		return nil, fmt.Errorf("the intent was confirmed, but its return URL could not be kept: %w", err)
	}
	return c.show(i), nil
}

// source returns what to confirm the intent with: a test token, a method from
// the pool, the one that is waiting for 3-D Secure, one that the user has, or a
// card in the request.
func (c *call) source(s *connect.State, i connect.Intent) (connect.PaymentSource, *claim, error) {
	id, data := strings.Clone(c.params.get("payment_method")), c.params.Has("payment_method_data")
	switch {
	case id != "" && data:
		return connect.PaymentSource{}, nil, bothMethods()
	case data:
		card, err := c.card("payment_method_data", s.Now())
		return connect.PaymentSource{Card: &card}, nil, err
	case id == "" && c.confirmation != nil:
		return connect.PaymentSource{Card: &c.confirmation.Card}, nil, nil
	case id == "" && i.Status == connect.RequiresAction && i.Method != nil:
		// Confirmed again without changes, as docs.stripe.com/js/payment_intents/confirm_card_payment
		// describes it after a first confirmation with handleActions: false.
		return connect.PaymentSource{MethodID: i.Method.ID, Card: &i.Method.Card}, nil, nil
	case id == "":
		return connect.PaymentSource{}, nil, connect.ErrIntentState
	case !i.Status.Open():
		return connect.PaymentSource{MethodID: id}, nil, nil
	}
	if card, ok := testcard.ByToken(id); ok {
		return connect.PaymentSource{Card: &card}, nil, nil
	}
	claim, err := c.h.pool.claim(c.r.Context(), id)
	if err != nil {
		return connect.PaymentSource{}, nil, err
	}
	if claim != nil {
		return connect.PaymentSource{MethodID: id, Card: &claim.Card}, claim, nil
	}
	if m := i.Method; m != nil && m.ID == id {
		// Confirmed again, with the method that left the pool the first time.
		return connect.PaymentSource{MethodID: id, Card: &m.Card}, nil, nil
	}
	return connect.PaymentSource{MethodID: id}, nil, nil
}

func bothMethods() error {
	return invalid("", "You may only specify one of these parameters: payment_method, payment_method_data.")
}
