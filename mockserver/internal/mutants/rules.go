package mutants

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/connect"
)

// table returns a configuration with a changed table of rules.
func table(change func(connect.Rules)) func(*mockserver.Config) {
	return func(cfg *mockserver.Config) {
		cfg.Rules = connect.DefaultRules()
		for i, r := range cfg.Rules {
			if r.Applies != nil {
				cfg.Rules[i].Applies = careful(r.Applies)
			}
		}
		change(cfg.Rules)
	}
}

// careful returns a condition that may be evaluated out of order: if an object
// that it needs is missing, it does not hold.
func careful(holds func(*connect.Situation) bool) func(*connect.Situation) bool {
	return func(s *connect.Situation) (held bool) {
		defer func() {
			if recover() != nil {
				held = false
			}
		}()
		return holds(s)
	}
}

// ruleMutants skip every rule, and change the answer of every rule.
func ruleMutants() []Mutant {
	var out []Mutant
	for i, r := range connect.DefaultRules() {
		about := []string{string(r.Operation)}
		if r.Generic() {
			about = nil
		}
		hint := "rule " + r.ID
		if r.Applies != nil {
			out = append(out, Mutant{
				ID: "rule skipped: " + r.ID, Kind: "rule skipped", Operations: about, Hint: hint,
				Config: table(func(rs connect.Rules) { rs[i].Applies = func(*connect.Situation) bool { return false } }),
			})
		} else {
			out = append(out, Mutant{
				ID: "rule skipped: " + r.ID, Kind: "rule skipped", Operations: about, Hint: hint, Twist: skipped(r.ID),
			})
		}
		status, kind := otherStatus(r.Status), otherType(r.Type)
		out = append(out,
			Mutant{
				ID: fmt.Sprintf("rule answers otherwise: %s with %d", r.ID, status), Kind: "rule answers otherwise",
				Operations: about, Hint: hint, Twist: refusing(r.ID, func(answer *reply) *reply { return answer.as(status) }),
			},
			Mutant{
				ID: fmt.Sprintf("rule answers otherwise: %s as %s", r.ID, kind), Kind: "rule answers otherwise",
				Operations: about, Hint: hint, Twist: refusing(r.ID, func(answer *reply) *reply {
					body := answer.object()
					body["error"] = map[string]any{"type": kind, "details": "For another reason."}
					return answer.saying(body)
				}),
			},
			Mutant{
				ID: "rule answers otherwise: " + r.ID + " without words", Kind: "rule answers otherwise",
				Operations: about, Hint: hint, Twist: refusing(r.ID, func(answer *reply) *reply {
					body := answer.object()
					body["detail"] = ""
					if e, ok := body["error"].(map[string]any); ok {
						body["detail"], e["details"] = "Error", ""
					}
					return answer.saying(body)
				}),
			})
	}
	return out
}

func otherStatus(status int) int {
	switch status {
	case http.StatusBadRequest, http.StatusFailedDependency, http.StatusPaymentRequired:
		return http.StatusConflict
	case http.StatusUnauthorized:
		return http.StatusForbidden
	case http.StatusForbidden:
		return http.StatusUnauthorized
	}
	return http.StatusBadRequest
}

func otherType(t connect.ErrorType) connect.ErrorType {
	switch t {
	case connect.PaymentMethodError:
		return connect.PaymentError
	case connect.PaymentError:
		return connect.PreAuthorizationFailed
	}
	return connect.PaymentMethodError
}

// refusing is a twist that changes the answer of a rule.
func refusing(rule string, change func(*reply) *reply) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r != nil && r.rule() == rule {
				return change(r)
			}
			return r
		}
	}
}

// skipped is a twist without a generic rule.
func skipped(rule string) func() twist {
	return func() twist {
		last := &memory[*reply]{} // the last success of each operation
		return func(c *call, honest server) *reply {
			r := honest(c)
			switch {
			case r == nil:
			case r.ok():
				last.set(c.op, r)
			case r.rule() == rule:
				return overlooked(rule, c, honest, last)
			}
			return r
		}
	}
}

func overlooked(rule string, c *call, honest server, last *memory[*reply]) *reply {
	other := c.with(*c.request.URL)
	switch rule {
	case "auth/missing", "auth/invalid":
		other.request.Header.Set("Authorization", "Bearer mock.default.anybody")
		return honest(other)
	case "request/not-acceptable":
		other.request.Header.Del("Accept")
		return honest(other)
	case "request/unsupported-media-type":
		other.request.Header.Set("Content-Type", "application/json")
		return honest(other)
	case "request/method-not-allowed":
		other.request.Method, other.body = http.MethodGet, nil
		return honest(other)
	}
	if r, ok := last.get(c.op); ok { // bad input, or an object that does not exist
		return r
	}
	return empty()
}

// orderMutants swap adjacent rules of an operation.
func orderMutants() []Mutant {
	var out []Mutant
	rules := connect.DefaultRules()
	for i := range len(rules) - 1 {
		first, second := rules[i], rules[i+1]
		if first.Generic() || first.Operation != second.Operation {
			continue
		}
		out = append(out, Mutant{
			ID: fmt.Sprintf("order of rules: %s before %s", second.ID, first.ID), Kind: "order of rules",
			Operations: []string{string(first.Operation)}, Hint: "rule " + first.ID,
			Config: table(func(rs connect.Rules) { rs[i], rs[i+1] = rs[i+1], rs[i] }),
		})
	}
	return out
}

// generationMutants have the vendor's API of spring 2026.
func generationMutants() []Mutant {
	old := func(cfg *mockserver.Config) { cfg.Generation = mockserver.Generation0 }
	return []Mutant{
		{
			ID: "former name: setup_intent_client_secret", Kind: "former name", Operations: []string{"users_setup_intents_retrieve"},
			Hint: "users_setup_intents_retrieve 200", Config: old,
		},
		{
			ID: "former name: payment_intent_client_secret", Kind: "former name", Operations: []string{"users_charging_debts_list"},
			Hint: "users_charging_debts_list 200 /results/[]", Config: old,
		},
	}
}

// Renamed returns the field that a mutant of a former generation renames.
func (m Mutant) Renamed() (field string, ok bool) { return strings.CutPrefix(m.ID, "former name: ") }

// form parses a form body.
func (c *call) form() url.Values {
	values, err := url.ParseQuery(string(c.body))
	if err != nil {
		return url.Values{}
	}
	return values
}
