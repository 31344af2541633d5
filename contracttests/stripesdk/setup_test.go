package stripesdk_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v85"
)

// TestOnlyTheBaseDiffers checks that the same client would call another machine
// with Stripe's own base.
func TestOnlyTheBaseDiffers(t *testing.T) {
	_, err := sdk("", publishable).V1SetupIntents.Retrieve(t.Context(), "seti_x", nil)
	if !errors.Is(err, errElsewhere) {
		t.Errorf("got %v, want %v", err, errElsewhere)
	}
}

// want compares what an app sees.
func want[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestSetUp(t *testing.T) {
	f := start(t, "default").newUser(t)
	i := f.setup()
	if si := f.getSetup(i); si.ID != i.id || si.Object != "setup_intent" || si.ClientSecret != i.secret || si.Livemode ||
		si.Status != stripe.SetupIntentStatusRequiresPaymentMethod || si.Usage != stripe.SetupIntentUsageOffSession ||
		si.PaymentMethod != nil || si.NextAction != nil || si.LastSetupError != nil || si.Created == 0 {
		t.Errorf("new: %+v", si)
	}

	pm, err := f.typed("5555555555554444")
	if err != nil {
		t.Fatal(err)
	}
	if pm.Type != stripe.PaymentMethodTypeCard || pm.Card.Brand != stripe.PaymentMethodCardBrandMastercard || pm.Card.Last4 != "4444" ||
		pm.Card.ExpMonth != 9 || pm.Card.ExpYear != 2041 || pm.BillingDetails.Name != "Jo Doe" || pm.Created == 0 || pm.Customer != nil {
		t.Errorf("made: %+v, card %+v", pm, pm.Card)
	}
	want(t, "methods before", f.methods(), []method{})

	si, err := f.confirmSetup(i, pm.ID)
	if err != nil {
		t.Fatal(err)
	}
	if si.Status != stripe.SetupIntentStatusSucceeded || si.PaymentMethod.ID != pm.ID || si.PaymentMethod.Card != nil || si.NextAction != nil {
		t.Errorf("confirmed: %+v", si)
	}
	if si := f.getSetup(i, "payment_method"); si.Status != stripe.SetupIntentStatusSucceeded || si.PaymentMethod.ID != pm.ID ||
		si.PaymentMethod.Card.Last4 != "4444" {
		t.Errorf("expanded: %+v", si)
	}
	holder := "Jo Doe"
	m := method{ID: pm.ID, Type: "card"}
	m.Card.Brand, m.Card.Last4, m.Card.Expiration, m.Card.Holder = "mastercard", "4444", "09/2041", &holder
	want(t, "methods after", f.methods(), []method{m})

	_, err = f.confirmSetup(i, "pm_card_visa")
	wantFault(t, err, fault{
		Status: http.StatusBadRequest, Type: stripe.ErrorTypeInvalidRequest, Code: "setup_intent_unexpected_state", Intent: "succeeded",
	})
	_, err = f.confirmSetup(f.setup(), "pm_unknown")
	wantFault(t, err, fault{
		Status: http.StatusBadRequest, Type: stripe.ErrorTypeInvalidRequest, Code: stripe.ErrorCodeResourceMissing, Param: "payment_method",
	})
}

// TestWallet adds a wallet with the fake's own parameter, since the SDK has none
// for the data that wallets send to Stripe.
func TestWallet(t *testing.T) {
	f := start(t, "default").newUser(t)
	p := &stripe.PaymentMethodCreateParams{Type: stripe.String("card")}
	p.AddExtra("card[wallet][type]", "apple_pay")
	pm, err := f.app.V1PaymentMethods.Create(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if w := pm.Card.Wallet; w == nil || w.Type != stripe.PaymentMethodCardWalletTypeApplePay || w.ApplePay == nil {
		t.Errorf("wallet %+v", w)
	}
	if _, err := f.confirmSetup(f.setup(), pm.ID); err != nil {
		t.Fatal(err)
	}
	if got := f.methods(); len(got) != 1 || got[0].ID != pm.ID || got[0].Type != "apple_pay" {
		t.Errorf("methods %+v", got)
	}
}

// TestMistyped checks that an invalid card number is refused before a method is
// created.
func TestMistyped(t *testing.T) {
	f := start(t, "default")
	typo := func(code stripe.ErrorCode, param string) fault {
		return fault{Status: http.StatusPaymentRequired, Type: stripe.ErrorTypeCard, Code: code, Param: param}
	}
	notATestCard := typo(stripe.ErrorCodeCardDeclined, "")
	notATestCard.DeclineCode = "test_mode_live_card"
	for _, tt := range []struct {
		number string
		want   fault
	}{
		{"4242424242424241", typo(stripe.ErrorCodeIncorrectNumber, "number")},
		{"4242-none", typo(stripe.ErrorCodeInvalidNumber, "number")},
		{"4111111111111111", notATestCard},
	} {
		_, err := f.typed(tt.number)
		wantFault(t, err, tt.want)
	}
	_, err := f.tokened("tok_nonsense")
	wantFault(t, err, fault{
		Status: http.StatusBadRequest, Type: stripe.ErrorTypeInvalidRequest, Code: stripe.ErrorCodeResourceMissing, Param: "card[token]",
	})
}

// TestSetUpDeclined confirms the intent of a declined card with another card.
func TestSetUpDeclined(t *testing.T) {
	f := start(t, "default").newUser(t)
	i := f.setup()
	_, err := f.confirmSetup(i, "pm_card_visa_chargeDeclinedInsufficientFunds")
	wantFault(t, err, declined("card_declined", "insufficient_funds", "9995"))
	si := f.getSetup(i)
	if e := si.LastSetupError; si.Status != stripe.SetupIntentStatusRequiresPaymentMethod || si.PaymentMethod != nil || e == nil ||
		e.Type != stripe.ErrorTypeCard || e.Code != stripe.ErrorCodeCardDeclined || e.DeclineCode != stripe.DeclineCodeInsufficientFunds {
		t.Errorf("declined: %+v, error %+v", si, e)
	}
	want(t, "methods", f.methods(), []method{})
	si, err = f.confirmSetup(i, "pm_card_visa")
	if err != nil {
		t.Fatal(err)
	}
	if si.Status != stripe.SetupIntentStatusSucceeded || si.LastSetupError != nil || len(f.methods()) != 1 {
		t.Errorf("second try: %+v, methods %+v", si, f.methods())
	}
}

func TestSetUpAuthenticated(t *testing.T) {
	f := start(t, "default").newUser(t)
	i := f.setup()
	pm, err := f.typed("4000002500003155")
	if err != nil {
		t.Fatal(err)
	}
	confirm := func() {
		t.Helper()
		si, err := f.confirmSetup(i, pm.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, si := range []*stripe.SetupIntent{si, f.getSetup(i)} {
			if si.Status != stripe.SetupIntentStatusRequiresAction || si.NextAction == nil || si.NextAction.RedirectToURL == nil ||
				si.PaymentMethod == nil || si.PaymentMethod.ID != pm.ID {
				t.Fatalf("confirmed: %+v", si)
			}
			to := si.NextAction.RedirectToURL
			f.wantRedirect(i, string(si.NextAction.Type), to.URL, to.ReturnURL)
		}
		want(t, "methods before authentication", f.methods(), []method{})
	}

	confirm()
	f.authenticate(i, "fail")
	si := f.getSetup(i)
	if e := si.LastSetupError; si.Status != stripe.SetupIntentStatusRequiresPaymentMethod || si.NextAction != nil || e == nil ||
		e.Type != stripe.ErrorTypeInvalidRequest || e.Code != stripe.ErrorCodeSetupIntentAuthenticationFailure || e.DeclineCode != "" {
		t.Errorf("failed: %+v, error %+v", si, e)
	}
	want(t, "methods after a failed authentication", f.methods(), []method{})

	// The card holder enters the card again, as Stripe requires.
	if pm, err = f.typed("4000002500003155"); err != nil {
		t.Fatal(err)
	}
	confirm()
	f.authenticate(i, "succeed")
	if si := f.getSetup(i); si.Status != stripe.SetupIntentStatusSucceeded || si.NextAction != nil || si.LastSetupError != nil ||
		si.PaymentMethod == nil || si.PaymentMethod.ID != pm.ID {
		t.Errorf("succeeded: %+v", si)
	}
	if got := f.methods(); len(got) != 1 || got[0].ID != pm.ID || got[0].Card.Last4 != "3155" {
		t.Errorf("methods after authentication: %+v", got)
	}
}

// TestNoReturnURL confirms without a return URL: Stripe's library takes over.
func TestNoReturnURL(t *testing.T) {
	f := start(t, "default")
	i := f.setup()
	p := &stripe.SetupIntentConfirmParams{PaymentMethod: stripe.String("pm_card_threeDSecure2Required"), UseStripeSDK: stripe.Bool(true)}
	p.AddExtra("client_secret", i.secret)
	si, err := f.app.V1SetupIntents.Confirm(t.Context(), i.id, p)
	if err != nil {
		t.Fatal(err)
	}
	if a := si.NextAction; a == nil || a.Type != stripe.SetupIntentNextActionTypeUseStripeSDK || a.UseStripeSDK == nil || a.RedirectToURL != nil {
		t.Errorf("next action %+v", a)
	}
}

// TestConfirmAgain confirms again after the card holder has left the bank's page,
// with the intent's method or with another one.
func TestConfirmAgain(t *testing.T) {
	f := start(t, "default").newUser(t)
	for _, create := range []func() (string, error){
		func() (string, error) { return id(f.typed("4000002500003155")) },
		func() (string, error) { return "pm_card_authenticationRequiredOnSetup", nil },
	} {
		pm, err := create()
		if err != nil {
			t.Fatal(err)
		}
		i, before := f.setup(), f.methods()
		for range 3 {
			si, err := f.confirmSetup(i, pm)
			if err != nil {
				t.Fatal(err)
			}
			if si.Status != stripe.SetupIntentStatusRequiresAction {
				t.Fatalf("confirmed: %+v", si)
			}
			pm = si.PaymentMethod.ID
		}
		f.authenticate(i, "succeed")
		if got := f.methods(); len(got) != len(before)+1 || got[0].ID != pm {
			t.Errorf("methods %+v, want %s added", got, pm)
		}

		i = f.setup()
		if _, err := f.confirmSetup(i, "pm_card_threeDSecure2Required"); err != nil {
			t.Fatal(err)
		}
		if si, err := f.confirmSetup(i, "pm_card_mastercard"); err != nil || si.Status != stripe.SetupIntentStatusSucceeded || si.NextAction != nil {
			t.Errorf("with another method: %+v, %v", si, err)
		}
	}
}
