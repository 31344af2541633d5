package console

import (
	"errors"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/wire"
)

// A loginPage is the data of the login page.
type loginPage struct {
	Next  string // path to go to
	Wrong string // what was wrong with the last token
}

// showLogin asks for the admin token, unless the browser is signed in or the
// server has no token.
func (h *handler) showLogin(w http.ResponseWriter, r *http.Request) {
	to := next(r.URL.Query().Get("next"))
	if h.request(r).admin.get("/version", nil) == nil {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	h.renderLogin(w, http.StatusOK, loginPage{Next: to})
}

// login checks a token with the admin API, and sets the cookie that replaces
// it.
func (h *handler) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, wire.MaxBody)
	token, to := strings.TrimSpace(r.PostFormValue("token")), next(r.PostFormValue("next"))
	check := r.Clone(r.Context())
	check.Header.Del("Cookie")
	check.Header.Set("Authorization", "Bearer "+token)
	err := client{h.cfg.Admin, check}.get("/version", nil)
	var p *adminapi.Problem
	if errors.As(err, &p) && p.Status == http.StatusTooManyRequests {
		h.renderLogin(w, p.Status, loginPage{Next: to, Wrong: p.Detail})
		return
	}
	if errors.As(err, &p) && p.Status == http.StatusUnauthorized {
		h.renderLogin(w, p.Status, loginPage{Next: to, Wrong: "Wrong token."})
		return
	}
	if err != nil {
		h.request(r).fail(w, err)
		return
	}
	http.SetCookie(w, h.cookie(r, token))
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// cookie returns the cookie that replaces a token.
func (h *handler) cookie(r *http.Request, token string) *http.Cookie {
	name, value := h.cfg.Cookie(r, token)
	return &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	}
}

// logout deletes the cookie, and asks for the token again.
func (h *handler) logout(w http.ResponseWriter, r *http.Request) {
	c := h.cookie(r, "")
	c.Value, c.MaxAge = "", -1
	http.SetCookie(w, c)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

func (h *handler) renderLogin(w http.ResponseWriter, status int, page loginPage) {
	h.render(w, status, view{Page: "login", Title: "Admin token", Data: page})
}

// next returns the page to go to after login: a path on this server, or the
// home page.
func next(to string) string {
	if localPath(to) {
		return to
	}
	return "/"
}

// localPath reports whether browsers take a link for a path on this server,
// and not for the address of another one.
func localPath(to string) bool {
	return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.ContainsAny(to, "\\\r\n\t")
}
