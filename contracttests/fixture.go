package contracttests

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ProgressPoints returns the virtual charge points of the vendor's development
// environment that send progress messages. Any number of users can use them.
func ProgressPoints() []string {
	return []string{"DE*PWA*EALP22541X01617*01", "DE*2GO*EMCD1520*1B*3", "DE*EUL*EAUT0002*01", "AT*HTB*EOCPI1*1"}
}

// SharedPoints returns its other virtual charge points, which may be busy.
func SharedPoints() []string {
	return []string{"DE*CIQ*EWBNHHLM82TLA*1", "IT*PWY*EP0078*01*02", "DEQRMEF7GRC21", "AT*VIE*E2334770022*2"}
}

// NewUser creates a user, who is deleted when the run ends.
func (a *API) NewUser() User {
	return a.NewUserWith(map[string]any{"email": nil, "locale": "en"})
}

// NewUserWith creates a user with the given fields. The external id is a tag of
// the run, so that sweep finds users that are left.
func (a *API) NewUserWith(fields map[string]any) User {
	fields["custom_properties"] = map[string]any{"external_id": a.suite.tag()}
	a = a.setup("user")
	answer := a.Want(a.Post("/users/", fields), http.StatusCreated)
	u := Into[User](a, answer)
	if u.ID == "" {
		a.FatalAt(answer, "id: the answer has none")
	}
	a.suite.made(a.token, u.ID)
	return u
}

// Bill sets complete German personal billing details for a user.
func (a *API) Bill(id string) {
	a = a.setup("billing-details")
	a.Want(a.Put("/users/"+id+"/billing-details/", GermanBilling()), http.StatusOK)
}

// GermanBilling returns complete German personal billing details.
func GermanBilling() map[string]any {
	return map[string]any{
		"country": "de", "city": "Berlin", "account_type": "personal", "line1": "Weg 1",
		"postal_code": "10243", "first_name": "Example", "last_name": "Sample",
	}
}

// Secret creates a setup intent and returns its client secret.
func (a *API) Secret(id string) string {
	secret := Into[SetupIntent](a, a.Want(a.Get("/users/"+id+"/setup-intents/?pm_type=card"), http.StatusOK)).ClientSecret()
	if !strings.Contains(secret, "_secret_") {
		a.Fatalf("the setup intent's client secret is %q", secret)
	}
	return secret
}

// ConfirmSetup confirms a setup intent as an app does, through Stripe.
func (a *API) ConfirmSetup(secret, method string) *Answer {
	return a.confirm("setup_intents", secret, method)
}

// ConfirmPayment confirms a payment intent as an app does, through Stripe.
func (a *API) ConfirmPayment(secret, method string) *Answer {
	return a.confirm("payment_intents", secret, method)
}

func (a *API) confirm(kind, secret, method string) *Answer {
	id, _, _ := strings.Cut(secret, "_secret_")
	form := url.Values{"client_secret": {secret}, "payment_method": {method}, "return_url": {"https://example.org/back"}}
	return a.Stripe(http.MethodPost, "/v1/"+kind+"/"+url.PathEscape(id)+"/confirm", form.Encode())
}

// AddCard adds a test card of Stripe, such as pm_card_visa, to a user and returns
// the id of the payment method, which is Stripe's.
func (a *API) AddCard(id, token string) string {
	a = a.setup("payment-method")
	added := Into[struct {
		ID string `json:"payment_method"`
	}](a, a.Want(a.ConfirmSetup(a.Secret(id), token), http.StatusOK)).ID
	a.Eventually("the new payment method is listed", func() bool {
		return slices.ContainsFunc(a.Methods(id), func(m PaymentMethod) bool { return m.ID == added })
	})
	return added
}

// Methods returns a user's payment methods.
func (a *API) Methods(id string) []PaymentMethod {
	return Into[Page[PaymentMethod]](a, a.Want(a.Get("/users/"+id+"/payment-methods/?page_size=100"), http.StatusOK)).Results
}

