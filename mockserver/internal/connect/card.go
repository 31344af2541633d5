package connect

// MethodType is how a payment method is shown; a wallet wraps a card.
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
	Holder   *string // nil: not given
	Conduct  Conduct
}

// A Conduct is how the bank behind a card answers, by occasion. The zero
// Conduct says yes to everything.
type Conduct struct {
	Token      string // the Stripe test token that has this conduct, e.g. pm_card_visa
	Setup      Answer // when a setup intent is confirmed
	OffSession Answer // when the saved card is charged without the card holder
	OnSession  Answer // when the card holder confirms a payment
}

// An Answer is a bank's answer to one kind of request.
type Answer struct {
	Authenticate bool     // 3-D Secure comes first
	Decline      *Decline // nil: accepted (after authentication, if that is asked for)
}

// A Decline says no, in Stripe's words.
type Decline struct {
	Code        string // card_declined, expired_card, …
	DeclineCode string // generic_decline, insufficient_funds, …; may be empty
	Message     string
}

// NeedsAuthentication is Stripe's answer to an off-session charge that the
// bank wants the card holder for.
func NeedsAuthentication() *Decline {
	return &Decline{
		Code: "authentication_required", DeclineCode: "authentication_required",
		Message: "Your card was declined. This transaction requires authentication.",
	}
}
