package main

import (
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
)

// options are the flags of serve.
type options struct {
	addr, scenario, scenarios, publicURL string
	adminAddr, adminToken, generation    string
	strict, tls                          bool
	tlsCert, tlsKey                      string
	seed                                 uint64
	stations, maxWorlds                  int
	cdrDelay, worldTTL                   time.Duration
	origins                              []string
	logFormat, logLevel                  string
	certificate                          *selfSigned // with --tls
}

const (
	defaultAddr = "127.0.0.1:4343"
	maxStations = 1_000_000
)

func (o *options) bind(f *pflag.FlagSet) {
	f.SortFlags = false
	def := mockserver.DefaultConfig()
	f.StringVar(&o.addr, "addr", defaultAddr, "address to listen on; port 0 picks a free one")
	f.StringVar(&o.scenario, "scenario", def.Scenario, "scenario of tokens that name none")
	f.StringVar(&o.scenarios, "scenarios", "", "folder of own scenario files, watched for changes")
	f.BoolVar(&o.strict, "strict", false, "answer requests that depart from openapi.yaml with 400")
	f.Uint64Var(&o.seed, "seed", 0, "seed of ids and of the station catalogue")
	f.IntVar(&o.stations, "stations", def.Stations, "synthetic stations in the catalogue, 0 to 1000000")
	f.DurationVar(&o.cdrDelay, "cdr-delay", def.CDRDelay, "from a session's end to its CDR")
	f.StringVar(&o.generation, "api-generation", string(def.Generation), "names of client secrets: 1.0.0, 2026-03 or both")
	f.StringVar(&o.publicURL, "public-url", "", "what links begin with (default: as the request came)")
	f.StringSliceVar(&o.origins, "cors-origin", nil, "origin of browser apps besides those of this machine; may be repeated")
	f.BoolVar(&o.tls, "tls", false, "serve HTTPS with a self-made certificate")
	f.StringVar(&o.tlsCert, "tls-cert", "", "certificate file (PEM) to serve HTTPS with")
	f.StringVar(&o.tlsKey, "tls-key", "", "its key file (PEM)")
	f.StringVar(&o.adminAddr, "admin-addr", "", "address of /__admin and the page; with it --addr serves the APIs alone")
	f.StringVar(&o.adminToken, "admin-token", "", "token that /__admin demands; a must on other addresses than loopback")
	f.DurationVar(&o.worldTTL, "world-ttl", def.WorldTTL, "worlds unused for this long are dropped")
	f.IntVar(&o.maxWorlds, "max-worlds", def.MaxWorlds, "most worlds at once; the one unused for longest goes")
	f.StringVar(&o.logFormat, "log-format", "text", "text or json")
	f.StringVar(&o.logLevel, "log-level", "info", "debug, info, warn or error")
}

// finish judges the values and works out what follows from them.
func (o *options) finish(f *pflag.FlagSet, getenv func(string) string) error {
	if port := getenv("PORT"); port != "" && !f.Changed("addr") {
		if !isPort(port) {
			return cli.Usagef("PORT=%q: want a port number, 0 to 65535", port)
		}
		o.addr = net.JoinHostPort("127.0.0.1", port)
	}
	for _, check := range []func() error{o.checkAddr, o.checkTLS, o.checkNumbers, o.checkURLs, o.checkScenarios} {
		if err := check(); err != nil {
			return err
		}
	}
	_, err := o.logger(io.Discard)
	return err
}

func (o *options) checkAddr() error {
	if _, port, err := net.SplitHostPort(o.addr); err != nil || !isPort(port) {
		return cli.Usagef("--addr %q: want host:port, such as %s", o.addr, defaultAddr)
	}
	flag, addr := o.adminAt()
	host, port, err := net.SplitHostPort(addr)
	switch {
	case err != nil || !isPort(port):
		return cli.Usagef("%s %q: want host:port, such as 127.0.0.1:4344", flag, addr)
	case !mockserver.IsLocalHost(host) && o.adminToken == "":
		return cli.Usagef("%s %s is not loopback, so others can reach /__admin: set --admin-token or %s", flag, addr, envName("admin-token"))
	case strings.ContainsFunc(o.adminToken, unicode.IsSpace):
		return cli.Usagef("--admin-token: want a token without blanks")
	}
	return nil
}

