package mutants

import (
	"fmt"
	"net/http"
	"slices"

	"cariqamock/mockserver/internal/connect"
)

// statusMutants replace every documented status by every other one of the
// operation, and by one that is not documented there.
func statusMutants(d description) []Mutant {
	var out []Mutant
	for _, op := range d {
		var known []int
		for _, a := range op.answers {
			known = append(known, a.status)
		}
		for _, from := range known {
			for _, to := range append(slices.Clone(known), confused(from)) {
				if to == from {
					continue
				}
				out = append(out, Mutant{
					ID: fmt.Sprintf("status swapped: %s %d for %d", op.id, to, from), Kind: "status swapped",
					Operations: []string{op.id}, Hint: fmt.Sprintf("%s %d", op.id, from),
					Twist: answering(op.id, from, func(r *reply) *reply { return r.as(to) }),
				})
			}
		}
	}
	return append(out, authMutants(d)...)
}

// confused returns a status that a server could confuse with another.
func confused(status int) int {
	switch status {
	case http.StatusOK:
		return http.StatusCreated
	case http.StatusCreated, http.StatusNoContent:
		return http.StatusAccepted
	case http.StatusBadRequest:
		return http.StatusUnprocessableEntity
	case http.StatusNotFound:
		return http.StatusGone
	}
	return http.StatusTeapot
}

// answering is a twist that changes the answers of an operation and a status.
func answering(op string, status int, change func(*reply) *reply) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r != nil && c.op == op && r.status == status {
				return change(r)
			}
			return r
		}
	}
}

// authMutants confuse a missing and an invalid token, on all operations.
func authMutants(d description) []Mutant {
	var ids []string
	for _, op := range d {
		ids = append(ids, op.id)
	}
	swapped := func() twist {
		return func(c *call, honest server) *reply {
			r := honest(c)
			switch {
			case r == nil || c.op == "":
			case r.status == http.StatusUnauthorized:
				return r.as(http.StatusForbidden)
			case r.status == http.StatusForbidden:
				return r.as(http.StatusUnauthorized)
			}
			return r
		}
	}
	late := func() twist { // unknown paths are reported before the token is checked
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || r.status != http.StatusUnauthorized && r.status != http.StatusForbidden || len(c.vars) == 0 {
				return r
			}
			return notFound()
		}
	}
	return []Mutant{
		{ID: "auth: 401 and 403 swapped", Kind: "authentication", Operations: ids, Hint: "users_list 401", Twist: swapped},
		{ID: "auth: after the lookup of the path", Kind: "authentication", Operations: ids, Hint: "users_retrieve 401", Twist: late},
	}
}

// typeMutants replace each error.type by the next one of the enum.
func typeMutants(d description) []Mutant {
	types := connect.ErrorTypes()
	var out []Mutant
	for _, op := range d {
		for _, status := range op.typed() {
			for _, step := range []int{1, 4, 7} {
				next := func(v any) (any, bool) {
					i := slices.Index(types, connect.ErrorType(fmt.Sprint(v)))
					return string(types[(i+step+len(types))%len(types)]), true
				}
				out = append(out, Mutant{
					ID: fmt.Sprintf("error type swapped: %s %d by %d", op.id, status, step), Kind: "error type swapped",
					Operations: []string{op.id}, Hint: hintOf(op.id, status, path{"error", "type"}),
					Twist: editing(op.id, status, path{"error", "type"}, next),
				})
			}
		}
	}
	return out
}

// mediaMutants lie about the form of an answer as a whole.
func mediaMutants(d description) []Mutant {
	var out []Mutant
	for _, op := range d {
		for _, a := range op.answers {
			hint := fmt.Sprintf("%s %d", op.id, a.status)
			add := func(what string, change func(*reply) *reply) {
				out = append(out, Mutant{
					ID: fmt.Sprintf("body or media type: %s %s", hint, what), Kind: "body or media type",
					Operations: []string{op.id}, Hint: hint, Twist: answering(op.id, a.status, change),
				})
			}
			if a.fields == nil {
				add("with a body", func(r *reply) *reply { return made(r.status, map[string]any{}) })
				continue
			}
			add("as text/html", func(r *reply) *reply { return r.typed("text/html; charset=utf-8") })
			add("without a body", func(r *reply) *reply { return &reply{status: r.status, header: r.header} })
			add("wrapped", func(r *reply) *reply { return r.saying(map[string]any{"data": r.value()}) })
			add("cut off", func(r *reply) *reply {
				other := *r
				other.body = r.body[:len(r.body)-1]
				return &other
			})
		}
	}
	return out
}

// typed returns the answer with another media type.
func (r *reply) typed(media string) *reply {
	other := *r
	other.header = r.header.Clone()
	other.header.Set("Content-Type", media)
	return &other
}
