package admin

import (
	"net/http"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/connect"
)

type intentView struct {
	ID        string               `json:"id"`
	Status    connect.IntentStatus `json:"status"`
	LastError string               `json:"last_error,omitempty"` // Stripe's code
}

// authenticate ends the 3-D Secure step of an intent, as its card holder would
// on the bank's page.
func (h *handler) authenticate(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		Outcome string `json:"outcome"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	if body.Outcome != "succeed" && body.Outcome != "fail" {
		return nil, badValue("outcome", "%q: want succeed or fail.", body.Outcome)
	}
	i, err := w.State.Authenticate(mux.Vars(r)["intent"], body.Outcome == "succeed")
	if err != nil {
		return nil, err
	}
	return intentView{ID: i.ID, Status: i.Status, LastError: lastError(i)}, nil
}

// lastError is Stripe's code of what went wrong with an intent last; empty:
// nothing did.
func lastError(i connect.Intent) string {
	if i.LastError == nil {
		return ""
	}
	return i.LastError.Code
}
