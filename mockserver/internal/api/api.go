package api

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
	"cariqamock/mockserver/spec"
)

// A Config holds what an API is made of.
type Config struct {
	Spec      *spec.Spec
	Rules     connect.Rules
	Catalogue *stations.Catalogue
	Worlds    *world.Registry
	// Strict turns findings into errors: 400 for those of requests, 500 for
	// those of answers.
	Strict bool
	// PublicURL is the base URL of links. Nil means the request's scheme and
	// host.
	PublicURL *url.URL
	// Started is when the server started. It distinguishes the request ids of
	// different runs.
	Started time.Time
	// Wall returns the wall time.
	Wall func() time.Time
	Log  *slog.Logger
}

// An API answers the vendor's operations. It is safe for concurrent use.
type API struct {
	cfg       Config
	rules     map[string]connect.Rule // by id
	router    *mux.Router
	resources map[string]*resource // by path template
	run       string               // part of request ids; runs of the program differ in it
	requests  atomic.Uint64
	meters    *meters
	stations  stationTexts
	unfaked   kinds // of Stripe's calls that are not faked
	stray     kinds // hosts that the proxy has refused
}

// New returns an API. It fails unless the operations of openapi.yaml are those
// of the table.
func New(cfg Config) (*API, error) {
	a := &API{
		cfg: cfg, rules: map[string]connect.Rule{}, router: mux.NewRouter(), resources: map[string]*resource{},
		run: strconv.FormatInt(cfg.Started.UnixMicro(), 36), meters: newMeters(cfg.Worlds.Len),
	}
	for _, r := range cfg.Rules {
		a.rules[r.ID] = r
	}
	declared := cfg.Spec.Operations()
	for _, op := range declared {
		serve, ok := operations[op.ID]
		if !ok {
			return nil, fmt.Errorf("openapi.yaml has operation %s, which has no handler", op.ID)
		}
		a.add(op, serve)
	}
	for id := range operations {
		if !slices.ContainsFunc(declared, func(op spec.Operation) bool { return op.ID == id }) {
			return nil, fmt.Errorf("operation %s is not in openapi.yaml", id)
		}
	}
	for _, res := range a.resources {
		res.allow = wire.Allow(func(method string) bool { _, ok := res.endpoints[method]; return ok })
	}
	return a, nil
}

// WriteMetrics writes the counters of the API and of the process in the text
// format of Prometheus.
func (a *API) WriteMetrics(w io.Writer) { a.meters.write(w) }

// NextRequestID returns the id of another request: those of the server are
// numbered.
func (a *API) NextRequestID() string {
	return "req_" + a.run + "-" + strconv.FormatUint(a.requests.Add(1), 10)
}

// secretNames returns a client secret for its current and for its former
// name, empty for a name that the world leaves out.
func (c *call) secretNames(secret string) (current, former string) {
	if c.world.Secrets.Current {
		current = secret
	}
	if c.world.Secrets.Former {
		former = secret
	}
	return current, former
}

// refuse returns a refusal by a generic rule. Empty details mean the rule's
// own.
func (a *API) refuse(rule, details string) *connect.Refusal {
	return &connect.Refusal{Rule: a.rules[rule], Details: details}
}

// notFound returns the refusal of what the API does not have.
func (a *API) notFound() *connect.Refusal { return a.refuse("request/not-found", "") }

// invalid returns the refusal of wrong fields, or nil if all are right.
func (a *API) invalid(f *wire.Fields) error {
	if text := f.Err(); text != "" {
		return a.refuse("request/invalid", text)
	}
	return nil
}
