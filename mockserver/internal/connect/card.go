package connect

// MethodType is the kind of a payment method; a wallet wraps a card.
type MethodType string

// The types of the vendor's specification.
const (
	TypeCard      MethodType = "card"
	TypeApplePay  MethodType = "apple_pay"
	TypeGooglePay MethodType = "google_pay"
)

// A Card is a payment card, alone or in a wallet, and how its bank answers.
type Card struct {
	Type     MethodType
	Brand    string // visa, mastercard, amex, …
	Last4    string
	ExpMonth int
	ExpYear  int     // four digits
	Holder   *string // nil if not given
	Conduct  Conduct
}

// A Conduct is how the bank behind a card answers, by occasion. The bank of
// the zero Conduct accepts everything.
type Conduct struct {
	Token      string // the Stripe test token with this conduct, e.g. pm_card_visa
	Setup      Answer // when a setup intent is confirmed
	OffSession Answer // when the saved card is charged without the card holder
	OnSession  Answer // when the card holder confirms a payment
}

// An Answer is a bank's answer to one kind of request.
type Answer struct {
	Authenticate bool     // 3-D Secure comes first
	Decline      *Decline // nil: accepted, if need be after authentication
}

// A Decline is a bank's refusal, with the codes and the message of Stripe.
type Decline struct {
	Code        string // card_declined, expired_card, …
	DeclineCode string `yaml:"decline_code"` // generic_decline, insufficient_funds, …; may be empty
	Message     string
}

// NeedsAuthentication returns Stripe's answer to an off-session charge for
// which the bank requires the card holder.
func NeedsAuthentication() *Decline {
	return &Decline{
		Code: "authentication_required", DeclineCode: "authentication_required",
		Message: "Your card was declined. This transaction requires authentication.",
	}
}
