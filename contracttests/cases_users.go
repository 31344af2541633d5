package contracttests

import (
	"net/http"
	"net/url"
	"slices"
)

const (
	docsUsers = "docs: Users"
	framework = "conventions of the vendor's framework, Django REST Framework"
	aClient   = "vendor's reference client"
)

func userCases() []Case {
	return slices.Concat(userCreation(), userChanges(), userLists(), userScope())
}

func userCreation() []Case {
	return []Case{
		{
			ID: "users/create", Title: "A user is created with what was sent and an id, and reads back the same",
			Why:    "Integrators keep the id for every later call, and show what they stored.",
			Source: "openapi.yaml, users_create, 201; " + docsUsers, Operations: []string{"users_create", "users_retrieve"},
			Run: createdUser,
		},
		{
			ID: "users/create-empty", Title: "Nothing is required of a new user; what was not sent is null",
			Why:    "Clients that only need an id send nothing, and must not trip over fields that are missing later.",
			Source: "openapi.yaml, ConnectAPIUser; " + docsUsers + " (null where never set)", Operations: []string{"users_create", "users_retrieve"},
			Run: createdFromNothing,
		},
		{
			ID: "users/email-null", Title: "An email of null is taken, and two users may share one",
			Why:    "The vendor's own client sends null; an integrator without emails, or with families, could not sign up drivers.",
			Source: aClient + "; " + docsUsers, Operations: []string{"users_create"},
			Run: createdWithEmails,
		},
		{
			ID: "users/external-id-null", Title: "An external id of null is kept as an empty property, unlike one never set",
			Why:    "Clients that tell the two apart, as the documented list does, would sort users wrongly.",
			Source: docsUsers, Operations: []string{"users_create", "users_retrieve"},
			Run: createdWithNullExternalID,
		},
		{
			ID: "users/invalid", Title: "Fields of a user that break the limits of openapi.yaml are refused, and nothing is created",
			Why:    "Clients show the refusal to whoever typed; a value that slips through fails later, at invoices or emails.",
			Source: "openapi.yaml, ConnectAPIUser, users_create, 400", Rules: []string{"request/invalid"},
			Operations: []string{"users_create", "users_partial_update"},
			Run:        refusedUsers,
		},
		{
			ID: "users/longest-external-id", Title: "An external id may have 250 characters",
			Why:    "Integrators who use long ids of their own lose users if the limit is lower than promised.",
			Source: "openapi.yaml, ConnectAPIUserCustomProperties", Operations: []string{"users_create"},
			Run: createdWithLongestID,
		},
	}
}

func userChanges() []Case {
	return []Case{
		{
			ID: "users/patch", Title: "A change keeps what it does not name",
			Why:    "A settings page that changes the language would wipe the email or the external id.",
			Source: "openapi.yaml, users_partial_update", Operations: []string{"users_partial_update", "users_retrieve"},
			Run: patchedUser,
		},
		{
			ID: "users/patch-nothing", Title: "A change of nothing changes nothing",
			Why:    "Clients that send only what differs send {} when nothing does.",
			Source: framework, Assumed: true, Operations: []string{"users_partial_update"},
			Run: patchedWithNothing,
		},
		{
			ID: "users/ignored-fields", Title: "Unknown and read-only fields in a body are ignored",
			Why:    "Clients send back the whole object that they read, id included, or fields of a newer version.",
			Source: framework, Assumed: true, Operations: []string{"users_create", "users_partial_update"},
			Run: ignoredFields,
		},
	}
}

// userShape is a user as every answer has it.
func userShape() shape {
	return record{
		must: fields{"id": wording{"a UUID", isUUID}},
		usual: fields{
			"email":             orNull{wording{"an email address", isEmail}},
			"locale":            oneOf("en", "de"),
			"custom_properties": orNull{record{usual: fields{"external_id": orNull{anyText()}}}},
		},
	}
}

// newUserAs creates a user with an external id of the caller's, which must
// begin with the run's tag so that leftovers can be found.
func (a *API) newUserAs(externalID string, fields map[string]any) user {
	a.Helper()
	body := map[string]any{"custom_properties": map[string]any{"external_id": externalID}}
	for name, v := range fields {
		body[name] = v
	}
	return a.createUser(&Body{JSON: body})
}

// createUser creates a user from any body.
func (a *API) createUser(body *Body) user {
	a.Helper()
	answer := a.Call(http.MethodPost, "/users/", body)
	a.adopt(answer)
	return into[user](a, a.Complete(a.Want(answer, http.StatusCreated), userShape()))
}

// adopt notes a user that an answer speaks of as the run's to delete, wanted
// or not.
func (a *API) adopt(answer *Answer) {
	a.Helper()
	if answer.Status == http.StatusCreated {
		a.suite.made(a.token, into[user](a, answer).ID)
	}
}

func (a *API) readUser(id string) user {
	a.Helper()
	return into[user](a, a.Complete(a.Want(a.Get("/users/"+id+"/"), http.StatusOK), userShape()))
}

func (a *API) patchUser(id string, fields map[string]any) user {
	a.Helper()
	return into[user](a, a.Complete(a.Want(a.Patch("/users/"+id+"/", fields), http.StatusOK), userShape()))
}

func createdUser(a *API) {
	tag, email := a.suite.tag(), "driver@example.org"
	u := a.newUserAs(tag, map[string]any{"email": email, "locale": "de"})
	a.Equal("the created user", userOf(u.ID, &email, "de", &tag), u)
	a.Equal("the user when read again", u, a.readUser(u.ID))
}

