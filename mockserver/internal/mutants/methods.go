package mutants

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const (
	opMethods = "users_payment_methods_list"
	opDefault = "users_payment_methods_default_create"
	opRemove  = "users_payment_methods_destroy"
	opSetup   = "users_setup_intents_retrieve"
)

func methodMutants() []Mutant {
	return []Mutant{
		behavior("the default does not move", opDefault+" 204", idle(opDefault), opDefault),
		behavior("the former default stays one, too", opDefault+" 204", manyDefaults, opDefault),
		behavior("the first method is not the default", hintOf(opMethods, 200, path{"results", items}), lateDefault, opMethods),
		behavior("every method is the default", hintOf(opMethods, 200, path{"results", items}),
			editing(opMethods, http.StatusOK, path{"results", items, "default"}, always(true)), opMethods),
		behavior("a removed method is still listed", opRemove+" 204", idle(opRemove), opRemove),
		behavior("a removal takes all methods away", opRemove+" 204", emptied, opRemove),
		behavior("a removal without the last slash is a 404", opRemove+" 204", instead(opRemove, func(c *call, honest server) *reply {
			if !strings.HasSuffix(c.request.URL.Path, "/") {
				return notFound()
			}
			return honest(c)
		}), opRemove),
		behavior("a removal without the last slash is redirected", opRemove+" 204", instead(opRemove, func(c *call, honest server) *reply {
			if strings.HasSuffix(c.request.URL.Path, "/") {
				return honest(c)
			}
			return &reply{status: http.StatusPermanentRedirect, header: http.Header{"Location": {c.request.URL.Path + "/"}}}
		}), opRemove),
		behavior("a setup intent is given twice", opSetup+" 200", sameSecret, opSetup),
		behavior("all users share a setup intent", opSetup+" 200", instead(opSetup, func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || !r.ok() {
				return r
			}
			const secret = "seti_1THkgXHtgZxQ1KXxOhLbYQKU_secret_UGHFCX0iihdboXkwx4QfiR9V2ma55vk"
			return r.saying(map[string]any{"setup_intent_client_secret": secret, "client_secret": secret})
		}), opSetup),
		behavior("the two names of a setup secret differ", opSetup+" 200", editing(opSetup, http.StatusOK, path{"client_secret"}, func(v any) (any, bool) {
			return fmt.Sprint(v) + "x", true
		}), opSetup),
		behavior("a declined card is added", hintOf(opMethods, 200, path{"count"}), addsDeclined, opMethods, opSetup),
		behavior("any secret confirms a setup intent", opSetup+" 200", anySecret("/v1/setup_intents/"), opSetup),
		behavior("any secret confirms a payment", "users_charging_debts_list 200", anySecret("/v1/payment_intents/"),
			"users_charging_debts_list", "users_charging_start_create"),
		behavior("a wallet is a card", hintOf(opMethods, 200, path{"results", items}),
			editing(opMethods, http.StatusOK, path{"results", items, "type"}, always("card")), opMethods),
		behavior("every card is a Visa", hintOf(opMethods, 200, path{"results", items}),
			editing(opMethods, http.StatusOK, path{"results", items, "card", "brand"}, always("visa")), opMethods),
		behavior("every card ends in 4242", hintOf(opMethods, 200, path{"results", items}),
			editing(opMethods, http.StatusOK, path{"results", items, "card", "last4"}, always("4242")), opMethods),
		behavior("no card has a holder", hintOf(opMethods, 200, path{"results", items}),
			editing(opMethods, http.StatusOK, path{"results", items, "card", "cardholder_name"}, always(nil)), opMethods),
	}
}

// eachMethod is a twist that changes the payment methods of a list.
func eachMethod(change func(user string, method map[string]any)) twist {
	return func(c *call, honest server) *reply {
		r := honest(c)
		if r == nil || c.op != opMethods || !r.ok() {
			return r
		}
		v, _ := at(r.value(), path{"results", items}, func(v any) (any, bool) {
			if m, ok := v.(map[string]any); ok {
				change(c.vars["user_id"], m)
			}
			return v, true
		})
		return r.saying(v)
	}
}

func manyDefaults() twist {
	once := &memory[bool]{}
	return eachMethod(func(user string, m map[string]any) {
		key := user + " " + fmt.Sprint(m["id"])
		if m["default"] == true {
			once.set(key, true)
		}
		_, m["default"] = once.get(key)
	})
}

// lateDefault is a twist without a default until one is chosen.
func lateDefault() twist {
	chosen := &memory[bool]{}
	inner := eachMethod(func(user string, m map[string]any) {
		if _, ok := chosen.get(user); !ok {
			m["default"] = false
		}
	})
	return func(c *call, honest server) *reply {
		if c.op == opDefault {
			chosen.set(c.vars["user_id"], true)
		}
		return inner(c, honest)
	}
}

// emptied is a twist that removes all methods of a user who removes one.
func emptied() twist {
	gone := &memory[bool]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if r == nil || !r.ok() {
			return r
		}
		if c.op == opRemove {
			gone.set(c.vars["user_id"], true)
		}
		if _, none := gone.get(c.vars["user_id"]); none && c.op == opMethods {
			return r.saying(map[string]any{"count": 0, "next": nil, "previous": nil, "results": []any{}})
		}
		return r
	}
}

func sameSecret() twist {
	first := &memory[*reply]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if c.op != opSetup || r == nil || !r.ok() {
			return r
		}
		return first.once(c.vars["user_id"], r)
	}
}

// addsDeclined is a twist that adds the card that Stripe has just declined.
func addsDeclined() twist {
	return func(c *call, honest server) *reply {
		r := honest(c)
		if r == nil || r.status != http.StatusPaymentRequired || !strings.HasPrefix(c.request.URL.Path, "/v1/setup_intents/") {
			return r
		}
		form := c.form()
		form.Set("payment_method", "pm_card_visa")
		honest(c.send([]byte(form.Encode())))
		return r
	}
}

// anySecret is a twist that confirms intents without checking the secret: it has
// seen all secrets.
func anySecret(prefix string) func() twist {
	return func() twist {
		seen := &memory[string]{}
		return func(c *call, honest server) *reply {
			rest, confirms := strings.CutPrefix(c.request.URL.Path, prefix)
			id, _, _ := strings.Cut(rest, "/")
			if secret, ok := seen.get(id); ok && confirms {
				form := c.form()
				form.Set("client_secret", secret)
				c = c.ask(func(query url.Values) {
					if query.Has("client_secret") {
						query.Set("client_secret", secret)
					}
				})
				if len(c.body) > 0 {
					c = c.send([]byte(form.Encode()))
				}
			}
			r := honest(c)
			if r != nil && !confirms {
				for _, word := range strings.FieldsFunc(string(r.body), func(r rune) bool { return strings.ContainsRune(`" ,:{}[]`, r) }) {
					if intent, _, ok := strings.Cut(word, "_secret_"); ok {
						seen.set(intent, word)
					}
				}
			}
			return r
		}
	}
}
