package stripesdk_test

import (
	"net/http"
	"testing"

	"github.com/stripe/stripe-go/v85"
)

// owed returns the payment intent of the user's only debt.
func (f *fake) owed() handle {
	f.t.Helper()
	list := f.debts()
	if len(list) != 1 || list[0].Amount != "5.39" || list[0].Currency != "eur" {
		f.t.Fatalf("debts %+v", list)
	}
	return f.handle(list[0].Secret)
}

// paid checks that a debt is paid.
func (f *fake) paid(i handle, pi *stripe.PaymentIntent) {
	f.t.Helper()
	if pi.ID != i.id || pi.Status != stripe.PaymentIntentStatusSucceeded || pi.Amount != 539 || pi.NextAction != nil || pi.LastPaymentError != nil {
		f.t.Errorf("paid: %+v", pi)
	}
	want(f.t, "debts", f.debts(), []debt{})
	full, err := f.server.V1PaymentIntents.Retrieve(f.t.Context(), i.id, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	if full.AmountReceived != 539 {
		f.t.Errorf("received %d", full.AmountReceived)
	}
	_, err = f.confirmPayment(i, "pm_card_visa")
	wantFault(f.t, err, fault{
		Status: http.StatusBadRequest, Type: stripe.ErrorTypeInvalidRequest, Code: stripe.ErrorCodePaymentIntentUnexpectedState, Intent: "succeeded",
	})
}

func TestDebt(t *testing.T) {
	f := start(t, "debt")
	i := f.owed()
	if pi := f.getPayment(i); pi.ID != i.id || pi.Object != "payment_intent" || pi.Amount != 539 || pi.Currency != stripe.CurrencyEUR ||
		pi.CaptureMethod != stripe.PaymentIntentCaptureMethodAutomatic || pi.ClientSecret != i.secret || pi.Livemode ||
		pi.Status != stripe.PaymentIntentStatusRequiresPaymentMethod {
		t.Errorf("owed: %+v", pi)
	}
	_, err := f.confirmPayment(i, "pm_card_chargeCustomerFail")
	wantFault(t, err, declined("card_declined", "generic_decline", "0341"))
	if pi := f.getPayment(i); pi.LastPaymentError == nil || pi.LastPaymentError.DeclineCode != stripe.DeclineCodeGenericDecline || f.owed() != i {
		t.Errorf("declined: %+v", pi)
	}
	pi, err := f.confirmPayment(i, saved)
	if err != nil {
		t.Fatal(err)
	}
	if pi.PaymentMethod == nil || pi.PaymentMethod.ID != saved {
		t.Errorf("paid with %+v", pi.PaymentMethod)
	}
	f.paid(i, pi)
}

func TestDebtAuthenticated(t *testing.T) {
	f := start(t, "debt")
	i := f.owed()
	confirm := func() {
		t.Helper()
		pi, err := f.confirmPayment(i, "pm_card_authenticationRequired")
		if err != nil {
			t.Fatal(err)
		}
		if pi.Status != stripe.PaymentIntentStatusRequiresAction || pi.NextAction == nil || pi.NextAction.RedirectToURL == nil {
			t.Fatalf("confirmed: %+v", pi)
		}
		to := pi.NextAction.RedirectToURL
		f.wantRedirect(i, string(pi.NextAction.Type), to.URL, to.ReturnURL)
	}
	confirm()
	f.authenticate(i, "fail")
	pi := f.getPayment(i)
	if e := pi.LastPaymentError; pi.Status != stripe.PaymentIntentStatusRequiresPaymentMethod || e == nil ||
		e.Type != stripe.ErrorTypeInvalidRequest || e.Code != stripe.ErrorCodePaymentIntentAuthenticationFailure || f.owed() != i {
		t.Errorf("failed: %+v, error %+v", pi, e)
	}
	confirm()
	f.authenticate(i, "succeed")
	f.paid(i, f.getPayment(i))
}

// TestStart confirms a hold that requires authentication, because of the charge
// point or of the card, and starts again.
func TestStart(t *testing.T) {
	f := start(t, "default")
	tests := []struct{ name, evse, card string }{
		{"the point asks", scaPoint, "pm_card_visa"},
		{"the card asks", anyPoint, "pm_card_authenticationRequired"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{Server: f.Server, t: t, token: f.Token("default"), user: f.user, app: f.app, server: f.server}
			pm := f.attach(tt.card)
			i := f.handle(f.charge(tt.evse, pm, http.StatusPaymentRequired))
			if again := f.charge(tt.evse, pm, http.StatusPaymentRequired); again != i.secret {
				t.Errorf("a second hold: %q after %q", again, i.secret)
			}
			if pi := f.getPayment(i); pi.Amount != 5000 || pi.Currency != stripe.CurrencyEUR ||
				pi.CaptureMethod != stripe.PaymentIntentCaptureMethodManual || pi.Status != stripe.PaymentIntentStatusRequiresPaymentMethod {
				t.Errorf("new: %+v", pi)
			}
			for _, outcome := range []string{"fail", "succeed"} {
				pi, err := f.confirmPayment(i, pm)
				if err != nil {
					t.Fatal(err)
				}
				if pi.Status != stripe.PaymentIntentStatusRequiresAction || pi.NextAction == nil || pi.NextAction.RedirectToURL == nil {
					t.Fatalf("confirmed: %+v", pi)
				}
				to := pi.NextAction.RedirectToURL
				f.wantRedirect(i, string(pi.NextAction.Type), to.URL, to.ReturnURL)
				if again := f.charge(tt.evse, pm, http.StatusPaymentRequired); again != i.secret {
					t.Errorf("a second hold: %q after %q", again, i.secret)
				}
				f.authenticate(i, outcome)
			}
			pi, err := f.server.V1PaymentIntents.Retrieve(t.Context(), i.id, nil)
			if err != nil {
				t.Fatal(err)
			}
			if pi.Status != stripe.PaymentIntentStatusRequiresCapture || pi.AmountCapturable != 5000 || pi.AmountReceived != 0 ||
				pi.PaymentMethod == nil || pi.PaymentMethod.ID != pm {
				t.Errorf("authenticated: %+v", pi)
			}
			f.charge(tt.evse, pm, http.StatusCreated)
		})
	}
}

// attach sets up a card by token, with 3-D Secure if it is required.
func (f *fake) attach(token string) string {
	f.t.Helper()
	i := f.setup()
	si, err := f.confirmSetup(i, token)
	if err != nil {
		f.t.Fatal(err)
	}
	if si.Status == stripe.SetupIntentStatusRequiresAction {
		f.authenticate(i, "succeed")
		si = f.getSetup(i)
	}
	if si.Status != stripe.SetupIntentStatusSucceeded {
		f.t.Fatalf("%s is not set up: %+v", token, si)
	}
	return si.PaymentMethod.ID
}

// TestStartDeclined starts with a card that can be attached and then fails: the
// refusal has no client secret.
func TestStartDeclined(t *testing.T) {
	f := start(t, "default")
	if secret := f.charge(anyPoint, f.attach("pm_card_chargeCustomerFail"), http.StatusPaymentRequired); secret != "" {
		t.Errorf("a declined start has the secret %q", secret)
	}
}
