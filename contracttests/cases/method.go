package cases

import (
	"fmt"
	"net/http"

	contract "cariqamock/contracttests"
)

func methodCases() []contract.Case {
	return []contract.Case{
		{
			ID: "payment-methods/list", Title: "A payment method has id, default, type, card and time, each in its documented form",
			Why:    "Apps print these fields as they are: MM/YYYY, four digits, a UTC time to the second.",
			Source: docsSetup + ", List Payment Methods; openapi.yaml, ConnectAPIPM", Needs: contract.Stripe, Run: func(a *contract.API) {
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
		},
		{
			ID: "payment-methods/pages", Title: "Payment methods are listed page by page, each exactly once",
			Why:    "A card on a page that no link leads to cannot be chosen or removed.",
			Source: "openapi.yaml, PaginatedConnectAPIPMList; " + framework, Needs: contract.Stripe, Run: func(a *contract.API) {
				w := sharedWallet(a)
				pages := walkIDs(a, "/users/"+w.user.ID+"/payment-methods/?page_size=1", methodShape())
				a.Equal("number of pages of one", len(w.methods), len(pages))
			},
		},
		{
			ID: "payment-methods/newest-first", Title: "The newest payment method comes first",
			Why:    "Apps show what was just added at the top.",
			Source: docsSetup + ", List Payment Methods (order of the example)", Assumed: true, Needs: contract.Stripe, Run: func(a *contract.API) {
				w := sharedWallet(a)
				var got []string
				for _, m := range methodList(a, w.user.ID, "").Results {
					got = append([]string{m.ID}, got...)
				}
				a.Equal("the payment methods from last to first", w.methods, got)
			},
		},
		{
			ID: "payment-methods/first-is-default", Title: "The first payment method becomes the default, later ones do not",
			Why:    "Apps preselect the default; a driver with one card must not have to choose it.",
			Source: docsSetup + ", List Payment Methods (default of the example)", Assumed: true, Needs: contract.Stripe, Run: func(a *contract.API) {
				w := sharedWallet(a)
				a.Equal("the default", []string{w.methods[0]}, defaults(a, w.user.ID))
			},
		},
		{
			ID: "payment-methods/default", Title: "Making a payment method the default unsets the previous default",
			Why:    "With two defaults, or without one, apps preselect the wrong card, and removal is refused for the wrong reason.",
			Source: docsSetup + ", Set Default Payment Method; openapi.yaml, users_payment_methods_default_create, 204",
			Needs:  contract.Stripe, Run: movedDefault,
		},
		{
			ID: "payment-methods/default-unknown", Title: "A payment method that the user does not have cannot become the default",
			Why:    "Apps with an outdated list must learn that the card is gone, and keep their default.",
			Source: "openapi.yaml, users_payment_methods_default_create, 404", Rules: []string{"request/not-found"},
			Needs: contract.Stripe, Run: func(a *contract.API) {
				w, u := sharedWallet(a), a.NewUser()
				a.Refused(a.Post("/users/"+w.user.ID+"/payment-methods/pm_1TD1M3HtgZxQ1KXx00000000/default/", nil), http.StatusNotFound, "")
				a.Refused(a.Post("/users/"+u.ID+"/payment-methods/"+w.methods[1]+"/default/", nil), http.StatusNotFound, "")
				a.True(len(defaults(a, w.user.ID)) == 1, "the refused calls changed the default")
				wantEmpty(a, "/users/"+u.ID+"/payment-methods/")
			},
		},
	}
}

// methodShape is the shape of a payment method.
func methodShape() shape {
	return record{required: fields{
		"id": format{"Stripe's id of a payment method, pm_…", isMethodID}, "default": boolean{},
		"type": oneOf("card", "apple_pay", "google_pay"), "created_at": format{"a time in UTC to the second", contract.IsUTCSecond},
		"card": record{required: fields{
			"brand": format{"a card network in lower case", isBrand}, "last4": format{"four digits", isLast4},
			"expiration_date": format{"MM/YYYY", isExpiration}, "cardholder_name": orNull{nonBlankText()},
		}},
	}}
}

// methodList returns a user's payment methods after checking every field.
func methodList(a *contract.API, id, query string) contract.Page[contract.PaymentMethod] {
	a.Helper()
	answer := a.Want(a.Get("/users/"+id+"/payment-methods/"+query), http.StatusOK)
	return contract.Into[contract.Page[contract.PaymentMethod]](a, complete(a, answer, pageOf(methodShape())))
}

// defaults returns the ids of the payment methods that are marked as default.
func defaults(a *contract.API, id string) []string {
	a.Helper()
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
	a.Helper()
	return contract.Shared(a, "wallet", func(a *contract.API) wallet {
		w := wallet{user: a.NewUser()}
		for _, card := range walletCards {
			w.methods = append(w.methods, a.AddCard(w.user.ID, card.token))
		}
		return w
	})
}

func movedDefault(a *contract.API) {
	u := a.NewUser()
	first, second := a.AddCard(u.ID, "pm_card_visa"), a.AddCard(u.ID, "pm_card_mastercard")
	calls := []*contract.Body{nil, {Raw: "{}"}} // the docs send nothing, the vendor's client an empty object
	for i, m := range []string{second, second, first, second} {
		path := fmt.Sprintf("/users/%s/payment-methods/%s/default/", u.ID, m)
		a.Want(a.Call(http.MethodPost, path, calls[i%2], contract.Header("Content-Type", "application/json")), http.StatusNoContent)
		a.Equal("the default", []string{m}, defaults(a, u.ID))
	}
}
