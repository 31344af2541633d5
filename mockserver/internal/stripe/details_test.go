package stripe_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
)

// entered are the parameters of a card with all that a client can give besides.
func entered(prefix, number string) (form []string) {
	for _, pair := range [][2]string{
		{"[type]", "card"}, {"[card][number]", number}, {"[card][exp_month]", "12"}, {"[card][exp_year]", "30"}, {"[card][cvc]", "123"},
		{"[billing_details][name]", "Jo"}, {"[billing_details][email]", "jo@example.com"}, {"[billing_details][phone]", "+491"},
		{"[billing_details][address][country]", "DE"}, {"[billing_details][address][line1]", "Weg 1"}, {"[billing_details][address][postal_code]", "10243"},
		{"[metadata][order]", "7"}, {"[allow_redisplay]", "always"},
	} {
		name := prefix + pair[0]
		if prefix == "" {
			name = pair[0][1:]
			for i := range name {
				if name[i] == ']' {
					name = name[:i] + name[i+1:]
					break
				}
			}
		}
		form = append(form, name, pair[1])
	}
	return form
}

// TestEveryWay has a card come to an intent in each way that there is: what the
// client gave with it is there afterwards, in the answer, when the intent is
// retrieved, and in the error of a card that is declined.
func TestEveryWay(t *testing.T) {
	ways := map[string]func(w *world, i connect.Intent, number string) answer{
		"created before": func(w *world, i connect.Intent, number string) answer {
			id, _ := w.post(pk, "/v1/payment_methods", entered("", number)...).body["id"].(string)
			return w.confirm(i, "payment_method", id, "expand[]", "payment_method")
		},
		"with the confirmation": func(w *world, i connect.Intent, number string) answer {
			return w.confirm(i, append(entered("payment_method_data", number), "expand[]", "payment_method")...)
		},
		"by a confirmation token": func(w *world, i connect.Intent, number string) answer {
			id, _ := w.confirmation(entered("payment_method_data", number)...).body["id"].(string)
			return w.confirm(i, "confirmation_token", id, "expand[]", "payment_method")
		},
		"by a token": func(w *world, i connect.Intent, number string) answer {
			id, _ := w.post(pk, "/v1/tokens", "card[number]", number, "card[exp_month]", "12", "card[exp_year]", "30", "card[cvc]", "123",
				"card[address_country]", "DE", "card[address_line1]", "Weg 1", "card[address_zip]", "10243").body["id"].(string)
			return w.confirm(i, "payment_method_data[type]", "card", "payment_method_data[card][token]", id,
				"payment_method_data[billing_details][name]", "Jo", "payment_method_data[billing_details][email]", "jo@example.com",
				"payment_method_data[billing_details][phone]", "+491", "payment_method_data[metadata][order]", "7",
				"payment_method_data[allow_redisplay]", "always", "expand[]", "payment_method")
		},
	}
	want := object{
		"allow_redisplay": "always", "metadata": object{"order": "7"},
		"billing_details": object{
			"address": object{"city": nil, "country": "DE", "line1": "Weg 1", "line2": nil, "postal_code": "10243", "state": nil},
			"email":   "jo@example.com", "name": "Jo", "phone": "+491", "tax_id": nil,
		},
		"checks": object{"address_line1_check": "pass", "address_postal_code_check": "pass", "cvc_check": "pass"},
	}
	same := func(t *testing.T, where string, method any) {
		t.Helper()
		m, _ := method.(object)
		if m == nil {
			t.Errorf("%s: no method but %v", where, method)
			return
		}
		got := object{"allow_redisplay": m["allow_redisplay"], "metadata": m["metadata"], "billing_details": m["billing_details"], "checks": m["card"].(object)["checks"]}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", where, diff)
		}
		if _, shown := m["card"].(object)["fingerprint"]; shown {
			t.Errorf("%s: a publishable key sees the fingerprint", where)
		}
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			for _, number := range []string{"4242424242424242", "4000002500003155"} { // accepted; 3-D Secure
				i := w.setup()
				same(t, number, way(w, i, number).body["payment_method"])
				at := path(i) + "?client_secret=" + i.Secret
				same(t, number+" retrieved", w.get(pk, at+"&expand[]=payment_method").body["payment_method"])
				if full := w.get(sk, at+"&expand[]=payment_method").body["payment_method"].(object); full["card"].(object)["fingerprint"] == nil {
					t.Error("a secret key does not see the fingerprint")
				}
			}
			i := w.setup()
			e := way(w, i, "4000000000009995").body["error"].(object)
			same(t, "declined", e["payment_method"])
			last := w.get(pk, path(i)+"?client_secret="+i.Secret).body["last_setup_error"].(object)
			same(t, "declined, retrieved", last["payment_method"])
			if last["payment_method"].(object)["id"] != e["payment_method"].(object)["id"] || last["decline_code"] != "insufficient_funds" {
				t.Errorf("the error of the intent is another one: %v", last)
			}

			i = w.setup()
			way(w, i, "4000002500003155")
			if _, err := w.state.Authenticate(i.ID, false); err != nil {
				t.Fatal(err)
			}
			same(t, "3-D Secure failed", w.get(pk, path(i)+"?client_secret="+i.Secret).body["last_setup_error"].(object)["payment_method"])
		})
	}
}

// TestChecks has the cards whose security code or address is not what the bank
// knows: their payments succeed.
func TestChecks(t *testing.T) {
	for number, want := range map[string][3]string{ // line 1, postal code, security code
		"4242424242424242": {"pass", "pass", "pass"}, "4000000000000101": {"pass", "pass", "fail"}, "4000058400307872": {"pass", "pass", "fail"},
		"4000000000000036": {"pass", "fail", "pass"}, "4000058400306072": {"pass", "fail", "pass"}, "4000000000000028": {"fail", "pass", "pass"},
		"4000000000000010": {"fail", "fail", "pass"}, "4000000000000044": {"unavailable", "unavailable", "pass"},
	} {
		w := newWorld(t).load("pm_card_visa", false)
		a := w.confirm(w.setup(), append(entered("payment_method_data", number), "expand[]", "payment_method")...)
		checks := a.body["payment_method"].(object)["card"].(object)["checks"].(object)
		got := [3]any{checks["address_line1_check"], checks["address_postal_code_check"], checks["cvc_check"]}
		if a.body["status"] != "succeeded" || got != [3]any{want[0], want[1], want[2]} {
			t.Errorf("%s: %v, %v, want %v", number, a.body["status"], got, want)
		}
		// What is not given is not checked.
		a = w.confirm(w.setup(), "payment_method_data[type]", "card", "payment_method_data[card][number]", number,
			"payment_method_data[card][exp_month]", "12", "payment_method_data[card][exp_year]", "30", "expand[]", "payment_method")
		for name, result := range a.body["payment_method"].(object)["card"].(object)["checks"].(object) {
			if result != nil {
				t.Errorf("%s: %s is %v though nothing was given", number, name, result)
			}
		}
	}
	w := newWorld(t).load("pm_card_visa", false)
	if a := w.confirm(w.setup(), "payment_method_data[type]", "card", "payment_method_data[card][number]", "4000000000000127",
		"payment_method_data[card][exp_month]", "12", "payment_method_data[card][exp_year]", "30"); a.body["status"] != "succeeded" {
		t.Errorf("the card with the wrong security code, without one: %v", a.body)
	}
	if a := w.confirm(w.setup(), entered("payment_method_data", "4000000000000127")...); a.fault()["code"] != "incorrect_cvc" {
		t.Errorf("the card with the wrong security code: %v", a.body)
	}
}
