package redact

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

const card = "4242424242424242"

func TestRedactText(t *testing.T) {
	for in, want := range map[string]string{
		"":                                        "",
		"nothing to hide":                         "nothing to hide",
		"4242424242424242":                        "[424242******4242]",
		"4242 4242 4242 4242":                     "[424242******4242]",
		"4242-4242-4242-4242":                     "[424242******4242]",
		"4242+4242%204242  4242":                  "[424242******4242]",
		"4242\u00a04242\u00a04242\u00a04242":      "[424242******4242]",
		"42 42 42 42 42 42 42 42":                 "[424242******4242]",
		"pay with 3782 822463 10005, thanks":      "pay with [378282******0005], thanks",
		"x4242424242424242x5555555555554444":      "x[424242******4242]x[555555******4444]",
		"4000000000006":                           "[400000******0006]",
		"6304000000000000001":                     "6304000000000000001", // the check digit is wrong
		"4242424242424241":                        "4242424242424241",
		"42424242424242424242":                    "[424242******4242]", // 20 digits, of which any 16 are a card
		"14000056655665556":                       "1[400005******5556]",
		"1.4242424242424242":                      "1.[424242******4242]",
		card + "." + card:                         "[424242******4242].[424242******4242]",
		card + "." + card + "@example.org":        "[424242******4242].[424242******4242]@example.org",
		"v1.2.378282246310005":                    "v1.2.[378282******0005]",
		"1.4242 4242 4242 4242":                   "1.[424242******4242]",
		"4242.4242.4242.4242":                     "[424242******4242]",
		"4242_4242_4242_4242":                     "[424242******4242]",
		"4242%2F4242%2f4242/4242":                 "[424242******4242]",
		"3782\t822463\t10005":                     "[378282******0005]",
		"42424242 42424242":                       "[424242******4242]",
		"%204242 4242 4242 4242":                  "%20[424242******4242]",
		"q=%204242424242424242":                   "q=%20[424242******4242]",
		"12 4242 4242 4242 4242":                  "12 [424242******4242]",
		"42424242 6200_0000_0000_0005":            "42424242 [620000******0005]",
		"_secret_-4000/0566/5566/5556":            "_secret_[redacted]",
		"4242424242424242.1234567890128":          "[424242******4242].1234567890128",
		"4242 4242 4242 4242 12345678":            "[424242******4242] 12345678",
		"20261127013906 and 20261327013906":       "20261127013906 and 20261327013906",
		"v0.0.0-20261127013906-cce94496124a":      "v0.0.0-20261127013906-cce94496124a",
		"00000000-0000-4000-8000-000000000000":    "00000000-0000-4000-8000-000000000000",
		"12345678-1234-4567-8901-123456789012":    "12345678-1234-4567-8901-123456789012",
		"371c2103-3700-4000-8541-cd66d8985741":    "371c2103-3700-4000-8541-cd66d8985741",
		"id=00004242-4242-4242-8242-cd66d8985741": "id=00004242-4242-4242-8242-cd66d8985741",
		"52.51000000000001,13.449999999999999":    "52.51000000000001,13.449999999999999",
		"13.42424242424242":                       "13.42424242424242",
		"seti_1Abc_secret_Xyz9":                   "seti_1Abc_secret_[redacted]",
		"a=pi_1_secret_x&b=pi_2_secret_y.":        "a=pi_1_secret_[redacted]&b=pi_2_secret_[redacted].",
		"client_secret":                           "client_secret",
		"payment_intent_client_secret is null":    "payment_intent_client_secret is null",
		"secret_key_required":                     "secret_key_required",
		"sk_test_51abc pk_test_51abc":             "sk_test_[redacted] pk_test_51abc",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
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
		if got := Header(c.name, c.in); got != c.want {
			t.Errorf("Header(%q, %q) = %q, want %q", c.name, c.in, got, c.want)
		}
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
		if got, err := JSON(body); err != nil || string(got) != string(body) {
			t.Fatalf("%s is shown as %s (%v)", body, got, err)
		}
		if query := "from=" + url.QueryEscape(second) + "Z&to=" + compact; Query(query) != query {
			t.Fatalf("%s is shown as %s", query, Query(query))
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
		if got := Query(in); got != want {
			t.Errorf("Query(%q) = %q, want %q", in, got, want)
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
		once := Text(text)
		if twice := Text(once); twice != once {
			t.Fatalf("%q becomes %q, then %q", text, once, twice)
		}
		src, err := json.Marshal(map[string]any{text: []any{text, json.Number("4242424242424242"), map[string]string{"cvc": text}}})
		if err != nil {
			t.Fatal(err)
		}
		first, err := JSON(src)
		if err != nil || !json.Valid(first) {
			t.Fatalf("JSON(%s) = %s, %v", src, first, err)
		}
		second, err := JSON(first)
		if err != nil || string(second) != string(first) {
			t.Fatalf("%s becomes %s, then %s (%v)", src, first, second, err)
		}
		if query := Query(text); Query(query) != query {
			t.Fatalf("query %q becomes %q, then %q", text, query, Query(query))
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
		inJSON, err := JSON(encode(text))
		if err != nil {
			t.Fatal(err)
		}
		number = strings.ReplaceAll(number, " ", "")
		for what, shown := range map[string]string{
			"text": Text(text), "broken": Broken(text), "JSON": string(inJSON), "query": Query(text),
			"value": Query("search=" + text), "body": Body("text/plain", []byte(text)),
		} {
			hidden := number[6 : len(number)-4]
			if strings.Contains(shown, groups) || strings.Contains(shown, number) || strings.Contains(strings.NewReplacer(" ", "", "-", "", ".", "", "/", "", "_", "").Replace(shown), hidden) {
				t.Fatalf("%s of %q shows %q: %s", what, text, groups, shown)
			}
		}
	})
}
