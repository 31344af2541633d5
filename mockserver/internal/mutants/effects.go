package mutants

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const (
	opCreate     = "users_create"
	opPatch      = "users_partial_update"
	opDelete     = "users_destroy"
	opUser       = "users_retrieve"
	opUsers      = "users_list"
	opBilling    = "users_billing_details_retrieve"
	opPutBilling = "users_billing_details_update"
)

// effectMutants change with a write what it is not about, or do not show everywhere
// what it changed.
func effectMutants() []Mutant {
	paid := opDebts + " 200 /results/[]"
	return []Mutant{
		behavior("a rating is for all sessions of the user", opRate+" 200", alsoSiblings(opRate, opSessions, "session_id"), opRate),
		behavior("a rating is for another user's session, too", opRate+" 200", alsoStrangers(opRate, opSessions, "session_id"), opRate),
		behavior("a stop ends another user's session", opStop+" 204", alsoStrangers(opStop, opSessions, "session_id"), opStop),
		behavior("a removal removes all cards of the same digits", opRemove+" 204", sameDigits, opRemove),
		behavior("a removal removes another user's card", opRemove+" 204", alsoStrangers(opRemove, opMethods, "pm"), opRemove),
		behavior("a default moves another user's default", opDefault+" 204", alsoStrangers(opDefault, opMethods, "pm"), opDefault),
		behavior("a change reaches the users of the same email, in any case", opPatch+" 200", alsoNamesakes(opPatch), opPatch),
		behavior("billing details are set for all users of the same email", opPutBilling+" 200", alsoNamesakes(opPutBilling), opPutBilling),
		behavior("a deletion deletes the users of the same email, in any case", opDelete+" 204", alsoNamesakes(opDelete), opDelete),
		behavior("a payment clears all debts of the user", paid, clears(true), opDebts),
		behavior("a payment clears another user's debts", paid, clears(false), opDebts),
		behavior("a rated session is the first of the list", opRate+" 200", movesUp, opRate, opSessions),
		behavior("a search finds users as they were at first", opPatch+" 200", staleRows(opUsers), opUsers),
		behavior("the list of sessions has ratings as they were at first", opRate+" 200", staleRows(opSessions), opSessions),
		behavior("the list of methods has the default as it was at first", opDefault+" 204", staleRows(opMethods), opMethods),
		behavior("the count of methods does not fall", opRemove+" 204", highCount(opMethods), opMethods),
		behavior("the count of debts does not fall", paid, highCount(opDebts), opDebts),
		behavior("the count of a search does not fall", opDelete+" 204", highCount(opUsers), opUsers),
		behavior("a new card is the default", hintOf(opMethods, 200, path{"results", items}), newDefault, opMethods),
		behavior("billing details change the invoices of before", opInvoices+" 200 /results/[]", redated, opInvoices, opPutBilling),
		behavior("a rating changes the session's price", opRate+" 200", repriced, opRate),
		behavior("a paid session has no invoice", paid, unbilled, opInvoices),
		behavior("a session whose charge failed has no debt", paid, instead(opDebts, emptyPage), opDebts),
		behavior("a deleted user's sessions can be read", opDelete+" 204", ghostly(opSession, opSessions), opDelete, opSession, opSessions),
		behavior("a deleted user's invoices can be read", opDelete+" 204", ghostly(opInvoices), opDelete, opInvoices),
		behavior("a deleted user's methods can be read", opDelete+" 204", ghostly(opMethods), opDelete, opMethods),
		behavior("a deleted user's billing details can be read", opDelete+" 204", ghostly(opBilling), opDelete, opBilling),
	}
}

func emptyPage(c *call, honest server) *reply {
	r := honest(c)
	if r == nil || !r.ok() {
		return r
	}
	return r.listing(nil)
}

// rows returns the objects of a list of a user.
func rows(c *call, honest server, op, user string) []map[string]any {
	return objects(honest(c.get("/users/" + user + listPaths[op])))
}

