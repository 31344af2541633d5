package contracttests

import "testing"

func TestPlaced(t *testing.T) {
	const (
		list    = `{"count":1,"next":null,"results":[{"id":"pm_1","default":true,"card":{"last4":"4242"}}]}`
		session = `{"id":"1","session_cost":{"invoice_summary":"5.39","currency":"eur"},"rates":null}`
	)
	for _, tt := range []struct{ name, message, at, answer, want string }{
		{"a status", "status: wanted 200, got 404", "", session, "status"},
		{"an error's type", `error.type: wanted "a", got "b"`, "", `{}`, "body /error/type"},
		{"a header", "header Vary: wanted Origin", "", session, "header Vary"},
		{"a field", "rates in the answer", "", session, "body /rates"},
		{"a nested field", "currency of the costs", "", session, "body /session_cost/currency"},
		{"the end of a name", "the summary in cents", "", session, "body /session_cost/invoice_summary"},
		{"another word for it", "the session's total", "", session, "body /session_cost/invoice_summary"},
		{"dots", "session_cost.currency, against the station's", "", session, "body /session_cost/currency"},
		{"a field of entries", "default, after all that", "", list, "body /results/*/default"},
		{"the second word that is a field", "email or count of the list", "", list, "body /count"},
		{"where values differ", "the session when read again", "/session_cost/currency", session, "body /session_cost/currency"},
		{"where values differ, whatever else is named", "the session by id: the costs", "/invoice_summary", session, "body /session_cost/invoice_summary"},
		{"in the object that is named", "the costs, from start to bill", "/currency", `{"prices":{"currency":"eur"},"session_cost":{"currency":"eur"}}`, "body /session_cost/currency"},
		{"in another object that is named", "the prices, from start to bill", "/currency", `{"prices":{"currency":"eur"},"session_cost":{"currency":"eur"}}`, "body /prices/currency"},
		{"a missing field of the object with an id", "the user after the first external id", "/locale", `{"id":"1"}`, "body /locale"},
		{"a missing field of an entry", "what search finds for the id", "/*/locale", list, "body /results"},
		{"by id", "the session by id", "", session, "body"},
		{"entries", "invoices: wanted one, got 0", "", list, "body /results"},
		{"an id is no field", "wanted pm_1 to be left", "", list, "body /results"},
		{"a field that is missing", "locale of the user", "", session, "body /locale"},
		{"no answer", "rates after the stop", "", "", "body /rates"},
		{"nothing", "something else", "", session, "body"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := placed(tt.message, tt.at, &Exchange{Answer: tt.answer}); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDifferenceIsNamedAsInJSON(t *testing.T) {
	type user struct {
		Name  *string `json:"full_name,omitempty"`
		Plain int
	}
	name := "a"
	for _, tt := range []struct {
		want, got any
		place     string
	}{
		{user{Plain: 1}, user{Plain: 2}, "/plain"},
		{&user{Name: &name}, &user{}, "/full_name"},
		{[]user{{Plain: 1}}, []user{{Plain: 2}}, "/*/plain"},
		{map[string]any{"a": 1}, map[string]any{"a": 2}, "/a"},
		{1, 2, ""},
	} {
		if got := difference(tt.want, tt.got); got != tt.place {
			t.Errorf("difference(%v, %v) = %q, want %q", tt.want, tt.got, got, tt.place)
		}
	}
}
