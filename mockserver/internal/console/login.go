package console

import (
	"errors"
	"net/http"
	"strings"
)

// A login is what the page that asks for the admin token shows.
type login struct {
	Next  string
	Wrong bool
}

// askToken asks for the token, unless there is none or it has been given.
func (h *handler) askToken(w http.ResponseWriter, r *http.Request) {
	to := next(r.URL.Query().Get("next"))
	if h.visit(r).admin.get("/version", nil) == nil {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	h.showLogin(w, http.StatusOK, login{Next: to})
}

// takeToken asks the admin API whether it is the right one, and leaves a
// cookie that stands for it.
func (h *handler) takeToken(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	token, to := strings.TrimSpace(r.PostFormValue("token")), next(r.PostFormValue("next"))
	try := r.Clone(r.Context())
	try.Header.Del("Cookie")
	try.Header.Set("Authorization", "Bearer "+token)
	err := client{h.cfg.Admin, try}.get("/version", nil)
	var p *problem
	if errors.As(err, &p) && p.Status == http.StatusUnauthorized {
		h.showLogin(w, http.StatusUnauthorized, login{Next: to, Wrong: true})
		return
	}
	if err != nil {
		h.visit(r).fail(w, err)
		return
	}
	name, value := h.cfg.Cookie(token)
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	})
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (h *handler) showLogin(w http.ResponseWriter, status int, l login) {
	h.render(w, status, view{Page: "login", Title: "Admin token", Data: l})
}

// next is where to go after the token was given: a page of the console.
func next(to string) string {
	if localPath(to) {
		return to
	}
	return "/"
}

// localPath says that a browser takes a link for a path on this server, and not
// for another server's address.
func localPath(to string) bool {
	return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.ContainsAny(to, "\\\r\n\t")
}
