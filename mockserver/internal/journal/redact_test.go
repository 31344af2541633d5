package journal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cariqamock/mockserver/internal/property"
	"cariqamock/mockserver/spec"
)

func TestRedactText(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"nothing to hide":                      "nothing to hide",
		"4242424242424242":                     "[424242******4242]",
		"4242 4242 4242 4242":                  "[424242******4242]",
		"4242-4242-4242-4242":                  "[424242******4242]",
		"4242+4242%204242  4242":               "[424242******4242]",
		"4242\u00a04242\u00a04242\u00a04242":   "[424242******4242]",
		"42 42 42 42 42 42 42 42":              "[424242******4242]",
		"pay with 3782 822463 10005, thanks":   "pay with [378282******0005], thanks",
		"x4242424242424242x5555555555554444":   "x[424242******4242]x[555555******4444]",
		"4000000000006":                        "[400000******0006]",
		"6304000000000000001":                  "6304000000000000001", // the check digit is wrong
		"4242424242424241":                     "4242424242424241",
		"42424242424242424242":                 "[424242******4242]", // 20 digits, of which any 16 are a card
		"14000056655665556":                    "1[400005******5556]",
		"1.4242424242424242":                   "1.[424242******4242]",
		card + "." + card:                      "[424242******4242].[424242******4242]",
		card + "." + card + "@example.org":     "[424242******4242].[424242******4242]@example.org",
		"v1.2.378282246310005":                 "v1.2.[378282******0005]",
		"1.4242 4242 4242 4242":                "1.[424242******4242]",
		"4242.4242.4242.4242":                  "[424242******4242]",
		"4242_4242_4242_4242":                  "[424242******4242]",
		"4242%2F4242%2f4242/4242":              "[424242******4242]",
		"3782\t822463\t10005":                  "[378282******0005]",
		"42424242 42424242":                    "[424242******4242]",
		"%204242 4242 4242 4242":               "%20[424242******4242]",
		"q=%204242424242424242":                "q=%20[424242******4242]",
		"12 4242 4242 4242 4242":               "12 [424242******4242]",
		"42424242 6200_0000_0000_0005":         "42424242 [620000******0005]",
		"_secret_-4000/0566/5566/5556":         "_secret_[redacted]",
		"4242424242424242.1234567890128":       "[424242******4242].1234567890128",
		"4242 4242 4242 4242 12345678":         "[424242******4242] 12345678",
		"20261127013906 and 20261327013906":    "20261127013906 and 20261327013906",
		"v0.0.0-20261127013906-cce94496124a":   "v0.0.0-20261127013906-cce94496124a",
		"00000000-0000-4000-8000-000000000000": "00000000-0000-4000-8000-000000000000",
		"12345678-1234-4567-8901-123456789012": "12345678-1234-4567-8901-123456789012",
		"52.51000000000001,13.449999999999999": "52.51000000000001,13.449999999999999",
		"13.42424242424242":                    "13.42424242424242",
		"seti_1Abc_secret_Xyz9":                "seti_1Abc_secret_[redacted]",
		"a=pi_1_secret_x&b=pi_2_secret_y.":     "a=pi_1_secret_[redacted]&b=pi_2_secret_[redacted].",
		"client_secret":                        "client_secret",
		"payment_intent_client_secret is null": "payment_intent_client_secret is null",
		"secret_key_required":                  "secret_key_required",
		"sk_test_51abc pk_test_51abc":          "sk_test_[redacted] pk_test_51abc",
	} {
		if got := redactText(in); got != want {
			t.Errorf("redactText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRedactHeader(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"Authorization", "Bearer mock.default.qa", "Bearer [redacted]"},
		{"authorization", "bearer x y", "Bearer [redacted]"},
		{"Authorization", "Basic cGtfdGVzdDo=", "Basic [redacted]"},
		{"Authorization", "a-naked-token", "[redacted]"},
		{"Authorization", "hush hush", "[redacted]"},
		{"Authorization", "Bearer", "[redacted]"},
		{"Proxy-Authorization", "Basic eA==", "Basic [redacted]"},
		{"Cookie", "session=abc", "[redacted]"},
		{"Set-Cookie", "session=abc; Secure", "[redacted]"},
		{"Location", "https://x/?setup_intent_client_secret=seti_1_secret_2", "https://x/?setup_intent_client_secret=seti_1_secret_[redacted]"},
		{"X-Request-Id", "req_1-1", "req_1-1"},
	} {
		if got := redactHeader(c.name, c.in); got != c.want {
			t.Errorf("redactHeader(%q, %q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

// TestOwnHeaders: the fake's headers of answers are shown as they are, also if
// they look like a card; those of requests and the others are not.
func TestOwnHeaders(t *testing.T) {
	const version = "v0.0.0-20261127013906-cce94496124a" // the check digit is right
	if !luhn([]byte("20261127013906")) {
		t.Fatal("this version proves nothing")
	}
	j := New()
	j.Record(Exchange{
		ID:      "1",
		Request: Message{Header: http.Header{"X-Cariqa-Mock": {card}, "X-Request-Id": {card}, "User-Agent": {"cariqa-mock/" + version}}},
		Response: Message{Header: http.Header{
			"X-Cariqa-Mock": {version}, "X-Request-Id": {"req_1234567890128-1"}, "X-Cariqa-Mock-World": {"mock." + card},
		}},
	})
	e, _ := j.Get("1")
	const hidden = "[424242******4242]"
	want := []Half{
		{Headers: map[string]string{"X-Cariqa-Mock": hidden, "X-Request-Id": hidden, "User-Agent": "cariqa-mock/" + version}},
		{Headers: map[string]string{"X-Cariqa-Mock": version, "X-Request-Id": "req_1234567890128-1", "X-Cariqa-Mock-World": "mock." + hidden}},
	}
	if diff := cmp.Diff(want, []Half{e.Request, e.Response}); diff != "" {
		t.Errorf("shown differently (-want +got):\n%s", diff)
	}
}

// TestTimesStay looks at seconds of a whole day, on many days, in the formats of
// answers, versions and file names.
func TestTimesStay(t *testing.T) {
	first := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := 0; i < 24*60*60; i += 13 {
		at := first.AddDate(0, 0, i%9999).Add(time.Duration(i) * time.Second)
		second, compact := at.Format("2006-01-02T15:04:05"), at.Format("20060102150405")
		body := []byte(`{"created_at":"` + second + `Z","micros":"` + second + `.123456+02:00","file":"` + at.Format("2006-01-02-15-04-05") +
			`","version":"v0.0.0-` + compact + `-cce94496124a","header":"` + at.Format(time.RFC1123) + `"}`)
		if got, err := redactJSON(body); err != nil || string(got) != string(body) {
			t.Fatalf("%s is shown as %s (%v)", body, got, err)
		}
		if query := "from=" + url.QueryEscape(second) + "Z&to=" + compact; redactQuery(query) != query {
			t.Fatalf("%s is shown as %s", query, redactQuery(query))
		}
	}
}

func TestRedactQuery(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"page=2&page_size=20":                  "page=2&page_size=20",
		"q=%20odd&flag&=":                      "q=%20odd&flag&=",
		"client_secret=seti_1_secret_2&x=1":    "client_secret=seti_1_secret_[redacted]&x=1",
		"card%5Bnumber%5D=4242424242424242":    "card[number]=[424242******4242]",
		"card[cvc]=123&card[exp_year]=2030":    "card[cvc]=[redacted]&card[exp_year]=2030",
		"card[number]=4242+4242+4242+4241":     "card[number]=[424242******4241]",
		"cvc=":                                 "cvc=",
		"card%5Bcvc%5D=123%zz":                 "card[cvc]=[redacted]",
		"4242424242424242":                     "[424242******4242]",
		"%5555558265554449":                    "%[555555******4449]",
		"%%\\u00341234567890128":               "%A234567890128",
		"cvc=%,":                               "cvc=[redacted]",
		"search=" + card + "." + card:          "search=[424242******4242].[424242******4242]",
		"return_url=https%3A%2F%2Fx%3Fa%3D%20": "return_url=https%3A%2F%2Fx%3Fa%3D%20",
	} {
		if got := redactQuery(in); got != want {
			t.Errorf("redactQuery(%q) = %q, want %q", in, got, want)
		}
	}
}

const (
	jsonType = "application/json"
	card     = "4242424242424242"
)

func TestBody(t *testing.T) {
	multi := "--b\r\nContent-Disposition: form-data; name=\"card[cvc]\"\r\n\r\n123\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAnna\r\n--b--\r\n"
	for name, c := range map[string]struct{ contentType, body, want string }{
		"none":              {jsonType, ``, ``},
		"JSON":              {jsonType, ` {"b": 1.50, "a": [true, null, "x"]} `, `{"b":1.50,"a":[true,null,"x"]}`},
		"no content type":   {"", `{"a":1}`, `{"a":1}`},
		"scalars":           {jsonType, `"<&>"`, `"<&>"`},
		"secrets":           {jsonType, `{"client_secret":"pi_1_secret_2","n":"` + card + `"}`, `{"client_secret":"pi_1_secret_[redacted]","n":"[424242******4242]"}`},
		"number as number":  {jsonType, `{"n":` + card + `,"lat":52.51000000000001}`, `{"n":"[424242******4242]","lat":52.51000000000001}`},
		"mistyped number":   {jsonType, `{"number":4242424242424241,"no":4242424242424241}`, `{"number":"[424242******4241]","no":4242424242424241}`},
		"invoice number":    {jsonType, `{"number":"INV-20260402-140000001"}`, `{"number":"INV-20260402-140000001"}`},
		"cvc":               {jsonType, `{"card":{"CVC":"123","cvv":123,"cvc_check":"pass"}}`, `{"card":{"CVC":"[redacted]","cvv":"[redacted]","cvc_check":"pass"}}`},
		"cvc, nested":       {jsonType, `{"cvc":{"value":["123",{"x":4}],"no":null}}`, `{"cvc":{"value":["[redacted]",{"x":"[redacted]"}],"no":null}}`},
		"card in a decimal": {jsonType, `{"n":1.` + card + `,"email":"` + card + "." + card + `@example.org"}`, `{"n":"1.[424242******4242]","email":"[424242******4242].[424242******4242]@example.org"}`},
		"escaped digits":    {jsonType, `{"n":"\u0034242424242424242","\u0063vc":"1"}`, `{"n":"[424242******4242]","cvc":"[redacted]"}`},
		"a key twice":       {jsonType, `{"n":"` + card + `","n":"x"}`, `{"n":"[424242******4242]","n":"x"}`},
		"card as key":       {jsonType, `{"` + card + `":1}`, `{"[424242******4242]":1}`},
		"broken JSON":       {jsonType, `{"number":"4242 4242 4242 4242","cvc": "123`, `"{\"number\":\"[424242******4242]\",\"cvc\": \"[redacted]"`},
		"broken escapes":    {jsonType, `{"\u0063vc":"12","n":"\u0034242424242424242"`, `"{\"cvc\":\"[redacted]\",\"n\":\"[424242******4242]\""`},
		"two values":        {jsonType, `1 2`, `"1 2"`},
		"too deep":          {jsonType, strings.Repeat("[", 300) + strings.Repeat("]", 300), `"` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `"`},
		"form":              {formType, `a=1&a=2&card[cvc]=123&b=x+y`, `{"a":["1","2"],"b":"x y","card[cvc]":"[redacted]"}`},
		"form with charset": {formType + "; charset=utf-8", `card%5Bnumber%5D=` + card,
			`{"card[number]":"[424242******4242]"}`},
		"form like JSON":                  {formType, `1`, `{"1":""}`},
		"form with a card like an escape": {formType, `search=%4000056655665556`, `"search=%[400005******5556]"`},
		"broken form":                     {formType, `a=%zz&card[cvc]=123`, `"a=%zz&card[cvc]=[redacted]"`},
		"form without a type":             {"", `card[cvc]=123&number=` + card, `"card[cvc]=[redacted]&number=[424242******4242]"`},
		"multipart":                       {multipartType + "; boundary=b", multi, `{"card[cvc]":"[redacted]","name":"Anna"}`},
		"two boundaries":                  {multipartType + "; boundary=c; boundary=b", multi, `"[127 bytes of a broken multipart form]"`},
		"multipart as text":               {"text/plain", "name=\"card[cvc]\"\r\n\r\n123", `"name=\"card[cvc]\"\r\n\r\n[redacted]"`},
		"JSON as a form":                  {formType, `{"cvc":"123"}`, `{"{\"cvc\":\"[redacted]\"}":""}`},
		"a form in JSON":                  {jsonType, `{"a":"card[cvc]=123","card_cvc":"1"}`, `{"a":"card[cvc]=[redacted]","card_cvc":"[redacted]"}`},
		"JSON in JSON":                    {jsonType, `{"a":"{\"cvc\": \"123\"}"}`, `{"a":"{\"cvc\": \"[redacted]\"}"}`},
		"prose about codes":               {jsonType, `{"a":"cvc: This field is required.","code":"incorrect_cvc","b":"CVC 12 of 30"}`, `{"a":"cvc: This field is required.","code":"incorrect_cvc","b":"CVC 12 of 30"}`},
		"broken multipart":                {multipartType + "; boundary=c", multi, `"[127 bytes of a broken multipart form]"`},
		"text":                            {"text/plain", "hello\n" + card, `"hello\n[424242******4242]"`},
		"other encodings":                 {jsonType, "4\x002\x004\x002\x00", `"[8 bytes that are not text]"`},
		"not UTF-8":                       {jsonType, "\xff{}", `"[3 bytes that are not text]"`},
	} {
		t.Run(name, func(t *testing.T) {
			h := newMessage(Message{http.Header{"Content-Type": {c.contentType}}, []byte(c.body)})
			if diff := cmp.Diff(c.want, string(h.shownBody())); diff != "" {
				t.Errorf("shown differently (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLongBody cuts bodies everywhere in and around a card number.
func TestLongBody(t *testing.T) {
	for _, contentType := range []string{jsonType, formType, "text/plain", multipartType + "; boundary=b"} {
		for back := range 40 {
			body := strings.Repeat("é", (maxBody-back)/2) + `"` + card + `",`
			body += strings.Repeat("x", 2*maxBody-len(body))
			h := newMessage(Message{http.Header{"Content-Type": {contentType}}, []byte(body)})
			var shown string
			if err := json.Unmarshal(h.shownBody(), &shown); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(shown, card[:8]) || strings.ContainsRune(shown, '\ufffd') {
				t.Errorf("%s, %d from the end: the number or half a letter shows: …%s", contentType, back, shown[len(shown)-300:])
			}
			if !strings.HasSuffix(shown, fmt.Sprintf("… [truncated: %d bytes]", 2*maxBody)) || len(shown) > maxBody+100 {
				t.Errorf("%s: %d bytes are shown, ending …%s", contentType, len(shown), shown[len(shown)-40:])
			}
		}
	}
}

func TestLongBodyIsDropped(t *testing.T) {
	if h := newMessage(Message{Body: make([]byte, 1<<20)}); cap(h.body) > 2*maxBody || h.length != 1<<20 {
		t.Errorf("%d bytes of %d are kept", cap(h.body), h.length)
	}
	if h := newMessage(Message{Body: make([]byte, 10, 1<<20)}); cap(h.body) > 2*maxBody || len(h.body) != 10 {
		t.Errorf("%d bytes are kept of 10", cap(h.body))
	}
}

// TestNoSecretLeaves puts secrets everywhere and checks everything that the
// journal returns.
func TestNoSecretLeaves(t *testing.T) {
	const secret, code, token = "pi_1_secret_hush", "987", "tok-hush"
	j := New()
	j.Record(Exchange{
		ID: "1", Operation: "stripe_" + secret, Method: "POST", User: card, Rule: "r",
		URL: &url.URL{Path: "/v1/" + secret + "/" + card, RawQuery: "card[cvc]=" + code + "&s=" + secret + "&n=" + card},
		Request: Message{
			Header: http.Header{"Authorization": {"Bearer " + token}, "Cookie": {token}, "Referer": {"http://x/?" + secret}, "X-" + card: {card}},
			Body:   []byte(`{"cvc":"` + code + `","s":"` + secret + `","n":"` + card + `"}`),
		},
		Response: Message{Header: http.Header{"Set-Cookie": {token, token}}, Body: []byte(secret + card)},
		Findings: []spec.Finding{{Side: spec.SideRequest, Path: "/" + card + secret, Message: "body /" + card + ": " + secret}},
		Facts:    []string{secret + card}, Remedy: "pay " + secret,
		Before: map[string]string{"cvc": code, "s": secret}, After: json.RawMessage(`["` + secret + `",` + card + `]`),
	})
	entry, _ := j.Get("1")
	explanation, _ := j.Explain("1")
	out, err := json.Marshal([]any{entry, explanation, j.List(0), j.Find(Filter{})})
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{"hush", code, card} {
		if strings.Contains(string(out), hidden) {
			t.Errorf("%q shows in %s", hidden, out)
		}
	}
}

// neighbors may stand next to a card number.
var neighbors = []string{
	"4242", "4242 ", "_secret_", "pi_1", "cvc", "number", "[", "]", "=", "&", "%5B", "%20", "%2E", "%", "-", ".", "+", "/", ",", " ", "0", "1", "37",
	"5", "7", "9", `"`, "\\u0034", "\\", "é", "x", "sk_test_", "@example.org", "\n", "*",
}

// TestRedactionOfRedacted: redacting twice is redacting once, which filters
// rely on; and JSON stays JSON.
func TestRedactionOfRedacted(t *testing.T) {
	part := rapid.SampledFrom(append([]string{card, "1234567890128"}, neighbors...))
	property.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "text"), "")
		once := redactText(text)
		if twice := redactText(once); twice != once {
			t.Fatalf("%q becomes %q, then %q", text, once, twice)
		}
		src, err := json.Marshal(map[string]any{text: []any{text, json.Number("4242424242424242"), map[string]string{"cvc": text}}})
		if err != nil {
			t.Fatal(err)
		}
		first, err := redactJSON(src)
		if err != nil || !json.Valid(first) {
			t.Fatalf("redactJSON(%s) = %s, %v", src, first, err)
		}
		second, err := redactJSON(first)
		if err != nil || string(second) != string(first) {
			t.Fatalf("%s becomes %s, then %s (%v)", src, first, second, err)
		}
		if query := redactQuery(text); redactQuery(query) != query {
			t.Fatalf("query %q becomes %q, then %q", text, query, redactQuery(query))
		}
	})
}

// TestCardInAnyNeighbourhood puts a card number between all sorts of things,
// together and in its usual groups: it never shows, in text, JSON, a query or
// a form.
func TestCardInAnyNeighbourhood(t *testing.T) {
	const visa, master, amex, diners, discover, jcb, union = "4000 0566 5566 5556", "5555 5582 6555 4449", "3714 496353 98431",
		"3622 720627 1667", "6011 0009 9013 9424", "3566 0020 2036 0505", "6200 0000 0000 0005"
	cards := rapid.SampledFrom([]string{visa, master, amex, diners, discover, jcb, union})
	around := rapid.SliceOfN(rapid.SampledFrom(neighbors), 0, 5)
	between := rapid.SampledFrom([]string{"", "", " ", "-", ".", "/", "_", "%20", "%2d", " - "})
	property.Check(t, func(t *rapid.T) {
		number := cards.Draw(t, "card")
		groups := strings.ReplaceAll(number, " ", between.Draw(t, "between"))
		text := strings.Join(around.Draw(t, "before"), "") + groups + strings.Join(around.Draw(t, "after"), "")
		inJSON, err := redactJSON(encode(text))
		if err != nil {
			t.Fatal(err)
		}
		number = strings.ReplaceAll(number, " ", "")
		for what, shown := range map[string]string{
			"text": redactText(text), "broken": redactBroken(text), "JSON": string(inJSON), "query": redactQuery(text),
			"value": redactQuery("search=" + text), "form": string(showForm("search=" + text)),
		} {
			hidden := number[6 : len(number)-4]
			if strings.Contains(shown, groups) || strings.Contains(shown, number) || strings.Contains(strings.NewReplacer(" ", "", "-", "", ".", "", "/", "", "_", "").Replace(shown), hidden) {
				t.Fatalf("%s of %q shows %q: %s", what, text, groups, shown)
			}
		}
	})
}

func FuzzBody(f *testing.F) {
	f.Add(formType, []byte("card[cvc]=1&n="+card))
	f.Add(jsonType, []byte(`{"n":`+card+`}`))
	f.Add(multipartType+"; boundary=b", []byte("--b\r\n\r\nx\r\n--b--"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		shown := newMessage(Message{http.Header{"Content-Type": {contentType}}, body}).shownBody()
		if len(body) > 0 && !json.Valid(shown) {
			t.Errorf("%q is shown as %s, which is not JSON", body, shown)
		}
	})
}
