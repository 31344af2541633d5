package console

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A deedButton is a form that is only a button.
type deedButton struct {
	World, Action, Label string
	Of                   string // what it is about, for those who do not see where it is
	Class                string // main, danger or nothing
	Fields               []field
}

type field struct{ Name, Value string }

// newDeed makes a button: a world, an action, a label, and names and values of
// fields, of which "of" is what the button is about. A label that begins with
// ! is a danger, one with * the main one.
func newDeed(world, action, label string, pairs ...any) (deedButton, error) {
	b := deedButton{World: world, Action: action, Label: label}
	if len(pairs)%2 != 0 {
		return b, fmt.Errorf("deed %s: %d values, want pairs", action, len(pairs))
	}
	for i := 0; i < len(pairs); i += 2 {
		f := field{fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1])}
		if f.Name == "of" {
			b.Of = f.Value
			continue
		}
		b.Fields = append(b.Fields, f)
	}
	switch {
	case strings.HasPrefix(label, "!"):
		b.Label, b.Class = label[1:], "danger"
	case strings.HasPrefix(label, "*"):
		b.Label, b.Class = label[1:], "main"
	}
	return b, nil
}

// lifts gives what would get the rules out of a payment method's way, as
// buttons.
func lifts(world string, u userInfo, m method, now time.Time) []deedButton {
	var out []deedButton
	add := func(action, label string, fields ...field) {
		b := deedButton{World: world, Action: action, Label: label, Of: "for " + m.Name(), Class: "main", Fields: append([]field{{"user", u.ID}}, fields...)}
		if !slices.ContainsFunc(out, func(o deedButton) bool { return o.Label == label }) {
			out = append(out, b)
		}
	}
	for _, r := range m.Removal.Rules {
		switch strings.TrimPrefix(r.ID, "remove-payment-method/") {
		case "session-starting":
			add("clock", "Advance the clock 10 min", field{"advance", "10m"})
		case "method-on-active-session", "active-session":
			each(u, "active", func(s session) { add("stop", "Stop the session", field{"session", s.ID}) })
		case "cdr-pending":
			each(u, "cdr-pending", func(s session) {
				if s.CDRDue != nil { // else it never comes by itself
					d := max(10*time.Minute, s.CDRDue.Sub(now).Truncate(time.Minute)+time.Minute)
					add("clock", "Advance the clock "+span(d), field{"advance", strings.TrimSuffix(d.String(), "0s")}) // whole minutes
				}
				add("cdr", "Deliver CDR now", field{"session", s.ID})
			})
		case "debt":
			for _, d := range u.Debts {
				if d.Status == "requires_action" {
					add("authenticate", "Complete 3-D Secure", field{"intent", d.Intent}, field{"outcome", "succeed"})
					continue
				}
				add("pay", "Pay the debt of "+d.Amount, field{"intent", d.Intent}, field{"secret", d.Secret}, field{"card", goodCard})
			}
		case "default-method":
			i := slices.IndexFunc(u.Methods, func(o method) bool { return o.ID != m.ID })
			if i < 0 {
				add("add-card", "Add another card", field{"card", goodCard})
			} else {
				add("default", "Make "+u.Methods[i].Name()+" the default", field{"method", u.Methods[i].ID})
			}
		}
	}
	return out
}

func each(u userInfo, state string, do func(session)) {
	for _, s := range u.Sessions {
		if s.State == state {
			do(s)
		}
	}
}

// goodCard is a test card of Stripe's that everything succeeds with.
const goodCard = "pm_card_visa"

// Name is what people call a payment method.
func (m method) Name() string {
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
