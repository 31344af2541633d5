package mutants

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// halfMutants do half of what they refuse, or show half of a list.
func halfMutants() []Mutant {
	out := []Mutant{
		behavior("an invalid change of a user is done by half", opPatch+" 400", halfDone, opPatch),
		behavior("a refused deletion clears the email", "rule delete-user/active-session", withdrawing("email", "deleted@example.org"), opDelete),
		behavior("a refused deletion changes the locale", "rule delete-user/debt", withdrawing("locale", "de"), opDelete),
		behavior("the external id of a deleted user stays taken", opDelete+" 204", takenID, opCreate),
		behavior("the whole list of users counts deleted ones", opDelete+" 204", countsDeleted, opUsers),
		behavior("a refused user is created, with an invalid token", opCreate+" 403", creatingFor(http.StatusForbidden), opCreate),
		behavior("a tile ignores an unknown operator", opTile+" ?operators", asking(opTile, func(query url.Values) {
			if strings.HasPrefix(query.Get("operators"), "Nobody") {
				query.Del("operators")
			}
		}), opTile),
	}
	for _, op := range []string{opUsers, opMethods, opSessions, opDebts, opInvoices, opAround} {
		out = append(out,
			behavior("every second reading is in reverse: "+op, hintOf(op, http.StatusOK, path{"several"}), reversing(op), op),
			behavior("a page begins with what the one before ends with: "+op, hintOf(op, http.StatusOK, path{"next linked"}), overlapping(op), op),
		)
	}
	for _, op := range []string{opUser, opMethods, opSessions} {
		out = append(out, behavior("an ETag is for ever: "+op, op+" 200", forEver(op), op))
	}
	for _, pair := range [][2]string{{"only_partners", "operators"}, {"only_partners", "max_price"}, {"power_groups", "connector_types"}, {"max_price", "only_available"}} {
		out = append(out, behavior(fmt.Sprintf("%s: %s hides %s", opTile, pair[0], pair[1]), opTile+" ?"+pair[1], asking(opTile, func(query url.Values) {
			if query.Get(pair[0]) != "" && query.Get(pair[0]) != "false" {
				query.Del(pair[1])
			}
		}), opTile))
	}
	return out
}

// halfDone does what is valid of an invalid change.
func halfDone() twist {
	return instead(opPatch, func(c *call, honest server) *reply {
		r := honest(c)
		sent := (&reply{body: c.body}).object()
		if r == nil || r.status != http.StatusBadRequest || len(sent) < 2 {
			return r
		}
		for name, v := range sent {
			honest(c.to(http.MethodPatch, c.user(), map[string]any{name: v}))
		}
		return r
	})()
}

// withdrawing changes a field of a user whose deletion is refused.
func withdrawing(field string, to any) func() twist {
	return instead(opDelete, func(c *call, honest server) *reply {
		r := honest(c)
		if r != nil && (r.status == http.StatusBadRequest || r.status == http.StatusPaymentRequired) {
			honest(c.to(http.MethodPatch, c.user(), map[string]any{field: to}))
		}
		return r
	})
}

// takenID refuses users with the external id of a deleted one.
func takenID() twist {
	gone := &memory[bool]{}
	id := func(user map[string]any) string {
		own, _ := user["custom_properties"].(map[string]any)
		text, _ := own["external_id"].(string)
		return text
	}
	return func(c *call, honest server) *reply {
		if taken := id((&reply{body: c.body}).object()); c.op == opCreate && taken != "" {
			if _, known := gone.get(taken); known {
				return made(http.StatusBadRequest, map[string]any{"detail": "Validation Error", "error": map[string]any{"type": "validation_error", "details": "external_id: taken."}})
			}
		}
		if c.op != opDelete {
			return honest(c)
		}
		before, r := honest(c.get(c.user())), honest(c)
		if r != nil && r.ok() {
			gone.set(id(before.object()), true)
		}
		return r
	}
}

// countsDeleted counts deleted users in the list of all.
func countsDeleted() twist {
	gone := &memory[bool]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if r == nil || !r.ok() {
			return r
		}
		if c.op == opDelete {
			gone.set(c.vars["user_id"], true)
		}
		if c.op != opUsers || c.param("search") != "" {
			return r
		}
		page := r.object()
		page["count"] = add1(page["count"], int64(len(gone.all())))
		return r.saying(page)
	}
}

// reversing returns every second page of an address in reverse.
func reversing(op string) func() twist {
	return func() twist {
		seen := &memory[int]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || !r.ok() || c.op != op {
				return r
			}
			n, _ := seen.get(c.request.URL.String())
			seen.set(c.request.URL.String(), n+1)
			page := r.object()
			if list, _ := page["results"].([]any); n%2 == 1 {
				slices.Reverse(list)
			}
			return r.saying(page)
		}
	}
}

// overlapping begins a page with the last entry of the page before, and leaves out its
// own first one.
func overlapping(op string) func() twist {
	return instead(op, func(c *call, honest server) *reply {
		r := honest(c)
		n, err := strconv.Atoi(c.param("page"))
		if r == nil || !r.ok() || err != nil || n < 2 {
			return r
		}
		before := honest(c.ask(func(query url.Values) { query.Set("page", strconv.Itoa(n-1)) }))
		page := r.object()
		list, _ := page["results"].([]any)
		if last, _ := before.object()["results"].([]any); len(last) > 0 && len(list) > 0 {
			list[0] = last[len(last)-1]
		}
		return r.saying(page)
	})
}

// forEver sends one ETag whatever the body is, and confirms it.
func forEver(op string) func() twist {
	const tag = `"1"`
	return instead(op, func(c *call, honest server) *reply {
		r := honest(c)
		if r == nil || !r.ok() {
			return r
		}
		if c.request.Header.Get("If-None-Match") == tag {
			return &reply{status: http.StatusNotModified, header: http.Header{"Etag": {tag}}}
		}
		r.header.Set("ETag", tag)
		return r
	})
}