// NewDriver creates a user who can charge, with billing details and a card, and
// returns the user and the id of the card.
func (a *API) NewDriver() (u User, method string) {
	u = a.NewUser()
	a.Bill(u.ID)
	return u, a.AddCard(u.ID, "pm_card_visa")
}

// Start starts a session.
func (a *API) Start(id, evse, method string) *Answer {
	return a.Post("/users/"+id+"/charging/start/", map[string]string{"evse_id": evse, "payment_method_id": method})
}

// Charge starts a session at the first virtual point with progress messages
// that is free. It is stopped when the case ends.
func (a *API) Charge(id, method string) Session {
	a = a.setup("session")
	return Into[Session](a, a.ChargeAnywhere(id, method))
}

// ChargeAnywhere is Charge, but returns the answer to the start.
func (a *API) ChargeAnywhere(id, method string) *Answer {
	for _, evse := range ProgressPoints() {
		answer := a.Start(id, evse, method)
		if answer.Status == http.StatusFailedDependency {
			continue // busy, or the provider is down: the next one
		}
		a.StopAtEnd(id, Into[Session](a, a.Want(answer, http.StatusCreated)).ID)
		return answer
	}
	a.Skipf("all virtual charge points are busy")
	return nil
}

// StopAtEnd stops a session when the case ends, as the vendor asks of those who
// use shared charge points, unless the case has done so. The answer does not matter.
func (a *API) StopAtEnd(id, session string) {
	a.Cleanup(func() {
		if !a.suite.client.running.is(id, session) {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), a.suite.cleanUpTime())
		defer cancel()
		_, _ = a.suite.plain(ctx, http.MethodPost, a.token, "/users/"+id+"/charging/stop/"+session+"/")
	})
}

// Stop stops a session.
func (a *API) Stop(id, session string) *Answer {
	return a.Call(http.MethodPost, "/users/"+id+"/charging/stop/"+session+"/", nil, Header("Content-Type", "application/json"))
}

// Session returns a session.
func (a *API) Session(id, sessionID string) Session {
	return Into[Session](a, a.Want(a.Get("/users/"+id+"/charging-sessions/"+sessionID+"/"), http.StatusOK))
}

// Finish stops a session, waits until its CDR is processed, and returns it.
func (a *API) Finish(id, sessionID string) Session {
	a.Want(a.Stop(id, sessionID), http.StatusNoContent)
	return a.AwaitBill(id, sessionID)
}

// AwaitBill waits until the CDR of a stopped session is processed, and returns
// the session.
func (a *API) AwaitBill(id, sessionID string) Session {
	var s Session
	began, looks := now(), 0
	a.Eventually("the CDR is processed", func() bool {
		s = a.Session(id, sessionID)
		if looks++; looks > 1 {
			a.ended(s, began)
		}
		return !s.Active && s.Cost.KWh != nil
	})
	return s
}

// OtherClient returns the API with another client's token: a new world of the fake
// where the admin API can drop it afterwards. The case needs the capability
// OtherClient.
func (a *API) OtherClient() *API {
	if a.Has(Scenarios) {
		return a.Scenario("default")
	}
	return a.As(a.suite.client.target.OtherKey)
}

// Scenario returns the API of a new world of the fake that starts in a named
// scenario. The world is dropped when the case ends.
func (a *API) Scenario(name string) *API {
	a.suite.mu.Lock()
	a.suite.count++
	n := a.suite.count
	a.suite.mu.Unlock()
	world := a.As(fmt.Sprintf("mock.%s.%s-%d", name, strings.ToLower(a.suite.runID), n))
	a.Cleanup(func() {
		a.suite.forget(world.token)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), a.suite.cleanUpTime())
		defer cancel()
		world.ctx = ctx // the run may have been stopped
		world.Admin(http.MethodDelete, "", nil)
	})
	return world
}
