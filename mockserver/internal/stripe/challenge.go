package stripe

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

// challengePath is where the bank's page of 3-D Secure is.
const challengePath = "/stripe/authenticate/"

// Challenge is the bank's page of 3-D Secure, for the paths under
// /stripe/authenticate/. Who knows an intent's secret may complete or fail its
// authentication. To the browser script, which posts and takes JSON, the answer
// is the intent or an error, as Stripe's API shows them.
func (h *Handler) Challenge() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && takesJSON(r) {
			h.challengeScript(w, r)
			return
		}
		status, header := http.StatusOK, w.Header()
		p, err := h.challenge(w, r)
		if err != nil {
			p, status = page{Title: "This page has nothing to offer", Text: "What is wrong: " + err.Error() + "."}, pageStatus(err)
		}
		header.Set("Cache-Control", "no-store")
		header.Set("Referrer-Policy", "no-referrer") // the address holds a secret
		header.Set("X-Content-Type-Options", "nosniff")
		// No form-action: browsers would apply it to the redirect to the app, too.
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'")
		header.Set("Content-Type", "text/html; charset=utf-8")
		if p.To != "" {
			header.Set("Location", p.To)
			status = http.StatusSeeOther
		}
		var body bytes.Buffer
		if err := challengePage.Execute(&body, p); err != nil {
			status = http.StatusInternalServerError
		}
		w.WriteHeader(status)
		w.Write(body.Bytes())
	})
}

// A page is what the page shows.
type page struct {
	Title, Text    string
	Intent, Secret string // of the form; no intent: no form
	To             string // where to go on; empty: stay
}

var (
	errUnknown = errors.New("there is no such authentication")
	errSecret  = errors.New("the client secret is not the intent's")
	errRequest = errors.New("the request makes no sense here")
	errMethod  = errors.New("this page takes GET and POST")
)

func pageStatus(err error) int {
	switch {
	case errors.Is(err, errUnknown), errors.Is(err, connect.ErrNoIntent):
		return http.StatusNotFound
	case errors.Is(err, errSecret), errors.Is(err, errRequest):
		return http.StatusBadRequest
	case errors.Is(err, errMethod):
		return http.StatusMethodNotAllowed
	case errors.Is(err, connect.ErrIntentState):
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

func (h *Handler) challenge(w http.ResponseWriter, r *http.Request) (page, error) {
	home, i, err := h.challenged(r)
	if err != nil {
		return page{}, err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return ask(i, r.URL.Query())
	case http.MethodPost:
		return h.answered(w, r, home.State, i)
	}
	return page{}, errMethod
}

// challenged returns the intent that a request is about, and its world.
func (h *Handler) challenged(r *http.Request) (*world.World, connect.Intent, error) {
	id, ok := strings.CutPrefix(r.URL.Path, challengePath)
	if !ok || id == "" || !clean(id) {
		return nil, connect.Intent{}, errUnknown
	}
	home, ok := h.cfg.Worlds.ByIntent(id)
	if !ok {
		return nil, connect.Intent{}, errUnknown
	}
	i, err := home.State.Intent(id)
	if err != nil {
		return nil, connect.Intent{}, errUnknown
	}
	return home, i, nil
}

func ask(i connect.Intent, query url.Values) (page, error) {
	if !sameSecret(query.Get("client_secret"), i.Secret) {
		return page{}, errSecret
	}
	if i.Status != connect.RequiresAction {
		return page{Title: "Nothing to do", Text: "This intent does not wait for an authentication. It is " + string(i.Status) + "."}, nil
	}
	p := page{Title: "3-D Secure", Intent: i.ID, Secret: i.Secret, Text: "Your bank wants to know that it is you who sets up this card."}
	if !i.Setup {
		p.Text = fmt.Sprintf("Your bank wants to know that it is you who pays %s %s.", i.Amount.StringFixed(2), strings.ToUpper(i.Currency))
	}
	return p, nil
}

// authenticate ends the authentication as a form says.
func (h *Handler) authenticate(w http.ResponseWriter, r *http.Request, s *connect.State, i connect.Intent) (connect.Intent, error) {
	r.Body = http.MaxBytesReader(w, r.Body, wire.MaxBody)
	if r.ParseForm() != nil {
		return i, errRequest
	}
	if !sameSecret(r.PostForm.Get("client_secret"), i.Secret) {
		return i, errSecret
	}
	outcome := r.PostForm.Get("outcome")
	if outcome != "succeed" && outcome != "fail" {
		return i, errRequest
	}
	return s.Authenticate(i.ID, outcome == "succeed")
}

func (h *Handler) answered(w http.ResponseWriter, r *http.Request, s *connect.State, i connect.Intent) (page, error) {
	i, err := h.authenticate(w, r, s, i)
	if err != nil {
		return page{}, err
	}
	p := page{Title: "Done", Text: "The authentication failed. You can close this page."}
	if settled(i) {
		p.Text = "The authentication succeeded. You can close this page."
	} else if r.PostForm.Get("outcome") == "succeed" {
		p.Text = "The authentication succeeded, but the bank declined the card. You can close this page."
	}
	if back, ok := h.returns.get(i.ID); ok {
		p.To, _ = returnTo(back.url, i)
	}
	return p, nil
}

var challengePage = template.Must(template.New("challenge").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – cariqa-mock</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem }
button { font: inherit; padding: .6rem 1.2rem; margin: .5rem .5rem 0 0; cursor: pointer }
small { opacity: .7 }
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
{{- if .Intent}}
<form method="post">
<input type="hidden" name="client_secret" value="{{.Secret}}">
<button name="outcome" value="succeed">Complete authentication</button>
<button name="outcome" value="fail">Fail authentication</button>
</form>
{{- end}}
<p><small>A test page of cariqa-mock. No bank, no money.</small></p>
</main>
</body>
</html>
`))
