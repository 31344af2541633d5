package mutants

import (
	"fmt"
	"net/http"
	"strings"
)

// looks is how often an object is shown as it is before a lookMutant lies.
const looks = 2

// lookMutants answer rightly at first and wrongly later: a field of an object is
// another one from the third look on, an object is gone, or now and then an answer
// fails.
func lookMutants(d description) []Mutant {
	var out []Mutant
	for op, fields := range map[string]string{
		"users_retrieve": "id email locale custom_properties/external_id",
		opMethods:        "results/[]/created_at results/[]/type results/[]/card/brand results/[]/card/last4 results/[]/card/expiration_date results/[]/default",
		opSession: "start_time end_time evse_id is_partner consumed_energy duration is_active rates session_cost/kwh_cost session_cost/invoice_vat " +
			"session_cost/invoice_summary session_cost/currency session_cost/invoice_download",
		opSessions: "results/[]/start_time results/[]/end_time results/[]/evse_id results/[]/is_active results/[]/session_cost/kwh_cost results/[]/session_cost/invoice_vat",
		opDebts:    "results/[]/amount results/[]/currency",
		opInvoices: "results/[]/total results/[]/date results/[]/currency results/[]/charging_session_id",
	} {
		for name := range strings.FieldsSeq(fields) {
			f := d.field(op, http.StatusOK, name)
			out = append(out, Mutant{
				ID: fmt.Sprintf("third look: %s %s", op, f.path), Kind: "third look", Operations: []string{op},
				Hint: hintOf(op, http.StatusOK, f.path) + " set", Twist: aging(op, f),
			})
		}
	}
	for _, op := range []string{opMethods, opSessions, opInvoices} {
		out = append(out, Mutant{
			ID: fmt.Sprintf("third look: %s, its oldest entry is gone", op), Kind: "third look", Operations: []string{op},
			Hint: hintOf(op, http.StatusOK, path{"results", items}), Twist: fading(op),
		})
	}
	for _, op := range []string{"users_retrieve", opSession, opMethods} {
		out = append(out, Mutant{
			ID: fmt.Sprintf("now and then: %s fails", op), Kind: "now and then", Operations: []string{op},
			Hint: fmt.Sprintf("%s 200", op), Twist: failing(op),
		})
	}
	return out
}

// field returns a field of an answer by its path, whose steps are joined by
// slashes. An unknown one is a mistake in this package.
func (d description) field(op string, status int, name string) field {
	for _, o := range d {
		for _, a := range o.answers {
			for _, f := range a.fields {
				if o.id == op && a.status == status && f.path.String() == "/"+name {
					return f
				}
			}
		}
	}
	panic("no field " + name + " in " + op)
}

// aging is a twist that changes a field of an object that has been shown often.
func aging(op string, f field) func() twist {
	return func() twist {
		seen := &memory[int]{}
		in, rest := path(nil), f.path
		if f.path[0] == "results" {
			in, rest = f.path[:2], f.path[2:]
		}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || c.op != op || r.status != http.StatusOK {
				return r
			}
			v, changed := at(r.value(), in, func(v any) (any, bool) {
				object, ok := v.(map[string]any)
				if !ok {
					return v, false
				}
				key := fmt.Sprint(object["id"], object["link"], object["session_id"])
				n, _ := seen.get(key)
				seen.set(key, n+1)
				if n < looks {
					return v, false
				}
				return at(v, rest, f.another)
			})
			if !changed {
				return r
			}
			return r.saying(v)
		}
	}
}

// fading is a twist that leaves out the last entry of a list that has been read
// often.
func fading(op string) func() twist {
	return func() twist {
		seen := &memory[int]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || c.op != op || r.status != http.StatusOK {
				return r
			}
			page := r.object()
			list, _ := page["results"].([]any)
			n, _ := seen.get(c.vars["user_id"])
			seen.set(c.vars["user_id"], n+1)
			if n < looks || len(list) == 0 {
				return r
			}
			page["results"], page["count"] = list[:len(list)-1], add1(page["count"], -1)
			return r.saying(page)
		}
	}
}

// failing is a twist that answers every fifth call with a server error.
func failing(op string) func() twist {
	return func() twist {
		calls := &memory[int]{}
		return func(c *call, honest server) *reply {
			if c.op != op {
				return honest(c)
			}
			n, _ := calls.get(op)
			calls.set(op, n+1)
			if n%5 != 4 {
				return honest(c)
			}
			return made(http.StatusInternalServerError, map[string]any{"detail": "An unexpected error occurred."})
		}
	}
}
