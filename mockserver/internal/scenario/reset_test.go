package scenario_test

import (
	"log/slog"
	"testing"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/world"
)

// registry returns a registry of worlds, and the built-in scenarios.
func registry() (*world.Registry, *library.Library) {
	c := stations.New(stations.Config{Count: 400})
	l := library.New(builtin(), knownIn(c))
	return world.NewRegistry(world.Config{
		Library: l, Default: "default", Catalogue: c, Rules: connect.DefaultRules(), CDRDelay: connect.DefaultCDRDelay,
		TTL: time.Hour, Max: 1000, Wall: clock.Wall, Log: slog.New(slog.DiscardHandler),
	}), l
}

// BenchmarkReset resets a world of each built-in scenario. The budget is a
// millisecond.
func BenchmarkReset(b *testing.B) {
	r, l := registry()
	for _, name := range l.Names() {
		if _, err := r.ByID("mock." + name); err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := r.Reset("mock."+name, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
