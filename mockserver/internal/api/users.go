package api

import (
	"net/http"

	"cariqamock/internal/python"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
)

type userJSON struct {
	ID     string         `json:"id"`
	Email  *string        `json:"email"`
	Locale connect.Locale `json:"locale"`
	Custom *customJSON    `json:"custom_properties"`
}

type customJSON struct {
	ExternalID *string `json:"external_id"`
}

func userView(u connect.User) userJSON {
	v := userJSON{ID: u.ID, Email: u.Email, Locale: u.Locale}
	if u.Custom != nil {
		v.Custom = &customJSON{u.Custom.ExternalID}
	}
	return v
}

// maxExternalID is the limit in the specification, in characters.
const maxExternalID = 250

func (a *API) readUser(c *call, partial bool) (connect.UserUpdate, error) {
	in, err := c.input()
	if err != nil {
		return connect.UserUpdate{}, err
	}
	if partial {
		in = in.Partial()
	}
	f := wire.Read(in)
	u := connect.UserUpdate{Email: f.Text("email", wire.Text{Null: true, Email: true})}
	if l := f.Choice("locale", []string{string(connect.English), string(connect.German)}, false, false); l.Set {
		u.Locale = connect.Some(connect.Locale(*l.Value))
	}
	if custom, set := f.Object("custom_properties"); set {
		u.Custom = connect.Some[*connect.CustomUpdate](nil)
		if custom != nil {
			u.Custom.Value = &connect.CustomUpdate{
				ExternalID: custom.Text("external_id", wire.Text{Null: true, Max: maxExternalID}),
			}
		}
	}
	return u, a.invalid(f)
}

// GET /api/v1/users/
func (a *API) listUsers(c *call) (wire.Reply, error) {
	search := python.Strip(c.query.Get("search"))
	return list(a, c, func(offset, limit int) (int, []connect.User, error) {
		n, users := c.state.Users(search, offset, limit)
		return n, users, nil
	}, userView)
}

// POST /api/v1/users/
func (a *API) createUser(c *call) (wire.Reply, error) {
	u, err := a.readUser(c, false)
	if err != nil {
		return wire.Reply{}, err
	}
	created, err := c.state.CreateUser(u)
	return shown(http.StatusCreated, userView, created, err)
}

// GET /api/v1/users/{user_id}/
func (a *API) retrieveUser(c *call) (wire.Reply, error) {
	u, err := c.state.User(c.user())
	return shown(http.StatusOK, userView, u, err)
}

// PATCH /api/v1/users/{user_id}/
func (a *API) updateUser(c *call) (wire.Reply, error) {
	update, err := a.readUser(c, true)
	if err != nil {
		return wire.Reply{}, err
	}
	u, err := c.state.UpdateUser(c.user(), update)
	return shown(http.StatusOK, userView, u, err)
}

// DELETE /api/v1/users/{user_id}/
func (a *API) deleteUser(c *call) (wire.Reply, error) {
	return wire.Empty(), c.state.DeleteUser(c.user())
}
