package admin

import (
	"net/http"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/world"
)

func (h *handler) listFaults(w *world.World, r *http.Request) (result, error) {
	return showPage(r, "faults", pageOfAll, w.Faults.List(), func(f fault.Fault) string { return f.ID }, same)
}

func (h *handler) addFault(w *world.World, _ *http.Request, spec fault.Spec) (result, error) {
	if err := spec.Validate(h.cfg.Operations); err != nil {
		return nil, err
	}
	f, err := w.AddFault(spec)
	if err != nil {
		return nil, err
	}
	return created(f)
}

func (h *handler) clearFaults(w *world.World, _ *http.Request) (result, error) {
	return noContent, w.ClearFaults()
}

func (h *handler) removeFault(w *world.World, r *http.Request) (result, error) {
	id := mux.Vars(r)["fault"]
	ok, err := w.RemoveFault(id)
	if err == nil && !ok {
		err = adminapi.NewProblem(http.StatusNotFound, "World %s has no fault %s.", w.ID, id)
	}
	return noContent, err
}
