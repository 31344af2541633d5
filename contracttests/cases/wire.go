package cases

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	contract "cariqamock/contracttests"
)

var authCases = functions{
	"auth/missing": func(a *contract.API) {
		for _, op := range a.Operations() {
			a.Refused(a.Call(op.Method, nowhere(op.Path), nil, contract.Header("Authorization", "")), http.StatusUnauthorized, "")
		}
	},
	"auth/malformed": func(a *contract.API) {
		for _, header := range []string{"Bearer", "Token abc", "Basic YTpi", "Bearer two words"} {
			a.Refused(a.Call(http.MethodGet, "/users/", nil, contract.Header("Authorization", header)), http.StatusUnauthorized, "")
		}
	},
	"auth/invalid": func(a *contract.API) {
		other := a.As(invalidToken(a))
		for _, op := range a.Operations() {
			other.Refused(other.Call(op.Method, nowhere(op.Path), nil), http.StatusForbidden, "")
		}
	},
}

// invalidToken returns a token that was never issued. The fake accepts all but
// one.
func invalidToken(a *contract.API) string {
	if a.Has(contract.MagicPoints) {
		return "revoked"
	}
	return "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJub2JvZHkifQ.bm90IGEgc2lnbmF0dXJl"
}

// nowhere returns a path with ids that do not exist.
func nowhere(path string) string {
	path = strings.TrimPrefix(path, "/api/v1")
	return strings.NewReplacer("{user_id}", nobody, "{session_id}", nobody, "{pm}", unknownMethod).Replace(path)
}

var refusalCases = functions{
	"wire/method": func(a *contract.API) {
		u := a.NewUser()
		for _, call := range []struct {
			method, path string
			has          []string
		}{
			{http.MethodPut, "/users/", []string{"GET", "POST"}},
			{http.MethodDelete, "/users/", []string{"GET", "POST"}},
			{http.MethodPut, "/users/" + u.ID + "/", []string{"GET", "PATCH", "DELETE"}},
			{http.MethodPatch, "/users/" + u.ID + "/billing-details/", []string{"GET", "PUT"}},
			{http.MethodPost, "/stations/partners/", []string{"GET"}},
		} {
			answer := refusedDetail(a, a.Call(call.method, call.path, nil), http.StatusMethodNotAllowed)
			allowed := strings.Split(strings.ReplaceAll(answer.Header.Get("Allow"), " ", ""), ",")
			for _, method := range call.has {
				a.True(slices.Contains(allowed, method), "Allow of %s: %q does not have %s", call.path, allowed, method)
			}
			a.True(!slices.Contains(allowed, call.method), "Allow of %s: %q has %s", call.path, allowed, call.method)
		}
		a.Equal("the user after it", u, readUser(a, u.ID))
	},
	"wire/accept": func(a *contract.API) {
		answer := a.Call(http.MethodGet, "/users/", nil, contract.Header("Accept", "text/html"))
		a.RuleIs(refusedDetail(a, answer, http.StatusNotAcceptable), "request/not-acceptable")
		for _, good := range []string{"*/*", "application/*", "text/html, application/json;q=0.9"} {
			a.Want(a.Call(http.MethodGet, "/users/?page_size=1", nil, contract.Header("Accept", good)), http.StatusOK)
		}
	},
	"wire/media-type": func(a *contract.API) {
		u := a.NewUser()
		for _, kind := range []string{"text/plain", "application/xml"} {
			body := &contract.Body{Raw: `{"locale":"de"}`, Type: kind}
			answer := a.Call(http.MethodPost, "/users/", body)
			adopt(a, answer)
			refusedDetail(a, answer, http.StatusUnsupportedMediaType)
			refusedDetail(a, a.Call(http.MethodPut, "/users/"+u.ID+"/billing-details/", body), http.StatusUnsupportedMediaType)
		}
	},
	"wire/too-large": func(a *contract.API) {
		answer := a.Call(http.MethodPost, "/users/", &contract.Body{Raw: "{" + strings.Repeat(" ", 1<<20) + "}"})
		adopt(a, answer)
		refusedDetail(a, answer, http.StatusRequestEntityTooLarge)
	},
	"wire/malformed-json": func(a *contract.API) {
		u := a.NewUser()
		for _, raw := range []string{`{"locale":`, `{"locale":"de"`, `{locale: de}`, `["de"]`, `"de"`} {
			answer := a.Call(http.MethodPost, "/users/", &contract.Body{Raw: raw})
			adopt(a, answer)
			invalid(a, answer)
			invalid(a, a.Call(http.MethodPatch, "/users/"+u.ID+"/", &contract.Body{Raw: raw}))
			invalid(a, a.Call(http.MethodPut, "/users/"+u.ID+"/billing-details/", &contract.Body{Raw: raw}))
		}
		a.Equal("the user after refused changes", u, readUser(a, u.ID))
	},
	"wire/no-such-path": func(a *contract.API) {
		u := a.NewUser()
		for _, path := range []string{"/drivers/", "/users/" + u.ID + "/cars/", "/users//"} {
			a.Want(a.Get(path), http.StatusNotFound)
		}
	},
	"wire/removal-without-slash": func(a *contract.API) {
		u := a.NewUser()
		first, second := a.AddCard(u.ID, "pm_card_visa"), a.AddCard(u.ID, "pm_card_mastercard")
		rest, gone := first, second
		if !slices.Contains(defaults(a, u.ID), first) {
			rest, gone = second, first
		}
		path := "/users/" + u.ID + "/payment-methods/" + gone + "?"
		a.Want(a.Call(http.MethodDelete, path, nil, contract.Header("Content-Type", "application/json")), http.StatusNoContent)
		left := methodList(a, u.ID, "").Results
		a.True(len(left) == 1 && left[0].ID == rest, "wanted the payment method %s to be left, got %v", rest, left)
	},
}

// refusedDetail is Refused for a body with a detail only. It returns the answer.
func refusedDetail(a *contract.API, answer *contract.Answer, status int) *contract.Answer {
	a.Refused(answer, status, "")
	return answer
}

// wantSame checks that two reads of a path return the same bytes.
func wantSame(a *contract.API, path string) {
	first := a.Want(a.Get(path), http.StatusOK)
	second := a.Want(a.Get(path), http.StatusOK)
	a.Equal(fmt.Sprintf("%s, read twice", path), string(first.Body), string(second.Body))
}
