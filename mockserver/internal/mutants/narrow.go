package mutants

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"cariqamock/mockserver/internal/wire"
)

// narrowMutants are wrong where two things come together: two filters, two pages, a
// write and what it is not about, a refusal and what it does all the same.
func narrowMutants() []Mutant {
	out := []Mutant{
		behavior("billing details make the newest card the default", opPutBilling+" 200", also(opPutBilling, newestDefault), opPutBilling),
		behavior("a start makes its card the default", opStart+" 201", also(opStart, func(c *call, honest server) { honest(c.choosing()) }), opStart),
		behavior("a start clears the ratings of before", opStart+" 201", also(opStart, func(c *call, honest server) {
			for _, s := range rows(c, honest, opSessions, c.vars["user_id"]) {
				if s["rates"] != nil {
					honest(c.to(http.MethodPatch, c.user()+"charging-sessions/"+fmt.Sprint(s["id"])+"/", map[string]any{"rates": nil}))
				}
			}
		}), opStart),
		behavior("a declined start changes the default", "rule start-charging/pre-authorization-declined", instead(opStart, func(c *call, honest server) *reply {
			r := honest(c)
			if r != nil && r.status == http.StatusPaymentRequired {
				honest(c.choosing())
			}
			return r
		}), opStart),
		behavior("a former external id still finds the user", opPatch+" 200", formerID, opUsers, opPatch),
		behavior("users without an external id are not listed", opUsers+" 200", onlyNamed, opUsers),
		behavior("the whole list of users leaves out the newest", opUsers+" 200", instead(opUsers, func(c *call, honest server) *reply {
			r := honest(c)
			list, _ := r.object()["results"].([]any)
			if !r.ok() || c.request.URL.Query().Has("search") || c.param("page") != "" || len(list) < 2 {
				return r
			}
			page := r.object()
			page["results"] = list[1:]
			return r.saying(page)
		}), opUsers),
		behavior("the whole list of users counts one more", opUsers+" 200", paging(opUsers, func(c *call, page map[string]any) {
			if !c.request.URL.Query().Has("search") {
				page["count"] = add1(page["count"], 1)
			}
		}), opUsers),
		behavior("cards are an hour younger", opMethods+" 200", editing(opMethods, http.StatusOK, path{"results", items, "created_at"}, later(time.Hour)), opMethods),
		behavior("cards have a day without a time", opMethods+" 200", editing(opMethods, http.StatusOK, path{"results", items, "created_at"}, later(0)), opMethods),
		behavior("prices are of an hour later", opAround+" 200",
			editing(opAround, http.StatusOK, path{"results", items, "price_groups", items, "local_datetime"}, later(time.Hour)), opAround),
		behavior("a search with a slash looks for what is before it", opUsers+" ?search", asking(opUsers, func(query url.Values) {
			if i := strings.LastIndex(query.Get("search"), "/"); i > 0 {
				query.Set("search", query.Get("search")[:i])
			}
		}), opUsers),
		behavior("one stop in five is not done", opStop+" 204", everyFifth(opStop), opStop),
	}
	out = append(out, hiddenFilters()...)
	return append(out, quietMutants()...)
}

// hiddenFilters ignore a parameter where another one is, or but for its last value.
func hiddenFilters() []Mutant {
	var out []Mutant
	for op, pairs := range map[string][][2]string{
		opAround: {
			{"operators", "only_available"}, {"only_available", "only_partners"}, {"only_available", "connector_types"},
			{"operators", "connector_types"}, {"page", "connector_types"},
		},
		opTile: {{"only_partners", "connector_types"}, {"only_available", "connector_types"}, {"operators", "connector_types"}, {"operators", "only_available"}},
	} {
		for _, pair := range pairs {
			out = append(out, behavior(fmt.Sprintf("%s: %s hides %s", op, pair[0], pair[1]), op+" ?"+pair[1], asking(op, func(query url.Values) {
				if query.Get(pair[0]) != "" && query.Get(pair[0]) != "false" {
					query.Del(pair[1])
				}
			}), op))
		}
	}
	for _, name := range []string{"operators", "connector_types", "power_groups"} {
		out = append(out, behavior("the last of several "+name+" of a tile counts", opTile+" ?"+name, asking(opTile, func(query url.Values) {
			if query.Has(name) {
				lastOf(name)(query)
			}
		}), opTile))
	}
	for name, low := range map[string]bool{"max_price": true, "operators": false, "connector_types": false} {
		out = append(out, behavior(fmt.Sprintf("a tile ignores %s, at low zoom: %t", name, low), opTile+" ?"+name, asking(opTile, func(query url.Values) {
			if z, err := strconv.Atoi(query.Get("z")); err == nil && (z < 12) == low {
				query.Del(name)
			}
		}), opTile))
	}
	return out
}

// quietMutants refuse what they do all the same.
func quietMutants() []Mutant {
	var out []Mutant
	for op, object := range map[string]string{opStop: "session_id", opRate: "session_id", opRemove: "pm", opDefault: "pm"} {
		out = append(out, behavior("what is refused to a stranger is done: "+op, "rule request/not-found", quietly(op, object), op))
	}
	for _, op := range []string{opPatch, opPutBilling, opStop, opRate, opRemove, opDefault} {
		out = append(out, behavior("what is refused to another client is done: "+op, op+" 404", clientQuietly(op), op))
	}
	for _, token := range []string{"", "Bearer revoked"} {
		out = append(out, behavior(fmt.Sprintf("a refused stop is done, with the token %q", token), opStop+" 204", lax(opStop, token, true), opStop))
	}
	return append(out, behavior("a refused user is created", opCreate+" 401", creatingFor(http.StatusUnauthorized), opCreate))
}

