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

// remedies returns the buttons that clear the rules which prevent the removal
// of a payment method.
func remedies(world string, u adminapi.UserDetail, m adminapi.Method, now time.Time) []button {
	var out []button
	about := "for " + methodName(m)
	add := func(action, label string, fields ...field) {
		if slices.ContainsFunc(out, func(b button) bool { return b.Label == label }) {
			return
		}
		out = append(out, button{
			World: world, Action: action, Label: label, About: about, Class: "main",
			Fields: append([]field{{"user", u.ID}}, fields...),
		})
	}
	for _, r := range m.Removal.Rules {
		switch strings.TrimPrefix(r.ID, "remove-payment-method/") {
		case "session-starting":
			add("clock", "Advance the clock 10 min", field{"advance", "10m"})
		case "method-on-active-session", "active-session":
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
		case "debt":
			for _, d := range u.Debts {
				if d.Status == "requires_action" {
					add("authenticate", "Complete 3-D Secure", field{"intent", d.Intent}, field{"outcome", "succeed"})
					continue
				}
				add("pay", "Pay the debt of "+d.Amount, field{"intent", d.Intent}, field{"card", testCard})
			}
		case "default-method":
			other := slices.IndexFunc(u.Methods, func(o adminapi.Method) bool { return o.ID != m.ID })
			if other < 0 {
				add("add-card", "Add another card", field{"card", testCard})
			} else {
				about = "so that " + methodName(m) + " can be removed"
				add("default", "Make "+methodName(u.Methods[other])+" the default", field{"method", u.Methods[other].ID})
			}
		}
	}
	return out
}

func inState(sessions []adminapi.SessionDetail, state string) []adminapi.SessionDetail {
	return slices.DeleteFunc(slices.Clone(sessions), func(s adminapi.SessionDetail) bool { return s.State != state })
}

// methodName returns the name of a payment method, such as "Visa ·· 4242".
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
	return brand + " ·· " + m.Last4
}
