package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/world"
)

// Config is what the admin API shows and steers.
type Config struct {
	Version  string
	Token    string // none: open
	Loopback bool   // refuse foreign hosts
	Rules    connect.Rules
	Library  *library.Library
	Worlds   *world.Registry
	// Catalogue is the charge points that all worlds share.
	Catalogue *stations.Catalogue
	Metrics   func(io.Writer) // writes what has been counted
	// Cases are the contract cases that the program knows, with what is on
	// record of them; nil: it knows none. Called anew each time.
	Cases func() ([]Case, error)
	// Base is the origin of the vendor's API as the client of a request sees
	// it; empty: it is at another address than this API, not known to it.
	Base func(*http.Request) string
	// Call makes a call of the vendor's API or of Stripe's in a world. It
	// fails with ErrOtherWorld.
	Call func(*world.World, *http.Request) (Answer, error)
	// Operation says whether the vendor's API has an operation.
	Operation func(id string) bool
	Log       *slog.Logger
}

type handler struct {
	cfg    Config
	router *mux.Router
	cross  *http.CrossOriginProtection
	judge  func() (*judge, error) // loaded at the first call that has something to judge
}

const (
	prefix     = "/__admin"
	healthPath = prefix + "/health"
	streamPath = "/worlds/{world}/requests/stream"
	apiVersion = "1.0.0" // of the vendor's API, as openapi.yaml has it
	maxBody    = 1 << 20
)

// a route is a call of the admin API: it gives a value to show, or an error.
// A nil value is a 204.
type route func(*handler, *http.Request) (any, error)

// created is a value that answers with 201.
type created struct{ value any }

// document is an answer that is not JSON.
type document struct {
	contentType string
	body        []byte
	name        string // of the file to save it as; empty: none
}

// New makes the admin API's handler.
func New(cfg Config) http.Handler {
	h := &handler{cfg: cfg, router: mux.NewRouter(), cross: http.NewCrossOriginProtection(), judge: sync.OnceValues(newJudge)}
	h.router.HandleFunc(prefix+streamPath, h.serveStream)
	calls := table()
	for _, path := range slices.Sorted(maps.Keys(calls)) { // so that names come before variables, as in requests/find
		h.router.HandleFunc(prefix+path, func(w http.ResponseWriter, r *http.Request) { h.serve(w, r, path, calls[path]) })
	}
	h.router.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.fail(w, newProblem(http.StatusNotFound, "The admin API has no %s.", r.URL.Path))
	})
	return h
}

func table() map[string]map[string]route {
	const w, s = "/worlds/{world}", "/worlds/{world}/sessions/{session}"
	return map[string]map[string]route{
		"/health":                 {"GET": (*handler).health},
		"/version":                {"GET": (*handler).version},
		"/rules":                  {"GET": (*handler).rules},
		"/scenarios":              {"GET": (*handler).scenarios},
		"/evidence":               {"GET": (*handler).evidence},
		"/differences":            {"GET": (*handler).differences},
		"/charge-points":          {"GET": (*handler).listKnownPoints},
		"/openapi.yaml":           {"GET": (*handler).description},
		"/metrics":                {"GET": (*handler).metrics},
		"/worlds":                 {"GET": (*handler).listWorlds},
		w:                         {"GET": (*handler).getWorld, "DELETE": (*handler).dropWorld},
		w + "/reset":              {"POST": (*handler).resetWorld},
		w + "/clock":              {"GET": (*handler).getClock, "PUT": (*handler).putClock},
		w + "/export":             {"GET": (*handler).export},
		w + "/invariants":         {"GET": (*handler).invariants},
		w + "/users":              {"GET": (*handler).listUsers},
		w + "/users/{user}":       {"GET": (*handler).getUser},
		w + "/users/{user}/debts": {"POST": (*handler).makeDebt},
		w + "/users/{user}/payment-methods/{pm}/removal": {"GET": (*handler).removal},
		w + "/calls":                {"POST": (*handler).makeCall},
		w + "/charge-points":        {"GET": (*handler).listPoints},
		w + "/charge-points/{evse}": {"GET": (*handler).getPoint, "PUT": (*handler).putPoint},
		w + "/faults": {
			"GET": (*handler).listFaults, "POST": (*handler).addFault, "DELETE": (*handler).clearFaults,
		},
		w + "/faults/{fault}":                {"DELETE": (*handler).removeFault},
		w + "/requests":                      {"GET": (*handler).listRequests, "DELETE": (*handler).clearRequests},
		w + "/requests/find":                 {"POST": (*handler).findRequests},
		w + "/requests/count":                {"POST": (*handler).countRequests},
		w + "/requests/{request}":            {"GET": (*handler).getRequest},
		w + "/requests/{request}/curl":       {"GET": (*handler).curl},
		w + "/requests/{request}/step":       {"GET": (*handler).step},
		w + "/requests/{request}/explain":    {"GET": (*handler).explain},
		w + "/intents/{intent}/authenticate": {"POST": (*handler).authenticate},
		s:                                    {"GET": (*handler).getSession},
		s + "/meter":                         {"POST": (*handler).meter},
		s + "/stop":                          {"POST": (*handler).stop},
		s + "/cdr":                           {"POST": (*handler).cdr},
	}
}

