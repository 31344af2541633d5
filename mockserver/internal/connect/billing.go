package connect

// AccountType says whose name goes on the invoice.
type AccountType string

// The account types of the vendor's specification.
const (
	Personal AccountType = "personal"
	Business AccountType = "business"
)

// Billing details as stored: values are kept as sent, in their own case and
// blank where blank (vendor docs show lower-case countries, the vendor's
// client sends upper case and blanks). Line1 and PostalCode are null only
// until the first update.
type Billing struct {
	Country     *string
	City        *string
	TaxID       *string // codice fiscale
	AccountType AccountType
	CompanyName *string
	VATID       *string // partita IVA and its like
	Line1       *string
	PostalCode  *string
	FirstName   *string
	LastName    *string
}

// Billing details of a user, which exist for every user; request/not-found.
func (s *State) Billing(userID string) (Billing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return Billing{}, err
	}
	return u.billing, nil
}

// SetBilling replaces the details whole; request/not-found. Whether they are
// complete matters only at start.
func (s *State) SetBilling(userID string, b Billing) (Billing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return Billing{}, err
	}
	u.billing = b
	return b, nil
}
