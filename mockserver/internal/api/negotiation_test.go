package api_test

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
)

// TestAcceptAndFormat checks the negotiation of the media type.
func TestAcceptAndFormat(t *testing.T) {
	f := start(t)
	path := users + "?search=nobody"
	const empty = `{"count":0,"next":null,"previous":null,"results":[]}`
	found := reply(200, empty, allow(allowUsers)...)
	refused := worldless(reply(406, `{"detail":"Could not satisfy the request Accept header."}`, ruled(allowUsers, "request/not-acceptable")...))
	noFormat := worldless(reply(404, notFound, ruled(allowUsers, "request/not-found")...))
	cases := map[string]struct {
		request
		want answer
	}{
		"nothing":               {get(path), found},
		"empty":                 {get(path, "Accept", ""), refused},
		"a comma":               {get(path, "Accept", ","), refused},
		"any JSON":              {get(path, "Accept", "*/json"), found},
		"a star":                {get(path, "Accept", "*"), refused},
		"any text":              {get(path, "Accept", "text/*"), refused},
		"q of 0":                {get(path, "Accept", "application/json;q=0"), found},
		"a version":             {get(path, "Accept", "application/json; version=2"), found},
		"anything":              {get(path, "Accept", "*/*"), found},
		"any application":       {get(path, "Accept", "application/*"), found},
		"JSON":                  {get(path, "Accept", "application/json"), found},
		"JSON, in capitals":     {get(path, "Accept", "Application/JSON"), found},
		"JSON with a parameter": {get(path, "Accept", "application/json; charset=utf-8"), found},
		"one of several":        {get(path, "Accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.8"), found},
		"HTML":                  {get(path, "Accept", "text/html"), refused},
		"XML":                   {get(path, "Accept", "application/xml, text/xml"), refused},
		"nonsense":              {get(path, "Accept", "nonsense"), refused},
		"before the token":      {get(path, "Accept", "text/html", "Authorization", "-"), refused},
		"before the method":     {call("PUT", path, "Accept", "text/html"), refused},
		"format json":           {get(path + "&format=json"), found},
		"format empty":          {get(path + "&format="), found},
		"format xml":            {get(path + "&format=xml"), noFormat},
		"format api":            {get(path + "&format=api"), noFormat},
		"format, last counts":   {get(path + "&format=xml&format=json"), found},
		"format before Accept":  {get(path+"&format=xml", "Accept", "text/html"), noFormat},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { same(t, f.do(c.request), c.want) })
	}
}

// TestIndent asks for indented answers, also to errors after the negotiation.
func TestIndent(t *testing.T) {
	f := start(t)
	for accept, want := range map[string]int{ // measured
		"application/json": 0, "application/json; indent=4": 4, "application/json;indent=0": 0, "application/json;indent=-3": 0, "application/json;indent=99": 8,
		"application/json;indent=x": 0, "application/json;indent": 0, "application/json;indent=1_0": 8, "application/json;indent= 2": 2, `application/json;indent="3"`: 3,
		"*/*;indent=2": 2, "application/*; indent=3": 3, "*/json;indent=2": 2, "application/json;q=0;indent=2": 2,
		"application/json, application/json; indent=4": 4, "*/*;indent=2,application/json": 0, "text/html, */*;q=0.1": 0,
	} {
		for path, keys := range map[string][]string{me + "/": {"id"}, users + "nobody/": {"detail"}, users: {"count"}} {
			_, body := f.raw(get(path, "Accept", accept))
			first, colon := "{", ":"
			if want > 0 {
				first, colon = "{\n"+strings.Repeat(" ", want), ": "
			}
			if begin := first + `"` + keys[0] + `"` + colon; !strings.HasPrefix(body, begin) {
				t.Errorf("%s with %q begins with %.30q, want %q", path, accept, body, begin)
			}
		}
	}
	if _, body := f.raw(get(users+"?search=nobody", "Accept", "application/json;indent=1")); body != "{\n \"count\": 0,\n \"next\": null,\n \"previous\": null,\n \"results\": []\n}" {
		t.Errorf("%q", body)
	}
}

