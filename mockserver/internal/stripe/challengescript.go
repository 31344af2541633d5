package stripe

import (
	"errors"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/connect"
)

// takesJSON says whether a client asks for JSON: browsers that show a page do
// not.
func takesJSON(r *http.Request) bool {
	for _, accept := range r.Header.Values("Accept") {
		if strings.Contains(accept, "application/json") {
			return true
		}
	}
	return false
}

// challengeScript ends an authentication for the browser script. It shows what
// a publishable key may see, as the secret has been checked.
func (h *Handler) challengeScript(w http.ResponseWriter, r *http.Request) {
	c := &call{h: h, w: w, r: r}
	h.answer(c, func() (any, error) {
		home, i, err := h.challenged(r)
		if err != nil {
			return nil, c.challengeProblem(err)
		}
		c.world, c.id, c.kind = home, i.ID, kindOf(i)
		i, err = h.authenticate(w, r, home.State, i)
		if err != nil {
			return nil, c.challengeProblem(err)
		}
		return c.show(i), nil
	})
}

// challengeProblem gives what the page says in words in the shape of Stripe's
// errors. No such call is documented, so codes and texts are ours.
func (c *call) challengeProblem(err error) error {
	body := errorObject{Type: invalidRequest, Message: "3-D Secure: " + err.Error() + "."}
	switch {
	case errors.Is(err, errUnknown), errors.Is(err, connect.ErrNoIntent):
		body.Code, body.Param = "resource_missing", "intent"
	case errors.Is(err, errSecret):
		body.Param = "client_secret"
	case errors.Is(err, connect.ErrIntentState):
		body.Code = string(c.kind) + "_unexpected_state"
		if _, i, e := c.intent(); e == nil {
			c.showIntent(&body, i)
		}
	}
	return failure(pageStatus(err), body)
}
