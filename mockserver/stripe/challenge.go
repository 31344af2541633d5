package stripe

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"cariqamock/mockserver/connect"
)

// challengePath is where the bank's page of 3-D Secure is.
const challengePath = "/stripe/authenticate/"

// Challenge is the bank's page of 3-D Secure, for the paths under
// /stripe/authenticate/. Who knows an intent's secret may complete or fail its
// authentication.
func (h *Handler) Challenge() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
		if err := template.Must(template.New("challenge").Parse(challengeHTML)).Execute(&body, p); err != nil {
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
	id, ok := strings.CutPrefix(r.URL.Path, challengePath)
	if !ok || id == "" || !clean(id) {
		return page{}, errUnknown
	}
	s, ok := h.cfg.Worlds.ByIntent(id)
	if !ok {
		return page{}, errUnknown
	}
	i, err := s.Intent(id)
	if err != nil {
		return page{}, errUnknown
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return ask(i, r.URL.Query())
	case http.MethodPost:
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if r.ParseForm() != nil {
			return page{}, errRequest
		}
		return h.authenticate(s, i, r.PostForm)
	}
	return page{}, errMethod
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

func (h *Handler) authenticate(s *connect.State, i connect.Intent, form url.Values) (page, error) {
	if !sameSecret(form.Get("client_secret"), i.Secret) {
		return page{}, errSecret
	}
	outcome := form.Get("outcome")
	if outcome != "succeed" && outcome != "fail" {
		return page{}, errRequest
	}
	i, err := s.Authenticate(i.ID, outcome == "succeed")
	if err != nil {
		return page{}, err
	}
	p := page{Title: "Done", Text: "The authentication failed. You can close this page."}
	if settled(i) {
		p.Text = "The authentication succeeded. You can close this page."
	} else if outcome == "succeed" {
		p.Text = "The authentication succeeded, but the bank declined the card. You can close this page."
	}
	if back, ok := h.returns.get(i.ID); ok {
		p.To, _ = returnTo(back, i)
	}
	return p, nil
}

const challengeHTML = `<!doctype html>
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
`