// adminAt is where /__admin is served, and the flag that says so.
func (o *options) adminAt() (flag, addr string) {
	if o.adminAddr != "" {
		return "--admin-addr", o.adminAddr
	}
	return "--addr", o.addr
}

func (o *options) checkTLS() error {
	switch {
	case (o.tlsCert == "") != (o.tlsKey == ""):
		return cli.Usagef("--tls-cert and --tls-key: want both or neither")
	case o.tls && o.tlsCert != "":
		return cli.Usagef("--tls makes a certificate of its own: want either --tls or --tls-cert")
	}
	return nil
}

func (o *options) checkNumbers() error {
	switch {
	case o.stations < 0 || o.stations > maxStations:
		return cli.Usagef("--stations %d: want 0 to %d", o.stations, maxStations)
	case o.cdrDelay < 0:
		return cli.Usagef("--cdr-delay %s: want 0 or more", o.cdrDelay)
	case o.worldTTL <= 0:
		return cli.Usagef("--world-ttl %s: want more than 0", o.worldTTL)
	case o.maxWorlds <= 0:
		return cli.Usagef("--max-worlds %d: want more than 0", o.maxWorlds)
	}
	return nil
}

func (o *options) checkURLs() error {
	if o.publicURL != "" {
		if _, ok := webURL(o.publicURL); !ok {
			return cli.Usagef("--public-url %q: want a URL such as https://fake.example.org", o.publicURL)
		}
	}
	for _, origin := range o.origins {
		if u, ok := webURL(origin); !ok || u.Path != "" || u.User != nil {
			return cli.Usagef("--cors-origin %q: want scheme and host, such as https://app.example.org", origin)
		}
	}
	switch mockserver.Generation(o.generation) {
	case mockserver.GenerationBoth, mockserver.Generation1, mockserver.Generation0:
		return nil
	}
	return cli.Usagef("--api-generation %q: want 1.0.0, 2026-03 or both", o.generation)
}

func (o *options) checkScenarios() error { return checkFolder(o.scenarios) }

// checkFolder judges --scenarios; empty is none.
func checkFolder(dir string) error {
	if info, err := os.Stat(dir); dir != "" && (err != nil || !info.IsDir()) {
		return cli.Usagef("--scenarios %q: want a folder of scenario files", dir)
	}
	return nil
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// webURL parses the URL of a server: scheme, host, perhaps a path.
func webURL(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, false
	}
	return u, true
}

// config returns the server's configuration.
func (o *options) config() mockserver.Config {
	_, at := o.adminAt()
	host, _, _ := net.SplitHostPort(at)
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.Seed, cfg.Strict = cli.Version(), o.seed, o.strict
	cfg.Scenario, cfg.Scenarios = o.scenario, o.scenarios
	cfg.Stations, cfg.CDRDelay = o.stations, o.cdrDelay
	cfg.WorldTTL, cfg.MaxWorlds = o.worldTTL, o.maxWorlds
	cfg.PublicURL, cfg.Origins = o.publicURL, o.origins
	cfg.AdminToken, cfg.Loopback, cfg.SplitAdmin = o.adminToken, mockserver.IsLocalHost(host), o.adminAddr != ""
	cfg.Generation = mockserver.Generation(o.generation)
	cfg.Cases = contractCases
	return cfg
}

func (o *options) scheme() string {
	if o.tls || o.tlsCert != "" {
		return "https"
	}
	return "http"
}

func (o *options) logger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(o.logLevel)); err != nil || strings.ContainsAny(o.logLevel, "+-") {
		return nil, cli.Usagef("--log-level %q: want debug, info, warn or error", o.logLevel)
	}
	opts := &slog.HandlerOptions{Level: level}
	switch o.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(w, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	}
	return nil, cli.Usagef("--log-format %q: want text or json", o.logFormat)
}
