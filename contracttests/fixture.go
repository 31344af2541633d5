package contracttests

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// Charge points of the vendor's development environment. Those with progress
// messages serve any number of users; the shared ones may be busy.
func progressPoints() []string {
	return []string{"DE*PWA*EALP22541X01617*01", "DE*2GO*EMCD1520*1B*3", "DE*EUL*EAUT0002*01", "AT*HTB*EOCPI1*1"}
}

func sharedPoints() []string {
	return []string{"DE*CIQ*EWBNHHLM82TLA*1", "IT*PWY*EP0078*01*02", "DEQRMEF7GRC21", "AT*VIE*E2334770022*2"}
}

// NewUser creates a user of this run; it is deleted when the run ends.
func (a *API) NewUser() user {
	a.Helper()
	return a.NewUserWith(map[string]any{"email": nil, "locale": "en"})
}

// NewUserWith creates a user from fields of the caller's. The external id is
// the run's tag, so that leftovers can be found.
func (a *API) NewUserWith(fields map[string]any) user {
	a.Helper()
	fields["custom_properties"] = map[string]any{"external_id": a.suite.tag()}
	u := into[user](a, a.Want(a.Post("/users/", fields), http.StatusCreated))
	a.suite.made(a.token, u.ID)
	return u
}

// Bill gives a user complete German personal billing details.
func (a *API) Bill(id string) {
	a.Helper()
	a.Want(a.Put("/users/"+id+"/billing-details/", germanBilling()), http.StatusOK)
}

func germanBilling() map[string]any {
	return map[string]any{
		"country": "de", "city": "Berlin", "account_type": "personal", "line1": "Weg 1",
		"postal_code": "10243", "first_name": "Example", "last_name": "Sample",
	}
}

// Secret asks for a setup intent and gives its client secret.
func (a *API) Secret(id string) string {
	a.Helper()
	secret := into[setupIntent](a, a.Want(a.Get("/users/"+id+"/setup-intents/?pm_type=card"), http.StatusOK)).secret()
	if !strings.Contains(secret, "_secret_") {
		a.Fatalf("the setup intent's client secret is %q", redact(secret))
	}
	return secret
}

// ConfirmSetup confirms a setup intent as an app does, through Stripe.
func (a *API) ConfirmSetup(secret, method string) *Answer {
	a.Helper()
	return a.confirm("setup_intents", secret, method)
}

// ConfirmPayment confirms a payment intent as an app does, through Stripe.
func (a *API) ConfirmPayment(secret, method string) *Answer {
	a.Helper()
	return a.confirm("payment_intents", secret, method)
}

func (a *API) confirm(kind, secret, method string) *Answer {
	a.Helper()
	id, _, _ := strings.Cut(secret, "_secret_")
	form := url.Values{"client_secret": {secret}, "payment_method": {method}, "return_url": {"https://example.org/back"}}
	return a.Stripe(http.MethodPost, "/v1/"+kind+"/"+id+"/confirm", form.Encode())
}

// AddCard adds a test card to a user and gives the payment method's id.
func (a *API) AddCard(id, token string) string {
	a.Helper()
	before := map[string]bool{}
	for _, m := range a.Methods(id) {
		before[m.ID] = true
	}
	a.Want(a.ConfirmSetup(a.Secret(id), token), http.StatusOK)
	var added string
	a.Eventually("the new payment method is listed", func() bool {
		for _, m := range a.Methods(id) {
			if !before[m.ID] {
				added = m.ID
			}
		}
		return added != ""
	})
	return added
}

// Methods lists a user's payment methods.
func (a *API) Methods(id string) []paymentMethod {
	a.Helper()
	return into[page[paymentMethod]](a, a.Want(a.Get("/users/"+id+"/payment-methods/?page_size=100"), http.StatusOK)).Results
}

// NewDriver creates a user who can charge: billing details and a card.
func (a *API) NewDriver() (u user, method string) {
	a.Helper()
	u = a.NewUser()
	a.Bill(u.ID)
	return u, a.AddCard(u.ID, "pm_card_visa")
}

