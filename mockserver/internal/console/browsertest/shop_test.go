package browsertest_test

import (
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"cariqamock/mockserver/mocktest"
)

const customer = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb" // of every built-in scenario

// A shop is a running fake, a world in it, and pages on another origin that
// use it, open in a tab.
type shop struct {
	*mocktest.Server
	*tab
	t     testing.TB
	token string
	Page  string // the pages' origin
}

// stripeFrom is the path of Stripe's script in the fake for the page's script
// tag, or "" for a page without the tag.
type stripeFrom string

// newShop opens the React page's origin, but no page of it yet.
func newShop(t testing.TB, scenario string, script stripeFrom) *shop {
	t.Helper()
	browser(t) // before anything is fetched unnecessarily
	return newShopOn(t, mocktest.Start(t), scenario, script)
}

// newShopOn is newShop with a fake of the test's.
func newShopOn(t testing.TB, fake *mocktest.Server, scenario string, script stripeFrom) *shop {
	t.Helper()
	browser(t)
	parts := reactPage(t)
	s := &shop{Server: fake, tab: open(t), t: t}
	s.token = s.Token(scenario)
	index := template.Must(template.ParseFiles("app/index.html"))
	values := map[string]any{"Nonce": nonce, "Config": map[string]string{"api": s.URL + "/api/v1", "token": s.token, "user": customer}}
	if script != "" {
		values["Stripe"] = s.URL + string(script)
	}
	s.host(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/app.js":
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			w.Write(parts.script)
		case "/app.css":
			w.Header().Set("Content-Type", "text/css; charset=utf-8")
			w.Write(parts.style)
		default:
			s.html(w)
			if err := index.Execute(w, values); err != nil {
				t.Error(err)
			}
		}
	})
	return s
}

const nonce = "cGFnZXM"

// html starts an answer with a page. Its content security policy is as strict as
// Stripe's documentation allows, so Stripe's script must work without inline
// styles.
func (s *shop) html(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "base-uri 'none'", "img-src data:",
		"script-src 'self' 'nonce-" + nonce + "' " + s.URL + " https://js.stripe.com",
		"style-src 'self' 'nonce-" + nonce + "'",
		"connect-src " + s.URL,
		"form-action 'none'",
	}, "; "))
}

func (s *shop) host(pages http.HandlerFunc) {
	server := httptest.NewServer(pages)
	s.t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	s.Page = server.URL
}

// goTo goes to a page of the shop.
func (s *shop) goTo(path string) {
	s.t.Helper()
	s.visit(s.Page + path)
}

// get asks the vendor's API, as the app's backend would.
func (s *shop) get(path string, into any) {
	s.t.Helper()
	s.ask(http.MethodGet, "/api/v1/users/"+customer+path, into)
}

func (s *shop) ask(method, path string, into any) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	res, err := s.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, data)
	}
	if err := json.Unmarshal(data, into); err != nil {
		s.t.Fatalf("%s %s: %v: %s", method, path, err, data)
	}
}

// A method is a payment method as the vendor lists it.
type method struct {
	ID, Type string
	Card     struct {
		Brand, Last4 string
		Expires      string  `json:"expiration_date"`
		Holder       *string `json:"cardholder_name"`
	}
}

// methods returns the payment methods that the vendor lists, newest first.
func (s *shop) methods() []method {
	s.t.Helper()
	var body struct{ Results []method }
	s.get("/payment-methods/", &body)
	return body.Results
}

// added waits until a method is listed that is not among the earlier ones.
func (s *shop) added(before []method) method {
	s.t.Helper()
	var found method
	s.wait("a new payment method at the vendor", func() (string, bool) {
		for _, m := range s.methods() {
			if !slices.ContainsFunc(before, func(o method) bool { return o.ID == m.ID }) {
				found = m
				return "", true
			}
		}
		return "none", false
	})
	return found
}

// secret asks the vendor for a setup intent.
func (s *shop) secret() string {
	s.t.Helper()
	var body struct {
		Secret string `json:"setup_intent_client_secret"`
	}
	s.get("/setup-intents/", &body)
	return body.Secret
}

func (s *shop) debts() int {
	s.t.Helper()
	var body struct{ Count int }
	s.get("/charging/debts/", &body)
	return body.Count
}

// An answer is an answer of Stripe's script to the page.
type answer struct {
	Error *struct {
		Type, Code, Message string
		DeclineCode         string `json:"decline_code"`
		SetupIntent         intent `json:"setup_intent"`
		PaymentIntent       intent `json:"payment_intent"`
	}
	SetupIntent, PaymentIntent *intent
	PaymentMethod              *stripeMethod
	Token                      *struct {
		ID, Object, Type string
		Card             struct{ Brand, Last4, Name string }
	}
}

type intent struct {
	ID, Object, Status string
	PaymentMethod      string `json:"payment_method"`
}

type stripeMethod struct {
	ID, Object, Type string
	Billing          struct{ Name string } `json:"billing_details"`
	Card             struct{ Brand, Last4 string }
}

// answered waits until the page has an answer, and reads it.
func (s *shop) answered() answer {
	s.t.Helper()
	s.until("an answer", `!["{}", ""].includes(document.querySelector("#answer")?.textContent ?? "")`)
	var a answer
	text := s.text(at("#answer"))
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		s.t.Fatalf("%v: %s", err, text)
	}
	return a
}

// An event is an event that an element sent to the page.
type event struct {
	Name, ElementType, Brand   string
	Empty, Complete, Collapsed bool
	Error                      *struct{ Type, Code, Message string }
	Value                      struct {
		Type, PostalCode string
	}
}

func (s *shop) events() []event {
	s.t.Helper()
	var all []event
	text := s.text(at("#events"))
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		s.t.Fatalf("%v: %s", err, text)
	}
	return all
}

// heard waits until the last event of an element is as expected.
func (s *shop) heard(element, what string, want func(event) bool) {
	s.t.Helper()
	s.wait(what, func() (string, bool) {
		var last event
		for _, e := range s.events() {
			if e.Name == "change" && e.ElementType == element {
				last = e
			}
		}
		text, _ := json.Marshal(last)
		return "the last event is " + string(text), want(last)
	})
}

// query returns a parameter of an address.
func query(u *url.URL, name string) string { return u.Query().Get(name) }

// script returns Stripe's script as the fake serves it.
func (s *shop) script(path string) []byte {
	s.t.Helper()
	res, err := s.Client().Get(s.URL + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
	return data
}
