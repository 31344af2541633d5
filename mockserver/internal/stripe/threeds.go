package stripe

import (
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/text"
)

// The libraries for phones know a running 3-D Secure by its source. In the
// fake, its id follows from that of the intent.
const sourcePrefix = "src_"

// sourceOf returns the source of an intent's 3-D Secure.
func sourceOf(intentID string) string {
	_, id, _ := strings.Cut(intentID, "_")
	return sourcePrefix + id
}

// intentsOf returns the ids of the intents that a source may belong to.
func intentsOf(source string) []string {
	id, ok := strings.CutPrefix(source, sourcePrefix)
	if !ok || id == "" || !clean(id) {
		return nil
	}
	return []string{"seti_" + id, "pi_" + id}
}

func waits(i connect.Intent) bool { return i.Status == connect.RequiresAction }

func noSource(status int, source string) error {
	return reject(status, "resource_missing", "source", "No such source: '"+text.Shorten(source, maxShown)+"'")
}

// locate finds the intent of a call that names it by a source in its body.
func (c *call) locate() {
	if c.about != bySource {
		return
	}
	for _, id := range intentsOf(c.params.get("source")) {
		w, ok := c.h.cfg.Worlds.ByIntent(id)
		if !ok || c.home != nil && c.home.ID != w.ID {
			continue
		}
		w = c.changing(w)
		c.world, c.home, c.id = w, w, strings.Clone(id)
		c.kind = setupKind
		if strings.HasPrefix(id, "pi_") {
			c.kind = paymentKind
		}
		return
	}
}

// A threeDSView is how far a 3-D Secure has come, with the fields of an answer
// recorded in Stripe's library for Android (3ds2-authenticate.json) and of its
// parser (Stripe3ds2AuthResultJsonParser.kt).
type threeDSView struct {
	ID               string  `json:"id"`
	Object           string  `json:"object"`
	Ares             any     `json:"ares"`
	Created          int64   `json:"created"`
	Creq             *string `json:"creq"`
	Error            any     `json:"error"`
	FallbackRedirect *string `json:"fallback_redirect_url"`
	Livemode         bool    `json:"livemode"`
	Source           string  `json:"source"`
	State            string  `json:"state"`
}

// authenticateSource answers POST /v1/3ds2/authenticate. The fake is no bank's
// server that an app could show a form of, so it asks the libraries for what
// they do in such a case: open the bank's page.
func (c *call) authenticateSource() (any, error) {
	i, err := c.sourced()
	if err != nil {
		return nil, err
	}
	if !waits(i) {
		return nil, connect.ErrIntentState
	}
	v := c.threeDS("challenge_required")
	page := c.challengeURL(i)
	v.FallbackRedirect = &page
	return v, nil
}

// completeSource answers POST /v1/3ds2/challenge_complete. As long as the card
// holder has not decided it is refused, and the library for iOS asks again.
func (c *call) completeSource() (any, error) {
	i, err := c.sourced()
	switch {
	case err != nil:
		return nil, err
	case waits(i):
		return nil, invalid("source", "The challenge of this source is not complete: the card holder has not decided on the bank's page.")
	case settled(i):
		return c.threeDS("succeeded").answered("Y"), nil
	}
	return c.threeDS("failed").answered("N"), nil
}

// sourced returns the intent of the call's source.
func (c *call) sourced() (connect.Intent, error) {
	source := c.params.get("source")
	if source == "" {
		return connect.Intent{}, missing("source")
	}
	if _, i, err := c.intent(); err == nil {
		return i, nil
	}
	return connect.Intent{}, noSource(http.StatusBadRequest, source)
}

func (c *call) threeDS(state string) threeDSView {
	return threeDSView{
		ID: "threeds2_" + strings.TrimPrefix(sourceOf(c.id), sourcePrefix), Object: "three_d_secure_2", Created: c.world.State.Now().Unix(),
		Source: sourceOf(c.id), State: state,
	}
}

// answered returns the view with the bank's answer: Y for yes, N for no.
func (v threeDSView) answered(status string) threeDSView {
	v.Ares = map[string]string{"acsTransID": v.ID, "messageType": "ARes", "messageVersion": "2.2.0", "transStatus": status}
	return v
}
