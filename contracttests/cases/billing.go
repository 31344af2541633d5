package cases

import (
	"net/http"
	"slices"

	contract "cariqamock/contracttests"
)

var billingCases = functions{
	"billing/implicit": func(a *contract.API) {
		u := a.NewUser()
		a.Equal("billing details never set", billing(map[string]any{"account_type": "personal"}), userBilling(a, u.ID))
	},
	"billing/replace": func(a *contract.API) {
		u := a.NewUser()
		a.Equal("the answer to all fields", billing(allBilling()), putBilling(a, u.ID, allBilling()))
		a.Equal("all fields when read again", billing(allBilling()), userBilling(a, u.ID))
		person := contract.GermanBilling()
		a.Equal("the answer without company, VAT and tax numbers", billing(person), putBilling(a, u.ID, person))
		a.Equal("the details after it", billing(person), userBilling(a, u.ID))
	},
	"billing/minimal": func(a *contract.API) {
		u := a.NewUser()
		putBilling(a, u.ID, allBilling())
		want := billing(map[string]any{"account_type": "personal", "line1": "Weg 1", "postal_code": "10243"})
		a.Equal("the answer to a minimal PUT", want, putBilling(a, u.ID, map[string]any{"line1": "Weg 1", "postal_code": "10243"}))
		a.Equal("billing details after it", want, userBilling(a, u.ID))
	},
	// A blank may be kept, or become null.
	"billing/blanks": func(a *contract.API) {
		u := a.NewUser()
		send := contract.GermanBilling()
		blank := []string{"company_name", "vat_id", "tax_id"}
		for _, name := range blank {
			send[name] = ""
		}
		got := putBilling(a, u.ID, send)
		a.Equal("the details when read again", got, userBilling(a, u.ID))
		for _, name := range billingFields() {
			if slices.Contains(blank, name) {
				a.True(got[name] == nil || got[name] == "", "%s: wanted a blank or null, got %v", name, got[name])
				continue
			}
			a.Equal(name, send[name], got[name])
		}
	},
	"billing/verbatim": func(a *contract.API) {
		u := a.NewUser()
		for _, country := range []string{"DE", "de", "it"} {
			send := allBilling()
			send["country"], send["account_type"] = country, "personal"
			send["line1"], send["city"], send["tax_id"] = "Große Straße 5 & <Hof>", "Köln", "RSSMRA80A01H501U"
			a.Equal("the answer", billing(send), putBilling(a, u.ID, send))
			a.Equal("the details when read again", billing(send), userBilling(a, u.ID))
		}
	},
	"billing/limits": func(a *contract.API) {
		u := a.NewUser()
		longest := allBilling()
		limits := map[string]int{"country": 150, "city": 50, "tax_id": 30, "first_name": 150, "last_name": 150}
		for name, limit := range limits {
			longest[name] = filler(limit)
		}
		a.Equal("the answer to the longest texts", billing(longest), putBilling(a, u.ID, longest))
		for _, name := range billingFields() {
			if limits[name] == 0 {
				continue
			}
			send := allBilling()
			send[name] = filler(limits[name] + 1)
			invalid(a, a.Put("/users/"+u.ID+"/billing-details/", send))
		}
		send := allBilling()
		send["account_type"] = "charity"
		invalid(a, a.Put("/users/"+u.ID+"/billing-details/", send))
		a.Equal("the details after refused changes", billing(longest), userBilling(a, u.ID))
	},
	"billing/unknown-field": func(a *contract.API) {
		u := a.NewUser()
		send := contract.GermanBilling()
		send["vat_number"] = "DE123456789"
		a.Equal("the answer to vat_number", billing(contract.GermanBilling()), putBilling(a, u.ID, send))
	},
}

func billingFields() []string {
	return []string{
		"country", "city", "tax_id", "account_type", "company_name", "vat_id", "line1", "postal_code", "first_name", "last_name",
	}
}

// billing returns the expected billing details if some fields are set.
func billing(set map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range billingFields() {
		out[name] = set[name]
	}
	return out
}

func userBilling(a *contract.API, id string) map[string]any {
	return billingOf(a, a.Want(a.Get("/users/"+id+"/billing-details/"), http.StatusOK))
}

func putBilling(a *contract.API, id string, send map[string]any) map[string]any {
	return billingOf(a, a.Want(a.Put("/users/"+id+"/billing-details/", send), http.StatusOK))
}

// billingOf decodes an answer, without fields that openapi.yaml does not declare.
func billingOf(a *contract.API, answer *contract.Answer) map[string]any {
	return billing(contract.Into[map[string]any](a, complete(a, answer, "billing details")))
}

func allBilling() map[string]any {
	return map[string]any{
		"country": "de", "city": "Berlin", "tax_id": "DE123456789", "account_type": "business",
		"company_name": "Example GmbH", "vat_id": "DE987654321", "line1": "Weg 1", "postal_code": "01067", // some begin with 0
		"first_name": "Example", "last_name": "Sample",
	}
}
