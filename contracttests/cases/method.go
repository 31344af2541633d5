package cases

import (
	"fmt"
	"net/http"

	contract "cariqamock/contracttests"
)

var methodCases = functions{
	"payment-methods/list": func(a *contract.API) {
		w := sharedWallet(a)
		got := methodList(a, w.user.ID, "?page_size=20&page=1")
		a.Equal("count", len(w.methods), got.Count)
		byID := map[string]string{}
		for _, m := range got.Results {
			byID[m.ID] = m.Type + " " + m.Card.Brand + " " + m.Card.Last4
		}
		want := map[string]string{}
		for i, id := range w.methods {
			want[id] = walletCards[i].shown
		}
		a.Equal("the payment methods", want, byID)
	},
	"payment-methods/pages": func(a *contract.API) {
		w := sharedWallet(a)
		pages := walk(a, "/users/"+w.user.ID+"/payment-methods/?page_size=1", "id", "payment method")
		a.Equal("number of pages of one", len(w.methods), len(pages))
	},
	"payment-methods/newest-first": func(a *contract.API) {
		w := sharedWallet(a)
		var got []string
		for _, m := range methodList(a, w.user.ID, "").Results {
			got = append([]string{m.ID}, got...)
		}
		a.Equal("the payment methods from last to first", w.methods, got)
	},
	"payment-methods/first-is-default": func(a *contract.API) {
		w := sharedWallet(a)
		a.Equal("the default", []string{w.methods[0]}, defaults(a, w.user.ID))
	},
	"payment-methods/default": func(a *contract.API) {
		u := a.NewUser()
		first, second := a.AddCard(u.ID, "pm_card_visa"), a.AddCard(u.ID, "pm_card_mastercard")
		calls := []*contract.Body{nil, {Raw: "{}"}} // the docs send nothing, the vendor's client an empty object
		for i, m := range []string{second, second, first, second} {
			path := fmt.Sprintf("/users/%s/payment-methods/%s/default/", u.ID, m)
			a.Want(a.Call(http.MethodPost, path, calls[i%2], contract.Header("Content-Type", "application/json")), http.StatusNoContent)
			a.Equal("the default", []string{m}, defaults(a, u.ID))
		}
	},
	"payment-methods/default-unknown": func(a *contract.API) {
		w, u := sharedWallet(a), a.NewUser()
		a.Refused(a.Post("/users/"+w.user.ID+"/payment-methods/"+unknownMethod+"/default/", nil), http.StatusNotFound, "")
		a.Refused(a.Post("/users/"+u.ID+"/payment-methods/"+w.methods[1]+"/default/", nil), http.StatusNotFound, "")
		a.True(len(defaults(a, w.user.ID)) == 1, "the refused calls changed the default")
		wantEmpty(a, "/users/"+u.ID+"/payment-methods/")
	},
}

// methodList returns a user's payment methods after checking every field.
func methodList(a *contract.API, id, query string) contract.Page[contract.PaymentMethod] {
	answer := a.Want(a.Get("/users/"+id+"/payment-methods/"+query), http.StatusOK)
	return contract.Into[contract.Page[contract.PaymentMethod]](a, complete(a, answer, "page of payment method"))
}

// defaults returns the ids of the payment methods that are marked as default.
func defaults(a *contract.API, id string) []string {
	var out []string
	for _, m := range methodList(a, id, "?page_size=100").Results {
		if m.Default {
			out = append(out, m.ID)
		}
	}
	return out
}

// A wallet is a user with three cards.
type wallet struct {
	user    contract.User
	methods []string // ids, from first to last added
}

var walletCards = []struct{ token, shown string }{
	{"pm_card_visa", "card visa 4242"}, {"pm_card_mastercard", "card mastercard 4444"}, {"pm_card_visa", "card visa 4242"},
}

// sharedWallet returns the wallet that all read-only cases of a run share.
func sharedWallet(a *contract.API) wallet {
	return contract.Shared(a, "wallet", func(a *contract.API) wallet {
		w := wallet{user: a.NewUser()}
		for _, card := range walletCards {
			w.methods = append(w.methods, a.AddCard(w.user.ID, card.token))
		}
		return w
	})
}
