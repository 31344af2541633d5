package scenario

import "encoding"

// A Form is what tests need to know of a form.
type Form struct {
	Values          []string
	Pattern, Number string
	Limit           float64
}

// Forms returns the forms of scalars by name.
func Forms() map[string]Form {
	out := map[string]Form{}
	for name, f := range forms {
		out[name] = Form{Values: f.values, Number: f.number}
		if f.pattern != nil {
			out[name] = Form{Pattern: f.pattern().String(), Number: f.number, Limit: f.limit}
		}
	}
	return out
}

// Reads reports whether the decoder accepts a text, apart from the pattern if
// the form has a type.
func Reads(name, text string) bool {
	to := map[string]encoding.TextUnmarshaler{"duration": new(Duration), "expiry": new(Expiry), "moment": new(Moment)}[name]
	if to == nil {
		return forms[name].pattern().MatchString(text)
	}
	return to.UnmarshalText([]byte(text)) == nil
}