// userOf is the user that a case expects.
func userOf(id string, email *string, locale string, externalID *string) user {
	u := user{ID: id, Email: email, Locale: locale}
	u.Custom = &struct {
		ExternalID *string `json:"external_id"`
	}{externalID}
	return u
}

func createdFromNothing(a *API) {
	for _, body := range []*Body{nil, {JSON: map[string]any{}}} {
		u := a.createUser(body)
		again := a.readUser(u.ID)
		a.Equal("the user when read again", u, again)
		a.True(u.Email == nil, "email: wanted null where none was sent")
		a.True(u.Custom == nil, "custom_properties: wanted null where they were never set")
		a.News("the locale of a user who was given none is %q", u.Locale)
		tag := a.suite.tag()
		tagged := a.patchUser(u.ID, map[string]any{"custom_properties": map[string]any{"external_id": tag}})
		a.Equal("the user after the first external id", userOf(u.ID, nil, u.Locale, &tag), tagged)
	}
}

func createdWithEmails(a *API) {
	a.True(a.newUserAs(a.suite.tag(), map[string]any{"email": nil, "locale": "en"}).Email == nil, "email: wanted null")
	email := "family@example.org"
	first := a.newUserAs(a.suite.tag(), map[string]any{"email": email})
	second := a.newUserAs(a.suite.tag(), map[string]any{"email": email})
	a.Equal("email of the second user", &email, second.Email)
	a.True(first.ID != second.ID, "two users have the id %s", first.ID)
}

func createdWithNullExternalID(a *API) {
	u := a.createUser(&Body{JSON: map[string]any{"locale": "en", "custom_properties": map[string]any{"external_id": nil}}})
	a.Equal("the created user", userOf(u.ID, nil, "en", nil), u)
	a.Equal("the user when read again", u, a.readUser(u.ID))
	tag := a.suite.tag()
	a.patchUser(u.ID, map[string]any{"custom_properties": map[string]any{"external_id": tag}})
}

func refusedUsers(a *API) {
	u := a.NewUser()
	for _, bad := range []map[string]any{
		{"email": "not an address"},
		{"locale": "fr"},
		{"locale": nil},
		{"custom_properties": map[string]any{"external_id": filler(251)}},
		{"custom_properties": "external"},
	} {
		answer := a.Post("/users/", bad)
		a.adopt(answer)
		a.Invalid(answer)
		a.Invalid(a.Patch("/users/"+u.ID+"/", bad))
	}
	a.Equal("the user after refused changes", u, a.readUser(u.ID))
}

// Invalid is Refused for bad input.
func (a *API) Invalid(answer *Answer) {
	a.Helper()
	p := a.Refused(answer, http.StatusBadRequest, "validation_error")
	a.True(p.Error.Details != "", "error.details does not say what is wrong")
	a.True(p.Error.Secret == "", "a client secret where nobody has to pay")
	a.RuleIs(answer, "request/invalid")
}

// filler is a text of some length.
func filler(length int) string {
	b := make([]byte, length)
	for i := range b {
		b[i] = byte('a' + i%26)
	}
	return string(b)
}

func createdWithLongestID(a *API) {
	tag := a.suite.tag() + "/"
	longest := tag + filler(250-len(tag))
	u := a.newUserAs(longest, nil)
	a.Equal("the created user", userOf(u.ID, nil, u.Locale, &longest), u)
}

func patchedUser(a *API) {
	tag, email, other := a.suite.tag(), "before@example.org", "after@example.org"
	u := a.newUserAs(tag, map[string]any{"email": email, "locale": "en"})
	moved := tag + "/moved"
	for _, step := range []struct {
		send map[string]any
		want user
	}{
		{map[string]any{"locale": "de"}, userOf(u.ID, &email, "de", &tag)},
		{map[string]any{"email": other}, userOf(u.ID, &other, "de", &tag)},
		{map[string]any{"custom_properties": map[string]any{"external_id": moved}}, userOf(u.ID, &other, "de", &moved)},
		{map[string]any{"email": nil}, userOf(u.ID, nil, "de", &moved)},
	} {
		a.Equal("the answer to the change", step.want, a.patchUser(u.ID, step.send))
		a.Equal("the user after the change", step.want, a.readUser(u.ID))
	}
}

func patchedWithNothing(a *API) {
	tag, email := a.suite.tag(), "driver@example.org"
	u := a.newUserAs(tag, map[string]any{"email": email, "locale": "de"})
	a.Equal("the answer to {}", u, a.patchUser(u.ID, map[string]any{}))
	answer := a.Call(http.MethodPatch, "/users/"+u.ID+"/", nil, Header("Content-Type", "application/json"))
	a.Equal("the answer to no body", u, into[user](a, a.Want(answer, http.StatusOK)))
	a.Equal("the user after it", u, a.readUser(u.ID))
}

func ignoredFields(a *API) {
	const id = "00000000-0000-4000-8000-000000000000"
	u := a.newUserAs(a.suite.tag(), map[string]any{"id": id, "locale": "en", "nickname": "Flash"})
	a.True(u.ID != id, "the id of a new user is the one sent")
	got := a.patchUser(u.ID, map[string]any{"id": id, "nickname": "Flash", "locale": "de"})
	a.Equal("the answer to the change", userOf(u.ID, nil, "de", u.Custom.ExternalID), got)
	a.Equal("the user after it", got, a.readUser(u.ID))
}

// search lists the users that a search finds, all on one page.
func (a *API) search(term string) []user {
	a.Helper()
	answer := a.Get("/users/?page_size=100&search=" + url.QueryEscape(term))
	return into[page[user]](a, a.Complete(a.Want(answer, http.StatusOK), listed(userShape()))).Results
}
