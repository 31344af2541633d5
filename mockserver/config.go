package mockserver

import (
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
)

// A Generation is a wire format of the vendor's API.
type Generation string

// The generations differ in the names of two fields, the client secrets of
// setup intents and of debts.
const (
	GenerationBoth Generation = "both"    // both names side by side
	Generation1    Generation = "1.0.0"   // setup_intent_client_secret, payment_intent_client_secret
	Generation0    Generation = "2026-03" // client_secret
)

// DefaultCDRDelay is the time from the end of a session to its CDR, as seen in
// the vendor's development environment.
const DefaultCDRDelay = connect.DefaultCDRDelay

// Config is all that can be set from outside. The zero value of each field
// means its default.
type Config struct {
	Version      string        // of the program; "dev"
	Scenario     string        // of tokens that name none; "default"
	Scenarios    string        // folder of own scenario files; none
	Files        []string      // single scenario files of one's own; none
	Strict       bool          // findings of requests are 400s, findings of answers 500s
	Seed         uint64        // of ids and of the catalogue
	Stations     int           // synthetic ones; 400, none if negative
	CDRDelay     time.Duration // from a session's end to its final record; connect.DefaultCDRDelay, none if negative
	StartTimeout time.Duration // of a start, in wall time; connect.DefaultStartTimeout
	WorldTTL     time.Duration // 24h
	MaxWorlds    int           // 10000
	PublicURL    string        // what links begin with; the request's own scheme and host
	Origins      []string      // allowed besides those of this machine
	AdminToken   string        // none: the admin API is open
	Loopback     bool          // the admin API is bound to loopback and refuses foreign hosts
	SplitAdmin   bool          // the admin API and the page are served by Server.Admin alone
	Generation   Generation    // GenerationBoth
	Rules        Rules         // connect.DefaultRules()
	// Cases are the contract cases that the program knows, for the admin API
	// to show; none. They are asked for when somebody looks.
	Cases func() ([]Case, error)
	Wall  func() time.Time
	Log   *slog.Logger // none: nothing is logged
}

func (c Config) withDefaults() Config {
	set := func(to *string, def string) {
		if *to == "" {
			*to = def
		}
	}
	set(&c.Version, "dev")
	set(&c.Scenario, "default")
	set((*string)(&c.Generation), string(GenerationBoth))
	switch {
	case c.Stations == 0:
		c.Stations = 400
	case c.Stations < 0:
		c.Stations = 0
	}
	switch {
	case c.CDRDelay == 0:
		c.CDRDelay = connect.DefaultCDRDelay
	case c.CDRDelay < 0:
		c.CDRDelay = 0
	}
	if c.StartTimeout == 0 {
		c.StartTimeout = connect.DefaultStartTimeout
	}
	if c.WorldTTL == 0 {
		c.WorldTTL = 24 * time.Hour
	}
	if c.MaxWorlds == 0 {
		c.MaxWorlds = 10000
	}
	if c.Rules == nil {
		c.Rules = connect.DefaultRules()
	}
	if c.Wall == nil {
		c.Wall = clock.Wall
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) publicURL() (*url.URL, error) {
	if c.PublicURL == "" {
		return nil, nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" {
		return nil, fmt.Errorf("public URL %q: want something like https://fake.example.org", c.PublicURL)
	}
	return u, nil
}

// Check says what is wrong with the values.
func (c Config) Check() error {
	switch c.Generation {
	case GenerationBoth, Generation1, Generation0:
	default:
		return fmt.Errorf("API generation %q: want 1.0.0, 2026-03 or both", c.Generation)
	}
	if c.Stations > 1_000_000 {
		return fmt.Errorf("%d stations: want at most 1000000", c.Stations)
	}
	return nil
}
