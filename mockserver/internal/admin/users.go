package admin

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gorilla/mux"
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

// listUsers searches users as the vendor's own list does.
func (h *handler) listUsers(w *world.World, r *http.Request) (result, error) {
	limit, after := pageQuery(r, pageOfMany)
	count, users, more, ok := w.State.UsersAfter(strings.TrimSpace(r.URL.Query().Get("search")), after, limit)
	if !ok {
		return nil, unknownAfter(after)
	}
	list := adminapi.UserList{Count: count, Users: views(users, viewUser)}
	if more {
		list.Next = users[len(users)-1].ID
	}
	return show(list)
}

func viewUser(u connect.User) adminapi.User {
	v := adminapi.User{ID: u.ID, Email: u.Email, Locale: string(u.Locale)}
	if u.Custom != nil {
		v.ExternalID = u.Custom.ExternalID
	}
	return v
}

func (h *handler) getUser(w *world.World, r *http.Request) (result, error) {
	query := r.URL.Query()
	number := func(name string) int { n, _ := strconv.Atoi(query.Get(name)); return n } // checked by the validator; 0 if missing
	u, err := w.State.InspectUser(mux.Vars(r)["user"], connect.Skip{Methods: number("skip_payment_methods"), Sessions: number("skip_sessions")})
	if err != nil {
		return nil, noUser(w, r)
	}
	return show(adminapi.UserDetail{
		User: viewUser(u.User), BillingComplete: u.BillingComplete, Methods: views(u.Methods, viewMethod), MethodCount: u.MethodCount,
		Sessions: views(u.Sessions, viewSessionDetail), SessionCount: u.SessionCount, Debts: views(u.Debts, viewDebt), Waiting: views(u.Waiting, viewWaiting),
	})
}

func noUser(w *world.World, r *http.Request) error {
	return adminapi.NewProblem(http.StatusNotFound, "World %s has no user %s.", w.ID, mux.Vars(r)["user"])
}

func viewMethod(m connect.MethodDetail) adminapi.Method {
	return adminapi.Method{
		ID: m.ID, Type: string(m.Card.Type), Brand: m.Card.Brand, Last4: m.Card.Last4, Holder: m.Card.Holder, Default: m.Default,
		Expires: fmt.Sprintf("%02d/%d", m.Card.ExpMonth, m.Card.ExpYear), CreatedAt: m.CreatedAt, Removal: viewRemoval(m.Removal),
	}
}

func viewDebt(d connect.Debt) adminapi.Debt {
	return adminapi.Debt{
		Session: d.SessionID, Intent: d.Intent.ID, Secret: d.Intent.Secret, Status: string(d.Intent.Status),
		Amount: d.Intent.Amount.StringFixed(2), Currency: d.Intent.Currency, LastError: lastError(d.Intent),
	}
}

func viewWaiting(i connect.Intent) adminapi.Waiting {
	v := adminapi.Waiting{Intent: i.ID, Kind: "debt", Status: string(i.Status), Currency: i.Currency}
	if i.Status == connect.RequiresPaymentMethod {
		v.Secret, v.Method = i.Secret, i.HoldMethodID
	}
	switch {
	case i.Setup:
		v.Kind = "setup"
		return v
	case i.Hold:
		v.Kind = "hold"
	}
	v.Amount = i.Amount.StringFixed(2)
	return v
}

type debtBody struct {
	KWh    decimal.NullDecimal `json:"kwh"`
	Method string              `json:"payment_method"`
}

// makeDebt adds a past session of a user whose final charge has failed.
func (h *handler) makeDebt(w *world.World, r *http.Request, body debtBody) (result, error) {
	if !body.KWh.Valid {
		body.KWh.Decimal = decimal.New(10_000, -3)
	}
	s, err := w.State.MakeDebt(mux.Vars(r)["user"], connect.DebtSpec{
		MethodID: body.Method, KWh: body.KWh.Decimal, Points: h.cfg.Catalogue.OpenPoints(),
	})
	if _, refused := connect.AsRefusal(err); refused {
		return nil, noUser(w, r)
	}
	if err != nil {
		return nil, err
	}
	return created(viewSessionDetail(s))
}

// removal lists the rules that refuse to remove a payment method, the one that
// answers first.
func (h *handler) removal(w *world.World, r *http.Request) (result, error) {
	user, method := mux.Vars(r)["user"], mux.Vars(r)["pm"]
	rules, err := w.State.Removal(user, method)
	if err != nil {
		return nil, adminapi.NewProblem(http.StatusNotFound, "World %s has no user %s with a payment method %s.", w.ID, user, method)
	}
	return show(viewRemoval(rules))
}

func viewRemoval(rules connect.Rules) adminapi.Removal {
	return adminapi.Removal{Allowed: len(rules) == 0, Rules: views(rules, viewRule)}
}

type outcomeBody struct {
	Outcome string `json:"outcome"` // succeed or fail
}

// authenticate ends the 3-D Secure step of an intent, as its card holder would
// on the bank's page.
func (h *handler) authenticate(w *world.World, r *http.Request, body outcomeBody) (result, error) {
	i, err := w.State.Authenticate(mux.Vars(r)["intent"], body.Outcome == "succeed")
	if err != nil {
		return nil, err
	}
	return show(adminapi.Intent{ID: i.ID, Status: string(i.Status), LastError: lastError(i)})
}

// lastError returns Stripe's code of the last error of an intent, or "" if
// there was none.
func lastError(i connect.Intent) string {
	if i.LastError == nil {
		return ""
	}
	return i.LastError.Code
}
