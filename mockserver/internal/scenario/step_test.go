package scenario_test

import (
	"encoding/json"
	"errors"
	"testing"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/scenario"
)

func write(r scenario.Recorded) ([]byte, error) {
	r.Redacted = redact.Is
	return scenario.WriteStep(r)
}

func TestWriteStep(t *testing.T) {
	for name, c := range map[string]struct {
		recorded scenario.Recorded
		want     string
	}{
		"refused": {
			scenario.Recorded{Method: "DELETE", Path: "/api/v1/users/" + userID + "/payment-methods/pm_abc123/", User: userID, Status: 400, Rule: "remove-payment-method/cdr-pending"},
			"- call: DELETE /users/{user}/payment-methods/pm_abc123/\n  want:\n    status: 400\n    rule: remove-payment-method/cdr-pending\n",
		},
		"another user": {
			scenario.Recorded{Method: "GET", Path: "/api/v1/users/" + userID + "/", User: "00000000-0000-4000-8000-000000000000", Status: 200},
			"- call: GET /users/" + userID + "/\n  want:\n    status: 200\n",
		},
		"JSON": {
			scenario.Recorded{Method: "POST", Path: "/api/v1/users/", ContentType: "application/json", Status: 201, User: userID,
				Body: `{"yes":"no","b":{"10":"10","c":[1,{"d":null}],"e":{}},"a":"x` + userID + `"}`},
			"- call: POST /users/\n  json:\n    a: \"x{user}\"\n    b:\n      \"10\": \"10\"\n      c: [1, {\"d\": null}]\n      e: {}\n    \"yes\": \"no\"\n  want:\n    status: 201\n",
		},
		"Stripe": {
			scenario.Recorded{Method: "POST", Path: "/v1/setup_intents/seti_1/confirm", ContentType: "application/x-www-form-urlencoded", Status: 200,
				Body: "x", Fields: map[string][]string{"client_secret": {"seti_1_secret_[redacted]"}, "card[number]": {"[424242******4242]"}}},
			"# [redacted] and stars stand for what the journal does not show, in form.card[number], form.client_secret.\n" +
				"# A secret that an earlier step has saved under a name is written {name} here.\n" +
				"- call: POST /v1/setup_intents/seti_1/confirm\n  form:\n    \"card[number]\": \"[424242******4242]\"\n    client_secret: \"seti_1_secret_[redacted]\"\n  want:\n    status: 200\n",
		},
		"headers": {
			scenario.Recorded{Method: "GET", Path: "/api/v1/users/a:", Query: "q={user}", Prefer: "code=403", Status: 403, Rule: "prefer"},
			"- call: GET /users/a:?q=%7Buser%7D\n  headers:\n    Prefer: \"code=403\"\n  want:\n    status: 403\n    rule: prefer\n",
		},
		"not acceptable": {
			scenario.Recorded{Method: "GET", Path: "/api/v1/users/", Accept: "text/html", Status: 406, Rule: "request/not-acceptable"},
			"- call: GET /users/\n  headers:\n    Accept: text/html\n  want:\n    status: 406\n    rule: request/not-acceptable\n",
		},
		"a secret in the path": {
			scenario.Recorded{Method: "GET", Path: "/api/v1/users/pi_1_secret_[redacted]/", Status: 404},
			"# [redacted] and stars stand for what the journal does not show, in call.\n" +
				"# A secret that an earlier step has saved under a name is written {name} here.\n" +
				"- call: GET /users/pi_1_secret_[redacted]/\n  want:\n    status: 404\n",
		},
		"a colon at the end": {
			scenario.Recorded{Method: "GET", Path: "/api/v1/users/a:", Status: 404},
			"- call: \"GET /users/a:\"\n  want:\n    status: 404\n",
		},
	} {
		got, err := write(c.recorded)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\ngot\n%swant\n%s", name, err, got, c.want)
		}
	}
}

func TestWriteStepRefuses(t *testing.T) {
	good := scenario.Recorded{Method: "POST", Path: "/api/v1/users/", ContentType: "application/json", Status: 400}
	for name, change := range map[string]func(*scenario.Recorded){
		"method":             func(s *scenario.Recorded) { s.Method = "HEAD" },
		"no answer":          func(s *scenario.Recorded) { s.Status = 0 },
		"no key":             func(s *scenario.Recorded) { s.Status = 401 },
		"elsewhere":          func(s *scenario.Recorded) { s.Path = "/api/v1" },
		"like Stripe's":      func(s *scenario.Recorded) { s.Path = "/api/v1/v1/x" },
		"like the admin API": func(s *scenario.Recorded) { s.Path = "/api/v1/__admin/x" },
		"broken JSON":        func(s *scenario.Recorded) { s.Body = `{"a"` },
		"two values":         func(s *scenario.Recorded) { s.Body = `{} {}` },
		"null":               func(s *scenario.Recorded) { s.Body = `null` },
		"a name in braces":   func(s *scenario.Recorded) { s.Body = `{"a":["x{b.id}"]}` },
		"one in a header":    func(s *scenario.Recorded) { s.Prefer = "{a}" },
		"a long number": func(s *scenario.Recorded) {
			s.Body = `{"a":123456789012345678901234567890123456789012345678901234567890}`
		},
		"a NUL":              func(s *scenario.Recorded) { s.Body = `{"a":"\u0000"}` },
		"a field twice":      func(s *scenario.Recorded) { s.Fields = map[string][]string{"a": {"1", "2"}} },
		"cut":                func(s *scenario.Recorded) { s.Cut = true },
		"not text":           func(s *scenario.Recorded) { s.Binary = true },
		"a secret key":       func(s *scenario.Recorded) { s.Path, s.SecretKey = "/v1/payment_methods", true },
		"JSON for Stripe":    func(s *scenario.Recorded) { s.Path, s.Body = "/v1/payment_methods", `{"a":1}` },
		"a form of no pairs": func(s *scenario.Recorded) { s.Body, s.ContentType = "a=%zz", "application/x-www-form-urlencoded" },
	} {
		s := good
		change(&s)
		if got, err := write(s); !errors.Is(err, scenario.ErrNoStep) {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
	if _, err := write(good); err != nil {
		t.Error(err)
	}
}

func TestStepsAsJSON(t *testing.T) {
	s, err := scenario.Parse("testdata/full.yaml", read(t, "testdata/full.yaml"), known())
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(s.Steps[:2])
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"call":"DELETE /users/{user}/payment-methods/pm_abc123/","want":{"status":400,"rule":"remove-payment-method/cdr-pending",` +
		`"headers":{"X-Cariqa-Mock":"1"},"body":{"error":{"type":"payment_method_error"}}}},{"advance":"10m"}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
