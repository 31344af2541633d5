package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// A said is what a deed came to, for the next page that is shown.
type said struct {
	Kind string // done, refused or failed
	Text string
	Link string // to what tells more; empty: nothing does
	More string // the link's text
}

// saidCookie carries it over the redirect. It is no secret, it is short-lived,
// and whoever could set it from elsewhere could only have a text shown.
const saidCookie = "cariqa-mock-said"

// maxSaid keeps the cookie within what browsers take.
const maxSaid = 1500

func (s said) leave(w http.ResponseWriter) {
	if s.Text == "" {
		return
	}
	if runes := []rune(s.Text); len(runes) > maxSaid/2 {
		s.Text = string(runes[:maxSaid/2]) + " …"
	}
	data, err := json.Marshal(s)
	if err != nil {
		return // three texts can be encoded
	}
	http.SetCookie(w, &http.Cookie{
		Name: saidCookie, Value: base64.RawURLEncoding.EncodeToString(data), Path: "/", MaxAge: 30,
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// takeSaid reads what was left and forgets it.
func takeSaid(w http.ResponseWriter, r *http.Request) *said {
	c, err := r.Cookie(saidCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: saidCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	data, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var s said
	if json.Unmarshal(data, &s) != nil || s.Text == "" || s.Link != "" && !ownPath(s.Link) {
		return nil
	}
	return &s
}
