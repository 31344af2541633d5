package api_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestEmails creates users with odd addresses. The verdicts are those of the
// framework's EmailValidator (measured with Django 3.2.25). An address that is
// taken is never a finding of the answer, nor of the request.
func TestEmails(t *testing.T) {
	f := start(t)
	for email, want := range map[string]bool{
		`"a b"@[127.0.0.1]`:    false,
		`"a b"@example.com`:    false,
		`"ab"@example.com`:     true,
		`"a\ b"@example.com`:   true,
		"\"a\tb\"@example.com": false, "\"a\x01b\"@example.com": true, "\"a\x7fb\"@example.com": true,
		"\"a\\\tb\"@example.com": true, "\"a\\\nb\"@example.com": false,
		`""@example.com`: true, `"a"b"@example.com`: false, `"a@b"@example.com`: true, `"a,b;<c>"@example.com`: true,
		`"\a"@example.com`: true, `"a\"b"@example.com`: true, `"a\"@example.com`: false, `"ü"@example.com`: false,
		"a@[127.0.0.1]": true, "a@[::1]": true, "a@[IPv6:::1]": false, "a@[fe80::1%eth0]": false, "a@[127.0.0.1.2]": false,
		"a@[127.0.0.01]": false, "a@[example.com]": false, "a@[]": false, "a@[1.2.3.4": false, "a@1.2.3.4]": false, "a@1.2.3.4": false,
		"a@localhost": true, "a@LOCALHOST": false, "a@localhost.": false,
		"a@example": false, "a@example.com.": false, "a@example.c": false, "a@example.co1": true, "a@example.12": true,
		"a@example.a-b": true, "a@example.-ab": true, "a@example.xn--p1ai": true, "a@example.xn--p1ai-": false,
		"a@ex_ample.com": false, "a@-example.com": false, "a@example-.com": false, "a@exa--mple.com": true,
		"a@bücher.example": true, "a@example.bücher": true, "a@😀.com": true, "a@١.com": true, "a@example.com\u00a0x": false,
		"ü@example.com": false, "a\u200b@example.com": false,
		"a..b@example.com": false, ".a@example.com": false, "a.@example.com": false, "a b@example.com": false, "a,b@example.com": false,
		"a@b@example.com": false, "@example.com": false, "a@": false, "a": false, "a@ex ample.com": false, "a@.com": false, "a@example..com": false,
		"a+tag@example.com": true, "o'brien@example.com": true, "{a}|~`@example.com": true,
		"a@" + strings.Repeat("b", 63) + ".com": true, "a@" + strings.Repeat("b", 64) + ".com": false,
		"a@example." + strings.Repeat("c", 63): true, "a@example." + strings.Repeat("c", 64): false,
		strings.Repeat("a", 308) + "@example.com": true, strings.Repeat("a", 309) + "@example.com": false,
	} {
		body, err := json.Marshal(map[string]string{"email": email})
		if err != nil {
			t.Fatal(err)
		}
		got := f.do(send("POST", "/api/v1/users/", string(body)))
		findings := got.Header["X-Cariqa-Mock-Findings"]
		switch {
		case want && (got.Status != 201 || findings != ""):
			t.Errorf("%q: %d with findings %q, want 201 without", email, got.Status, findings)
		case !want && (got.Status != 400 || strings.Contains(findings, "answer")):
			t.Errorf("%q: %d with findings %q, want 400", email, got.Status, findings)
		}
	}
}
