package mockserver

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/stripe"
)

// CheckStore returns an error if Store cannot name one. It opens nothing.
func (c Config) CheckStore() error { return store.Check(c.Store) }

// openStore opens the store. Errors have no part of its address.
func (c Config) openStore() (store.Store, error) {
	s, err := store.Open(context.Background(), c.Store, store.Options{
		Changes: limit.Changes, Memory: c.HistoryMemory, Items: stripe.Bounds(), Wall: c.Wall,
	})
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return s, nil
}

// newStripe returns the fake of Stripe, which keeps in the store what belongs to no
// world.
func (s *Server) newStripe(origins []string) *stripe.Handler {
	run := ""
	if store.Lasts(s.store) {
		run = strconv.FormatInt(s.cfg.Wall().UnixMicro(), 36)
	}
	return stripe.New(stripe.Config{
		Worlds: s.worlds, Seed: s.cfg.Seed, Store: s.store, Shared: store.Shared(s.store), Run: run, Wall: s.cfg.Wall, Base: s.base,
		Origins: origins, Record: s.api.RecordStripe, RequestID: s.api.NextRequestID,
	})
}

// Close releases the store. What was acknowledged stays there. Call it when no
// request is being answered any more.
func (s *Server) Close() error { return s.store.Close() }

// writeMetrics writes the counters of the server in the text format of
// Prometheus.
func (s *Server) writeMetrics(w io.Writer) {
	s.api.WriteMetrics(w)
	m := s.store.Metrics()
	for _, counter := range []struct {
		name  string
		value float64
	}{
		{"commits_total", float64(m.Commits)},
		{"transactions_total", float64(m.Flushes)},
		{"conflicts_total", float64(m.Conflicts)},
		{"retries_total", float64(m.Retries)},
		{"wait_seconds_total", m.Waited.Seconds()},
	} {
		fmt.Fprintf(w, "cariqa_mock_store_%s{store=%q} %g\n", counter.name, s.store.Name(), counter.value)
	}
}
