package journal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/journal"
)

// sent records a request and returns it as it can be repeated.
func sent(t *testing.T, x journal.Exchange) journal.Sent {
	t.Helper()
	j := journal.New()
	x.ID = "req_1"
	j.Record(x)
	if _, ok := j.Sent("req_2"); ok {
		t.Error("there is a request that was never recorded")
	}
	s, ok := j.Sent("req_1")
	if !ok {
		t.Fatal("the request is gone")
	}
	return s
}

func message(body, contentType string) journal.Message {
	return journal.Message{Header: http.Header{"Content-Type": {contentType}, "Authorization": {"Bearer mock.a"}}, Body: []byte(body)}
}

func TestSent(t *testing.T) {
	const form, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
	part := func(name, value string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	for name, c := range map[string]struct {
		message journal.Message
		want    journal.Sent
	}{
		"nothing":          {message("", ""), journal.Sent{}},
		"JSON":             {message(`{ "b": 1.50, "a": "x" }`, "application/json"), journal.Sent{Body: `{"b":1.50,"a":"x"}`}},
		"JSON, a secret":   {message(`{"client_secret":"pi_1_secret_abc","cvc":"123"}`, "application/json"), journal.Sent{Body: `{"client_secret":"pi_1_secret_[redacted]","cvc":"[redacted]"}`}},
		"broken":           {message(`{"number":"4242 4242 4242 4242`, "application/json"), journal.Sent{Body: `{"number":"[424242******4242]`}},
		"a form":           {message("b=1&a=x+y&a=%26", form), journal.Sent{Body: "b=1&a=x+y&a=%26", Fields: map[string][]string{"a": {"x y", "&"}, "b": {"1"}}}},
		"a form, a secret": {message("card[cvc]=123", form), journal.Sent{Body: "card[cvc]=[redacted]", Fields: map[string][]string{"card[cvc]": {"[redacted]"}}}},
		"a broken form":    {message("a=%zz", form), journal.Sent{Body: "a=%zz"}},
		"multipart":        {message(part("a", "x")+part("cvc", "123")+"--b--\r\n", multipart), journal.Sent{Fields: map[string][]string{"a": {"x"}, "cvc": {"[redacted]"}}}},
		"a file":           {message(part("a", "\xff")+"--b--\r\n", multipart), journal.Sent{Binary: true}},
		"broken multipart": {message("--c", multipart), journal.Sent{Binary: true}},
		"not text":         {message("\xff\x00", "application/json"), journal.Sent{Binary: true}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.ContentType, c.want.Keyed = c.message.Header.Get("Content-Type"), true
			if diff := cmp.Diff(c.want, sent(t, journal.Exchange{Request: c.message})); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
	long := sent(t, journal.Exchange{Request: message(strings.Repeat("x", 100_000), "text/plain")})
	if !long.Cut || len(long.Body) > 70_000 {
		t.Errorf("cut %t, %d bytes", long.Cut, len(long.Body))
	}
}

// Of a key only its kind is known.
func TestSent_secretKey(t *testing.T) {
	for authorization, want := range map[string]bool{
		"Bearer sk_test_1": true, "Basic c2tfdGVzdF9hbnk6": true, "bearer  sk_test_1": true,
		"Bearer pk_test_1": false, "Basic cGtfdGVzdF9hbnk6": false, "sk_test_1": false, "": false,
	} {
		x := journal.Exchange{Request: journal.Message{Header: http.Header{"Authorization": {authorization}}}}
		if got := sent(t, x).Secret; got != want {
			t.Errorf("%q: %t", authorization, got)
		}
	}
}

func TestCurl(t *testing.T) {
	u, err := url.Parse("/api/v1/users/a%20'b/?q=[1]&token=abc")
	if err != nil {
		t.Fatal(err)
	}
	s := sent(t, journal.Exchange{Method: "POST", URL: u, Request: message(`{"a":"it's"}`, "application/json")})
	want := "# [redacted] and stars stand for what the journal does not show: put it in.\n" +
		`curl -sS -i -g -X POST 'http://x/api/v1/users/a%20%27b/?q=[1]&token=[redacted]' -H "Authorization: Bearer $TOKEN"` +
		` -H 'Content-Type: application/json' --data-raw '{"a":"it'\''s"}'` + "\n"
	if got := s.Curl("http://x", "Bearer $TOKEN"); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	for want, s := range map[string]journal.Sent{
		"curl -sS -i 'http://x/'\n":                                          {Method: "GET", Path: "/"},
		"curl -sS -i --head 'http://x/'\n":                                   {Method: "HEAD", Path: "/"},
		"curl -sS -i --path-as-is -X 'A'\\''B' 'http://x/../a'\n":            {Method: "A'B", Path: "/../a"},
		"curl -sS -i -X GET 'http://x/' -H 'Content-Type:' --data-raw 'a'\n": {Method: "GET", Path: "/", Body: "a"},
		"curl -sS -i --head 'http://x/a'\n":                                  {Method: "HEAD", Path: "/a", Body: "a"},
		"# [redacted] and stars stand for what the journal does not show: put it in.\ncurl -sS -i -g 'http://x/pi_1_secret_[redacted]'\n": {
			Method: "GET", Path: "/pi_1_secret_[redacted]",
		},
		"curl -sS -i -X GET 'http://x/' -H 'Accept: a' -H 'Prefer: code=1' --form-string 'b=@c'\n": {
			Method: "GET", Path: "/", Accept: "a", Prefer: "code=1", Fields: map[string][]string{"b": {"@c"}},
		},
		"# The body was not text; the journal does not show it.\ncurl -sS -i 'http://x/'\n": {Method: "GET", Path: "/", Binary: true},
	} {
		if got := s.Curl("http://x", "Bearer t"); got != want {
			t.Errorf("got  %swant %s", got, want)
		}
	}
}
