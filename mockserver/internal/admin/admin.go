package admin

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/hosts"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/scenario/play"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

// Config configures the admin API.
type Config struct {
	Version string // of the program, as are Commit and Date
	Commit  string
	Date    string
	Token   string // required of callers; empty admits everyone
	Hosts   *hosts.Policy
	Rules   connect.Rules
	Library *library.Library
	Worlds  *world.Registry
	// Catalogue holds the charge points that all worlds share.
	Catalogue *stations.Catalogue
	Metrics   func(io.Writer) // writes the counters in Prometheus' text format
	// Cases returns the contract cases with their recorded results. It is
	// called for each request; nil means that there are no cases.
	Cases func() ([]adminapi.Case, error)
	// Base returns the origin of the vendor's API as the client of a request
	// sees it, without a slash at the end.
	Base func(*http.Request) string
	// Call makes a call of the vendor's API or of Stripe's in a world. It
	// fails with world.ErrOther. The answer's status is 0 if the connection was
	// dropped or the client had left.
	Call func(*world.World, *http.Request) (*wire.Recorder, error)
	// Check makes the calls of a scenario file on a server of their own. wrong
	// describes the first one that does not get the answer that the file wants.
	Check func(ctx context.Context, file []byte) (wrong, err error)
	// Fit makes them, too, and returns as much of what the file wants as holds.
	Fit func(ctx context.Context, file []byte) (play.Fitted, error)
	// Wall returns the wall time.
	Wall func() time.Time
	// StreamPatience is how long the client of a stream may not read before it is
	// cut off; 0: 30 seconds.
	StreamPatience time.Duration
	// Operations are the vendor's operations and Stripe's.
	Operations []fault.Operation
	Log        *slog.Logger
}

type handler struct {
	cfg       Config
	router    *mux.Router
	tries     *tries
	validator func() (*validator, error) // loaded when a call first needs it
}

const (
	prefix     = "/__admin"
	healthPath = prefix + "/health"
	apiVersion = "1.0.0" // of the vendor's API, from openapi.yaml
)

// A route handles one method of one path.
type route func(*handler, *http.Request) (result, error)

// inWorld returns a route that looks up the world in the path, and creates it
// if its id is a mock token.
func inWorld(handle func(*handler, *world.World, *http.Request) (result, error)) route {
	return func(h *handler, r *http.Request) (result, error) {
		w, err := h.world(r)
		if err != nil {
			return nil, err
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			_, path, _ := strings.Cut(r.URL.Path, "/worlds/"+w.ID+"/")
			call, err := actionCall(r)
			if err != nil {
				return nil, err
			}
			w = w.For(connect.Cause{What: r.Method + " " + path, User: mux.Vars(r)["user"], Call: call})
		}
		return handle(h, w, r)
	}
}

// withBody is inWorld for a route that takes a body.
func withBody[T any](handle func(*handler, *world.World, *http.Request, T) (result, error)) route {
	return inWorld(func(h *handler, w *world.World, r *http.Request) (result, error) {
		var body T
		if err := decode(r, &body); err != nil {
			return nil, err
		}
		return handle(h, w, r, body)
	})
}

// world returns the world in the path. A link on a page of another site opens no
// new one.
func (h *handler) world(r *http.Request) (*world.World, error) {
	id := mux.Vars(r)["world"]
	if foreign(r) && !h.cfg.Worlds.Has(id) {
		return nil, adminapi.NewProblem(http.StatusNotFound, "World %q is not open, and a link on a page of another site does not open it.", id)
	}
	return h.cfg.Worlds.ByID(id)
}

// New returns the handler of the admin API.
func New(cfg Config) http.Handler {
	h := &handler{cfg: cfg, router: mux.NewRouter().SkipClean(true), tries: newTries(cfg.Wall), validator: sync.OnceValues(newValidator)}
	for _, path := range slices.Sorted(maps.Keys(routes)) { // sorted, so that requests/find comes before requests/{request}
		h.router.HandleFunc(prefix+path, func(w http.ResponseWriter, r *http.Request) { h.serve(w, r, path, routes[path]) })
	}
	h.router.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.fail(w, adminapi.NewProblem(http.StatusNotFound, "The admin API has no path %s.", r.URL.Path))
	})
	return h
}

const (
	worldPath   = "/worlds/{world}"
	userPath    = worldPath + "/users/{user}"
	sessionPath = worldPath + "/sessions/{session}"
	requestPath = worldPath + "/requests/{request}"
)

