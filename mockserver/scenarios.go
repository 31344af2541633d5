package mockserver

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/scenario/play"
	"cariqamock/mockserver/internal/world"
	"cariqamock/mockserver/spec"
)

// ErrUnknownScenario is returned where no scenario has the name asked for.
var ErrUnknownScenario = library.ErrUnknown

// A Scenario is a scenario file that the server knows.
type Scenario struct {
	Name   string
	Title  string
	Proves []string // ids of the rules that its steps show
	Source []byte   // the file as it was read
}

// ScenarioNames returns the names of all scenarios, sorted.
func (s *Server) ScenarioNames() []string { return s.library.Names() }

// Scenario returns the scenario of a name. The error is ErrUnknownScenario,
// or lists every mistake of a file that is broken.
func (s *Server) Scenario(name string) (Scenario, error) {
	found, err := s.library.Get(name)
	if err != nil {
		return Scenario{}, err
	}
	return Scenario{Name: found.Name, Title: found.Title, Proves: found.Proves, Source: found.Shown()}, nil
}

// AddScenario reads a scenario file and returns the scenario's name.
func (s *Server) AddScenario(file string) (name string, err error) { return s.library.AddFile(file) }

// TokenScenario returns the scenario that a token such as mock.debt.checkout
// names. It returns an error if the token is not of that form, and does not
// check that the scenario exists.
func TokenScenario(token string) (string, error) { return world.ScenarioOf(token) }

// A StepResult is the outcome of one step of a scenario.
type StepResult struct {
	Step int    // from 1
	What string // the call as it is in the file, and the answer
	Err  error  // nil if the answer is the one that the step wants
}

// CheckScenario runs the try steps of a scenario in a separate world and stops at
// the first that fails. Meanwhile the server listens on a free loopback port.
// The error is that of Scenario or of listening.
func (s *Server) CheckScenario(ctx context.Context, name string) ([]StepResult, error) {
	found, err := s.library.Get(name)
	if err != nil {
		return nil, err
	}
	base, stop, err := s.ServeOnLoopback()
	if err != nil {
		return nil, err
	}
	defer stop()
	var out []StepResult
	for _, r := range play.Try(ctx, found, http.DefaultTransport, base, "mock."+found.Name+".check") {
		out = append(out, StepResult(r))
	}
	return out, nil
}

// checkFile checks a scenario file as CheckScenario does, on a server that has
// the format of s and nothing else. wrong describes the first step that fails.
func (s *Server) checkFile(ctx context.Context, file []byte) (wrong, err error) {
	other, name, err := s.another(ctx, file, s.cfg.StartTimeout)
	if err != nil {
		return nil, err
	}
	results, err := other.CheckScenario(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		if r.Err != nil {
			return fmt.Errorf("step %d, %s: %w", r.Step, r.What, r.Err), nil
		}
	}
	return nil, nil
}

// longestStart is how long a start may wait in a bug report.
const longestStart = time.Second

// fitFile makes the calls of a scenario file on such a server.
func (s *Server) fitFile(ctx context.Context, file []byte) (play.Fitted, error) {
	other, name, err := s.another(ctx, file, min(s.cfg.StartTimeout, longestStart))
	if err != nil {
		return play.Fitted{}, err
	}
	found, err := other.library.Get(name)
	if err != nil {
		return play.Fitted{}, err
	}
	base, stop, err := other.ServeOnLoopback()
	if err != nil {
		return play.Fitted{}, err
	}
	defer stop()
	return play.Fit(ctx, found, http.DefaultTransport, base, "mock."+name+".report"), nil
}

// another returns a server that has the format of s and only one scenario file
// besides the built-in ones, and the name of that scenario.
func (s *Server) another(ctx context.Context, file []byte, startTimeout time.Duration) (other *Server, name string, err error) {
	cfg := DefaultConfig()
	cfg.Rules, cfg.Generation, cfg.Strict = s.cfg.Rules, s.cfg.Generation, s.cfg.Strict
	cfg.Seed, cfg.Stations = s.cfg.Seed, s.cfg.Stations
	cfg.CDRDelay, cfg.StartTimeout = s.cfg.CDRDelay, startTimeout
	if other, err = New(cfg); err != nil {
		return nil, "", err
	}
	name, err = other.library.Post(ctx, file)
	return other, name, err
}

// A Cell is one kind of answer: an operation, a status, and an error.type
// where the answer has one.
type Cell = play.Cell

// Documented is the kind of documentation that an answer has.
type Documented = play.Documented

// The values of Documented.
const (
	DocumentedYes     = play.Yes     // some scenario must produce it
	DocumentedGeneric = play.Generic // the same for every operation
	DocumentedNo      = play.No      // answered, but not documented
)

// A CoverageRow is a kind of answer with the scenarios that produce it.
type CoverageRow = play.Row

// A ScenarioError is a scenario whose steps failed while coverage was counted.
type ScenarioError struct {
	Scenario string
	Err      error
}

// Coverage runs the steps of every scenario. It returns the answers that they
// produce, and the scenarios that failed, whose answers do not count.
func (s *Server) Coverage(ctx context.Context) (rows []CoverageRow, failed []ScenarioError, err error) {
	description, err := spec.Vendor()
	if err != nil {
		return nil, nil, err
	}
	coverage, err := play.NewCoverage(description, s.cfg.Rules)
	if err != nil {
		return nil, nil, err
	}
	base, stop, err := s.ServeOnLoopback()
	if err != nil {
		return nil, nil, err
	}
	defer stop()
	for _, name := range s.library.Names() {
		found, err := s.library.Get(name)
		if err == nil {
			err = coverage.Try(ctx, found, http.DefaultTransport, base, "mock."+name+".coverage")
		}
		if err != nil {
			failed = append(failed, ScenarioError{name, err})
		}
	}
	return coverage.Rows(), failed, nil
}

// ServeOnLoopback serves on a free loopback port until stop is called. It
// returns the server's origin, such as http://127.0.0.1:40123.
func (s *Server) ServeOnLoopback() (origin string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("serving on loopback: %w", err)
	}
	web := &http.Server{Handler: s}
	go func() { _ = web.Serve(listener) }() // if it fails, so do the calls that follow
	return "http://" + listener.Addr().String(), func() { _ = web.Close() }, nil
}
