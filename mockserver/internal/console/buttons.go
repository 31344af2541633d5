package console

import (
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A button is a form that consists of one button and hidden fields.
type button struct {
	World, Action, Label string
	About                string // ends the accessible name, such as "of f1"; may be empty
	Class                string // main, danger or empty
	Fields               []field
}

type field struct{ Name, Value string }

// newButton returns the template function that makes buttons of a class, with
// names and values of hidden fields in pairs.
func newButton(class string) func(world, action, label, about string, pairs ...string) button {
	return func(world, action, label, about string, pairs ...string) button {
		b := button{World: world, Action: action, Label: label, About: about, Class: class}
		for pair := range slices.Chunk(pairs, 2) {
			b.Fields = append(b.Fields, field{pair[0], pair[1]})
		}
		return b
	}
}

// testCard is a test card of Stripe's that always succeeds.
const testCard = "pm_card_visa"

// userWide are the rules that keep all of a user's payment methods, so that they are
// shown once, without "remove-payment-method/".
var userWide = []string{"session-starting", "active-session", "cdr-pending", "debt"}

func isUserWide(r adminapi.Rule) bool {
	return slices.Contains(userWide, strings.TrimPrefix(r.ID, "remove-payment-method/"))
}

// blockers returns the rules that keep all of a user's payment methods.
func blockers(u adminapi.UserDetail) (out []adminapi.Rule) {
	for _, m := range u.Methods {
		for _, r := range m.Removal.Rules {
			if isUserWide(r) && !slices.ContainsFunc(out, func(o adminapi.Rule) bool { return o.ID == r.ID }) {
				out = append(out, r)
			}
		}
	}
	return out
}

// ownRules returns the rules that keep this payment method only.
func ownRules(m adminapi.Method) []adminapi.Rule {
	return slices.DeleteFunc(slices.Clone(m.Removal.Rules), isUserWide)
}

// remedies returns the buttons that clear what keeps all of a user's payment
// methods, except for debts, which are paid where they are shown. The first one is
// the main action of the page, unless something else waits for the user.
func remedies(world string, u adminapi.UserDetail, now time.Time) []button {
	var out []button
	add := func(action, label string, fields ...field) {
		if slices.ContainsFunc(out, func(b button) bool { return b.Label == label }) {
			return
		}
		b := button{World: world, Action: action, Label: label, Fields: append([]field{{"user", u.ID}}, fields...)}
		if len(out)+len(u.Debts)+len(u.Waiting) == 0 {
			b.Class = "main"
		}
		out = append(out, b)
	}
	for _, r := range blockers(u) {
		switch strings.TrimPrefix(r.ID, "remove-payment-method/") {
		case "session-starting":
			add("clock", "Advance the clock 10 min", field{"advance", "10m"})
		case "active-session":
			for _, s := range inState(u.Sessions, "active") {
				add("stop", "Stop the session", field{"session", s.ID})
			}
		case "cdr-pending":
			for _, s := range inState(u.Sessions, "cdr-pending") {
				if s.CDRDue != nil { // else it never arrives by itself
					d := max(10*time.Minute, s.CDRDue.Sub(now).Truncate(time.Minute)+time.Minute)
					add("clock", "Advance the clock "+span(d), field{"advance", strings.TrimSuffix(d.String(), "0s")}) // whole minutes
				}
				add("cdr", "Deliver CDR now", field{"session", s.ID})
			}
		}
	}
	return out
}

// newDefault returns the buttons that make another payment method the default, or
// add one, if that is what keeps this one.
func newDefault(world string, u adminapi.UserDetail, m adminapi.Method) []button {
	if !slices.ContainsFunc(m.Removal.Rules, func(r adminapi.Rule) bool { return strings.HasSuffix(r.ID, "/default-method") }) {
		return nil
	}
	b := button{World: world, Fields: []field{{"user", u.ID}}, About: "so that " + methodName(m) + " can be removed"}
	other := slices.IndexFunc(u.Methods, func(o adminapi.Method) bool { return o.ID != m.ID })
	switch {
	case other < 0 && u.MethodCount > 1: // on another page
		return nil
	case other < 0:
		b.Action, b.Label, b.Fields = "add-card", "Add another card", append(b.Fields, field{"card", testCard})
	default:
		b.Action, b.Label = "default", "Make "+methodName(u.Methods[other])+" the default"
		b.Fields = append(b.Fields, field{"method", u.Methods[other].ID})
	}
	return []button{b}
}

func inState(sessions []adminapi.SessionDetail, state string) []adminapi.SessionDetail {
	return slices.DeleteFunc(slices.Clone(sessions), func(s adminapi.SessionDetail) bool { return s.State != state })
}

// methodName returns the name of a payment method, such as "Visa •••• 4242".
func methodName(m adminapi.Method) string {
	brand := m.Brand
	switch m.Type {
	case "apple_pay":
		brand = "Apple Pay"
	case "google_pay":
		brand = "Google Pay"
	}
	if brand != "" {
		brand = strings.ToUpper(brand[:1]) + brand[1:]
	}
	return brand + " •••• " + m.Last4
}
