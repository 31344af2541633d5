// Package console is the page for people at /.
package console

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"

	"cariqamock/mockserver/scenario"
	"cariqamock/mockserver/stations"
)

//go:embed start.html
var startPage string

type handler struct {
	page    *template.Template
	library *scenario.Library
	magic   []stations.MagicPoint
}

// New makes the page's handler.
func New(library *scenario.Library, magic []stations.MagicPoint) http.Handler {
	return &handler{
		page:    template.Must(template.New("start").Option("missingkey=error").Parse(startPage)),
		library: library, magic: magic,
	}
}

type start struct {
	URL       string
	Scenarios []*scenario.Scenario
	Magic     []stations.MagicPoint
}

// ServeHTTP shows the page; every other path is unknown.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.Error(w, "Not found. The vendor's API is under /api/v1/, Stripe's under /v1/, the fake's own under /__admin/.", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET.", http.StatusMethodNotAllowed)
		return
	}
	data := start{URL: "http://" + r.Host, Magic: h.magic}
	if r.TLS != nil {
		data.URL = "https://" + r.Host
	}
	for _, name := range h.library.Names() {
		s, err := h.library.Get(name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		data.Scenarios = append(data.Scenarios, s)
	}
	var page bytes.Buffer
	if err := h.page.Execute(&page, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	// A client that leaves early is nothing to report.
	_, _ = w.Write(page.Bytes())
}
