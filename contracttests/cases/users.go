package cases

import (
	"net/http"
	"net/url"

	contract "cariqamock/contracttests"
)

var userCases = functions{
	"users/create": func(a *contract.API) {
		tag, email := a.Tag(), "driver@example.org"
		u := newUserAs(a, tag, map[string]any{"email": email, "locale": "de"})
		a.Equal("the created user", userOf(u.ID, &email, "de", &tag), u)
		a.Equal("the user when read again", u, readUser(a, u.ID))
	},
	"users/create-empty": func(a *contract.API) {
		for _, body := range []*contract.Body{nil, {JSON: map[string]any{}}} {
			u := createUser(a, body)
			again := readUser(a, u.ID)
			a.Equal("the user when read again", u, again)
			a.True(u.Email == nil, "email: wanted null where none was sent")
			a.True(u.Custom == nil, "custom_properties: wanted null where they were never set")
			a.News("the locale of a user created without one is %q", u.Locale)
			tag := a.Tag()
			tagged := patchUser(a, u.ID, map[string]any{"custom_properties": map[string]any{"external_id": tag}})
			a.Equal("the user after the first external id", userOf(u.ID, nil, u.Locale, &tag), tagged)
		}
	},
	"users/email-null": func(a *contract.API) {
		a.True(newUserAs(a, a.Tag(), map[string]any{"email": nil, "locale": "en"}).Email == nil, "email: wanted null")
		email := "family@example.org"
		first := newUserAs(a, a.Tag(), map[string]any{"email": email})
		second := newUserAs(a, a.Tag(), map[string]any{"email": email})
		a.Equal("email of the second user", &email, second.Email)
		a.True(first.ID != second.ID, "two users have the id %s", first.ID)
	},
	"users/external-id-null": func(a *contract.API) {
		u := createUser(a, &contract.Body{JSON: map[string]any{"locale": "en", "custom_properties": map[string]any{"external_id": nil}}})
		a.Equal("the created user", userOf(u.ID, nil, "en", nil), u)
		a.Equal("the user when read again", u, readUser(a, u.ID))
		a.Equal("what search finds for the id", []contract.User{u}, search(a, u.ID))
		tag := a.Tag()
		patchUser(a, u.ID, map[string]any{"custom_properties": map[string]any{"external_id": tag}})
	},
	"users/external-id-twice": func(a *contract.API) {
		tag := a.Tag()
		first, second := newUserAs(a, tag, object{"locale": "en"}), newUserAs(a, tag, object{"locale": "de"})
		a.Equal("what search finds for the external id of both", []contract.User{second, first}, search(a, tag))
		a.Equal("the first one when read again", first, readUser(a, first.ID))
	},
	"users/longest-external-id": func(a *contract.API) {
		tag := a.Tag() + "/"
		longest := tag + filler(250-len(tag))
		u := newUserAs(a, longest, nil)
		a.Equal("the created user", userOf(u.ID, nil, u.Locale, &longest), u)
	},
	"users/patch": func(a *contract.API) {
		tag, email, other := a.Tag(), "before@example.org", "after@example.org"
		u := newUserAs(a, tag, map[string]any{"email": email, "locale": "en"})
		moved := tag + "/moved"
		for _, step := range []struct {
			send map[string]any
			want contract.User
		}{
			{map[string]any{"locale": "de"}, userOf(u.ID, &email, "de", &tag)},
			{map[string]any{"email": other}, userOf(u.ID, &other, "de", &tag)},
			{map[string]any{"custom_properties": map[string]any{"external_id": moved}}, userOf(u.ID, &other, "de", &moved)},
			{map[string]any{"email": nil}, userOf(u.ID, nil, "de", &moved)},
		} {
			a.Equal("the answer to the change", step.want, patchUser(a, u.ID, step.send))
			a.Equal("the user after the change", step.want, readUser(a, u.ID))
		}
	},
	"users/patch-nothing": func(a *contract.API) {
		tag, email := a.Tag(), "driver@example.org"
		u := newUserAs(a, tag, map[string]any{"email": email, "locale": "de"})
		a.Equal("the answer to {}", u, patchUser(a, u.ID, map[string]any{}))
		answer := a.Call(http.MethodPatch, "/users/"+u.ID+"/", nil, contract.Header("Content-Type", "application/json"))
		a.Equal("the answer to no body", u, contract.Into[contract.User](a, a.Want(answer, http.StatusOK)))
		a.Equal("the user after it", u, readUser(a, u.ID))
	},
	"users/ignored-fields": func(a *contract.API) {
		u := newUserAs(a, a.Tag(), map[string]any{"id": nobody, "locale": "en", "nickname": "Flash"})
		a.True(u.ID != nobody, "the id of a new user is the one sent")
		got := patchUser(a, u.ID, map[string]any{"id": nobody, "nickname": "Flash", "locale": "de"})
		a.Equal("the answer to the change", userOf(u.ID, nil, "de", u.Custom.ExternalID), got)
		a.Equal("the user after it", got, readUser(a, u.ID))
	},
}

// newUserAs creates a user with an external id, which must begin with a tag of the
// run so that sweep finds users that are left.
func newUserAs(a *contract.API, externalID string, fields map[string]any) contract.User {
	body := map[string]any{"custom_properties": map[string]any{"external_id": externalID}}
	for name, v := range fields {
		body[name] = v
	}
	return createUser(a, &contract.Body{JSON: body})
}

// createUser creates a user from any body.
func createUser(a *contract.API, body *contract.Body) contract.User {
	answer := a.Call(http.MethodPost, "/users/", body)
	adopt(a, answer)
	return contract.Into[contract.User](a, complete(a, a.Want(answer, http.StatusCreated), "user"))
}

// adopt notes the user in an answer, expected or not, for deletion at the end.
func adopt(a *contract.API, answer *contract.Answer) {
	if answer.Status == http.StatusCreated {
		a.DeleteAtEnd(contract.Into[contract.User](a, answer).ID)
	}
}

func readUser(a *contract.API, id string) contract.User {
	return contract.Into[contract.User](a, complete(a, a.Want(a.Get("/users/"+id+"/"), http.StatusOK), "user"))
}

func patchUser(a *contract.API, id string, fields map[string]any) contract.User {
	return contract.Into[contract.User](a, complete(a, a.Want(a.Patch("/users/"+id+"/", fields), http.StatusOK), "user"))
}

// userOf returns the user that a case expects.
func userOf(id string, email *string, locale string, externalID *string) contract.User {
	u := contract.User{ID: id, Email: email, Locale: locale}
	u.Custom = &struct {
		ExternalID *string `json:"external_id"`
	}{externalID}
	return u
}

// filler returns a text of a length.
func filler(length int) string {
	b := make([]byte, length)
	for i := range b {
		b[i] = byte('a' + i%26)
	}
	return string(b)
}

// search returns the users that a search finds, all on one page.
func search(a *contract.API, term string) []contract.User {
	answer := a.Get("/users/?page_size=100&search=" + url.QueryEscape(term))
	return contract.Into[contract.Page[contract.User]](a, complete(a, a.Want(answer, http.StatusOK), "page of user")).Results
}
