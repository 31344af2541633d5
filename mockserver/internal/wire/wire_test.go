package wire

import (
	"crypto/tls"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"
)

func TestEmails(t *testing.T) {
	for s, want := range map[string]bool{
		"a@b.de": true, "john.doe+tag@mail.example.com": true, "a@localhost": true, `"quoted"@b.de`: true, "a@[127.0.0.1]": true, "a@[::1]": true,
		"a@bücher.de": true, "!#$%&'*+/=?^_`{}|~-@b.de": true,
		"": false, "a": false, "@b.de": false, "a@": false, "a@b": false, "a@.de": false, "a@b..de": false, "a..b@c.de": false, ".a@c.de": false,
		"a b@c.de": false, "a@-b.de": false, "a@b-.de": false, "a@b.d": false, "a@b.1": false, "a@[IPv6:::1]": false, `"quoted part"@b.de`: false, "a@b.de\n": false, "a@b_c.de": false, `"a"b"@c.de`: false,
		"a@例え。jp": true, "a@b．de": true, "a@ex\u00adample.com": true, "a@a\u200db.de": true, "a@ü-.de": true, "a@ü_.de": false, "a@b.ü": true, "ſ@b.de": true,
		"a@عربي.com": true, "a@عربيa.com": false, "a@\ufffd.de": false, "a@\u2ff0.com": false, "a@㏂.com": false, "a@①.com": true, "a@xn--ü.de": false,
		"a@" + strings.Repeat("ü", 63) + ".de": false, "a@" + strings.Repeat("ü", 57) + ".de": true, "a@ü..de": false, "a@b.-de": true, "a@b.de-": false,
		"ä@b.de": false, "a@[127.0.0]": false, "a@@b.de": false, `"\`: false, `"a\"@b.de`: false,
	} {
		if got := validEmail(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestResolve(t *testing.T) {
	for _, c := range []struct {
		p              PageRequest
		n              int
		number, offset int
		ok             bool
	}{
		{PageRequest{1, false, 20}, 0, 1, 0, true}, {PageRequest{1, true, 20}, 0, 1, 0, true}, {PageRequest{2, false, 20}, 20, 0, 0, false},
		{PageRequest{2, false, 20}, 21, 2, 20, true}, {PageRequest{1, true, 20}, 41, 3, 40, true}, {PageRequest{math.MaxInt, false, 20}, 41, 0, 0, false},
	} {
		number, offset, ok := c.p.Resolve(c.n)
		if number != c.number || offset != c.offset || ok != c.ok {
			t.Errorf("%+v of %d: %d, %d, %v", c.p, c.n, number, offset, ok)
		}
	}
}

func TestSelfURL(t *testing.T) {
	r := httptest.NewRequest("GET", "http://fake.test:81/api/v1/users/a%2Fb/?page=2", nil)
	public, err := url.Parse("https://pub.test/base/")
	if err != nil {
		t.Fatal(err)
	}
	if got := SelfURL(r, nil).String(); got != "http://fake.test:81/api/v1/users/a%2Fb/?page=2" {
		t.Error(got)
	}
	if got := SelfURL(httptest.NewRequest("GET", "/api/v1/users/?page=2", nil), public).String(); got != "https://pub.test/base/api/v1/users/?page=2" {
		t.Error(got)
	}
	r.TLS = &tls.ConnectionState{}
	if got := SelfURL(r, nil).Scheme; got != "https" {
		t.Error(got)
	}
	r.Header.Set("X-Forwarded-Proto", "http")
	r.Header.Set("X-Forwarded-Host", "a.test") // package hosts alone reads them
	if got := SelfURL(r, nil); got.Scheme != "https" || got.Host != "fake.test:81" {
		t.Error(got)
	}
}

func TestJSONIsCompactAndUnescaped(t *testing.T) {
	got, err := JSON(200, map[string]any{"a": "<ü>&\"\n", "n": nil, "l": []int{}})
	if err != nil || string(got.Body) != `{"a":"<ü>&\"\n","l":[],"n":null}` {
		t.Errorf("%v %s", err, got.Body)
	}
	if _, err := JSON(200, func() {}); err == nil {
		t.Error("a function was encoded")
	}
}

func TestTimes(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for in, want := range map[string]string{
		"2026-04-02T13:51:18.75461Z": "2026-04-02T13:51:18.754610Z", "2026-04-02T13:51:18Z": "2026-04-02T13:51:18Z",
		"2026-04-02T13:51:18.0000009Z": "2026-04-02T13:51:18Z", "2026-04-02T15:51:18+02:00": "2026-04-02T13:51:18Z",
	} {
		got, err := Time(at(in)).MarshalJSON()
		if err != nil || string(got) != `"`+want+`"` {
			t.Errorf("%s: %s %v", in, got, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for want, r := range map[string]*connect.Refusal{
		`404 {"detail":"D"}`: {Rule: connect.Rule{Status: 404, Detail: "D"}},
		`404 {"detail":"E"}`: {Rule: connect.Rule{Status: 404, Detail: "D"}, Details: "E"},
		`402 {"detail":"D","error":{"type":"payment_error","details":"E"}}`: {
			Rule: connect.Rule{Status: 402, Type: connect.PaymentError, Detail: "D", Details: "E"},
		},
		`402 {"detail":"D","error":{"type":"pre_authorization_failed","details":"F","payment_intent_client_secret":"s"}}`: {
			Rule: connect.Rule{Status: 402, Type: connect.PreAuthorizationFailed, Detail: "D", Details: "E"}, Details: "F", Secret: "s",
		},
	} {
		got := Refused(r)
		if s := http.StatusText(got.Status); s == "" || want != want[:4]+string(got.Body) || want[:3] != map[int]string{404: "404", 402: "402"}[got.Status] {
			t.Errorf("want %s, got %d %s", want, got.Status, got.Body)
		}
	}
	if got := Refused(&connect.Refusal{Rule: connect.Rule{ID: "a/b", Status: 400}}); got.Rule != "a/b" {
		t.Errorf("rule %q", got.Rule)
	}
}

func TestAllow(t *testing.T) {
	for want, methods := range map[string]string{
		"OPTIONS": "", "GET, HEAD, OPTIONS": "GET", "POST, DELETE, OPTIONS": "DELETE POST",
		"GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS": "PATCH PUT DELETE POST GET",
	} {
		if got := Allow(func(m string) bool { return strings.Contains(methods, m) }); got != want {
			t.Errorf("%s: %q, want %q", methods, got, want)
		}
	}
}
