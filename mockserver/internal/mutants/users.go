package mutants

import (
	"net/http"
	"net/url"
	"slices"
)

// behavior returns mutants that break the consistency between calls.
func behavior(what, hint string, t func() twist, ops ...string) Mutant {
	return Mutant{ID: "behavior: " + what, Kind: "behavior", Operations: ops, Hint: hint, Twist: t}
}

// instead is a twist that does something else for an operation.
func instead(op string, do func(c *call, honest server) *reply) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			if c.op != op {
				return honest(c)
			}
			return do(c, honest)
		}
	}
}

// idle is a twist that reports success without doing anything.
func idle(op string) func() twist {
	return instead(op, func(c *call, honest server) *reply {
		if r := honest(c.get(c.user())); r == nil || !r.ok() { // an unknown user
			return honest(c)
		}
		return empty()
	})
}

func userMutants() []Mutant {
	const list, read, change = "users_list", "users_retrieve", "users_partial_update"
	return []Mutant{
		behavior("a deleted user is still there", "users_destroy 204", idle("users_destroy"), "users_destroy"),
		behavior("a deleted user can still be read", "users_destroy 204", undead(read), "users_destroy"),
		behavior("a deleted user is still listed", "users_destroy 204", undead(list), "users_destroy"),
		behavior("a search ignores the term", "users_list ?search", asking(list, func(query url.Values) { query.Del("search") }), list),
		behavior("a search wants the whole external id", "users_list ?search", exactSearch, list),
		behavior("a change of a user replaces the whole", "users_partial_update 200", instead(change, func(c *call, honest server) *reply {
			body := (&reply{body: c.body}).object()
			for _, name := range []string{"email", "custom_properties"} {
				if _, ok := body[name]; !ok {
					body[name] = nil
				}
			}
			return honest(c.send((&reply{}).saying(body).body))
		}), change),
		behavior("a change of a user is not kept", "users_partial_update 200", unkept, change),
		behavior("billing details are merged, not replaced", "users_billing_details_update 200", merging, "users_billing_details_update"),
		behavior("a user reads as it was at first", "users_partial_update 200", stale(read), read),
		behavior("billing details read as they were at first", "users_billing_details_update 200", stale("users_billing_details_retrieve"),
			"users_billing_details_retrieve"),
		behavior("an email belongs to one user", "users_create 201", uniqueEmail, "users_create"),
		behavior("a created user is another one's twin", "users_create 201", twins, "users_create"),
	}
}

// undead is a twist that shows deleted users, alone or in lists.
func undead(where string) func() twist {
	return func() twist {
		dead := &memory[any]{}
		return func(c *call, honest server) *reply {
			if c.op == "users_destroy" {
				before := honest(c.get(c.user()))
				r := honest(c)
				if r != nil && before != nil && r.ok() && before.ok() {
					dead.set(c.vars["user_id"], before.value())
				}
				return r
			}
			r := honest(c)
			if r == nil || c.op != where {
				return r
			}
			if u, ok := dead.get(c.vars["user_id"]); ok {
				return made(http.StatusOK, u)
			}
			if u, ok := dead.get(c.param("search")); ok && where == "users_list" {
				return made(http.StatusOK, map[string]any{"count": 1, "next": nil, "previous": nil, "results": []any{u}})
			}
			return r
		}
	}
}

func exactSearch() twist {
	return func(c *call, honest server) *reply {
		r := honest(c)
		term := c.param("search")
		if r == nil || c.op != "users_list" || term == "" || !r.ok() {
			return r
		}
		page := r.object()
		all, _ := page["results"].([]any)
		all = slices.DeleteFunc(all, func(v any) bool {
			u, _ := v.(map[string]any)
			own, _ := u["custom_properties"].(map[string]any)
			return u["id"] != term && own["external_id"] != term
		})
		page["results"], page["count"] = all, len(all)
		return r.saying(page)
	}
}

// unkept is a twist that answers as if it had changed the user.
func unkept() twist {
	return func(c *call, honest server) *reply {
		if c.op != "users_partial_update" {
			return honest(c)
		}
		before := honest(c.get(c.user()))
		r := honest(c)
		if r != nil && before != nil && before.ok() && r.ok() {
			undo := *c
			undo.body = before.body
			honest(&undo)
		}
		return r
	}
}

func merging() twist {
	return func(c *call, honest server) *reply {
		if c.op != "users_billing_details_update" {
			return honest(c)
		}
		before := honest(c.get(c.user() + "billing-details/"))
		body, ok := (&reply{body: c.body}).value().(map[string]any)
		if before == nil || !before.ok() || !ok {
			return honest(c)
		}
		if body["line1"] == nil || body["postal_code"] == nil {
			return honest(c)
		}
		for name, v := range before.object() {
			if _, sent := body[name]; !sent && v != nil {
				body[name] = v
			}
		}
		return honest(c.send((&reply{}).saying(body).body))
	}
}

// stale is a twist that repeats each path's first answer.
func stale(op string) func() twist {
	return func() twist {
		first := &memory[*reply]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if c.op != op || r == nil || !r.ok() {
				return r
			}
			return first.once(c.request.Header.Get("Authorization")+c.request.URL.Path, r)
		}
	}
}

func uniqueEmail() twist {
	taken := &memory[bool]{}
	return func(c *call, honest server) *reply {
		if c.op == "users_create" {
			email, _ := (&reply{body: c.body}).object()["email"].(string)
			if _, again := taken.set(email, true); again && email != "" {
				return made(http.StatusBadRequest, map[string]any{
					"detail": "Validation Error", "error": map[string]any{"type": "validation_error", "details": "email: taken."},
				})
			}
		}
		return honest(c)
	}
}

// twins is a twist that returns the same id for two users who share an email.
func twins() twist {
	known := &memory[*reply]{}
	return func(c *call, honest server) *reply {
		email, _ := (&reply{body: c.body}).object()["email"].(string)
		if c.op != "users_create" || email == "" {
			return honest(c)
		}
		if r, ok := known.get(email); ok {
			return r
		}
		r := honest(c)
		if r != nil && r.ok() {
			known.set(email, r)
		}
		return r
	}
}
