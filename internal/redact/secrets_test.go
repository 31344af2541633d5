package redact

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

// TestByForm has secrets that are found wherever they are.
func TestByForm(t *testing.T) {
	for in, want := range map[string]string{
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln":                                 "[redacted]",
		"see eyJhbGciOi.eyJzdWIi, and eyJh.eyJz.":                                   "see [redacted], and [redacted]",
		"xeyJhbGciOi.eyJzdWIi.c2ln-_x y":                                            "x[redacted] y",
		"Bearer abc.def-1":                                                          "Bearer [redacted]",
		"it sent bearer   abc, then Bearer+x&a=1":                                   "it sent bearer   [redacted], then Bearer+[redacted]&a=1",
		`WWW-Authenticate: Bearer realm="api"`:                                      `WWW-Authenticate: Bearer realm="api"`,
		"Basic dXNlcjpwYXNz, basic knowledge":                                       "Basic [redacted], basic knowledge",
		"https://anna:hush@example.org/a?b=c@d":                                     "https://[redacted]@example.org/a?b=c@d",
		"postgres://hush@db/x":                                                      "postgres://[redacted]@db/x",
		"body /https:~1~1anna:hush@example.org~1x: field is not declared":           "body /https://[redacted]@example.org/x: field is not declared",
		"/a~1b/c~0d: field is not declared":                                         "/a~1b/c~0d: field is not declared",
		"/4242~14242~14242~14242":                                                   "/[424242******4242]",
		"https://example.org/@anna and mailto:a@b.org":                              "https://example.org/@anna and mailto:a@b.org",
		"u=https%3A%2F%2Fanna%3Ahush%40example.org%2F":                              "u=https%3A%2F%2F[redacted]%40example.org%2F",
		"u=https%3A%2F%2Fexample.org%2F%3Fmail%3Da%40b.org":                         "u=https%3A%2F%2Fexample.org%2F%3Fmail%3Da%40b.org",
		"-----BEGIN RSA PRIVATE KEY-----\nhush-hush\n-----END RSA PRIVATE KEY-----": "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----",
		"-----BEGIN PRIVATE KEY-----\\nhush":                                        "-----BEGIN PRIVATE KEY-----[redacted]",
		"ek_test_hush rk_live_hush whsec_hush":                                      "ek_test_[redacted] rk_live_[redacted] whsec_[redacted]",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestByName has secrets that the name before them shows, in running text.
func TestByName(t *testing.T) {
	for in, want := range map[string]string{
		"password=hush&a=1":                           "password=[redacted]&a=1",
		"https://x/?access_token=hush#f":              "https://x/?access_token=[redacted]",
		`{"note":"\"private_key\": \"hush hush\", x"`: `{"note":"\"private_key\": \"[redacted]\", x"`,
		"clientSecret: 'hush hush' next":              "clientSecret: '[redacted]' next",
		"Authorization: Token hush, next":             "Authorization: [redacted], next",
		"token%3Dhush%26a%3D1":                        "token%3D[redacted]",
		"card[secret] = hush":                         "card[secret] = [redacted]",
		`secret: null, "jwt":true,token=`:             `secret: null, "jwt":true,token=`,
		"body /client_secret: this is not declared":   "body /client_secret: this is not declared",
		"monkey=1 design=2 author=3 compass=4":        "monkey=1 design=2 author=3 compass=4",
		"Idempotency-Key: abc":                        "Idempotency-Key: abc",
		"client_secret=pi_1_secret_hush":              "client_secret=pi_1_secret_[redacted]",
		"key=pk_test_1 api_key=sk_test_hush":          "key=pk_test_1 api_key=sk_test_[redacted]",
		"token=token=token=hush":                      "token=[redacted]",
		strings.Repeat("token=", 5000) + "hush":       "token=[redacted]",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%.200q) = %.200q, want %q", in, got, want)
		}
	}
}

func TestIsSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"X-Secret": true, "X-Client-Secret": true, "X-Access-Key": true, "Ocp-Apim-Subscription-Key": true, "X-Signature": true,
		"private_key": true, "key": true, "jwt": true, "pass": true, "auth": true, "accessToken": true, "APIKey": true, "sig": true,
		"data[credentials][user]": true, "card.token": true, "oauth2": true, "PASSWORD": true, "secret-1": true,
		"Idempotency-Key": false, "publishable_key": false, "author": false, "design": false, "passenger": false, "monkey": false,
		"number": false, "authentication_flow": false, "keyboard": false, "": false, "[]": false, "session_id": false, "pre_authorization_amount": false, "preAuthorization": false, "token_type": false, "password_changed_at": false,
		"totp": true, "pin": true, "pin_code": true, "security_code": true, "csc": true, "card_code": true, "cvc_code": true, "sessionid": true, "sessionId": true, "privkey": true,
		"passkey": true, "creds": true, "code_verifier": true, "assertion": true, "keydata": true, "X-Session-Id": true, "X-Totp": true, "X-Pin": true, "X-Creds": true, "X-PrivKey": true,
		"X-Hmac": true, "X-SecurityCode": true, "SAMLResponse": true, "PHPSESSID": true, "client_assertion": true, "charging_session_id": false, "debt.session_id": false, "shipping": false,
		"mapping": false, "code": false, "country_code": false, "postal_code": false, "session_cost": false,
		"X-Authorization": true, "authorizationCode": true, "type_token": true,
	} {
		if got := IsSecret(name); got != want {
			t.Errorf("IsSecret(%q) = %t, want %t", name, got, want)
		}
	}
}

// TestNoPlantedSecretShows plants secrets of all kinds at all places, between
// all sorts of things.
func TestNoPlantedSecretShows(t *testing.T) {
	const hush = "hUsh4"
	byForm := []string{
		"eyJhbGciOiJI." + hush + "." + hush, "Bearer " + hush, "bearer " + hush, "https://u:" + hush + "@example.org/", "pi_1_secret_" + hush,
		"sk_test_" + hush, "whsec_" + hush, "-----BEGIN PRIVATE KEY-----\n" + hush + "\n-----END PRIVATE KEY-----",
	}
	names := []string{
		"password", "X-Secret", "client_secret", "private_key", "accessKey", "jwt", "auth", "sig", "api-key", "token", "Cookie", "pwd", "data[secret][x]",
	}
	before := rapid.SampledFrom([]string{"", "a ", "x=", "?", "&", `"`, "(", "é", "\n", "1.", "sent: "})
	after := rapid.SampledFrom([]string{"", " b", "&c=d", `"`, ")", "\n", ", e", ";"})
	property.Check(t, func(t *rapid.T) {
		secret := rapid.SampledFrom(byForm).Draw(t, "secret")
		text := before.Draw(t, "before") + secret + after.Draw(t, "after")
		name := rapid.SampledFrom(names).Draw(t, "name")
		named, err := json.Marshal(map[string]any{name: hush, "list": []any{map[string]string{name: hush + " " + hush}}, text: text})
		if err != nil {
			t.Fatal(err)
		}
		inJSON, err := JSON(named)
		if err != nil {
			t.Fatal(err)
		}
		nested, _ := json.Marshal(string(named)) // JSON within JSON
		inNested, err := JSON(nested)
		if err != nil {
			t.Fatal(err)
		}
		pair := name + "=" + url.QueryEscape(hush)
		for what, shown := range map[string]string{
			"text": Text(text), "broken": Broken(text), "JSON": string(inJSON), "JSON within JSON": string(inNested),
			"broken JSON": Broken(string(named[:len(named)-1])), "body": Body("text/plain", []byte(name+": "+hush+" "+hush+"\n"+text)),
			"query": Query(pair + "&s=" + url.QueryEscape(text)), "form": Body("application/x-www-form-urlencoded", []byte(pair)),
			"header": Header(name, hush), "referer": Header("Referer", "https://example.org/?a=b&"+pair), "other header": Header("X-Custom", text),
			"field": Field(name, hush), "other field": Field("note", text),
		} {
			if strings.Contains(shown, hush) {
				t.Fatalf("%s shows %q", what, shown)
			}
		}
	})
}

// TestNamesOfTheAPI: of the fields of both APIs, only those that carry secrets
// are hidden.
func TestNamesOfTheAPI(t *testing.T) {
	secret := map[string]bool{"client_secret": true, "setup_intent_client_secret": true, "payment_intent_client_secret": true, "token": true}
	for _, file := range []string{"../../openapi.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile(`(?m)^ +([a-z][a-z0-9_]*):`).FindAllStringSubmatch(string(text), -1)
		if len(names) < 100 {
			t.Fatalf("%d names", len(names))
		}
		for _, m := range names {
			if IsSecret(m[1]) != secret[m[1]] {
				t.Errorf("IsSecret(%q) = %t", m[1], IsSecret(m[1]))
			}
		}
	}
}