// routes are the handlers by path and method.
var routes = map[string]map[string]route{
	"/health":        {"GET": (*handler).health},
	"/version":       {"GET": (*handler).version},
	"/options":       {"GET": (*handler).options},
	"/rules":         {"GET": (*handler).rules},
	"/scenarios":     {"GET": (*handler).scenarios, "POST": (*handler).postScenario},
	"/evidence":      {"GET": (*handler).evidence},
	"/differences":   {"GET": (*handler).differences},
	"/charge-points": {"GET": (*handler).listKnownPoints},
	"/openapi.yaml":  {"GET": (*handler).openAPI},
	"/metrics":       {"GET": (*handler).metrics},

	"/worlds":                 {"GET": (*handler).listWorlds},
	worldPath:                 {"GET": inWorld((*handler).getWorld), "DELETE": (*handler).dropWorld},
	worldPath + "/reset":      {"POST": (*handler).resetWorld},
	worldPath + "/clock":      {"GET": inWorld((*handler).getClock), "PUT": withBody((*handler).putClock)},
	worldPath + "/export":     {"GET": inWorld((*handler).export)},
	worldPath + "/history":    {"GET": inWorld((*handler).history)},
	worldPath + "/rewind":     {"POST": withBody((*handler).rewind)},
	worldPath + "/fork":       {"POST": withBody((*handler).fork)},
	worldPath + "/report":     {"POST": withBody((*handler).report)},
	worldPath + "/replay":     {"POST": inWorld((*handler).replay)},
	worldPath + "/apply":      {"POST": inWorld((*handler).apply)},
	worldPath + "/invariants": {"GET": inWorld((*handler).invariants)},
	worldPath + "/calls":      {"POST": withBody((*handler).makeCall)},

	worldPath + "/users": {"GET": inWorld((*handler).listUsers)},
	userPath:             {"GET": inWorld((*handler).getUser)},
	userPath + "/debts":  {"POST": withBody((*handler).makeDebt)},
	userPath + "/payment-methods/{pm}/removal":   {"GET": inWorld((*handler).removal)},
	worldPath + "/intents/{intent}/authenticate": {"POST": withBody((*handler).authenticate)},

	sessionPath:            {"GET": inWorld((*handler).getSession)},
	sessionPath + "/meter": {"POST": withBody((*handler).meter)},
	sessionPath + "/stop":  {"POST": withBody((*handler).stop)},
	sessionPath + "/cdr":   {"POST": withBody((*handler).cdr)},

	worldPath + "/charge-points":        {"GET": inWorld((*handler).listPoints)},
	worldPath + "/charge-points/{evse}": {"GET": inWorld((*handler).getPoint), "PUT": withBody((*handler).putPoint)},

	worldPath + "/stations":           {"GET": inWorld((*handler).listStations), "POST": withBody((*handler).addStation)},
	worldPath + "/stations/{station}": {"GET": inWorld((*handler).getStation), "DELETE": inWorld((*handler).removeStation)},

	worldPath + "/faults": {
		"GET": inWorld((*handler).listFaults), "POST": withBody((*handler).addFault), "DELETE": inWorld((*handler).clearFaults),
	},
	worldPath + "/faults/{fault}": {"DELETE": inWorld((*handler).removeFault)},

	worldPath + "/requests":          {"GET": inWorld((*handler).listRequests), "DELETE": inWorld((*handler).clearRequests)},
	worldPath + "/requests/find":     {"POST": withBody((*handler).findRequests)},
	worldPath + "/requests/count":    {"POST": withBody((*handler).countRequests)},
	worldPath + "/requests/scenario": {"POST": withBody((*handler).callsScenario)},
	worldPath + "/requests/stream":   {"GET": inWorld((*handler).streamRequests)},
	requestPath:                      {"GET": inWorld((*handler).getRequest)},
	requestPath + "/curl":            {"GET": inWorld((*handler).curl)},
	requestPath + "/step":            {"GET": inWorld((*handler).step)},
	requestPath + "/explain":         {"GET": inWorld((*handler).explain)},
}

// ServeHTTP answers a call that the guard admits.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if p := h.guard(r); p != nil {
		wire.CloseUnread(w, r)
		h.fail(w, p)
		return
	}
	h.router.ServeHTTP(w, r)
}

func (h *handler) serve(w http.ResponseWriter, r *http.Request, path string, methods map[string]route) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	handle, ok := methods[method]
	if !ok {
		var allowed []string
		for _, m := range []string{"GET", "POST", "PUT", "DELETE"} {
			if methods[m] != nil {
				allowed = append(allowed, m)
			}
		}
		allow := strings.Join(allowed, ", ")
		w.Header().Set("Allow", allow)
		h.fail(w, adminapi.NewProblem(http.StatusMethodNotAllowed, "%s is not allowed on %s (allowed: %s).", r.Method, r.URL.Path, allow))
		return
	}
	if err := h.validate(r, method, path); err != nil {
		h.fail(w, err)
		return
	}
	res, err := handle(h, r)
	if path == worldPath+"/calls" {
		wire.Extend(w) // the call may have waited
	}
	if err == nil {
		err = res(w)
	}
	if err != nil {
		h.fail(w, err)
	}
}
