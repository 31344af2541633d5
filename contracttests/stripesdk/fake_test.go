package stripesdk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stripe/stripe-go/v85"

	"cariqamock/mockserver/mocktest"
)

const (
	publishable = "pk_test_51stripesdk"
	secretKey   = "sk_test_51stripesdk"

	customer = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb" // of every built-in scenario
	saved    = "pm_1TD1LuHtgZxQ1KXxNj5sKkKM"          // the customer's default method
	anyPoint = "DE*PWA*EALP22541X01617*01"            // serves several users at a time
	scaPoint = "DE*MCK*E402*SCA"                      // requires 3-D Secure for every card
	goBack   = "https://app.example.com/done?cart=1"
)

// TestMain restricts every client without a custom transport, such as the
// SDK's, to this machine.
func TestMain(m *testing.M) {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		panic("the default transport is not an *http.Transport")
	}
	transport.Proxy, transport.DialContext = nil, loopbackOnly
	os.Exit(m.Run())
}

var errElsewhere = errors.New("not on this machine")

func loopbackOnly(ctx context.Context, network, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("%s: %w", addr, errElsewhere)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, addr)
}

// sdk returns a client such as an app creates. An empty base means Stripe's.
func sdk(base, key string) *stripe.Client {
	config := &stripe.BackendConfig{
		EnableTelemetry:   stripe.Bool(false),
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull},
		MaxNetworkRetries: stripe.Int64(0),
	}
	if base != "" {
		config.URL = &base
	}
	return stripe.NewClient(key, stripe.WithBackends(stripe.NewBackendsWithConfig(config)))
}

// A fake is a running server, one user in one of its worlds, and the SDK with
// the keys of the user's app and of the vendor's server.
type fake struct {
	*mocktest.Server
	t           testing.TB
	token, user string
	app, server *stripe.Client
}

// start starts a server; the user is the one of the scenario.
func start(t testing.TB, scenario string) *fake {
	t.Helper()
	s := mocktest.Start(t)
	return &fake{
		Server: s, t: t, token: s.Token(scenario), user: customer,
		app: sdk(s.URL, publishable), server: sdk(s.URL, secretKey),
	}
}

// newUser returns the fake with a new user of the same world, who has no payment
// methods.
func (f *fake) newUser(t testing.TB) *fake {
	t.Helper()
	var u struct{ ID string }
	n := *f
	n.t = t
	n.call(http.MethodPost, "/api/v1/users/", map[string]any{}, http.StatusCreated, &u)
	n.user = u.ID
	return &n
}

// call calls the vendor's API or the admin API, which the SDK does not know.
func (f *fake) call(method, path string, body any, status int, into any) {
	f.t.Helper()
	var sent io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			f.t.Fatal(err)
		}
		sent = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.URL+path, sent)
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+f.token)
	r.Header.Set("Content-Type", "application/json")
	res, err := f.Client().Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	if res.StatusCode != status {
		f.t.Fatalf("%s %s: got %d, want %d: %s", method, path, res.StatusCode, status, data)
	}
	if err := json.Unmarshal(data, into); err != nil {
		f.t.Fatalf("%s %s: %v: %s", method, path, err, data)
	}
}

// userPath returns a path of the user in the vendor's API.
func (f *fake) userPath(path string) string { return "/api/v1/users/" + f.user + path }

// A handle is what an app knows of an intent: its secret, which contains its id.
type handle struct{ id, secret string }

func (f *fake) handle(secret string) handle {
	f.t.Helper()
	id, _, ok := strings.Cut(secret, "_secret_")
	if !ok {
		f.t.Fatalf("no client secret: %q", secret)
	}
	return handle{id, secret}
}

// setup asks the vendor for a setup intent.
func (f *fake) setup() handle {
	f.t.Helper()
	var body struct {
		Secret string `json:"setup_intent_client_secret"`
	}
	f.call(http.MethodGet, f.userPath("/setup-intents/"), nil, http.StatusOK, &body)
	return f.handle(body.Secret)
}

// A method is a payment method as the vendor lists it.
type method struct {
	ID, Type string
	Card     struct {
		Brand, Last4 string
		Expiration   string  `json:"expiration_date"`
		Holder       *string `json:"cardholder_name"`
	}
}

// methods returns the payment methods that the vendor lists, newest first.
func (f *fake) methods() []method {
	f.t.Helper()
	var body struct{ Results []method }
	f.call(http.MethodGet, f.userPath("/payment-methods/"), nil, http.StatusOK, &body)
	return body.Results
}

type debt struct {
	Secret   string `json:"payment_intent_client_secret"`
	Amount   string
	Currency string
}

func (f *fake) debts() []debt {
	f.t.Helper()
	var body struct{ Results []debt }
	f.call(http.MethodGet, f.userPath("/charging/debts/"), nil, http.StatusOK, &body)
	return body.Results
}

// charge asks the vendor to start charging and checks the status. It returns the
// client secret of a refusal, or "" if it has none.
func (f *fake) charge(evse, pm string, status int) (secret string) {
	f.t.Helper()
	var body struct {
		Error struct {
			Type   string
			Secret string `json:"payment_intent_client_secret"`
		}
	}
	in := map[string]any{"evse_id": evse, "payment_method_id": pm}
	f.call(http.MethodPost, f.userPath("/charging/start/"), in, status, &body)
	if status == http.StatusPaymentRequired && body.Error.Type != "pre_authorization_failed" {
		f.t.Errorf("start was refused with %+v", body.Error)
	}
	return body.Error.Secret
}

