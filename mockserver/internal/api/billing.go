package api

import (
	"net/http"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
)

// billingJSON has the field order of the vendor's newest documented answer.
type billingJSON struct {
	Country     *string             `json:"country"`
	City        *string             `json:"city"`
	TaxID       *string             `json:"tax_id"`
	AccountType connect.AccountType `json:"account_type"`
	CompanyName *string             `json:"company_name"`
	VATID       *string             `json:"vat_id"`
	Line1       *string             `json:"line1"`
	PostalCode  *string             `json:"postal_code"`
	FirstName   *string             `json:"first_name"`
	LastName    *string             `json:"last_name"`
}

func billingView(b connect.Billing) billingJSON { return billingJSON(b) }

// GET /api/v1/users/{user_id}/billing-details/
func (a *API) retrieveBilling(c *call) (wire.Reply, error) {
	b, err := c.state.Billing(c.user())
	return shown(http.StatusOK, billingView, b, err)
}

// PUT /api/v1/users/{user_id}/billing-details/ replaces all details: a missing
// field becomes null (vendor docs). Fields that may be null may also be blank,
// as the vendor's client sends them.
func (a *API) updateBilling(c *call) (wire.Reply, error) {
	in, err := c.input()
	if err != nil {
		return wire.Reply{}, err
	}
	f := wire.Read(in)
	optional := func(name string, limit int) *string {
		return f.Text(name, wire.Text{Null: true, Blank: true, Max: limit}).Value
	}
	required := func(name string) *string { return f.Text(name, wire.Text{Required: true}).Value }
	b := connect.Billing{
		Country: optional("country", 150), City: optional("city", 50), TaxID: optional("tax_id", 30),
		AccountType: connect.Personal,
	}
	account := f.Choice("account_type", []string{string(connect.Personal), string(connect.Business)}, false, false)
	if account.Set {
		b.AccountType = connect.AccountType(*account.Value)
	}
	b.CompanyName, b.VATID = optional("company_name", 0), optional("vat_id", 0)
	b.Line1, b.PostalCode = required("line1"), required("postal_code")
	b.FirstName, b.LastName = optional("first_name", 150), optional("last_name", 150)
	if err := a.invalid(f); err != nil {
		return wire.Reply{}, err
	}
	b, err = c.state.SetBilling(c.user(), b)
	return shown(http.StatusOK, billingView, b, err)
}