// objects returns the entries of a page.
func objects(r *reply) []map[string]any {
	if r == nil || !r.ok() {
		return nil
	}
	var out []map[string]any
	list, _ := r.object()["results"].([]any)
	for _, each := range list {
		if o, ok := each.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// listing returns the answer with other entries, all on one page.
func (r *reply) listing(all []map[string]any) *reply {
	return r.saying(map[string]any{"count": len(all), "next": nil, "previous": nil, "results": append([]map[string]any{}, all...)})
}

var listPaths = map[string]string{
	opMethods: "/payment-methods/", opSessions: "/charging-sessions/", opDebts: "/charging/debts/", opInvoices: "/invoices/",
}

// alsoSiblings does what a call does to an object to all of the user's.
func alsoSiblings(op, list, object string) func() twist {
	return instead(op, func(c *call, honest server) *reply {
		r := honest(c)
		if r != nil && r.ok() {
			for _, other := range rows(c, honest, list, c.vars["user_id"]) {
				honest(c.about(map[string]string{object: fmt.Sprint(other["id"])}))
			}
		}
		return r
	})
}

// alsoStrangers does what a call does to an object to those of the users created
// before.
func alsoStrangers(op, list, object string) func() twist {
	return func() twist {
		all := &memory[string]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			noteUser(c, r, all)
			if c.op != op || r == nil || !r.ok() {
				return r
			}
			for _, user := range all.but(c.vars["user_id"]) {
				for _, other := range slices.Backward(rows(c, honest, list, user)) { // the newest last
					honest(c.about(map[string]string{"user_id": user, object: fmt.Sprint(other["id"])}))
				}
			}
			return r
		}
	}
}

// noteUser notes the users that are created.
func noteUser(c *call, r *reply, all *memory[string]) {
	if c.op == opCreate && r != nil && r.ok() {
		id := fmt.Sprint(r.object()["id"])
		all.set(id, id)
	}
}

// about returns the call about other objects.
func (c *call) about(vars map[string]string) *call {
	u := *c.request.URL
	for name, v := range vars {
		u.Path = strings.Replace(u.Path, "/"+c.vars[name]+"/", "/"+v+"/", 1)
	}
	return c.with(u)
}

// alsoNamesakes does what a call does to a user to all of the same email.
func alsoNamesakes(op string) func() twist {
	return func() twist {
		emails := &memory[string]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if c.op == opCreate && r != nil && r.ok() {
				u := r.object()
				emails.set(fmt.Sprint(u["id"]), strings.ToLower(fmt.Sprint(u["email"])))
			}
			email, known := emails.get(c.vars["user_id"])
			if c.op != op || r == nil || !r.ok() || !known || email == "<nil>" {
				return r
			}
			for id := range emails.all() {
				if other, _ := emails.get(id); other == email && id != c.vars["user_id"] {
					honest(c.about(map[string]string{"user_id": id}))
				}
			}
			return r
		}
	}
}

// sameDigits removes all cards that look like the removed one.
func sameDigits() twist {
	return instead(opRemove, func(c *call, honest server) *reply {
		before := rows(c, honest, opMethods, c.vars["user_id"])
		r := honest(c)
		i := slices.IndexFunc(before, func(m map[string]any) bool { return m["id"] == c.vars["pm"] })
		if r == nil || !r.ok() || i < 0 {
			return r
		}
		for _, m := range before {
			if fmt.Sprint(m["card"]) == fmt.Sprint(before[i]["card"]) {
				honest(c.about(map[string]string{"pm": fmt.Sprint(m["id"])}))
			}
		}
		return r
	})()
}

// clears hides the debts of a user, or of all users, once one is paid.
func clears(own bool) func() twist {
	return func() twist {
		seen, gone := &memory[string]{}, &memory[bool]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || !r.ok() {
				return r
			}
			if rest, ok := strings.CutPrefix(c.request.URL.Path, "/v1/payment_intents/"); ok && r.object()["status"] == "succeeded" {
				id, _, _ := strings.Cut(rest, "/")
				payer, _ := seen.get(id)
				for _, user := range seen.all() {
					if payer != "" && (user == payer) == own {
						gone.set(user, true)
					}
				}
			}
			if c.op != opDebts {
				return r
			}
			user := c.vars["user_id"]
			for _, d := range rows(c, honest, opDebts, user) {
				id, _, _ := strings.Cut(fmt.Sprint(d["payment_intent_client_secret"]), "_secret_")
				seen.set(id, user)
			}
			if _, hidden := gone.get(user); hidden {
				return emptyPage(c, honest)
			}
			return r
		}
	}
}

// movesUp lists the session first that was rated last.
func movesUp() twist {
	last := &memory[string]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if r == nil || !r.ok() {
			return r
		}
		if c.op == opRate {
			last.set(c.vars["user_id"], c.vars["session_id"])
		}
		id, rated := last.get(c.vars["user_id"])
		if c.op != opSessions || !rated {
			return r
		}
		page := r.object()
		list, _ := page["results"].([]any)
		slices.SortStableFunc(list, func(x, y any) int {
			return first(y, id) - first(x, id)
		})
		page["results"] = list
		return r.saying(page)
	}
}

