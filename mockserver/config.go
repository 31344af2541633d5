package mockserver

import (
	"fmt"
	"log/slog"
	"net/url"
	"runtime/debug"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/hosts"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/store"
)

// A Generation is a wire format of the vendor's API.
type Generation string

// The generations differ in the names of two fields, the client secrets of
// setup intents and of debts.
const (
	GenerationBoth Generation = "both"    // both names, with the same value
	Generation1    Generation = "1.0.0"   // setup_intent_client_secret, payment_intent_client_secret
	Generation0    Generation = "2026-03" // client_secret
)

// A Config holds the settings of a server. Start from DefaultConfig and change
// what differs. Zero is never replaced by a default: 0 stations means no stations.
type Config struct {
	// Version is the program's version, which every answer carries in the
	// header X-Cariqa-Mock.
	Version string
	// Commit and Date identify the build: the commit's hash and its time, as in
	// RFC 3339. The admin API reports them; both may be empty.
	Commit, Date string
	// Scenario is the name of the scenario that worlds start from when their
	// token names none.
	Scenario string
	// Scenarios is a folder of extra scenario files, which Watch keeps up to
	// date. Empty means no folder.
	Scenarios string
	// Files are the paths of extra scenario files.
	Files []string
	// Strict turns findings into errors: 400 for those of requests, 500 for
	// those of answers.
	Strict bool
	// Seed is where ids, chance and the catalogue of stations derive from.
	Seed uint64
	// Stations is the number of synthetic stations in the catalogue, at most
	// one million.
	Stations int
	// CDRDelay is the time from the end of a session to its CDR, where the
	// scenario sets no time.
	CDRDelay time.Duration
	// StartTimeout is how long a start waits for the charging provider, in
	// wall time, before it is answered with 424.
	StartTimeout time.Duration
	// WorldTTL is how long a world is kept without being used, in wall time; 0,
	// which Store memory refuses, is for ever.
	WorldTTL time.Duration
	// MaxWorlds is the number of worlds at which one is dropped to make room
	// for a new one: the least recently used of those whose names begin with
	// the same two characters, where most worlds have that beginning.
	MaxWorlds int
	// WorldMemory is about how many bytes the data of all worlds may take. When
	// they take more, large worlds that are unused for longest are dropped. One
	// world alone may take half of it and then refuses more data.
	WorldMemory int64
	// JournalMemory is about how many bytes the journals of all worlds may
	// take. The worlds unused for longest lose their oldest calls first.
	JournalMemory int64
	// Store is where worlds are kept: memory, a folder for a SQLite file, which
	// one process has for itself, or the address of a PostgreSQL database, which
	// many servers share: postgres://user:password@host:5432/database.
	Store string
	// HistoryMemory is about how many bytes the history of all worlds may take
	// with the store memory. The oldest changes go first.
	HistoryMemory int64
	// PublicURL is what links in answers begin with, such as
	// https://fake.example.org. Empty means the request's scheme and host.
	PublicURL string
	// AllowedHosts are the host names that the server answers to besides IP
	// addresses, localhost and names below it, names without a dot, names below
	// internal, and that of PublicURL: fake.example.org, or *.example.org for all
	// names below it. Requests for other names are refused with 403.
	AllowedHosts []string
	// TrustedProxies are the proxies whose X-Forwarded-Host and
	// X-Forwarded-Proto are believed: addresses, networks such as 10.0.0.0/8,
	// loopback, private or all. Nil means loopback and private with Loopback, and
	// none without.
	TrustedProxies []string
	// APITokens are the tokens that may open worlds, in which * stands for any
	// characters: mock.*.team-a. Nil means that every token may.
	APITokens []string
	// Origins are the origins of web pages that may call the APIs, besides
	// those on this machine: https://app.example.org, https://*.example.org for
	// all names below, capacitor://localhost and the like, or null for pages that
	// have no origin of their own.
	Origins []string
	// AdminToken is the token that the admin API requires. Empty means that
	// it is open.
	AdminToken string
	// Loopback reports whether the server is bound to loopback addresses only.
	Loopback bool
	// SplitAdmin moves the admin API and the console from the server to the
	// handler that Server.Admin returns.
	SplitAdmin bool
	// Generation is the wire format of the vendor's API.
	Generation Generation
	// Rules is the table of conditions under which operations refuse.
	Rules Rules
	// Cases returns the contract cases that the admin API lists beside the
	// rules. It is called once per request for them; nil means no cases.
	Cases func() ([]Case, error)
	// Wall returns the current wall time. Nil means the machine's clock.
	Wall func() time.Time
	// Log takes the server's log. Nil means that nothing is logged.
	Log *slog.Logger
}

