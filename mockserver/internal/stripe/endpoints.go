package stripe

import "strings"

type handler func(*call) (any, error)

// An endpoint is what a method does with a target.
type endpoint struct {
	operation string
	serve     handler
	about     about
}

// about is how a call names the intent that it is about, and so its world.
type about int

const (
	noIntent about = iota
	byPath         // /v1/RESOURCE/INTENT/…
	bySecret       // client_secret in the query
	bySource       // source in the body
)

// endpoints are all that the fake serves, by method and path; {id} is that of
// an intent or of a confirmation token.
var endpoints = map[string]endpoint{
	"POST payment_methods":              {"stripe_payment_methods_create", (*call).createMethod, noIntent},
	"POST tokens":                       {"stripe_tokens_create", (*call).createToken, noIntent},
	"POST confirmation_tokens":          {"stripe_confirmation_tokens_create", (*call).createConfirmation, noIntent},
	"GET confirmation_tokens/{id}":      {"stripe_confirmation_tokens_retrieve", (*call).retrieveConfirmation, noIntent},
	"GET setup_intents/{id}":            {"stripe_setup_intents_retrieve", (*call).retrieve, byPath},
	"POST setup_intents/{id}/confirm":   {"stripe_setup_intents_confirm", (*call).confirm, byPath},
	"GET payment_intents/{id}":          {"stripe_payment_intents_retrieve", (*call).retrieve, byPath},
	"POST payment_intents/{id}/confirm": {"stripe_payment_intents_confirm", (*call).confirm, byPath},

	// Calls of Stripe's libraries for phones, which it does not document.
	"GET elements/sessions":                   {"stripe_elements_sessions_retrieve", (*call).elementsSession, bySecret},
	"POST setup_intents/{id}/source_cancel":   {"stripe_setup_intents_source_cancel", (*call).cancelSource, byPath},
	"POST setup_intents/{id}/refresh":         {"stripe_setup_intents_refresh", (*call).retrieve, byPath},
	"POST payment_intents/{id}/source_cancel": {"stripe_payment_intents_source_cancel", (*call).cancelSource, byPath},
	"POST payment_intents/{id}/refresh":       {"stripe_payment_intents_refresh", (*call).retrieve, byPath},
	"POST 3ds2/authenticate":                  {"stripe_3ds2_authenticate", (*call).authenticateSource, bySource},
	"POST 3ds2/challenge_complete":            {"stripe_3ds2_challenge_complete", (*call).completeSource, bySource},
	"POST consumers/sessions/lookup":          {"stripe_consumers_sessions_lookup", (*call).lookupConsumer, noIntent},
}

// withIDs are the resources whose paths go on with an id.
var withIDs = map[string]kind{"setup_intents": setupKind, "payment_intents": paymentKind, "confirmation_tokens": ""}

// A target is what a path under /v1/ names: /v1/RESOURCE/ID/ACTION.
type target struct {
	path                 string // below /v1/; empty for any other path
	resource, id, action string
	kind                 kind // of the intent; empty for other resources
}

func readTarget(urlPath string) target {
	path, ok := strings.CutPrefix(urlPath, "/v1/")
	if !ok {
		return target{}
	}
	t := target{path: path}
	var rest string
	t.resource, rest, _ = strings.Cut(path, "/")
	t.id, t.action, _ = strings.Cut(rest, "/")
	t.kind = withIDs[t.resource]
	return t
}

// endpoint returns what a method does with the target; serve is nil if the fake
// does not serve it.
func (t target) endpoint(method string) endpoint {
	path := t.path
	if _, ok := withIDs[t.resource]; ok && t.id != "" {
		path = strings.Replace(path, "/"+t.id, "/{id}", 1)
	}
	if e, ok := endpoints[method+" "+path]; ok {
		return e
	}
	return endpoint{operation: notFaked}
}

// notFaked is the one operation of all calls that are not among the endpoints,
// since clients choose their paths.
const notFaked = "stripe_not_faked"

// unserved reports whether the call is one of Stripe's API that the fake does
// not serve.
func (c *call) unserved() bool { return c.operation != "" && c.serve == nil }