// Start asks for a session.
func (a *API) Start(id, evse, method string) *Answer {
	a.Helper()
	return a.Post("/users/"+id+"/charging/start/", map[string]string{"evse_id": evse, "payment_method_id": method})
}

// Charge starts a session at the first virtual point with progress messages
// that is free. It is stopped when the case ends, whatever happens.
func (a *API) Charge(id, method string) session {
	a.Helper()
	s, _ := a.charge(id, method)
	return s
}

// charge is Charge, and gives the answer as well.
func (a *API) charge(id, method string) (session, *Answer) {
	a.Helper()
	for _, evse := range progressPoints() {
		answer := a.Start(id, evse, method)
		if answer.Status == http.StatusFailedDependency {
			continue // busy, or the provider is not there: the next one
		}
		s := into[session](a, a.Want(answer, http.StatusCreated))
		a.Cleanup(func() { a.quietStop(id, s.ID) })
		return s, answer
	}
	a.Skipf("all virtual charging points are busy")
	return session{}, nil
}

// quietStop ends a session as soon as it is not needed, as the vendor asks of
// those who use shared points. What it answers does not matter.
func (a *API) quietStop(id, session string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), cleanUpTime)
	defer cancel()
	_, _ = a.suite.plain(ctx, http.MethodPost, a.token, "/users/"+id+"/charging/stop/"+session+"/")
}

// Stop stops a session.
func (a *API) Stop(id, session string) *Answer {
	a.Helper()
	return a.Call(http.MethodPost, "/users/"+id+"/charging/stop/"+session+"/", nil, Header("Content-Type", "application/json"))
}

// Session reads a session.
func (a *API) Session(id, sessionID string) session {
	a.Helper()
	return into[session](a, a.Want(a.Get("/users/"+id+"/charging-sessions/"+sessionID+"/"), http.StatusOK))
}

// Finish stops a session and waits for its CDR and its invoice.
func (a *API) Finish(id, sessionID string) session {
	a.Helper()
	a.Want(a.Stop(id, sessionID), http.StatusNoContent)
	return a.AwaitBill(id, sessionID)
}

// AwaitBill waits until the final record of a stopped session is processed.
func (a *API) AwaitBill(id, sessionID string) session {
	a.Helper()
	var s session
	a.Eventually("the final record is processed", func() bool {
		s = a.Session(id, sessionID)
		return !s.Active && s.Cost.KWh != nil
	})
	return s
}

// shared is what read-only cases share: making it takes a minute on a real
// target.
type shared struct {
	once    sync.Once
	ready   bool
	driver  user
	method  string
	session session
}

// A Past is a user with a card and one finished, paid session. Cases that use
// it must not change it.
type Past struct {
	User    user
	Method  string
	Session session
}

// Past gives the run's finished session, which the first case that asks makes.
func (a *API) Past() Past {
	a.Helper()
	sh := &a.suite.shared
	sh.once.Do(func() {
		made := a.during(fixturePast)
		sh.driver, sh.method = made.NewDriver()
		sh.session = made.Finish(sh.driver.ID, made.Charge(sh.driver.ID, sh.method).ID)
		sh.ready = true
	})
	if !sh.ready {
		a.Skipf("the finished session that this case reads could not be made; see the first case that asked for it")
	}
	return Past{sh.driver, sh.method, sh.session}
}

// Scenario gives the API of a world of its own that starts in a named state of
// the fake; it is dropped when the case ends.
func (a *API) Scenario(name string) *API {
	a.Helper()
	a.suite.mu.Lock()
	a.suite.count++
	n := a.suite.count
	a.suite.mu.Unlock()
	world := a.as(fmt.Sprintf("mock.%s.%s-%d", name, strings.ToLower(a.suite.runID), n))
	a.Cleanup(func() {
		a.suite.forget(world.token)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), cleanUpTime)
		defer cancel()
		world.ctx = ctx // the run may have been stopped
		world.Admin(http.MethodDelete, "", nil)
	})
	return world
}
