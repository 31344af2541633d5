package mockserver

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/rs/cors"

	"cariqamock"
	"cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/internal/api"
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/console"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/hosts"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/stripe"
	"cariqamock/mockserver/internal/stripe/stripejs"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
	"cariqamock/mockserver/spec"
	"cariqamock/scenarios"
)

// A Server is the fake as one http.Handler.
type Server struct {
	cfg        Config
	operations []fault.Operation // the vendor's, in the order of openapi.yaml, then Stripe's
	catalogue  *stations.Catalogue
	library    *library.Library
	worlds     *world.Registry
	store      store.Store
	api        *api.API
	stripe     *stripe.Handler
	browsers   *cors.Cors // lets web pages call the vendor's and Stripe's API
	hosts      *hosts.Policy
	base       func(*http.Request) string // returns the server's origin as a request's client sees it
	bodies     wire.Bodies
	parts      map[string]http.Handler // by the prefixes of their paths
	script     http.Handler            // the browser script
	telemetry  http.Handler            // where Stripe's own scripts and SDKs report to
	handler    http.Handler
}

// New returns a server. It fails if the configuration, an extra scenario file
// or the API description is wrong.
func New(cfg Config) (*Server, error) {
	if cfg.Wall == nil {
		cfg.Wall = clock.Wall
	}
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	if err := cfg.check(); err != nil {
		return nil, err
	}
	go func() { _, _ = spec.Vendor() }() // reading it takes long; meanwhile, what does not need it is made
	public, err := cfg.publicURL()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, catalogue: stations.New(stations.Config{Count: cfg.Stations, Seed: cfg.Seed}),
		base: func(r *http.Request) string { return wire.Origin(r, public) },
	}
	if s.hosts, err = cfg.hosts(public); err != nil {
		return nil, err
	}
	origins, err := hosts.ParseOrigins(cfg.Origins)
	if err != nil {
		return nil, err
	}
	script, err := stripejs.New(s.scriptBase)
	if err != nil {
		return nil, err
	}
	description, err := spec.Vendor()
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	s.operations = slices.Concat(api.FaultOperations(description.Operations()), stripe.FaultOperations())
	if s.library, err = newLibrary(cfg, s.catalogue, s.operations); err != nil {
		return nil, err
	}
	if _, err := s.library.Get(cfg.Scenario); err != nil {
		return nil, err
	}
	if s.store, err = cfg.openStore(); err != nil {
		return nil, err
	}
	s.library.KeepIn(s.store, store.Shared(s.store))
	s.worlds = world.NewRegistry(world.Config{
		Library: s.library, Default: cfg.Scenario, Seed: cfg.Seed, Catalogue: s.catalogue,
		Secrets: world.Secrets{Current: cfg.Generation != Generation0, Former: cfg.Generation != Generation1},
		Rules:   cfg.Rules, CDRDelay: cfg.CDRDelay, StartTimeout: cfg.StartTimeout,
		TTL: cfg.WorldTTL, Max: cfg.MaxWorlds, Memory: cfg.WorldMemory, Journals: journal.NewBudget(cfg.JournalMemory), Tokens: cfg.APITokens, Store: s.store, Wall: cfg.Wall, Log: cfg.Log,
	})
	s.api, err = api.New(api.Config{
		Spec: description, Rules: cfg.Rules, Catalogue: s.catalogue, Worlds: s.worlds, Strict: cfg.Strict,
		PublicURL: public, Started: cfg.Wall(), Wall: cfg.Wall, Log: cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	s.stripe = s.newStripe(origins.Sources())
	s.browsers = newCORS(origins)
	s.script, s.telemetry = s.open(script, refusePlainly), s.browsers.Handler(http.HandlerFunc(takeTelemetry))
	s.handler = s.route()
	return s, nil
}

// newCORS lets pages of this machine and of some origins call an API.
func newCORS(origins hosts.Origins) *cors.Cors {
	return cors.New(cors.Options{
		AllowOriginFunc:  func(origin string) bool { return local(origin) || origins.Allow(origin) },
		AllowedMethods:   append([]string{"HEAD"}, wire.Methods...),
		AllowedHeaders:   []string{"*"},
		ExposedHeaders:   api.ExposedHeaders,
		AllowCredentials: true,
		MaxAge:           600,
	})
}

// local reports whether an origin is that of a page of this machine, on any port.
func local(origin string) bool {
	page, ok := hosts.Origin(origin)
	if !ok {
		return false
	}
	u, err := url.Parse(page)
	return err == nil && hosts.Local(u.Hostname())
}

// newLibrary returns the built-in scenarios and the extra ones.
func newLibrary(cfg Config, catalogue *stations.Catalogue, operations []fault.Operation) (*library.Library, error) {
	l := library.New(scenarios.FS(), scenario.Known{
		Rule:      func(id string) bool { _, ok := cfg.Rules.ByID(id); return ok },
		Catalogue: catalogue, Operations: operations,
	})
	if cfg.Scenarios != "" {
		passed, err := l.AddDir(cfg.Scenarios)
		for _, file := range passed {
			passedOver(cfg.Log, file)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, file := range cfg.Files {
		if _, err := l.AddFile(file); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// passedOver logs that a file of the scenarios folder cannot be one.
func passedOver(log *slog.Logger, file *library.FileError) {
	log.Warn("scenario file is passed over", "file", file.File, "reason", file.Reason)
}

// Watch keeps the extra scenarios in line with the files of their folder until
// the context ends. A changed file takes effect for new worlds and on reset; a
// broken one is logged with the place of the mistake, and its last valid
// version stays in use. With a store that other servers share, it also follows what
// they do to worlds.
func (s *Server) Watch(ctx context.Context) {
	go s.worlds.Watch(ctx)
	if s.cfg.Scenarios == "" {
		return
	}
	s.library.Watch(ctx, s.cfg.Scenarios, func(e library.Event) {
		var file *library.FileError
		switch {
		case errors.As(e.Err, &file):
			passedOver(s.cfg.Log, file)
		case e.Name == "" && e.Err != nil:
			s.cfg.Log.Error("the scenarios folder cannot be read, its scenarios stay in use", "folder", e.File, "error", e.Err)
		case e.Name == "":
			s.cfg.Log.Info("the scenarios folder is back", "folder", e.File)
		case e.Err != nil:
			s.cfg.Log.Error("scenario file is broken, its last valid version stays in use", "file", e.File, "error", e.Err)
		case e.Gone:
			s.cfg.Log.Info("scenario file is gone", "file", e.File, "scenario", e.Name)
		default:
			s.cfg.Log.Info("scenario takes effect for new worlds and on reset", "file", e.File, "scenario", e.Name)
		}
	})
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// open lets web pages of other origins call a handler, and refuses requests for
// unknown hosts in the handler's own format.
func (s *Server) open(next http.Handler, refuse func(w http.ResponseWriter, r *http.Request, text string)) http.Handler {
	return s.browsers.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text := s.hosts.Refusal(r); text != "" {
			refuse(w, r, text)
			return
		}
		next.ServeHTTP(w, s.hosts.See(r))
	}))
}

// refusePlainly answers with a line of text.
func refusePlainly(w http.ResponseWriter, _ *http.Request, text string) {
	http.Error(w, text, http.StatusForbidden)
}

// ErrStopping is the cause with which to cancel the base context of an
// http.Server that serves a Server, before Shutdown:
//
//	base, cancel := context.WithCancelCause(context.Background())
//	server := &http.Server{Handler: fake, BaseContext: func(net.Listener) context.Context { return base }}
//	…
//	cancel(mockserver.ErrStopping)
//	err := server.Shutdown(ctx)
//
// Calls that wait then get 503, and event streams end. With any other cause the
// client counts as gone, and calls that wait are closed without an answer.
var ErrStopping = wire.ErrStopping

// Admin returns the handler of the admin API and the console, which a server
// with SplitAdmin leaves out. origin is where the vendor's API is reached, such
// as http://127.0.0.1:4343; they show it to people and put it into links,
// unless there is a public URL.
func (s *Server) Admin(origin string) (http.Handler, error) {
	if s.cfg.PublicURL != "" {
		return s.recovered(s.bodies.Guard(s.adminHandler(s.base, s.call))), nil
	}
	u, err := url.Parse(origin)
	if err != nil {
		return nil, err
	}
	call := func(w *world.World, r *http.Request) (*wire.Recorder, error) {
		r.Host, r.TLS = u.Host, nil
		if u.Scheme == "https" {
			r.TLS = &tls.ConnectionState{}
		}
		return s.call(w, r)
	}
	return s.recovered(s.bodies.Guard(s.adminHandler(func(*http.Request) string { return origin }, call))), nil
}

// adminHandler returns the handler of the admin API and the console.
func (s *Server) adminHandler(base func(*http.Request) string, call func(*world.World, *http.Request) (*wire.Recorder, error)) http.Handler {
	adminAPI := admin.New(admin.Config{
		Version: s.cfg.Version, Commit: s.cfg.Commit, Date: s.cfg.Date, Token: s.cfg.AdminToken, Hosts: s.hosts,
		Rules: s.cfg.Rules, Library: s.library, Worlds: s.worlds, Catalogue: s.catalogue, Log: s.cfg.Log,
		Metrics: s.writeMetrics, Wall: s.cfg.Wall, Operations: s.operations, Cases: s.cfg.Cases, Call: call, Check: s.checkFile, Fit: s.fitFile, Base: base,
	})
	pages := sync.OnceValue(func() http.Handler { // its templates are parsed when the first page is opened
		return console.New(console.Config{
			Admin: adminAPI, Base: base,
			Cookie: admin.Cookie, Documents: cariqamock.Documents(),
		})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = s.hosts.See(r)
		if part(r.URL.Path) == adminPrefix {
			adminAPI.ServeHTTP(w, r)
			return
		}
		pages().ServeHTTP(w, r)
	})
}
