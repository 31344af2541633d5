package mutants

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// foreignMutants ignore who owns an object.
func foreignMutants() []Mutant {
	var out []Mutant
	for op, object := range map[string]string{
		opSession: "session_id", opRate: "session_id", opStop: "session_id", opDefault: "pm", opRemove: "pm",
	} {
		out = append(out, behavior(op+" takes another user's", "rule request/not-found", ownerless(op, object), op))
	}
	for _, op := range []string{opMethods, opSessions, opDebts, opInvoices} {
		out = append(out, behavior(op+" shows another user's, too", op+" 200 /results/[]", mingled(op), op))
	}
	return append(out,
		behavior("a start takes another user's payment method", "rule start-charging/unknown-payment-method", borrowed, opStart),
		behavior("another client's users can be read", "rule request/not-found", clientless("users_retrieve"), "users_retrieve"),
		behavior("another client's users can be found", "users_list ?search", clientless("users_list"), "users_list"),
	)
}

// owners notes who owns the objects in answers.
func owners(c *call, r *reply, of *memory[string]) {
	user := c.vars["user_id"]
	if r == nil || !r.ok() || user == "" {
		return
	}
	note := func(v any) (any, bool) {
		if o, ok := v.(map[string]any); ok {
			of.once(fmt.Sprint(o["id"]), user)
		}
		return v, false
	}
	switch c.op {
	case opMethods, opSessions:
		at(r.value(), path{"results", items}, note)
	case opStart, opSession:
		at(r.value(), nil, note)
	}
}

// ownerless is a twist that returns an object to every user.
func ownerless(op, object string) func() twist {
	return func() twist {
		of := &memory[string]{}
		return func(c *call, honest server) *reply {
			if owner, ok := of.get(c.vars[object]); ok && c.op == op && owner != c.vars["user_id"] {
				u := url.URL{Scheme: c.request.URL.Scheme, Host: c.request.URL.Host}
				u.Path = strings.Replace(c.request.URL.Path, c.vars["user_id"], owner, 1)
				return honest(c.with(u))
			}
			r := honest(c)
			owners(c, r, of)
			return r
		}
	}
}

// mingled is a twist that adds the entries of other users to a list.
func mingled(op string) func() twist {
	return func() twist {
		lists := &memory[[]any]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if c.op != op || r == nil || !r.ok() {
				return r
			}
			page := r.object()
			own, _ := page["results"].([]any)
			if len(own) > 0 {
				lists.set(c.vars["user_id"], own)
			}
			for _, list := range lists.but(c.vars["user_id"]) {
				own = append(own, list...)
			}
			page["results"], page["count"] = own, len(own)
			return r.saying(page)
		}
	}
}

// borrowed is a twist that accepts any payment method that it has seen, and
// charges with a method of the user instead.
func borrowed() twist {
	of := &memory[string]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		owners(c, r, of)
		if c.op != opStart || r == nil || r.rule() != "start-charging/unknown-payment-method" {
			return r
		}
		body := (&reply{body: c.body}).object()
		if _, known := of.get(fmt.Sprint(body["payment_method_id"])); !known {
			return r
		}
		mine := honest(c.get(c.user() + "payment-methods/"))
		list, _ := mine.object()["results"].([]any)
		if len(list) == 0 {
			return r
		}
		body["payment_method_id"] = list[0].(map[string]any)["id"]
		return honest(c.send((&reply{}).saying(body).body))
	}
}

// clientless is a twist that shows a client the users of another one.
func clientless(op string) func() twist {
	return func() twist {
		tokens := &memory[string]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || c.op == "" || r.status == http.StatusUnauthorized || r.status == http.StatusForbidden {
				return r
			}
			token := c.request.Header.Get("Authorization")
			tokens.set(token, token)
			list, _ := r.object()["results"].([]any)
			if found := r.ok() && (op != "users_list" || len(list) > 0); found || c.op != op {
				return r
			}
			for _, other := range tokens.but(token) {
				again := c.with(*c.request.URL)
				again.request.Header.Set("Authorization", other)
				if r := honest(again); r != nil && r.ok() {
					return r
				}
			}
			return r
		}
	}
}
