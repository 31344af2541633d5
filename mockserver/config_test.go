package mockserver_test

import (
	"strings"
	"testing"

	"cariqamock/mockserver"
)

// TestConfigOutOfRange checks that invalid settings are refused, those of an empty
// Config included.
func TestConfigOutOfRange(t *testing.T) {
	for want, change := range map[string]func(*mockserver.Config){
		"API generation":             func(c *mockserver.Config) { *c = mockserver.Config{} },
		"-1 stations":                func(c *mockserver.Config) { c.Stations = -1 },
		"1000001 stations":           func(c *mockserver.Config) { c.Stations = 1_000_001 },
		"CDR delay -1s":              func(c *mockserver.Config) { c.CDRDelay = -1e9 },
		"start timeout 0s":           func(c *mockserver.Config) { c.StartTimeout = 0 },
		"world TTL 0s":               func(c *mockserver.Config) { c.WorldTTL = 0 },
		"at most 0 worlds":           func(c *mockserver.Config) { c.MaxWorlds = 0 },
		`API generation "2"`:         func(c *mockserver.Config) { c.Generation = "2" },
		`public URL "ftp://x"`:       func(c *mockserver.Config) { c.PublicURL = "ftp://x" },
		`unknown scenario "nowhere"`: func(c *mockserver.Config) { c.Scenario = "nowhere" },
	} {
		cfg := mockserver.DefaultConfig()
		change(&cfg)
		if _, err := mockserver.New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