func first(v any, id string) int {
	if o, ok := v.(map[string]any); ok && o["id"] == id {
		return 1
	}
	return 0
}

// staleRows shows the objects of a list as they were there at first, but for what
// happens to sessions by itself.
func staleRows(op string) func() twist {
	return func() twist {
		seen := &memory[map[string]any]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if c.op != op || r == nil || !r.ok() {
				return r
			}
			v, _ := at(r.value(), path{"results", items}, func(v any) (any, bool) {
				o, ok := v.(map[string]any)
				if !ok {
					return v, false
				}
				was := seen.once(fmt.Sprint(o["id"]), o)
				for _, name := range []string{"rates", "default", "locale", "email", "custom_properties"} {
					if _, there := o[name]; there {
						o[name] = was[name]
					}
				}
				return o, true
			})
			return r.saying(v)
		}
	}
}

// highCount returns the highest count that a list has had.
func highCount(op string) func() twist {
	return func() twist {
		most := &memory[int64]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if c.op != op || r == nil || !r.ok() {
				return r
			}
			page := r.object()
			n, _ := page["count"].(json.Number)
			count, _ := n.Int64() // the fake sent a number
			key := c.vars["user_id"] + c.param("search")
			before, _ := most.get(key)
			most.set(key, max(before, count))
			page["count"] = max(before, count)
			return r.saying(page)
		}
	}
}

// newDefault makes the newest card the default until one is chosen.
func newDefault() twist {
	chosen := &memory[bool]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if r == nil || !r.ok() {
			return r
		}
		user := c.vars["user_id"]
		if c.op == opDefault {
			chosen.set(user, true)
		}
		if _, ok := chosen.get(user); ok || c.op != opMethods {
			return r
		}
		page := r.object()
		list, _ := page["results"].([]any)
		for i, each := range list {
			if m, ok := each.(map[string]any); ok {
				m["default"] = i == 0
			}
		}
		return r.saying(page)
	}
}

// redated moves the dates of a user's invoices when billing details are written.
func redated() twist {
	written := &memory[bool]{}
	return func(c *call, honest server) *reply {
		var had bool
		if c.op == opPutBilling {
			had = len(rows(c, honest, opInvoices, c.vars["user_id"])) > 0
		}
		r := honest(c)
		if r == nil || !r.ok() {
			return r
		}
		if had {
			written.set(c.vars["user_id"], true)
		}
		if _, ok := written.get(c.vars["user_id"]); !ok || c.op != opInvoices {
			return r
		}
		v, _ := at(r.value(), path{"results", items, "date"}, always("2026-12-31T00:00:00Z"))
		return r.saying(v)
	}
}

// repriced shows rated sessions with another price.
func repriced() twist {
	rated := &memory[bool]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if c.op == opRate && r != nil && r.ok() {
			rated.set(c.vars["session_id"], true)
		}
		if _, ok := rated.get(c.vars["session_id"]); !ok || c.op != opSession || r == nil || !r.ok() {
			return r
		}
		v, _ := at(r.value(), path{"user_facing_session_prices", "kwh_price"}, where("0.99"))
		return r.saying(v)
	}
}

// unbilled leaves out the invoices of sessions that had a debt.
func unbilled() twist {
	owed := &memory[bool]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if r == nil || !r.ok() {
			return r
		}
		page := r.object()
		list, _ := page["results"].([]any)
		switch c.op {
		case opDebts:
			for _, each := range list {
				if d, ok := each.(map[string]any); ok {
					owed.set(fmt.Sprint(d["session_id"]), true)
				}
			}
		case opInvoices:
			list = slices.DeleteFunc(list, func(v any) bool {
				b, _ := v.(map[string]any)
				_, hidden := owed.get(fmt.Sprint(b["charging_session_id"]))
				return hidden
			})
			page["results"], page["count"] = list, len(list)
			return r.saying(page)
		}
		return r
	}
}

// ghostly answers calls below a deleted user with what was there before.
func ghostly(ops ...string) func() twist {
	return func() twist {
		last := &memory[*reply]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || !slices.Contains(ops, c.op) {
				return r
			}
			key := c.request.Header.Get("Authorization") + c.request.URL.Path
			if r.ok() {
				last.set(key, r)
				return r
			}
			if before, ok := last.get(key); ok && r.status == http.StatusNotFound {
				return before
			}
			return r
		}
	}
}
