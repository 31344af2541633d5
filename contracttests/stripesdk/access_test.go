package stripesdk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stripe/stripe-go/v85"
)

// TestSecrets checks that calls with a publishable key need the client secret
// and calls with a secret key do not.
func TestSecrets(t *testing.T) {
	f := start(t, "debt")
	setup, owed := f.setup(), f.owed()
	refusal := func(code stripe.ErrorCode) fault {
		return fault{Status: http.StatusBadRequest, Type: stripe.ErrorTypeInvalidRequest, Code: code, Param: "client_secret"}
	}

	_, err := f.app.V1SetupIntents.Retrieve(t.Context(), setup.id, nil)
	wantFault(t, err, refusal(stripe.ErrorCodeParameterMissing))
	_, err = f.app.V1PaymentIntents.Retrieve(t.Context(), owed.id, nil)
	wantFault(t, err, refusal(stripe.ErrorCodeParameterMissing))
	_, err = f.app.V1SetupIntents.Retrieve(t.Context(), setup.id, &stripe.SetupIntentRetrieveParams{ClientSecret: &owed.secret})
	wantFault(t, err, refusal(""))
	_, err = f.app.V1PaymentIntents.Retrieve(t.Context(), owed.id, &stripe.PaymentIntentRetrieveParams{ClientSecret: &setup.secret})
	wantFault(t, err, refusal(""))
	_, err = f.confirmSetup(handle{setup.id, owed.secret}, "pm_card_visa")
	wantFault(t, err, refusal(""))
	_, err = f.confirmPayment(handle{owed.id, setup.secret}, "pm_card_visa")
	wantFault(t, err, refusal(""))
	if f.owed() != owed || f.getSetup(setup).Status != stripe.SetupIntentStatusRequiresPaymentMethod {
		t.Error("a refused call changed something")
	}

	si, err := f.server.V1SetupIntents.Retrieve(t.Context(), setup.id, nil)
	if err != nil || si.ID != setup.id || si.ClientSecret != setup.secret || si.Metadata == nil {
		t.Errorf("with a secret key: %+v, %v", si, err)
	}
	pi, err := f.server.V1PaymentIntents.Retrieve(t.Context(), owed.id, nil)
	if err != nil || pi.ID != owed.id || pi.ClientSecret != owed.secret || pi.Amount != 539 {
		t.Errorf("with a secret key: %+v, %v", pi, err)
	}
	pi, err = f.server.V1PaymentIntents.Confirm(t.Context(), owed.id, &stripe.PaymentIntentConfirmParams{PaymentMethod: stripe.String(saved)})
	if err != nil {
		t.Fatal(err)
	}
	f.paid(owed, pi)
}

func TestUnknownIntents(t *testing.T) {
	f := start(t, "debt")
	unknown := fault{Status: http.StatusNotFound, Type: stripe.ErrorTypeInvalidRequest, Code: stripe.ErrorCodeResourceMissing, Param: "intent"}
	for _, c := range []*stripe.Client{f.app, f.server} {
		_, err := c.V1SetupIntents.Retrieve(t.Context(), "seti_x", &stripe.SetupIntentRetrieveParams{ClientSecret: stripe.String("seti_x_secret_y")})
		wantFault(t, err, unknown)
		_, err = c.V1PaymentIntents.Retrieve(t.Context(), "pi_x", &stripe.PaymentIntentRetrieveParams{ClientSecret: stripe.String("pi_x_secret_y")})
		wantFault(t, err, unknown)
	}
}

// TestServersOnly calls operations that Stripe offers to servers only, which are
// not implemented.
func TestServersOnly(t *testing.T) {
	f := start(t, "default")
	ctx := t.Context()
	calls := map[string]func(*stripe.Client) error{
		"create customer":   func(c *stripe.Client) error { _, err := c.V1Customers.Create(ctx, nil); return err },
		"retrieve customer": func(c *stripe.Client) error { _, err := c.V1Customers.Retrieve(ctx, "cus_x", nil); return err },
		"list customers":    func(c *stripe.Client) error { return c.V1Customers.List(ctx, nil).Err() },
		"create setup": func(c *stripe.Client) error {
			_, err := c.V1SetupIntents.Create(ctx, nil)
			return err
		},
		"create payment": func(c *stripe.Client) error {
			_, err := c.V1PaymentIntents.Create(ctx, &stripe.PaymentIntentCreateParams{Amount: stripe.Int64(100), Currency: stripe.String("eur")})
			return err
		},
		"capture payment": func(c *stripe.Client) error { _, err := c.V1PaymentIntents.Capture(ctx, "pi_x", nil); return err },
		"attach method": func(c *stripe.Client) error {
			_, err := c.V1PaymentMethods.Attach(ctx, "pm_card_visa", &stripe.PaymentMethodAttachParams{Customer: stripe.String("cus_x")})
			return err
		},
		"refund": func(c *stripe.Client) error { _, err := c.V1Refunds.Create(ctx, nil); return err },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			for _, c := range []*stripe.Client{f.app, f.server} {
				wantFault(t, call(c), fault{Status: http.StatusNotFound, Type: stripe.ErrorTypeInvalidRequest})
			}
		})
	}
}

func TestKeys(t *testing.T) {
	f := start(t, "default")
	i := f.setup()
	for _, key := range []string{"", "pk_live_51stripesdk", "sk_live_51stripesdk", f.token} {
		_, err := sdk(f.URL, key).V1SetupIntents.Retrieve(t.Context(), i.id, &stripe.SetupIntentRetrieveParams{ClientSecret: &i.secret})
		wantFault(t, err, fault{Status: http.StatusUnauthorized, Type: stripe.ErrorTypeInvalidRequest})
		if key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("the error contains the key: %v", err)
		}
	}
}
