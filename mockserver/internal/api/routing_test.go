package api_test

import (
	"strings"
	"testing"
)

// TestPathsAndMethods checks what path and method alone decide.
func TestPathsAndMethods(t *testing.T) {
	f := start(t)
	moved := func(to string) answer {
		return answer{Status: 301, Header: map[string]string{"Location": to, "Content-Type": "text/html; charset=utf-8"}}
	}
	unrouted := worldless(reply(404, notFound, "X-Cariqa-Mock-Rule", "request/not-found"))
	const (
		list      = `{"count":1,"next":null,"previous":null,"results":[{"id":"` + user + `","email":"john.doe@example.com","locale":"de","custom_properties":{"external_id":"qa-1"}}]}`
		described = `{"name":"List your users","description":"","renders":["application/json"],"parses":["application/json","application/x-www-form-urlencoded","multipart/form-data"]}`
	)
	notAllowed := func(method, methods string) answer {
		return reply(405, `{"detail":"Method \"`+method+`\" not allowed."}`, ruled(methods, "request/method-not-allowed")...)
	}
	missing := func(methods string) answer { return reply(404, notFound, ruled(methods, "request/not-found")...) }
	cases := map[string]struct {
		request
		want answer
	}{
		"as is": {get(users), reply(200, list, allow(allowUsers)...)},

		"no slash":                       {get("/api/v1/users"), moved(users)},
		"no slash, keeps the query":      {get("/api/v1/users?page=2&search=%C3%A4"), moved(users + "?page=2&search=%C3%A4")},
		"no slash, query in Latin-1":     {get("/api/v1/users?a=\xe4"), moved(users + "?a=%C3%A4")},
		"no slash, query as it came":     {get("/api/v1/users?a=%zz;\"{b}[]|^`\\"), moved(users + "?a=%zz;%22%7Bb%7D[]%7C%5E%60%5C")},
		"no slash, escapes of its own":   {get("/api/v1/users/a%2Db%0a;=x"), moved("/api/v1/users/a-b%0A%3B%3Dx/")},
		"no slash, drops a bare mark":    {get("/api/v1/users?"), moved(users)},
		"no slash, keeps escapes":        {get("/api/v1/users/a%20b"), moved("/api/v1/users/a%20b/")},
		"no slash, any method":           {send("POST", "/api/v1/users", "{}"), moved(users)},
		"no slash, whatever the token":   {get("/api/v1/users", "Authorization", "-"), moved(users)},
		"no slash, whatever the type":    {get("/api/v1/users", "Accept", "text/html"), moved(users)},
		"no slash, of no path":           {get("/api/v1/nothing"), unrouted},
		"no slash, removal of a method":  {call("DELETE", me+"/payment-methods/"+pm1), reply(204, "", allow(allowDelete)...)},
		"no slash, removal, bare mark":   {call("DELETE", me+"/payment-methods/none?"), missing(allowDelete)},
		"no slash, removal, other verbs": {get(me + "/payment-methods/" + pm1), moved(me + "/payment-methods/" + pm1 + "/")},
		"no slash, removal of a user":    {call("DELETE", me), moved(me + "/")},

		"unknown path":               {get("/api/v1/nothing/"), unrouted},
		"unknown path, no token":     {get("/api/v1/nothing/", "Authorization", "-"), unrouted},
		"unknown path, other method": {call("DELETE", "/api/v1/nothing/"), unrouted},
		"root of the API":            {get("/api/v1/"), unrouted},
		"other version":              {get("/api/v2/users/"), unrouted},
		"two slashes":                {get("/api/v1//users/"), unrouted},
		"two slashes at the end":     {get("/api/v1/users//"), unrouted},
		"dots":                       {get("/api/v1/stations/../users/"), unrouted},
		"other case":                 {get("/api/v1/Users/"), unrouted},
		"a slash within an id":       {get("/api/v1/users/a%2Fb/"), unrouted},

		"method of no operation":            {call("PUT", users), notAllowed("PUT", allowUsers)},
		"method of no operation, on a user": {call("POST", me+"/"), notAllowed("POST", allowUser)},
		"method in lower case":              {call("get", users), reply(200, list, allow(allowUsers)...)},
		"method in mixed case":              {call("puT", users), notAllowed("PUT", allowUsers)},
		"method unknown":                    {call("BREW", users), notAllowed("BREW", allowUsers)},
		"no PATCH for billing":              {call("PATCH", me+"/billing-details/"), notAllowed("PATCH", allowBilling)},
		"no HEAD where there is no GET":     {call("HEAD", me+"/charging/start/"), reply(405, "", "Content-Type", "application/json", "Allow", allowPost, "X-Cariqa-Mock-Rule", "request/method-not-allowed")},
		"method before object":              {call("PUT", users+"nobody/"), notAllowed("PUT", allowUser)},
		"token before method":               {call("PUT", users, "Authorization", "-"), worldless(reply(401, noToken, "Allow", allowUsers, "X-Cariqa-Mock-Rule", "auth/missing", "Www-Authenticate", `Bearer realm="api"`))},

		"HEAD":             {call("HEAD", users), reply(200, "", "Allow", allowUsers, "Content-Type", "application/json")},
		"HEAD of nobody":   {call("HEAD", users+"nobody/"), reply(404, "", "Allow", allowUser, "Content-Type", "application/json", "X-Cariqa-Mock-Rule", "request/not-found")},
		"OPTIONS":          {call("OPTIONS", users), reply(200, described, allow(allowUsers)...)},
		"OPTIONS, unknown": {call("OPTIONS", "/api/v1/nothing/"), unrouted},
		"OPTIONS, token":   {call("OPTIONS", users, "Authorization", "-"), worldless(reply(401, noToken, "Allow", allowUsers, "X-Cariqa-Mock-Rule", "auth/missing", "Www-Authenticate", `Bearer realm="api"`))},

		"placeholder user":    {get("/api/v1/users/USER_ID/"), missing(allowUser)},
		"placeholder session": {get(me + "/charging-sessions/SESSION_ID/"), missing(allowSession)},
		"null method":         {call("DELETE", me+"/payment-methods/null"), missing(allowDelete)},
		"null method, slash":  {call("POST", me+"/payment-methods/null/default/"), missing(allowPost)},
		"NUL in an id":        {get("/api/v1/users/%00/"), missing(allowUser)},
		"not UTF-8 in an id":  {get("/api/v1/users/%ff%fe/"), missing(allowUser)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { same(t, f.in(t, "default").do(c.request), c.want) })
	}
}

