package mockserver_test

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/store/storetest"
)

// stripeTour sends calls to Stripe's API, whose methods, tokens, return URLs and
// saved answers belong to no world, through a pair, and returns the ids that it got.
func (p *pair) stripeTour(name string) (ids []string) {
	p.Helper()
	send := func(method, path, form, key, idempotency string) map[string]any {
		p.Helper()
		r, err := http.NewRequest(method, "http://fake"+path, strings.NewReader(form))
		if err != nil {
			p.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+key)
		if method == "POST" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if idempotency != "" {
			r.Header.Set("Idempotency-Key", idempotency+name)
		}
		res, err := p.RoundTrip(r)
		if err != nil {
			p.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		var out map[string]any
		if err := json.Unmarshal(body, &out); err != nil {
			p.Fatalf("%s %s: %d %s", method, path, res.StatusCode, body)
		}
		out["status_code"] = res.StatusCode
		return out
	}
	want := func(what string, got, want any) {
		p.Helper()
		if got != want {
			p.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	id := func(v map[string]any) string {
		p.Helper()
		text, ok := v["id"].(string)
		if !ok {
			p.Fatalf("no id in %v", v)
		}
		ids = append(ids, text)
		return text
	}
	const pk = "pk_test_x"
	world := "mock.removable." + name
	setup := func() (id, secret string) {
		p.Helper()
		secret, ok := send("GET", me+"/setup-intents/", "", world, "")["setup_intent_client_secret"].(string)
		if !ok {
			p.Fatal("no setup intent")
		}
		id, _, _ = strings.Cut(secret, "_secret_")
		return id, secret
	}
	card := "type=card&card[number]=4000002500003155&card[exp_month]=12&card[exp_year]=2034"
	token := id(send("POST", "/v1/tokens", "card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2034", pk, ""))
	want("a method of the token", send("POST", "/v1/payment_methods", "type=card&card[token]="+token, pk, "")["status_code"], 200)
	want("the token again", send("POST", "/v1/payment_methods", "type=card&card[token]="+token, pk, "")["status_code"], 400)

	intent, secret := setup()
	method := id(send("POST", "/v1/payment_methods", card, pk, "method"))
	want("the same call again", id(send("POST", "/v1/payment_methods", card, pk, "method")), method)
	confirm := "payment_method=" + method + "&return_url=https://shop.example/back&client_secret=" + secret
	confirmed := send("POST", "/v1/setup_intents/"+intent+"/confirm", confirm, pk, "confirm")
	want("confirmed", confirmed["status"], "requires_action")
	want("confirmed again", send("POST", "/v1/setup_intents/"+intent+"/confirm", confirm, pk, "confirm")["status"], "requires_action")
	action, _ := send("GET", "/v1/setup_intents/"+intent+"?client_secret="+secret, "", pk, "")["next_action"].(map[string]any)
	want("the return URL", action["type"], "redirect_to_url")

	other, otherSecret := setup()
	want("a method that an intent has", send("POST", "/v1/setup_intents/"+other+"/confirm", "payment_method="+method+"&client_secret="+otherSecret, pk, "")["status_code"], 400)
	confirmation := id(send("POST", "/v1/confirmation_tokens", "payment_method_data[type]=card&payment_method_data[card][token]=tok_visa", pk, ""))
	with := "confirmation_token=" + confirmation + "&client_secret=" + otherSecret
	want("with a confirmation token", send("POST", "/v1/setup_intents/"+other+"/confirm", with, pk, "")["status"], "succeeded")
	third, thirdSecret := setup()
	with = "confirmation_token=" + confirmation + "&client_secret=" + thirdSecret
	want("the confirmation token again", send("POST", "/v1/setup_intents/"+third+"/confirm", with, pk, "")["status_code"], 400)
	return ids
}

// Stripe's side of the store outlives the server: after a restart between any two
// calls all is answered as if there had been none, and no id is given twice.
func TestStore_stripeRestarts(t *testing.T) {
	memory, kept := newSite(t, "memory"), newSite(t, t.TempDir())
	p := &pair{t, func() *site { return memory }, func() *site { return kept }, func() { kept.restart() }}
	seen := map[string]bool{}
	for _, name := range []string{"one", "two"} {
		own := map[string]bool{}
		for _, id := range p.stripeTour(name) {
			if seen[id] {
				t.Errorf("%s was made before", id)
			}
			own[id] = true
		}
		for id := range own {
			seen[id] = true
		}
	}
}

// A scenario that one server has been sent is there for the others, after a
// restart, too; and only where there are others an answer from the journal says
// that it has not all calls.
func TestStore_posted(t *testing.T) {
	for name, where := range map[string]func() string{
		"sqlite": t.TempDir, "postgres": func() string { return storetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			store := where()
			first := newSite(t, store)
			second := first
			if name == "postgres" {
				second = newSite(t, store)
			}
			send := func(s *site, method, path, token, body string) string {
				t.Helper()
				r, err := http.NewRequest(method, "http://fake"+path, http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Authorization", "Bearer "+token)
				_, text, err := sendTo(s, r, []byte(body))
				if err != nil {
					t.Fatal(err)
				}
				return text
			}
			for version, title := range []string{"First", "Second"} {
				file := "name: handed-on\ntitle: " + title + "\nusers: [{email: a@example.com}]\n"
				if got := send(first, "POST", "/__admin/scenarios", "", file); !strings.HasPrefix(got, "201") {
					t.Fatal(got)
				}
				if name == "sqlite" {
					first.restart()
				}
				if got := send(second, "GET", "/__admin/scenarios", "", ""); !strings.Contains(got, `"title":"`+title+`"`) {
					t.Errorf("version %d is not listed", version)
				}
				if got := send(second, "GET", users, "mock.handed-on."+title, ""); !strings.Contains(got, "a@example.com") {
					t.Error(got)
				}
			}
			for _, path := range []string{"/requests", "/requests/count"} {
				method := map[bool]string{true: "POST", false: "GET"}[path == "/requests/count"]
				got := send(second, method, "/__admin/worlds/mock.handed-on.Second"+path, "", map[bool]string{true: "{}"}[method == "POST"])
				if partial := strings.Contains(got, `"partial":true`); !strings.HasPrefix(got, "200") || partial != (name == "postgres") {
					t.Errorf("%s: %s", path, got)
				}
			}
		})
	}
}

// A world goes on as it was made when the server has other flags.
func TestStore_flags(t *testing.T) {
	s := newSite(t, t.TempDir())
	s.cfg.Generation = mockserver.Generation0
	s.restart()
	setup := func(token string) string {
		t.Helper()
		r, err := http.NewRequest("GET", "http://fake"+me+"/setup-intents/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		_, text, err := sendTo(s, r, nil)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	const former = `{"client_secret":`
	if got := setup("mock.default.before"); !strings.Contains(got, former) {
		t.Fatal(got)
	}
	s.cfg.Generation, s.cfg.Seed = mockserver.Generation1, 99
	s.restart()
	if got := setup("mock.default.before"); !strings.Contains(got, former) {
		t.Errorf("made before: %s", got)
	}
	if got := setup("mock.default.after"); strings.Contains(got, former) {
		t.Errorf("made after: %s", got)
	}
}

// Servers that share a database share Stripe's side, too.
func TestStore_stripeShared(t *testing.T) {
	database := storetest.Postgres(t)
	memory, replicas := newSite(t, "memory"), []*site{newSite(t, database), newSite(t, database), newSite(t, database)}
	random := rand.New(rand.NewPCG(1, 2))
	p := &pair{t, func() *site { return memory }, func() *site { return replicas[random.IntN(3)] }, func() {}}
	p.stripeTour("one")
	p.stripeTour("two")
}
