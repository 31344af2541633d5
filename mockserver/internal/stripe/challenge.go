package stripe

import (
	"bytes"
	"context"
	_ "embed"
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

//go:embed challenge.html
var challengeHTML string

var challengePage = template.Must(template.New("challenge").Parse(challengeHTML))

// Challenge returns the bank's page of 3-D Secure, for the paths under
// /stripe/authenticate/. Anyone who knows an intent's secret may complete or
// fail its authentication. The browser script, which posts and accepts JSON,
// receives the intent or an error in the format of Stripe's API.
func (h *Handler) Challenge() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && acceptsJSON(r) {
			c := &call{h: h, w: w, r: r}
			h.answer(c, c.authenticate)
			return
		}
		p, err := h.challenge(w, r)
		if err != nil {
			e := asChallengeError(err)
			p = page{status: e.status, Title: e.title, Text: e.text}
		}
		p.write(w, h.cfg.Origins)
	})
}

// acceptsJSON reports whether a client asks for JSON, which browsers that open
// a page do not.
func acceptsJSON(r *http.Request) bool {
	return strings.Contains(strings.Join(r.Header.Values("Accept"), ","), "application/json")
}

// A page is an answer for people.
type page struct {
	status         int
	to             string // the app's address to go back to, or ""
	Title, Text    string
	Intent, Secret string // of the form, or ""
}

// framers are the pages of this machine, as a content security policy names them.
const framers = "'self' http://localhost:* https://localhost:* http://*.localhost:* https://*.localhost:* http://127.0.0.1:* https://127.0.0.1:*"

// write writes the page, which pages of this machine and of some origins may
// show in a frame, as apps do with a bank's page.
func (p page) write(w http.ResponseWriter, origins []string) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer") // the address contains a secret
	header.Set("X-Content-Type-Options", "nosniff")
	// No form-action: browsers would apply it to the redirect to the app, too.
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "+
		strings.Join(append([]string{"frame-ancestors", framers}, origins...), " "))
	header.Set("Content-Type", "text/html; charset=utf-8")
	if p.to != "" {
		header.Set("Location", p.to)
		p.status = http.StatusSeeOther
	}
	var body bytes.Buffer
	if err := challengePage.Execute(&body, p); err != nil {
		p.status = http.StatusInternalServerError
	}
	w.WriteHeader(p.status)
	_, _ = w.Write(body.Bytes()) // a client that has gone needs no answer
}

// A challengeError is why an authentication cannot be shown or ended. Stripe
// documents no such call, so codes and texts are ours.
type challengeError struct {
	status      int
	title, text string
	code, param string // for the browser script
}

func (e *challengeError) Error() string { return e.text }

var (
	errUnknown = &challengeError{
		status: http.StatusNotFound, title: "Nothing to authenticate", code: "resource_missing", param: "intent",
		text: "There is no such authentication. Its world may have been reset or deleted: start the payment or setup again.",
	}
	errSecret = &challengeError{
		status: http.StatusBadRequest, title: "Nothing to authenticate", param: "client_secret",
		text: "The client secret does not belong to this intent. Use the whole address in the intent's next_action.",
	}
	errRequest = &challengeError{
		status: http.StatusBadRequest, title: "Bad request",
		text: `The form cannot be read. It needs a client_secret, and an outcome that is "succeed" or "fail".`,
	}
	errMethod = &challengeError{
		status: http.StatusMethodNotAllowed, title: "Bad request", text: "This page accepts GET and POST only.",
	}
)

func asChallengeError(err error) *challengeError {
	var e *challengeError
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, connect.ErrNoIntent):
		return errUnknown
	case errors.Is(err, connect.ErrIntentState):
		return &challengeError{
			status: http.StatusConflict, title: "Nothing to authenticate",
			text: "This intent is not waiting for an authentication, which may have been completed or failed before.",
		}
	}
	var status *wire.StatusError
	if errors.As(err, &status) {
		return &challengeError{status: status.Status, title: "The server is busy", text: status.Text}
	}
	return &challengeError{status: http.StatusInternalServerError, title: "Internal error", text: "The authentication could not be ended: " + err.Error() + "."}
}

