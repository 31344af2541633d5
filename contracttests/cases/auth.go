package cases

import (
	"net/http"
	"net/url"
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
	"auth/existing": func(a *contract.API) {
		p := sharedPast(a)
		w := a.Watch(p.user.ID, p.user.ID)
		bad, tag := a.As(invalidToken(a)), a.Tag()
		var refusals []*contract.Answer
		for _, op := range a.Operations() {
			path, body := completeCall(op.ID, op.Path, p)
			if op.ID == "users_create" {
				body = &contract.Body{JSON: object{"custom_properties": object{"external_id": tag}}}
			}
			for i, answer := range []*contract.Answer{a.Call(op.Method, path, body, contract.Header("Authorization", "")), bad.Call(op.Method, path, body)} {
				if op.ID == "users_create" {
					adopt(a, answer)
					refusals = append(refusals, answer)
				}
				a.Refused(answer, []int{http.StatusUnauthorized, http.StatusForbidden}[i], "")
				if answer.Status == http.StatusUnauthorized && answer.Header.Get("WWW-Authenticate") == "" {
					a.ErrorAt(answer, "header WWW-Authenticate: wanted it with a 401")
				}
				if strings.Contains(string(answer.Body), p.user.ID) {
					a.ErrorAt(answer, "detail: the refusal shows the user's id: %s", answer)
				}
			}
		}
		w.Changed(nil)
		answer := a.Want(a.Get("/users/?search="+url.QueryEscape(tag)), http.StatusOK)
		if made := contract.Into[contract.Page[contract.User]](a, answer).Results; len(made) > 0 {
			a.ErrorBetween(answer, refusals, "results: wanted no user, as the creation was refused, got %v", made)
		}
	},
	"auth/other-client": func(a *contract.API) {
		p, other := sharedPast(a), a.OtherClient()
		w := a.Watch(p.user.ID, p.user.ID)
		if answer := other.Get("/users/?search=" + p.user.ID); answer.Status == http.StatusForbidden {
			a.Skipf("the target does not accept the other client's key")
		}
		missing(other, p.user.ID, p.session.ID, p.spare)
		a.Equal("what the other client's search finds", []contract.User{}, search(other, p.user.ID))
		for _, u := range search(other, "") {
			a.True(u.ID != p.user.ID, "the other client's list has user %s", u.ID)
		}
		w.Changed(nil)
	},
}

// completeCall returns the path and body of a call that would succeed with the token,
// about a user who has a session and a card.
func completeCall(operation, path string, p past) (string, *contract.Body) {
	path = strings.NewReplacer("{user_id}", p.user.ID, "{session_id}", p.session.ID, "{pm}", p.spare).Replace(strings.TrimPrefix(path, "/api/v1"))
	bodies := map[string]object{
		"users_partial_update": {"locale": "de"}, "users_billing_details_update": germanBut("city", "Hamburg"),
		"users_charging_sessions_partial_update": {"rates": 1},
		"users_charging_start_create":            {"evse_id": contract.ProgressPoints()[0], "payment_method_id": p.method},
	}
	switch operation {
	case "stations_around_list":
		path = inBerlin
	case "stations_tile_retrieve":
		path = farTile
	case "stations_details_retrieve":
		path = detailsPath("evse_id", contract.ProgressPoints()[0])
	case "users_list":
		path += "?search=" + url.QueryEscape(p.user.ID)
	}
	if body := bodies[operation]; body != nil {
		return path, &contract.Body{JSON: body}
	}
	return path, nil
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