// TestAuthorization checks which headers are a 401 and which a 403.
func TestAuthorization(t *testing.T) {
	f := start(t)
	path := users + "?search=nobody"
	missing := worldless(reply(401, noToken, "Allow", allowUsers, "X-Cariqa-Mock-Rule", "auth/missing", "Www-Authenticate", `Bearer realm="api"`))
	bad := func(detail string) answer {
		return worldless(reply(403, `{"detail":"`+detail+`"}`, ruled(allowUsers, "auth/invalid")...))
	}
	const empty = `{"count":0,"next":null,"previous":null,"results":[]}`
	in := func(world string) answer {
		return reply(200, empty, "Allow", allowUsers, "X-Cariqa-Mock-World", world)
	}
	const grammar = "The token is not mock.<scenario> or mock.<scenario>.<anything>: scenario names are 1 to 40 of a-z, 0-9 and -, the rest 1 to 80 of A-Z, a-z, 0-9, dot, _ and -."
	cases := map[string]struct {
		header string
		want   answer
	}{
		"none":                    {"-", missing},
		"empty":                   {"", missing},
		"no scheme":               {"mock.default", missing},
		"no token":                {"Bearer", missing},
		"blank token":             {"Bearer  ", missing},
		"other scheme":            {"Token mock.default", missing},
		"Basic":                   {"Basic dXNlcjpwYXNz", missing},
		"three words":             {"Bearer mock.default x", missing},
		"scheme in lower case":    {"bearer mock.default", in("mock.default")},
		"spaces between":          {"Bearer   mock.default", in("mock.default")},
		"any other token":         {"Bearer eyJhbGciOi.e30.x", in("w_63c6efe569a4")},
		"revoked":                 {"Bearer revoked", bad("Incorrect authentication credentials.")},
		"unknown scenario":        {"Bearer mock.debts", bad(`There is no scenario \"debts\". Did you mean debt?`)},
		"unlike any scenario":     {"Bearer mock.xxxxxxxxxxxx", bad(`There is no scenario \"xxxxxxxxxxxx\".`)},
		"malformed mock. token":   {"Bearer mock.Default", bad(grammar)},
		"mock. and nothing":       {"Bearer mock.", bad(grammar)},
		"too long a name":         {"Bearer mock.default." + strings.Repeat("x", 81), bad(grammar)},
		"as long a name as it go": {"Bearer mock.default." + strings.Repeat("x", 80), in("mock.default." + strings.Repeat("x", 80))},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { same(t, f.do(get(path, "Authorization", c.header)), c.want) })
	}
}

// TestRealTokensNeverShow searches answers for a token that may be a real one.
func TestRealTokensNeverShow(t *testing.T) {
	f := start(t)
	const secret = "eyJSECRET"
	res, body := f.raw(get(me+"/payment-methods/?page_size=1", "Authorization", "Bearer "+secret))
	for name, values := range res.Header {
		body += name + strings.Join(values, " ")
	}
	if strings.Contains(body, secret) {
		t.Errorf("the token is in %s", body)
	}
}

// TestContentType checks which bodies are read.
func TestContentType(t *testing.T) {
	f := start(t)
	done := func(locale string) answer {
		return reply(200, `{"id":"`+user+`","email":"john.doe@example.com","locale":"`+locale+`","custom_properties":{"external_id":"qa-1"}}`, allow(allowUser)...)
	}
	finding := func(a answer) answer {
		a.Header["X-Cariqa-Mock-Findings"] = "request=1"
		return a
	}
	refused := func(kind string) answer {
		return finding(reply(415, `{"detail":"Unsupported media type \"`+kind+`\" in request."}`, ruled(allowUser, "request/unsupported-media-type")...))
	}
	broken := func(text string) answer {
		return finding(reply(400, invalid(text), ruled(allowUser, "request/invalid")...))
	}
	const body = `{"locale":"en"}`
	cases := map[string]struct {
		kind, body string
		want       answer
	}{
		"JSON":                  {"application/json", body, done("en")},
		"with a charset":        {"application/json; charset=utf-8", body, done("en")},
		"in capitals":           {"Application/JSON", body, done("en")},
		"with half a parameter": {"application/json; charset", body, done("en")},
		"form":                  {"application/x-www-form-urlencoded", "locale=en", done("en")},
		"text":                  {"text/plain", body, refused("text/plain")},
		"XML":                   {"application/xml", "<a/>", refused("application/xml")},
		"JSON of a kind":        {"application/vnd.api+json", body, refused("application/vnd.api+json")},
		"none":                  {"-", body, refused("")},
		"nonsense":              {";", body, refused(";")},
		"text without a body":   {"text/plain", "", done("de")},
		"no JSON body":          {"application/json", "", done("de")},
		"no form body":          {"multipart/form-data", "", done("de")},
		"no boundary":           {"multipart/form-data", "x", broken("Multipart form parse error - Invalid boundary in multipart: None")},
		"nothing of multipart":  {"multipart/form-data; boundary=b", "x", finding(done("de"))},
		"anything":              {"*/*", body, finding(done("en"))},
		"any application":       {"application/*", body, finding(done("en"))},
		"Latin-1":               {"application/json; charset=latin-1", "{\"custom_properties\":{\"external_id\":\"\xfc\"}}", reply(200, `{"id":"`+user+`","email":"john.doe@example.com","locale":"de","custom_properties":{"external_id":"ü"}}`, allow(allowUser)...)},
		"a file":                {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"locale\"; filename=\"a.txt\"\r\n\r\nen\r\n--b--\r\n", broken(`locale: "a.txt" is not a valid choice.`)},
		"form with semicolons":  {"application/x-www-form-urlencoded", "locale=en;x", broken(`locale: "en;x" is not a valid choice.`)},
		"form with %zz": {"application/x-www-form-urlencoded", "locale=%zz", func() answer {
			a := broken(`locale: "%zz" is not a valid choice.`)
			a.Header["X-Cariqa-Mock-Findings"] = "request=2"
			return a
		}()},
		"broken JSON": {"application/json", "{\n \"a\": ä}", broken("JSON parse error - Expecting value: line 2 column 7 (char 8)")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			same(t, f.in(t, "default").do(request{"PATCH", me + "/", c.body, []string{"Content-Type", c.kind}}), c.want)
		})
	}
}