// DefaultConfig returns the settings that cariqa-mock has without any flag.
func DefaultConfig() Config {
	return Config{
		Version:       "dev",
		Scenario:      "default",
		Stations:      400,
		CDRDelay:      connect.DefaultCDRDelay,
		StartTimeout:  connect.DefaultStartTimeout,
		WorldTTL:      24 * time.Hour,
		MaxWorlds:     limit.Worlds,
		WorldMemory:   memory(limit.WorldMemory),
		JournalMemory: memory(limit.JournalMemory),
		Store:         store.Memory,
		HistoryMemory: memory(limit.HistoryMemory),
		Generation:    GenerationBoth,
		Rules:         DefaultRules(),
	}
}

// memory returns a bound in bytes: the usual one, or a quarter of Go's memory
// limit (GOMEMLIMIT) if that is less.
func memory(usual int64) int64 { return min(usual, debug.SetMemoryLimit(-1)/4) }

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

// CheckHosts returns an error that names the value of PublicURL, AllowedHosts or
// TrustedProxies that is wrong.
func (c Config) CheckHosts() error {
	public, err := c.publicURL()
	if err == nil {
		_, err = c.hosts(public)
	}
	return err
}

// CheckOrigins returns an error that names the value of Origins that no browser
// could send.
func (c Config) CheckOrigins() error {
	_, err := hosts.ParseOrigins(c.Origins)
	return err
}

// hosts returns the policy for the hosts of requests.
func (c Config) hosts(public *url.URL) (*hosts.Policy, error) {
	trusted := c.TrustedProxies
	if trusted == nil && c.Loopback {
		trusted = []string{"loopback", "private"}
	}
	return hosts.New(hosts.Config{Public: public, Allowed: c.AllowedHosts, Trusted: trusted, Log: c.Log})
}

// maxStations is the largest catalogue that a server builds.
const maxStations = 1_000_000

// check returns an error that names the first setting that is out of range.
func (c Config) check() error {
	switch c.Generation {
	case GenerationBoth, Generation1, Generation0:
	default:
		return fmt.Errorf("API generation %q: want 1.0.0, 2026-03 or both", c.Generation)
	}
	switch {
	case c.Stations < 0 || c.Stations > maxStations:
		return fmt.Errorf("%d stations: want 0 to %d", c.Stations, maxStations)
	case c.CDRDelay < 0:
		return fmt.Errorf("CDR delay %s: want 0 or more", c.CDRDelay)
	case c.StartTimeout <= 0:
		return fmt.Errorf("start timeout %s: want more than 0", c.StartTimeout)
	case c.WorldTTL < 0 || c.WorldTTL == 0 && c.Store == store.Memory:
		return fmt.Errorf("world TTL %s: want more than 0", c.WorldTTL)
	case c.JournalMemory <= 0:
		return fmt.Errorf("journal memory of %d bytes: want more than 0", c.JournalMemory)
	case c.HistoryMemory <= 0:
		return fmt.Errorf("history memory of %d bytes: want more than 0", c.HistoryMemory)
	case c.WorldMemory <= 0:
		return fmt.Errorf("world memory of %d bytes: want more than 0", c.WorldMemory)
	case c.MaxWorlds <= 0:
		return fmt.Errorf("at most %d worlds: want 1 or more", c.MaxWorlds)
	}
	return nil
}