// challenge returns the page for a browser.
func (h *Handler) challenge(w http.ResponseWriter, r *http.Request) (page, error) {
	home, i, err := h.challenged(r)
	if err != nil {
		return page{}, err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return question(i, r.URL.Query())
	case http.MethodPost:
		if i, err = h.endChallenge(w, r, home.State, i); err != nil {
			return page{}, err
		}
		return h.result(r.Context(), i, r.PostForm.Get("outcome"))
	}
	return page{}, errMethod
}

// challenged returns the intent of a request and its world.
func (h *Handler) challenged(r *http.Request) (*world.World, connect.Intent, error) {
	path, ok := strings.CutPrefix(r.URL.Path, challengePath)
	id, source, named := strings.Cut(path, "/")
	if !ok || id == "" || !clean(id) || named && source != sourceOf(id) {
		return nil, connect.Intent{}, errUnknown
	}
	home, ok := h.cfg.Worlds.ByIntent(id)
	if !ok {
		return nil, connect.Intent{}, errUnknown
	}
	if r.Method == http.MethodPost {
		home = home.For(connect.Cause{What: "POST " + r.URL.Path})
	}
	i, err := home.State.Intent(id)
	return home, i, err
}

// question returns the page that asks the card holder.
func question(i connect.Intent, query url.Values) (page, error) {
	if !sameSecret(query.Get("client_secret"), i.Secret) {
		return page{}, errSecret
	}
	p := page{status: http.StatusOK, Title: "3-D Secure", Intent: i.ID, Secret: i.Secret}
	switch {
	case i.Status != connect.RequiresAction:
		return page{
			status: http.StatusOK, Title: "Nothing to authenticate",
			Text: "This intent is not waiting for an authentication. Its status is " + string(i.Status) + ".",
		}, nil
	case i.Setup:
		p.Text = "Your bank asks you to confirm that you are setting up this card."
	default:
		p.Text = fmt.Sprintf("Your bank asks you to confirm that you are paying %s %s.", i.Amount.StringFixed(2), strings.ToUpper(i.Currency))
	}
	return p, nil
}

// endChallenge completes or fails the authentication, as the form asks.
func (h *Handler) endChallenge(w http.ResponseWriter, r *http.Request, s *connect.State, i connect.Intent) (connect.Intent, error) {
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

// result returns the page after an authentication.
func (h *Handler) result(ctx context.Context, i connect.Intent, outcome string) (page, error) {
	p := page{status: http.StatusOK, Title: "Done", Text: "The authentication failed. You can close this page."}
	if settled(i) {
		p.Text = "The authentication succeeded. You can close this page."
	} else if outcome == "succeed" {
		p.Text = "The authentication succeeded, but the bank declined the card. You can close this page."
	}
	back, seq, err := h.returns.get(ctx, i.ID)
	if seq != 0 {
		p.to, _ = returnTo(back.URL, i)
	}
	return p, err
}

// authenticate ends an authentication for the browser script. It returns what a
// publishable key may see, as the secret has been checked.
func (c *call) authenticate() (any, error) {
	home, i, err := c.h.challenged(c.r)
	if err == nil {
		c.world, c.id, c.kind = home, i.ID, kindOf(i)
		i, err = c.h.endChallenge(c.w, c.r, home.State, i)
	}
	if err == nil {
		return c.show(i), nil
	}
	e := asChallengeError(err)
	body := errorObject{Type: invalidRequest, Code: e.code, Param: e.param, Message: "3-D Secure: " + e.text}
	if errors.Is(err, connect.ErrIntentState) {
		body.Code = string(c.kind) + "_unexpected_state"
		if _, i, err := c.intent(); err == nil {
			c.showIntent(&body, i)
		}
	}
	return nil, failure(e.status, body)
}
