package admin

import (
	"errors"
	"net/http"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/fault"
)

func (h *handler) listFaults(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	return map[string]any{"faults": w.Faults.List()}, nil
}

// addFault queues a fault; 422 names the field that is wrong.
func (h *handler) addFault(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	var spec fault.Spec
	if err := decode(r, &spec); err != nil {
		return nil, err
	}
	if err := spec.Validate(h.cfg.Operation, nil); err != nil {
		return nil, faultProblem(err)
	}
	f, err := w.Faults.Add(spec)
	if err != nil {
		return nil, faultProblem(err)
	}
	return created{f}, nil
}

func faultProblem(err error) error {
	var field *fault.FieldError
	switch {
	case errors.As(err, &field):
		return badValue(field.Field, "%s.", capital(field.Text))
	case errors.Is(err, fault.ErrFull):
		return newProblem(http.StatusConflict, "%s.", capital(err.Error()))
	}
	return err
}

func (h *handler) clearFaults(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	w.Faults.Clear()
	return nil, nil
}

func (h *handler) removeFault(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	if id := mux.Vars(r)["fault"]; !w.Faults.Remove(id) {
		return nil, newProblem(http.StatusNotFound, "World %s has no fault %s.", w.ID, id)
	}
	return nil, nil
}
