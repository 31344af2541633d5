package admin

import (
	"bytes"
	"net/http"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

func (h *handler) health(*http.Request) (result, error) {
	return show(map[string]string{"status": "ok"})
}

func (h *handler) version(*http.Request) (result, error) {
	return show(adminapi.Version{Version: h.cfg.Version, API: apiVersion})
}

func (h *handler) openAPI(*http.Request) (result, error) {
	return document{contentType: "application/yaml", body: []byte(openAPI)}, nil
}

// metrics returns the counters in Prometheus' text format.
func (h *handler) metrics(*http.Request) (result, error) {
	var buf bytes.Buffer
	h.cfg.Metrics(&buf)
	return document{contentType: "text/plain; version=0.0.4; charset=utf-8", body: buf.Bytes()}, nil
}

// options lists the values that other calls accept.
func (h *handler) options(*http.Request) (result, error) {
	v := adminapi.Options{Operations: h.cfg.Operations, Cards: testcard.Tokens()}
	for _, t := range connect.ErrorTypes() {
		v.ErrorTypes = append(v.ErrorTypes, string(t))
	}
	for _, s := range connect.EVSEStatuses() {
		v.Statuses = append(v.Statuses, string(s))
	}
	return show(v)
}