// authenticate completes 3-D Secure instead of the card holder.
func (f *fake) authenticate(i handle, outcome string) {
	f.t.Helper()
	path := "/__admin/worlds/" + url.PathEscape(f.token) + "/intents/" + i.id + "/authenticate"
	var body struct{ ID string }
	f.call(http.MethodPost, path, map[string]any{"outcome": outcome}, http.StatusOK, &body)
	if body.ID != i.id {
		f.t.Errorf("authenticated %q, not %q", body.ID, i.id)
	}
}

// typed creates a payment method from a card number.
func (f *fake) typed(number string) (*stripe.PaymentMethod, error) {
	return f.app.V1PaymentMethods.Create(f.t.Context(), &stripe.PaymentMethodCreateParams{
		Type: stripe.String("card"),
		Card: &stripe.PaymentMethodCreateCardParams{
			Number: &number, ExpMonth: stripe.Int64(9), ExpYear: stripe.Int64(2041), CVC: stripe.String("123"),
		},
		BillingDetails: &stripe.PaymentMethodCreateBillingDetailsParams{Name: stripe.String("Jo Doe")},
	})
}

// tokened creates a payment method from a test token.
func (f *fake) tokened(token string) (*stripe.PaymentMethod, error) {
	return f.app.V1PaymentMethods.Create(f.t.Context(), &stripe.PaymentMethodCreateParams{
		Type: stripe.String("card"), Card: &stripe.PaymentMethodCreateCardParams{Token: &token},
	})
}

// confirmSetup confirms with the client secret, for which the SDK has no field
// because it is made for servers.
func (f *fake) confirmSetup(i handle, pm string) (*stripe.SetupIntent, error) {
	p := &stripe.SetupIntentConfirmParams{PaymentMethod: &pm, ReturnURL: stripe.String(goBack)}
	p.AddExtra("client_secret", i.secret)
	return f.app.V1SetupIntents.Confirm(f.t.Context(), i.id, p)
}

func (f *fake) getSetup(i handle, expand ...string) *stripe.SetupIntent {
	f.t.Helper()
	p := &stripe.SetupIntentRetrieveParams{ClientSecret: &i.secret}
	for _, e := range expand {
		p.AddExpand(e)
	}
	si, err := f.app.V1SetupIntents.Retrieve(f.t.Context(), i.id, p)
	if err != nil {
		f.t.Fatal(err)
	}
	return si
}

func (f *fake) confirmPayment(i handle, pm string) (*stripe.PaymentIntent, error) {
	p := &stripe.PaymentIntentConfirmParams{PaymentMethod: &pm, ReturnURL: stripe.String(goBack)}
	p.AddExtra("client_secret", i.secret)
	return f.app.V1PaymentIntents.Confirm(f.t.Context(), i.id, p)
}

func (f *fake) getPayment(i handle) *stripe.PaymentIntent {
	f.t.Helper()
	pi, err := f.app.V1PaymentIntents.Retrieve(f.t.Context(), i.id, &stripe.PaymentIntentRetrieveParams{ClientSecret: &i.secret})
	if err != nil {
		f.t.Fatal(err)
	}
	return pi
}

// A fault is the part of an SDK error that apps use.
type fault struct {
	Status        int
	Type          stripe.ErrorType
	Code          stripe.ErrorCode
	DeclineCode   stripe.DeclineCode
	Param         string
	Intent        string // status of the intent in the error
	PaymentMethod string // last four digits of the method in the error
}

func faultOf(t testing.TB, err error) fault {
	t.Helper()
	var e *stripe.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *stripe.Error", err)
	}
	if e.Msg == "" || !strings.HasPrefix(e.RequestID, "req_") || (e.Code != "") != (e.DocURL != "") {
		t.Errorf("message %q, request %q, documentation of %q at %q", e.Msg, e.RequestID, e.Code, e.DocURL)
	}
	var card *stripe.CardError
	if errors.As(e.Err, &card) != (e.Type == stripe.ErrorTypeCard) || card != nil && card.DeclineCode != e.DeclineCode {
		t.Errorf("an error of type %s contains %+v", e.Type, e.Err)
	}
	v := fault{Status: e.HTTPStatusCode, Type: e.Type, Code: e.Code, DeclineCode: e.DeclineCode, Param: e.Param}
	switch {
	case e.SetupIntent != nil:
		v.Intent = string(e.SetupIntent.Status)
	case e.PaymentIntent != nil:
		v.Intent = string(e.PaymentIntent.Status)
	}
	if e.PaymentMethod != nil {
		v.PaymentMethod = e.PaymentMethod.Card.Last4
	}
	return v
}

// declined returns the error of an intent whose card was declined.
func declined(code stripe.ErrorCode, decline stripe.DeclineCode, last4 string) fault {
	return fault{
		Status: http.StatusPaymentRequired, Type: stripe.ErrorTypeCard, Code: code, DeclineCode: decline,
		Intent: "requires_payment_method", PaymentMethod: last4,
	}
}

// wantFault compares an error with the wanted one.
func wantFault(t testing.TB, err error, want fault) {
	t.Helper()
	if got := faultOf(t, err); got != want {
		t.Errorf("error:\n got %+v\nwant %+v", got, want)
	}
}

// wantRedirect checks that a next action leads to the fake's page, with the source's id at its end
// as the SDKs for phones expect it, and back.
func (f *fake) wantRedirect(i handle, kind, to, back string) {
	f.t.Helper()
	source := regexp.MustCompile("/src_[0-9A-Za-z]+[?]").ReplaceAllString(to, "/src_…?")
	page := f.URL + "/stripe/authenticate/" + i.id + "/src_…?client_secret=" + i.secret
	if kind != "redirect_to_url" || source != page || back != goBack {
		f.t.Errorf("next action %s to %q and back to %q, want redirect_to_url to %q", kind, to, back, page)
	}
}
