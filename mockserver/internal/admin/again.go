package admin

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

// curl writes a command that makes a request again. Of a world whose id is its
// token it has the token, else a variable of the shell.
func (h *handler) curl(r *http.Request) (any, error) {
	w, sent, err := h.sent(r)
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
	return document{contentType: "text/plain; charset=utf-8", body: []byte(sent.Curl(h.cfg.Base(r), authorization))}, nil
}

// step writes a request as a step of a scenario.
func (h *handler) step(r *http.Request) (any, error) {
	_, sent, err := h.sent(r)
	if err != nil {
		return nil, err
	}
	step, err := scenario.WriteStep(sent)
	if err != nil {
		return nil, err
	}
	return document{contentType: "application/yaml", body: step}, nil
}

func (h *handler) sent(r *http.Request) (*world.World, journal.Sent, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, journal.Sent{}, err
	}
	id := mux.Vars(r)["request"]
	sent, ok := w.Journal.Sent(id)
	if !ok {
		return nil, journal.Sent{}, noRequest(w, id)
	}
	return w, sent, nil
}
