package mockserver

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/cors"

	"cariqamock"
	"cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/stripe"
	"cariqamock/mockserver/internal/stripe/stripejs"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
	"cariqamock/mockserver/spec"
	"cariqamock/scenarios"
)

// A Server is the fake as one http.Handler.
type Server struct {
	cfg       Config
	catalogue *stations.Catalogue
	library   *library.Library
	worlds    *world.Registry
	api       *api
	base      func(*http.Request) string // the server's origin as a request's client sees it
	handler   http.Handler
}

// New makes a server. It fails where the configuration, an own scenario file
// or the API description is wrong.
func New(cfg Config) (*Server, error) {
	cfg = cfg.withClockAndLog()
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	public, err := cfg.publicURL()
	if err != nil {
		return nil, err
	}
	description, err := spec.Load(cariqamock.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	s := &Server{cfg: cfg, catalogue: stations.New(stations.Config{Count: cfg.Stations, Seed: cfg.Seed})}
	if s.library, err = newLibrary(cfg, s.catalogue); err != nil {
		return nil, err
	}
	if _, err := s.library.Get(cfg.Scenario); err != nil {
		return nil, err
	}
	s.worlds = world.NewRegistry(world.Config{
		Library: s.library, Default: cfg.Scenario, Seed: cfg.Seed, Catalogue: s.catalogue,
		Rules: cfg.Rules, CDRDelay: cfg.CDRDelay, StartTimeout: cfg.StartTimeout,
		TTL: cfg.WorldTTL, Max: cfg.MaxWorlds, Wall: cfg.Wall, Log: cfg.Log,
	})
	if s.api, err = newAPI(cfg, public, description, s.catalogue, s.worlds); err != nil {
		return nil, err
	}
	s.base = func(r *http.Request) string { return wire.Origin(r, public) }
	script, err := stripejs.New(s.base)
	if err != nil {
		return nil, err
	}
	s.handler = s.route(script)
	return s, nil
}

// newLibrary gives the built-in scenarios and one's own.
func newLibrary(cfg Config, catalogue *stations.Catalogue) (*library.Library, error) {
	l := library.New(scenarios.FS(), scenario.Known{
		Rule: func(id string) bool { _, ok := cfg.Rules.ByID(id); return ok },
		EVSE: func(evse string) bool { _, ok := catalogue.ChargePoint(evse); return ok },
		EndsItself: func(evse string) bool {
			p, _ := catalogue.ChargePoint(evse)
			return p.Script.EndsAfter > 0
		},
		Operation: knownOperation,
	})
	if cfg.Scenarios != "" {
		if err := l.AddDir(cfg.Scenarios); err != nil {
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

// Watch keeps the own scenarios as the files of their folder are, until the
// context ends: a changed one takes effect for new worlds and on reset, a
// broken one is reported with its place and the sound version kept.
func (s *Server) Watch(ctx context.Context) error {
	if s.cfg.Scenarios == "" {
		return nil
	}
	return s.library.Watch(ctx, s.cfg.Scenarios, func(e library.Event) {
		switch {
		case e.Err != nil:
			s.cfg.Log.Error("scenario file is broken, its last sound version stays", "file", e.File, "error", e.Err)
		case e.Gone:
			s.cfg.Log.Info("scenario file is gone", "file", e.File, "scenario", e.Name)
		default:
			s.cfg.Log.Info("scenario takes effect for new worlds and on reset", "file", e.File, "scenario", e.Name)
		}
	})
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// route sends requests to their rooms. Browsers of other origins may call the
// vendor's and Stripe's API, never ours.
func (s *Server) route(script http.Handler) http.Handler {
	cfg := s.cfg
	shared := cors.New(cors.Options{
		AllowOriginFunc:  func(origin string) bool { return allowedOrigin(origin, cfg.Origins) },
		AllowedMethods:   []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"},
		AllowedHeaders:   []string{"*"},
		ExposedHeaders:   exposedHeaders(),
		AllowCredentials: true,
		MaxAge:           600,
	})
	payments := stripe.New(stripe.Config{Worlds: s.worlds, Seed: cfg.Seed, Wall: cfg.Wall, Base: s.base})
	rooms := http.NewServeMux()
	vendor := shared.Handler(s.api)
	rooms.Handle("/v1/", shared.Handler(recordStripe(s.worlds, s.api.requests, payments)))
	rooms.Handle("/stripe/authenticate/", shared.Handler(payments.Challenge()))
	browser := shared.Handler(script)
	if cfg.SplitAdmin {
		rooms.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "Not found. The vendor's API is under /api/v1/, Stripe's under /v1/; /__admin/ has an address of its own.", http.StatusNotFound)
		})
	} else {
		rooms.Handle("/", s.adminRoom(s.base, s.call))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(headerVersion, cfg.Version)
		// The vendor's paths go past the mux: it would answer odd ones, such
		// as those with two slashes, with redirects of its own.
		if strings.HasPrefix(r.URL.Path, "/api/") {
			vendor.ServeHTTP(w, r)
			return
		}
		// A pattern /{train}/stripe.js would collide with /__admin/.
		if _, ok := stripejs.Train(r.URL.Path); ok {
			browser.ServeHTTP(w, r)
			return
		}
		rooms.ServeHTTP(w, r)
	})
}

// allowedOrigin says whether a page of an origin may read answers: those of
// this machine, any port, and the ones that were named.
func allowedOrigin(origin string, named []string) bool {
	for _, n := range named {
		if n == origin {
			return true
		}
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	return admin.LocalHost(u.Hostname())
}
