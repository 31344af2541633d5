package connect

import (
	"slices"
	"strings"
	"time"
)

// AccountType is whether a person or a company is invoiced.
type AccountType string

// The account types of the vendor's specification.
const (
	Personal AccountType = "personal"
	Business AccountType = "business"
)

// Billing holds a user's billing details as sent: values keep their case, and
// blanks stay (the vendor's docs show lower-case countries, its client sends
// upper case and blanks). Line1 and PostalCode are nil only until the first
// update.
type Billing struct {
	Country     *string
	City        *string
	TaxID       *string // in Italy the codice fiscale
	AccountType AccountType
	CompanyName *string
	VATID       *string // in Italy the partita IVA
	Line1       *string
	PostalCode  *string
	FirstName   *string
	LastName    *string
}

// Billing returns a user's billing details, which exist for every user. It
// fails with request/not-found.
func (s *State) Billing(userID string) (Billing, error) {
	return ofUser(s, userID, func(u *user, _ time.Time) (Billing, error) { return u.billing, nil })
}

// SetBilling replaces a user's billing details as a whole. Whether they are
// complete matters only at start. It fails with request/not-found and a
// *FullError.
func (s *State) SetBilling(userID string, b Billing) (Billing, error) {
	return ofUser(s, userID, func(u *user, _ time.Time) (Billing, error) {
		if err := s.roomToGrow(); err != nil {
			return Billing{}, err
		}
		s.rewrite(u, func() { u.billing = b })
		s.touchUser(u)
		return b, nil
	})
}

// missing returns the fields that an invoice needs and that b does not have,
// by their names in the API. Blank counts as missing.
func (b Billing) missing() (names []string) {
	need := func(name string, v *string) {
		if blank(v) {
			names = append(names, name)
		}
	}
	need("country", b.Country)
	need("city", b.City)
	need("line1", b.Line1)
	need("postal_code", b.PostalCode)
	if b.AccountType == Business {
		need("company_name", b.CompanyName)
	} else {
		need("first_name", b.FirstName)
		need("last_name", b.LastName)
	}
	return names
}

// complete reports whether b has what an invoice needs.
func (b Billing) complete() bool { return len(b.missing()) == 0 }

// italianID is the field, by its name in the API, that a customer from Italy
// needs at a station in Italy.
func (b Billing) italianID() (name string, value *string) {
	if b.AccountType == Business {
		return "vat_id", b.VATID
	}
	return "tax_id", b.TaxID
}

func (b Billing) fitForItaly() bool {
	if b.Country == nil || !slices.Contains([]string{"it", "ita", "italy", "italia", "italien"}, strings.ToLower(strings.TrimSpace(*b.Country))) {
		return true
	}
	_, id := b.italianID()
	return !blank(id)
}

func blank(s *string) bool { return s == nil || strings.TrimSpace(*s) == "" }
