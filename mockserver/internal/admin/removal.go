package admin

import (
	"net/http"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

// removal lists the rules that refuse to remove a payment method, the one that
// answers first.
func (h *handler) removal(w *world.World, r *http.Request) (result, error) {
	user, method := mux.Vars(r)["user"], mux.Vars(r)["pm"]
	rules, err := w.State.Removal(user, method)
	if err != nil {
		return nil, adminapi.NewProblem(http.StatusNotFound, "World %s has no user %s with a payment method %s.", w.ID, user, method)
	}
	return show(viewRemoval(rules))
}

func viewRemoval(rules connect.Rules) adminapi.Removal {
	v := adminapi.Removal{Allowed: len(rules) == 0, Rules: make([]adminapi.Rule, len(rules))}
	for i, r := range rules {
		v.Rules[i] = viewRule(r)
	}
	return v
}
