package admin

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gorilla/mux"
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

// defaultUsers is how many users a list has without a limit.
const defaultUsers = 20

// listUsers searches users as the vendor's own list does.
func (h *handler) listUsers(w *world.World, r *http.Request) (result, error) {
	limit, err := readLimit(r, defaultUsers)
	if err != nil {
		return nil, err
	}
	count, users := w.State.Users(strings.TrimSpace(r.URL.Query().Get("search")), 0, limit)
	out := adminapi.UserList{Count: count, Users: make([]adminapi.User, len(users))}
	for i, u := range users {
		out.Users[i] = viewUser(u)
	}
	return show(out)
}

func viewUser(u connect.User) adminapi.User {
	v := adminapi.User{ID: u.ID, Email: u.Email, Locale: string(u.Locale)}
	if u.Custom != nil {
		v.ExternalID = u.Custom.ExternalID
	}
	return v
}

func (h *handler) getUser(w *world.World, r *http.Request) (result, error) {
	u, err := w.State.InspectUser(mux.Vars(r)["user"])
	if err != nil {
		return nil, noUser(w, r)
	}
	v := adminapi.UserDetail{
		User: viewUser(u.User), BillingComplete: u.BillingComplete,
		Methods: make([]adminapi.Method, len(u.Methods)), Sessions: make([]adminapi.SessionDetail, len(u.Sessions)),
		Debts: make([]adminapi.Debt, len(u.Debts)), Waiting: make([]adminapi.Waiting, len(u.Waiting)),
	}
	for i, m := range u.Methods {
		v.Methods[i] = viewMethod(m)
	}
	for i, s := range u.Sessions {
		v.Sessions[i] = viewSessionDetail(s)
	}
	for i, d := range u.Debts {
		v.Debts[i] = viewDebt(d)
	}
	for i, in := range u.Waiting {
		v.Waiting[i] = viewWaiting(in)
	}
	return show(v)
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

// makeDebt adds a past session of a user whose final charge has failed.
func (h *handler) makeDebt(w *world.World, r *http.Request) (result, error) {
	var body struct {
		KWh    *string `json:"kwh"`
		Method string  `json:"payment_method"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	kwh := decimal.New(10_000, -3)
	if body.KWh != nil {
		var err error
		if kwh, err = energy(*body.KWh); err != nil {
			return nil, err
		}
	}
	s, err := w.State.MakeDebt(mux.Vars(r)["user"], connect.DebtSpec{
		MethodID: body.Method, KWh: kwh, Points: h.cfg.Catalogue.OpenPoints(),
	})
	if _, refused := connect.IsRefusal(err); refused {
		return nil, noUser(w, r)
	}
	if err != nil {
		return nil, err
	}
	return created(viewSessionDetail(s))
}
