package admin

import (
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

// curl writes a command that repeats a request. It contains the token of a
// world whose id is its token, else a variable of the shell.
func (h *handler) curl(w *world.World, r *http.Request) (result, error) {
	sent, err := recorded(w, r, w.Journal.Sent)
	if err != nil {
		return nil, err
	}
	authorization := "Bearer $TOKEN"
	switch {
	case strings.HasPrefix(sent.Path, "/v1/") && sent.Secret:
		authorization = "Bearer sk_test_mock"
	case strings.HasPrefix(sent.Path, "/v1/"):
		authorization = "Bearer pk_test_mock"
	case !strings.HasPrefix(w.ID, "w_"):
		authorization = "Bearer " + w.ID
	}
	return document("text/plain; charset=utf-8", []byte(sent.Curl(h.cfg.Base(r), authorization))), nil
}

// step writes a request as a step of a scenario.
func (h *handler) step(w *world.World, r *http.Request) (result, error) {
	sent, err := recorded(w, r, w.Journal.Sent)
	if err != nil {
		return nil, err
	}
	step, err := scenario.WriteStep(scenario.Recorded{
		Method: sent.Method, Path: sent.Target(), Query: sent.Query, User: sent.First, SecretKey: sent.Secret,
		ContentType: sent.ContentType, Accept: sent.Accept, Prefer: sent.Prefer,
		Body: sent.Body, Fields: sent.Fields, Binary: sent.Binary, Cut: sent.Cut,
		Status: sent.Status, Rule: sent.Rule, Redacted: journal.Redacted,
	})
	if err != nil {
		return nil, err
	}
	return document("application/yaml", step), nil
}