// TestStopOfUnknownSessionHasItsOwnText is the one 404 whose text is
// published.
func TestStopOfUnknownSessionHasItsOwnText(t *testing.T) {
	f := start(t)
	same(t, f.do(call("POST", me+"/charging/stop/SESSION_ID/")), reply(404,
		`{"detail":"User session with this id was not found"}`, ruled(allowPost, "stop-charging/not-found")...))
}

// TestHeadHasTheLengthOfGet compares Content-Length, which net/http sets.
func TestHeadHasTheLengthOfGet(t *testing.T) {
	f := start(t)
	head, body := f.raw(call("HEAD", me+"/payment-methods/"))
	full, want := f.raw(get(me + "/payment-methods/"))
	if body != "" || head.ContentLength != int64(len(want)) || head.ContentLength != full.ContentLength {
		t.Errorf("HEAD has %d bytes and a Content-Length of %d; GET has %d", len(body), head.ContentLength, len(want))
	}
}

// TestAuthorizationHeader checks the spellings of the header that the framework
// splits into words.
func TestAuthorizationHeader(t *testing.T) {
	f := start(t)
	for header, want := range map[string]int{
		"Bearer %": 200, "bearer %": 200, "BEARER %": 200, "  Bearer   %  ": 200, "Bearer\t%": 200, "\tBearer \t%": 200,
		"": 401, "Bearer": 401, "Bearer ": 401, "%": 401, "Bearer % x": 401, "Bearer % %": 401, "Token %": 401, "Bearer:%": 401,
		"Basic eDp5": 401, "Bearer, %": 401, "Bearer revoked": 403, "Bearer %,": 403,
	} {
		header = strings.ReplaceAll(header, "%", f.token)
		if a, _ := f.raw(get(users, "Authorization", header)); a.StatusCode != want {
			t.Errorf("%q: %d, want %d", header, a.StatusCode, want)
		}
	}
}