// ServeHTTP answers a call, if the guard lets it through.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if p := h.guard(r); p != nil {
		h.fail(w, p)
		return
	}
	h.router.ServeHTTP(w, r)
}

func (h *handler) serve(w http.ResponseWriter, r *http.Request, path string, calls map[string]route) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	call, ok := calls[method]
	if !ok {
		var allow []string
		for _, m := range []string{"GET", "POST", "PUT", "DELETE"} {
			if calls[m] != nil {
				allow = append(allow, m)
			}
		}
		w.Header().Set("Allow", strings.Join(allow, ", "))
		h.fail(w, newProblem(http.StatusMethodNotAllowed, "%s allows %s.", r.URL.Path, strings.Join(allow, ", ")))
		return
	}
	var v any
	err := h.check(r, method, path)
	if err == nil {
		v, err = call(h, r)
	}
	if err != nil {
		h.fail(w, err)
		return
	}
	if v == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if d, ok := v.(document); ok {
		w.Header().Set("Content-Type", d.contentType)
		if d.name != "" {
			w.Header().Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
		}
		if _, err := w.Write(d.body); err != nil {
			h.cfg.Log.Debug("the client did not read the answer", "error", err)
		}
		return
	}
	status := http.StatusOK
	if made, ok := v.(created); ok {
		status, v = http.StatusCreated, made.value
	}
	h.show(w, status, v)
}

// show answers with JSON: all of it, or a problem.
func (h *handler) show(w http.ResponseWriter, status int, v any) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		h.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if _, err := w.Write(body.Bytes()); err != nil {
		h.cfg.Log.Debug("the client did not read the answer", "error", err)
	}
}

// serveStream answers the one call that goes on and on.
func (h *handler) serveStream(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET")
		h.fail(w, newProblem(http.StatusMethodNotAllowed, "%s allows GET.", r.URL.Path))
		return
	}
	err := h.check(r, http.MethodGet, streamPath)
	if err == nil {
		err = h.stream(w, r)
	}
	if err != nil {
		h.fail(w, err)
	}
}

// decode reads a JSON body strictly: an unknown or misspelt field is an error.
// An empty body is an empty object.
func decode(r *http.Request, into any) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return malformed(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return newProblem(http.StatusBadRequest, "The body has something after its end.")
	}
	return nil
}

func malformed(err error) *problem {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field == "" {
		return newProblem(http.StatusBadRequest, "The body is a JSON %s; want an object.", wrong.Value)
	}
	if wrong != nil {
		return badValue(wrong.Field, "%s is a %s; want a %s.", wrong.Field, wrong.Value, wrong.Type)
	}
	text := strings.TrimPrefix(err.Error(), "json: ")
	if field, ok := strings.CutPrefix(text, "unknown field "); ok {
		field = strings.Trim(field, `"`)
		return badValue(field, "There is no field %q here.", field)
	}
	return newProblem(http.StatusBadRequest, "The body is not JSON: %s.", text)
}

func (h *handler) world(r *http.Request) (*world.World, error) {
	return h.cfg.Worlds.ByID(mux.Vars(r)["world"])
}