// also makes further calls after an operation has succeeded.
func also(op string, do func(c *call, honest server)) func() twist {
	return instead(op, func(c *call, honest server) *reply {
		r := honest(c)
		if r != nil && r.ok() {
			do(c, honest)
		}
		return r
	})
}

// to returns a call with a JSON body, with the token of this one.
func (c *call) to(method, path string, body any) *call {
	other := c.get(path)
	other.request.Method = method
	other.request.Header.Set("Content-Type", "application/json")
	if body != nil {
		other.body = (&reply{}).saying(body).body
	}
	return other
}

// choosing returns the call that makes the card of a start the default.
func (c *call) choosing() *call {
	card := (&reply{body: c.body}).object()["payment_method_id"]
	return c.to(http.MethodPost, c.user()+"payment-methods/"+fmt.Sprint(card)+"/default/", nil)
}

func newestDefault(c *call, honest server) {
	if all := rows(c, honest, opMethods, c.vars["user_id"]); len(all) > 0 {
		honest(c.to(http.MethodPost, c.user()+"payment-methods/"+fmt.Sprint(all[0]["id"])+"/default/", nil))
	}
}

// formerID finds users by the external ids that they had before.
func formerID() twist {
	former := &memory[string]{}
	return func(c *call, honest server) *reply {
		if c.op == opPatch {
			if r := honest(c.get(c.user())); r != nil && r.ok() {
				own, _ := r.object()["custom_properties"].(map[string]any)
				former.set(fmt.Sprint(own["external_id"]), c.vars["user_id"])
			}
		}
		r := honest(c)
		id, known := former.get(c.param("search"))
		if r == nil || !r.ok() || c.op != opUsers || !known {
			return r
		}
		page, user := r.object(), honest(c.get("/users/"+id+"/"))
		if list, _ := page["results"].([]any); len(list) == 0 && user.ok() {
			page["results"], page["count"] = []any{user.value()}, 1
		}
		return r.saying(page)
	}
}

// onlyNamed lists users with an external id only.
func onlyNamed() twist {
	return paging(opUsers, func(_ *call, page map[string]any) {
		all, _ := page["results"].([]any)
		var named []any
		for _, each := range all {
			u, _ := each.(map[string]any)
			if own, _ := u["custom_properties"].(map[string]any); own["external_id"] != nil {
				named = append(named, each)
			}
		}
		if len(named) < len(all) {
			page["results"], page["count"] = append([]any{}, named...), len(named)
		}
	})()
}

// later moves a time, or cuts it to the day if by nothing.
func later(by time.Duration) edit {
	return func(v any) (any, bool) {
		t, err := time.Parse(time.RFC3339Nano, fmt.Sprint(v))
		if err != nil {
			return v, false
		}
		if by == 0 {
			t = t.Truncate(24 * time.Hour)
		}
		return wire.Time(t.Add(by)).String(), true
	}
}

// everyFifth answers every fifth call of an operation without doing anything.
func everyFifth(op string) func() twist {
	return func() twist {
		n := &memory[int]{}
		return func(c *call, honest server) *reply {
			if c.op != op {
				return honest(c)
			}
			k, _ := n.get("")
			n.set("", k+1)
			if k%5 == 4 {
				return empty()
			}
			return honest(c)
		}
	}
}

// quietly does for a stranger what it refuses.
func quietly(op, object string) func() twist {
	return func() twist {
		of := &memory[string]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			owners(c, r, of)
			if owner, ok := of.get(c.vars[object]); ok && c.op == op && r != nil && r.status == http.StatusNotFound && owner != c.vars["user_id"] {
				honest(c.about(map[string]string{"user_id": owner}))
			}
			return r
		}
	}
}

// clientQuietly does for another client what it refuses.
func clientQuietly(op string) func() twist {
	return func() twist {
		tokens := &memory[string]{}
		return func(c *call, honest server) *reply {
			token, user := c.request.Header.Get("Authorization"), c.vars["user_id"]
			r := honest(c)
			if r != nil && r.ok() && user != "" {
				tokens.once(user, token)
			}
			if own, known := tokens.get(user); c.op == op && known && own != token && r != nil && r.status == http.StatusNotFound {
				again := c.with(*c.request.URL)
				again.request.Header.Set("Authorization", own)
				honest(again)
			}
			return r
		}
	}
}

// creatingFor creates a user although the token is refused, with a status.
func creatingFor(status int) func() twist {
	return func() twist {
		token := &memory[string]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r != nil && r.ok() && c.op == opCreate {
				token.once("", c.request.Header.Get("Authorization"))
			}
			if own, known := token.get(""); c.op == opCreate && known && r != nil && r.status == status {
				again := c.with(*c.request.URL)
				again.request.Header.Set("Authorization", own)
				honest(again)
			}
			return r
		}
	}
}
