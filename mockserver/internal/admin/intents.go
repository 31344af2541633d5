package admin

import (
	"net/http"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

// authenticate ends the 3-D Secure step of an intent, as its card holder would
// on the bank's page.
func (h *handler) authenticate(w *world.World, r *http.Request) (result, error) {
	var body struct {
		Outcome string `json:"outcome"` // succeed or fail
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	i, err := w.State.Authenticate(mux.Vars(r)["intent"], body.Outcome == "succeed")
	if err != nil {
		return nil, err
	}
	return show(adminapi.Intent{ID: i.ID, Status: string(i.Status), LastError: lastError(i)})
}

// lastError returns Stripe's code of the last error of an intent, or "" if
// there was none.
func lastError(i connect.Intent) string {
	if i.LastError == nil {
		return ""
	}
	return i.LastError.Code
}
