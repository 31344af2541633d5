package admin

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/mux"
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

type userView struct {
	ID         string         `json:"id"`
	Email      *string        `json:"email"`
	Locale     connect.Locale `json:"locale"`
	ExternalID *string        `json:"external_id"`
}

func viewUser(u connect.User) userView {
	v := userView{ID: u.ID, Email: u.Email, Locale: u.Locale}
	if u.Custom != nil {
		v.ExternalID = u.Custom.ExternalID
	}
	return v
}

// listUsers finds users as the vendor's own search does.
func (h *handler) listUsers(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	limit, err := readLimit(r, defaultUsers, maxUsers)
	if err != nil {
		return nil, err
	}
	n, users := w.State.Users(strings.TrimSpace(r.URL.Query().Get("search")), 0, limit)
	out := make([]userView, len(users))
	for i, u := range users {
		out[i] = viewUser(u)
	}
	return map[string]any{"count": n, "users": out}, nil
}

// How many users a listing has if it does not say, and at most.
const (
	defaultUsers = 20
	maxUsers     = 100
)

type userDetail struct {
	userView
	BillingComplete bool            `json:"billing_complete"`
	Methods         []methodDetail  `json:"payment_methods"`
	Sessions        []sessionDetail `json:"sessions"`
	Debts           []debtView      `json:"debts"`
	Waiting         []waitingView   `json:"waiting"`
}

type methodDetail struct {
	ID        string             `json:"id"`
	Type      connect.MethodType `json:"type"`
	Brand     string             `json:"brand"`
	Last4     string             `json:"last4"`
	Expires   string             `json:"expires"` // MM/YYYY, as the vendor's API has it
	Holder    *string            `json:"holder"`
	Default   bool               `json:"default"`
	CreatedAt time.Time          `json:"created_at"`
	Removal   removalView        `json:"removal"`
}

type debtView struct {
	Session   string               `json:"session"`
	Intent    string               `json:"intent"`
	Secret    string               `json:"client_secret"`
	Status    connect.IntentStatus `json:"status"`
	Amount    string               `json:"amount"`
	Currency  string               `json:"currency"`
	LastError string               `json:"last_error,omitempty"`
}

// waitingView is an intent that wants the card holder.
type waitingView struct {
	Intent   string               `json:"intent"`
	Kind     string               `json:"kind"`
	Status   connect.IntentStatus `json:"status"`
	Amount   string               `json:"amount,omitempty"`
	Currency string               `json:"currency,omitempty"`
	Secret   string               `json:"client_secret,omitempty"`  // of what is to be confirmed first
	Method   string               `json:"payment_method,omitempty"` // to confirm it with
}

func (h *handler) getUser(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	u, err := w.State.InspectUser(mux.Vars(r)["user"])
	if err != nil {
		return nil, noUser(w, r)
	}
	v := userDetail{
		userView: viewUser(u.User), BillingComplete: u.BillingComplete,
		Methods: make([]methodDetail, len(u.Methods)), Sessions: make([]sessionDetail, len(u.Sessions)),
		Debts: make([]debtView, len(u.Debts)), Waiting: make([]waitingView, len(u.Waiting)),
	}
	for i, m := range u.Methods {
		v.Methods[i] = methodDetail{
			ID: m.ID, Type: m.Card.Type, Brand: m.Card.Brand, Last4: m.Card.Last4, Holder: m.Card.Holder, Default: m.Default,
			Expires: fmt.Sprintf("%02d/%d", m.Card.ExpMonth, m.Card.ExpYear), CreatedAt: m.CreatedAt, Removal: viewRemoval(m.Removal),
		}
	}
	for i, s := range u.Sessions {
		v.Sessions[i] = viewSessionDetail(s)
	}
	for i, d := range u.Debts {
		v.Debts[i] = debtView{
			Session: d.SessionID, Intent: d.Intent.ID, Secret: d.Intent.Secret, Status: d.Intent.Status,
			Amount: d.Intent.Amount.StringFixed(2), Currency: d.Intent.Currency, LastError: lastError(d.Intent),
		}
	}
	for i, in := range u.Waiting {
		v.Waiting[i] = viewWaiting(in)
	}
	return v, nil
}

func noUser(w *world.World, r *http.Request) *problem {
	return newProblem(http.StatusNotFound, "World %s has no user %s.", w.ID, mux.Vars(r)["user"])
}

func viewWaiting(i connect.Intent) waitingView {
	v := waitingView{Intent: i.ID, Kind: "debt", Status: i.Status, Currency: i.Currency}
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

// makeDebt gives a user a past session whose final charge has just failed.
func (h *handler) makeDebt(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		KWh    *string `json:"kwh"`
		Method *string `json:"payment_method"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	kwh, method := decimal.New(10_000, -3), ""
	if body.KWh != nil {
		if kwh, err = energy(*body.KWh); err != nil {
			return nil, err
		}
	}
	if body.Method != nil {
		method = *body.Method
	}
	s, err := w.State.MakeDebt(mux.Vars(r)["user"], connect.DebtSpec{
		MethodID: method, KWh: kwh, Points: h.cfg.Catalogue.OpenPoints(),
	})
	if _, refused := connect.IsRefusal(err); refused {
		return nil, noUser(w, r)
	}
	if err != nil {
		return nil, err
	}
	return created{viewSessionDetail(s)}, nil
}
