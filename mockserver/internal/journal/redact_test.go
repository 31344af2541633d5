package journal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/spec"
)

// TestOwnHeaders: the fake's headers of answers are shown as they are, also if
// they look like a card; those of requests and the others are not.
func TestOwnHeaders(t *testing.T) {
	const version = "v0.0.0-20261127013906-cce94496124a" // the check digit is right
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