// TestMultipart sends nested fields by the names that the framework knows.
func TestMultipart(t *testing.T) {
	f := start(t)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, field := range [][2]string{
		{"email", ""}, {"locale", "en"}, {"custom_properties.external_id", " ü "}, {"custom_properties[external_id]", "brackets"}, {"nobody", "asks"},
	} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want := reply(200, `{"id":"`+user+`","email":null,"locale":"en","custom_properties":{"external_id":"ü"}}`, allow(allowUser)...)
	want.Header["X-Cariqa-Mock-Findings"] = "request=2" // the last two
	same(t, f.do(request{"PATCH", me + "/", body.String(), []string{"Content-Type", w.FormDataContentType()}}), want)
}

// TestBodiesOnGetAreIgnored as in an example of the vendor's documentation.
func TestBodiesOnGetAreIgnored(t *testing.T) {
	f := start(t)
	want := reply(200, `{"id":"`+user+`","email":"john.doe@example.com","locale":"de","custom_properties":{"external_id":"qa-1"}}`, allow(allowUser)...)
	for _, body := range []string{`{"locale":"en"}`, `{"locale`, "locale=en"} {
		same(t, f.do(send("GET", me+"/", body)), want)
	}
}

// TestOrigins checks which pages of other origins may read answers.
func TestOrigins(t *testing.T) {
	f := start(t, config(func(c *mockserver.Config) { c.Origins = []string{"https://app.example.org"} }))
	for origin, allowed := range map[string]bool{
		"http://localhost": true, "http://localhost:3000": true, "https://localhost:8443": true, "http://app.localhost:5173": true,
		"http://127.0.0.1:8080": true, "http://127.9.9.9": true, "http://[::1]:3000": true, "https://app.example.org": true,
		"https://app.example.org:8443": false, "http://app.example.org": false, "https://evil.example": false, "http://localhost.evil.example": false,
		"http://127.0.0.1.evil.example": false, "null": false, "file://": false, "app://localhost": false, "http://128.0.0.1": false,
		"http://evillocalhost": false,
	} {
		a := f.do(get(users, "Origin", origin))
		got := map[string]string{}
		for name, value := range a.Header {
			if strings.HasPrefix(name, "Access-Control-Allow-") {
				got[name] = value
			}
		}
		want := map[string]string{}
		if allowed {
			want = map[string]string{
				"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true",
			}
			for _, name := range []string{"X-Cariqa-Mock-World", "X-Cariqa-Mock-Rule", "X-Cariqa-Mock-Findings", "X-Request-Id", "Allow", "Location"} {
				if !strings.Contains(a.Header["Access-Control-Expose-Headers"], name) {
					t.Errorf("%s: a page cannot read %s", origin, name)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || a.Status != 200 {
			t.Errorf("%s: status %d, headers (-want +got):\n%s", origin, a.Status, diff)
		}
	}
}

// TestPreflight sends a browser's preflight requests.
func TestPreflight(t *testing.T) {
	f := start(t)
	for _, path := range []string{users, me + "/payment-methods/" + pm1, "/v1/payment_intents/pi_1/confirm"} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			res, _ := f.raw(call("OPTIONS", path, "Authorization", "-", "Origin", "http://localhost:3000",
				"Access-Control-Request-Method", method, "Access-Control-Request-Headers", "authorization,content-type"))
			got := []string{
				res.Header.Get("Access-Control-Allow-Origin"), res.Header.Get("Access-Control-Allow-Methods"),
				res.Header.Get("Access-Control-Allow-Headers"), res.Header.Get("Access-Control-Allow-Credentials"),
			}
			want := []string{"http://localhost:3000", method, "authorization,content-type", "true"}
			if diff := cmp.Diff(want, got); diff != "" || res.StatusCode != 204 {
				t.Errorf("%s %s: status %d (-want +got):\n%s", method, path, res.StatusCode, diff)
			}
		}
	}
	res, _ := f.raw(call("OPTIONS", users, "Origin", "https://evil.example", "Access-Control-Request-Method", "GET"))
	if got := res.Header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("a foreign page may call: %q", got)
	}
}
