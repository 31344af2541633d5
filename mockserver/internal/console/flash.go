package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// A flash is the outcome of an action, shown on the next page.
type flash struct {
	Kind     string // done, refused or failed
	Text     string
	Link     string // to the details; empty if there are none
	LinkText string
}

// flashCookie carries a flash over the redirect. It holds no secret and lives
// for 30 seconds; a forged one can do no more than show a text.
const flashCookie = "cariqa-mock-flash"

// maxFlash is the most characters of a text, so that the cookie stays within
// what browsers accept.
const maxFlash = 750

// set leaves the flash in the cookie.
func (f flash) set(w http.ResponseWriter) {
	if f.Text == "" {
		return
	}
	if runes := []rune(f.Text); len(runes) > maxFlash {
		f.Text = string(runes[:maxFlash]) + " …"
	}
	data, _ := json.Marshal(f) // a struct of strings always encodes
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(data), Path: "/", MaxAge: 30,
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// takeFlash reads the flash and deletes its cookie. It returns nil if there is
// none.
func takeFlash(w http.ResponseWriter, r *http.Request) *flash {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	data, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var f flash
	if json.Unmarshal(data, &f) != nil || f.Text == "" || f.Link != "" && !localPath(f.Link) {
		return nil
	}
	return &f
}
