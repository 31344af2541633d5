package stripe

import (
	"net/url"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// A setupView is a setup intent as a publishable key sees it, with the fields of
// the answers recorded in Stripe's own Android library.
type setupView struct {
	ID                 string       `json:"id"`
	Object             string       `json:"object"`
	CancellationReason *string      `json:"cancellation_reason"`
	ClientSecret       string       `json:"client_secret"`
	Created            int64        `json:"created"`
	Description        *string      `json:"description"`
	LastSetupError     *errorObject `json:"last_setup_error"`
	Livemode           bool         `json:"livemode"`
	NextAction         *nextAction  `json:"next_action"`
	PaymentMethod      any          `json:"payment_method"`
	PaymentMethodTypes []string     `json:"payment_method_types"`
	Status             string       `json:"status"`
	Usage              string       `json:"usage"`
}

// A setupObject is a setup intent in full, with the fields of Stripe's
// published OpenAPI fixtures.
type setupObject struct {
	setupView
	Application             *string           `json:"application"`
	AutomaticPaymentMethods *struct{}         `json:"automatic_payment_methods"`
	Customer                *string           `json:"customer"`
	FlowDirections          *[]string         `json:"flow_directions"`
	LatestAttempt           *string           `json:"latest_attempt"`
	Mandate                 *string           `json:"mandate"`
	Metadata                map[string]string `json:"metadata"`
	OnBehalfOf              *string           `json:"on_behalf_of"`
	Configuration           *struct{}         `json:"payment_method_configuration_details"`
	PaymentMethodOptions    struct{}          `json:"payment_method_options"`
	SingleUseMandate        *string           `json:"single_use_mandate"`
}

// A paymentView is a payment intent as a publishable key sees it.
type paymentView struct {
	ID                      string       `json:"id"`
	Object                  string       `json:"object"`
	Amount                  int64        `json:"amount"`
	AutomaticPaymentMethods *struct{}    `json:"automatic_payment_methods"`
	CanceledAt              *int64       `json:"canceled_at"`
	CancellationReason      *string      `json:"cancellation_reason"`
	CaptureMethod           string       `json:"capture_method"`
	ClientSecret            string       `json:"client_secret"`
	ConfirmationMethod      string       `json:"confirmation_method"`
	Created                 int64        `json:"created"`
	Currency                string       `json:"currency"`
	Description             *string      `json:"description"`
	LastPaymentError        *errorObject `json:"last_payment_error"`
	Livemode                bool         `json:"livemode"`
	NextAction              *nextAction  `json:"next_action"`
	PaymentMethod           any          `json:"payment_method"`
	PaymentMethodTypes      []string     `json:"payment_method_types"`
	Processing              *struct{}    `json:"processing"`
	ReceiptEmail            *string      `json:"receipt_email"`
	SetupFutureUsage        *string      `json:"setup_future_usage"`
	Shipping                *struct{}    `json:"shipping"`
	Source                  *string      `json:"source"`
	Status                  string       `json:"status"`
}

// A paymentObject is a payment intent in full, with the fields of Stripe's
// published OpenAPI fixtures.
type paymentObject struct {
	paymentView
	AmountCapturable          int64             `json:"amount_capturable"`
	AmountDetails             amountDetails     `json:"amount_details"`
	AmountReceived            int64             `json:"amount_received"`
	Application               *string           `json:"application"`
	ApplicationFeeAmount      *int64            `json:"application_fee_amount"`
	Customer                  *string           `json:"customer"`
	LatestCharge              *string           `json:"latest_charge"`
	Metadata                  map[string]string `json:"metadata"`
	OnBehalfOf                *string           `json:"on_behalf_of"`
	Configuration             *struct{}         `json:"payment_method_configuration_details"`
	PaymentMethodOptions      struct{}          `json:"payment_method_options"`
	Review                    *string           `json:"review"`
	StatementDescriptor       *string           `json:"statement_descriptor"`
	StatementDescriptorSuffix *string           `json:"statement_descriptor_suffix"`
	TransferData              *struct{}         `json:"transfer_data"`
	TransferGroup             *string           `json:"transfer_group"`
}

type amountDetails struct {
	Tip struct{} `json:"tip"`
}

// show returns an intent as the key may see it.
func (c *call) show(i connect.Intent) any {
	switch {
	case i.Setup && c.key.secret():
		return setupObject{setupView: c.setup(i), Metadata: map[string]string{}}
	case i.Setup:
		return c.setup(i)
	case !c.key.secret():
		return c.payment(i)
	}
	o := paymentObject{paymentView: c.payment(i), Metadata: map[string]string{}}
	switch i.Status {
	case connect.RequiresCapture:
		o.AmountCapturable = o.Amount
	case connect.Succeeded:
		o.AmountReceived = minor(i.Captured, i.Currency)
	}
	return o
}

func (c *call) setup(i connect.Intent) setupView {
	return setupView{
		ID: i.ID, Object: "setup_intent", ClientSecret: i.Secret, Created: i.CreatedAt.Unix(),
		LastSetupError: lastError(i.LastError), NextAction: c.nextAction(i), PaymentMethod: c.method(i),
		PaymentMethodTypes: []string{"card"}, Status: string(i.Status), Usage: "off_session",
	}
}

func (c *call) payment(i connect.Intent) paymentView {
	v := paymentView{
		ID: i.ID, Object: "payment_intent", Amount: minor(i.Amount, i.Currency), CaptureMethod: "automatic",
		ClientSecret: i.Secret, ConfirmationMethod: "automatic", Created: i.CreatedAt.Unix(), Currency: strings.ToLower(i.Currency),
		LastPaymentError: lastError(i.LastError), NextAction: c.nextAction(i), PaymentMethod: c.method(i),
		PaymentMethodTypes: []string{"card"}, Status: string(i.Status),
	}
	if i.Hold {
		v.CaptureMethod = "manual"
	}
	return v
}

// method returns the id of the intent's method, or the method in full if
// expand[] asks for it.
func (c *call) method(i connect.Intent) any {
	switch {
	case i.Method == nil:
		return nil
	case slices.Contains(c.params["expand[]"], "payment_method"):
		return showMethod(*i.Method)
	}
	return i.Method.ID
}

// minor returns an amount in the currency's smallest unit.
func minor(amount decimal.Decimal, currency string) int64 {
	switch strings.ToLower(currency) {
	case "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf":
		return amount.Round(0).IntPart()
	}
	return amount.Shift(2).Round(0).IntPart()
}

// A nextAction sends the card holder to 3-D Secure.
type nextAction struct {
	Redirect *redirectAction `json:"redirect_to_url,omitempty"`
	Type     string          `json:"type"`
	SDK      *sdkAction      `json:"use_stripe_sdk,omitempty"`
}

type redirectAction struct {
	ReturnURL string `json:"return_url"`
	URL       string `json:"url"`
}

type sdkAction struct {
	StripeJS string `json:"stripe_js"`
	Type     string `json:"type"`
}

// nextAction returns a redirect if the client has set a return URL, unless one
// of Stripe's libraries announced with use_stripe_sdk that it handles 3-D Secure
// itself; otherwise work for such a library. All lead to the fake's own page.
func (c *call) nextAction(i connect.Intent) *nextAction {
	if i.Status != connect.RequiresAction {
		return nil
	}
	page := c.h.cfg.Base(c.r) + challengePath + url.PathEscape(i.ID) + "?client_secret=" + url.QueryEscape(i.Secret)
	if back, ok := c.h.returns.get(i.ID); ok && !back.sdk {
		return &nextAction{Type: "redirect_to_url", Redirect: &redirectAction{URL: page, ReturnURL: back.url}}
	}
	return &nextAction{Type: "use_stripe_sdk", SDK: &sdkAction{Type: "three_d_secure_redirect", StripeJS: page}}
}
