package admin

import (
	"net/http"

	"cariqamock/mockserver/internal/admin/adminapi"
)

func (h *handler) scenarios(*http.Request) (result, error) {
	out := adminapi.ScenarioList{Scenarios: []adminapi.Scenario{}}
	for _, name := range h.cfg.Library.Names() {
		s, err := h.cfg.Library.Get(name)
		if err != nil {
			return nil, err
		}
		out.Scenarios = append(out.Scenarios, adminapi.Scenario{Name: s.Name, Title: s.Title, Proves: list(s.Proves), Try: list(s.Steps)})
	}
	return show(out)
}
