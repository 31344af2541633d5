package admin

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/stripe/errorcode"
	"cariqamock/mockserver/internal/stripe/testcard"
)

func (h *handler) health(*http.Request) (result, error) {
	return show(map[string]string{"status": "ok"})
}

func (h *handler) version(*http.Request) (result, error) {
	return show(adminapi.Version{Version: h.cfg.Version, Commit: h.cfg.Commit, Date: h.cfg.Date, API: apiVersion})
}

func (h *handler) openAPI(*http.Request) (result, error) {
	return document("application/yaml", []byte(openAPI)), nil
}

// metrics returns the counters in Prometheus' text format.
func (h *handler) metrics(*http.Request) (result, error) {
	var buf bytes.Buffer
	h.cfg.Metrics(&buf)
	return document("text/plain; version=0.0.4; charset=utf-8", buf.Bytes()), nil
}

// options lists the values that other calls accept.
func (h *handler) options(*http.Request) (result, error) {
	return show(adminapi.Options{
		Operations: fault.IDs(h.cfg.Operations), ErrorTypes: connect.ErrorTypes(), ErrorCodes: errorcode.All(),
		Statuses: connect.EVSEStatuses(), Cards: testcard.Tokens(), CardGroups: testcard.Groups(),
	})
}

// postScenario takes a scenario file, so that those who cannot reach the server's
// folder can hand one on.
func (h *handler) postScenario(r *http.Request) (result, error) {
	src, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	name, err := h.cfg.Library.Post(r.Context(), src)
	switch {
	case errors.Is(err, library.ErrTaken), errors.Is(err, library.ErrFull):
		return nil, adminapi.NewProblem(http.StatusConflict, "%s.", capitalize(err.Error()))
	case errors.Is(err, store.ErrUnavailable):
		return nil, err
	case err != nil:
		return nil, adminapi.BadValue("", "%s", err)
	}
	return created(map[string]string{"name": name})
}

func (h *handler) scenarios(r *http.Request) (result, error) {
	var out []adminapi.Scenario
	if err := h.cfg.Library.Sync(r.Context()); err != nil {
		return nil, err
	}
	for _, name := range h.cfg.Library.Names() {
		s, err := h.cfg.Library.Get(name)
		if err != nil {
			return nil, err
		}
		out = append(out, adminapi.Scenario{Name: s.Name, Title: s.Title, Proves: list(s.Proves), Try: list(s.Steps), Replay: s.Replay})
	}
	return showPage(r, "scenarios", pageOfAll, out, func(s adminapi.Scenario) string { return s.Name }, same)
}
