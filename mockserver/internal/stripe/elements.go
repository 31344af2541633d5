package stripe

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/text"
)

// A sessionView is what elements_session.tmpl shows.
type sessionView struct {
	ID     string
	Type   string // of the intent
	Intent any    // nil for a deferred one
}

// noCustomers is the text that refuses what only an app with customers of
// Stripe's sends: ephemeral keys (ek_…) and customer sessions (cuss_…).
const noCustomers = "cariqa-mock has no customers of Stripe's: open the sheet without a customer, as the API hands out no key of one."

// elementsSession answers GET /v1/elements/sessions, the first call of
// PaymentSheet and its relatives on phones. It changes nothing.
func (c *call) elementsSession() (any, error) {
	for _, name := range []string{"customer_session_client_secret", "legacy_customer_ephemeral_key"} {
		if c.params.Has(name) {
			return nil, invalid(name, noCustomers)
		}
	}
	v := sessionView{Type: c.params.get("type")}
	switch v.Type {
	case "":
		return nil, missing("type")
	case "deferred_intent":
		if err := c.params.deferred(); err != nil {
			return nil, err
		}
	case string(setupKind), string(paymentKind):
		c.kind = kind(v.Type)
		_, i, err := c.permitted()
		if err != nil {
			return nil, err
		}
		if slices.Contains(c.params["expand[]"], "payment_method_preference."+v.Type+".payment_method") {
			c.params["expand[]"] = append(c.params["expand[]"], "payment_method")
		}
		v.Intent = c.show(i)
	default:
		return nil, invalid("type", "Invalid type: must be one of deferred_intent, payment_intent, or setup_intent")
	}
	v.ID = "elements_session_" + strings.TrimPrefix(c.h.requestID(), "req_")
	return object{"elements_session", v}, nil
}

// deferred checks what a session without an intent needs to know of the one
// that is to come.
func (p params) deferred() error {
	field := func(n string) string { return name("deferred_intent", n) }
	mode := p.get(field("mode"))
	switch {
	case mode == "":
		return missing(field("mode"))
	case mode != "payment" && mode != "setup":
		return invalid(field("mode"), "Invalid deferred_intent[mode]: must be one of payment or setup")
	case mode == "setup":
		return nil
	case !p.Has(field("amount")):
		return missing(field("amount"))
	case p.get(field("currency")) == "":
		return missing(field("currency"))
	}
	if amount := p.get(field("amount")); !positive(amount) {
		return invalid(field("amount"), "Invalid positive integer: "+text.Shorten(amount, maxShown))
	}
	return nil
}

func positive(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n > 0
}

// lookupConsumer answers POST /v1/consumers/sessions/lookup: nobody has an
// account of Link. The text is assumed.
func (c *call) lookupConsumer() (any, error) {
	return map[string]any{
		"consumer_session": nil, "error_message": "No consumer found for the given email address.", "exists": false,
	}, nil
}

// cancelSource answers POST …/source_cancel, which the libraries for phones call
// when a card holder leaves 3-D Secure: the authentication has failed. Nothing
// changes if the intent does not wait for one (assumed), since it may have
// ended at the same moment. The source takes the place of the client secret;
// the library for Android sends an empty one if it knows none.
func (c *call) cancelSource() (any, error) {
	if !c.params.Has("source") {
		return nil, missing("source")
	}
	s, i, err := c.intent()
	if err != nil {
		return nil, err
	}
	if source := c.params.get("source"); source != "" && source != sourceOf(i.ID) {
		return nil, noSource(http.StatusNotFound, source)
	}
	if waits(i) {
		if i, err = s.Authenticate(i.ID, false); err != nil {
			return nil, err
		}
	}
	return c.show(i), nil
}
