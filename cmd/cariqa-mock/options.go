package main

import (
	"cmp"
	"crypto/rand"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
	"cariqamock/internal/printable"
	"cariqamock/internal/redact"
	"cariqamock/mockserver"
)

// options are the flags of serve. Those that are settings of the server are in
// its Config.
type options struct {
	mockserver.Config
	addr, adminAddr     string
	portFile            string
	madeToken           bool // AdminToken is a random one
	tls                 bool
	tlsCert, tlsKey     string
	fingerprint         string // of the certificate that tlsConfig makes, with --tls
	proxy               proxyOptions
	logFormat, logLevel string
	exitWithStdin       bool
	heap                []byte // see heapFloor
}

const (
	defaultAddr = "127.0.0.1:4343"
	maxStations = 1_000_000
)

// bind adds the flags. Values that are set before are their defaults.
func (o *options) bind(f *pflag.FlagSet) {
	f.SortFlags = false
	o.Config = mockserver.DefaultConfig()
	f.StringVar(&o.addr, "addr", cmp.Or(o.addr, defaultAddr), "address to listen on; port 0 picks a free one")
	f.StringVar(&o.portFile, "port-file", "", "file that contains the address, as host:port, while the server runs")
	f.StringVar(&o.Scenario, "scenario", o.Scenario, "scenario for tokens that name none")
	f.StringVar(&o.Scenarios, "scenarios", "", "folder of extra scenario files, watched for changes")
	f.BoolVar(&o.Strict, "strict", false, "refuse requests that do not conform to openapi.yaml, with 400")
	f.Uint64Var(&o.Seed, "seed", 0, "seed for ids, the station catalogue and the probabilities of faults (default 0)")
	f.IntVar(&o.Stations, "stations", o.Stations, "number of synthetic stations, 0 to 1000000")
	f.DurationVar(&o.CDRDelay, "cdr-delay", o.CDRDelay, "time from the end of a session to its CDR")
	f.StringVar((*string)(&o.Generation), "api-generation", string(o.Generation), "names of client secrets in answers: 1.0.0, 2026-03 or both")
	f.StringVar(&o.PublicURL, "public-url", "", "base URL of links in answers (default: that of the request)")
	f.StringSliceVar(&o.Origins, "cors-origin", nil, "origin of browser apps on other machines, or in app shells, that may call the APIs: https://app.example.org, https://*.example.org, capacitor://localhost, null; may be repeated")
	f.StringSliceVar(&o.AllowedHosts, "allowed-host", nil, "host name that the server answers to, such as fake.example.org or *.example.org; may be repeated")
	f.StringSliceVar(&o.TrustedProxies, "trust-proxy", nil, "proxies whose X-Forwarded-Host and -Proto count: off, all, loopback, private, addresses, networks (default loopback,private; off loopback: off)")
	f.StringSliceVar(&o.APITokens, "api-tokens", []string{"*"}, "tokens that may open worlds; * stands for any characters, as in mock.*.team-a")
	f.BoolVar(&o.tls, "tls", false, "serve HTTPS with a self-signed certificate")
	f.StringVar(&o.tlsCert, "tls-cert", "", "certificate file (PEM) for HTTPS")
	f.StringVar(&o.tlsKey, "tls-key", "", "private key file (PEM) of --tls-cert")
	o.proxy.bind(f)
	f.StringSliceVar(&o.proxy.allow, "proxy-allow", nil, "host that the proxy lets through, such as app.example.org or *.example.org; may be repeated (default: none)")
	f.StringVar(&o.adminAddr, "admin-addr", "", "separate address for /__admin and the console; --addr then serves only the APIs")
	f.StringVar(&o.AdminToken, "admin-token", "", "token that /__admin requires (default off loopback: a random one, printed at start)")
	f.DurationVar(&o.WorldTTL, "world-ttl", o.WorldTTL, "drop worlds that have not been used for this long; with another --store than memory, by default never")
	f.IntVar(&o.MaxWorlds, "max-worlds", o.MaxWorlds, "maximum number of worlds in memory; the least recently used is dropped, or let go of if --store keeps it")
	f.Var((*byteSize)(&o.JournalMemory), "journal-memory", "memory of all journals; the worlds unused for longest lose their oldest calls first")
	f.StringVar(&o.Store, "store", o.Store, "where worlds are kept: memory, a folder, or postgres://user:password@host:5432/database, which many servers can share")
	f.Var((*byteSize)(&o.HistoryMemory), "history-memory", "memory of the history of all worlds, with --store memory; the oldest changes go first")
	f.StringVar(&o.logFormat, "log-format", "text", "format of the log: text or json")
	f.StringVar(&o.logLevel, "log-level", cmp.Or(o.logLevel, "info"), "level of the log: debug, info, warn or error")
}

// finish validates the flags and sets what follows from them.
func (o *options) finish(f *pflag.FlagSet, getenv func(string) string) error {
	if port := getenv("PORT"); port != "" && !f.Changed("addr") {
		if !isPort(port) {
			return cli.Usagef("PORT=%q: want a port number, 0 to 65535", port)
		}
		o.addr = net.JoinHostPort("127.0.0.1", port)
	}
	if !o.inMemory() && !f.Changed("world-ttl") {
		o.WorldTTL = 0 // what lasts goes when somebody deletes it
	}
	for _, check := range []func() error{o.checkAddr, o.proxy.check, o.checkPortFile, o.checkTLS, o.checkNumbers, o.checkURLs, o.checkStrangers} {
		if err := check(); err != nil {
			return err
		}
	}
	if err := checkFolder(o.Scenarios); err != nil {
		return err
	}
	build := cli.ThisBuild()
	o.Version, o.Commit, o.Date, o.Cases = build.Version, build.Commit, build.Date, contractCases
	_, admin := o.adminAt()
	o.Loopback, o.SplitAdmin = onLoopback(o.addr) && onLoopback(admin), o.adminAddr != ""
	return nil
}

func (o *options) checkAddr() error {
	if _, port, err := net.SplitHostPort(o.addr); err != nil || !isPort(port) {
		return cli.Usagef("--addr %q: want host:port, such as %s", o.addr, defaultAddr)
	}
	flag, addr := o.adminAt()
	_, port, err := net.SplitHostPort(addr)
	switch {
	case err != nil || !isPort(port):
		return cli.Usagef("%s %q: want host:port, such as 127.0.0.1:4344", flag, addr)
	case strings.ContainsFunc(o.AdminToken, unicode.IsSpace):
		return cli.Usagef("--admin-token: want a token without spaces")
	case !onLoopback(addr) && o.AdminToken == "":
		o.AdminToken, o.madeToken = rand.Text(), true // others can reach /__admin
	}
	return nil
}

// onLoopback reports whether only this machine can connect to an address.
func onLoopback(addr string) bool {
	host, _, _ := net.SplitHostPort(addr)
	return mockserver.IsLocalHost(host)
}

// checkStrangers validates the flags that say who may call the server, and how.
func (o *options) checkStrangers() error {
	if len(o.APITokens) == 0 || slices.ContainsFunc(o.APITokens, func(t string) bool { return t == "" || strings.ContainsFunc(t, unicode.IsSpace) }) {
		return cli.Usagef("--api-tokens %q: want tokens without spaces, such as mock.*.team-a, or * for all", strings.Join(o.APITokens, ","))
	}
	for flag, c := range map[string]mockserver.Config{
		"--public-url": {PublicURL: o.PublicURL}, "--allowed-host": {AllowedHosts: o.AllowedHosts}, "--trust-proxy": {TrustedProxies: o.TrustedProxies},
	} {
		if err := c.CheckHosts(); err != nil {
			return cli.Usagef("%s: %w", flag, err)
		}
	}
	return nil
}

// shortToken is the length below which an admin token can be guessed.
const shortToken = 8

// warn logs what others can do to a server to which they can connect.
func (o *options) warn() {
	if !onLoopback(o.addr) && slices.Contains(o.APITokens, "*") {
		o.Log.Warn("other machines can call this server, and any token opens a world; --api-tokens limits them")
	}
	if o.proxy.addr != "" && !onLoopback(o.proxy.addr) && len(o.proxy.allow) > 0 {
		o.Log.Warn("other machines can use the proxy, also to reach the hosts of --proxy-allow")
	}
	if _, admin := o.adminAt(); !onLoopback(admin) && len(o.AdminToken) < shortToken {
		o.Log.Warn("the admin token is short enough to be guessed; 16 characters are not", "characters", len(o.AdminToken))
	}
}

// adminAt returns the address of /__admin and the flag that sets it.
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
		return cli.Usagef("--tls makes its own certificate: want either --tls or --tls-cert")
	}
	return nil
}

func (o *options) checkNumbers() error {
	switch {
	case o.Stations < 0 || o.Stations > maxStations:
		return cli.Usagef("--stations %d: want 0 to %d", o.Stations, maxStations)
	case o.CDRDelay < 0:
		return cli.Usagef("--cdr-delay %s: want 0 or more", o.CDRDelay)
	case o.WorldTTL < 0 || o.WorldTTL == 0 && o.inMemory():
		return cli.Usagef("--world-ttl %s: want more than 0", o.WorldTTL)
	case o.MaxWorlds <= 0:
		return cli.Usagef("--max-worlds %d: want more than 0", o.MaxWorlds)
	}
	return nil
}

// inMemory reports whether worlds go with the process.
func (o *options) inMemory() bool { return o.Store == mockserver.DefaultConfig().Store }

func (o *options) checkURLs() error {
	if o.PublicURL != "" {
		if _, ok := webURL(o.PublicURL); !ok {
			return cli.Usagef("--public-url %q: want a URL such as https://fake.example.org", o.PublicURL)
		}
	}
	if err := o.CheckOrigins(); err != nil {
		return cli.Usagef("--cors-origin: %w", err)
	}
	if err := o.CheckStore(); err != nil {
		return cli.Usagef("--store: %w", err)
	}
	switch o.Generation {
	case mockserver.GenerationBoth, mockserver.Generation1, mockserver.Generation0:
		return nil
	}
	return cli.Usagef("--api-generation %q: want 1.0.0, 2026-03 or both", o.Generation)
}

func (o *options) checkPortFile() error {
	if o.portFile == "" {
		return nil
	}
	folder, err := os.Stat(filepath.Dir(o.portFile))
	// Devices, pipes and links would be replaced, and removed later.
	if info, _ := os.Lstat(o.portFile); err != nil || !folder.IsDir() || info != nil && !info.Mode().IsRegular() {
		return cli.Usagef("--port-file %q: want a file in an existing folder, and no device, pipe or link", o.portFile)
	}
	return nil
}

// checkFolder validates --scenarios.
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

// redacted removes secrets from what is logged, whatever logs it.
func redacted(groups []string, a slog.Attr) slog.Attr {
	builtIn := len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey)
	switch v := a.Value.Any().(type) {
	case string:
		if !builtIn {
			a.Value = slog.StringValue(redact.Text(v))
		}
	case error:
		a.Value = slog.StringValue(redact.Text(v.Error()))
	}
	return a
}

// webURL parses the URL of a server: a scheme, a host, and perhaps a path.
func webURL(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, false
	}
	return u, true
}

// logger returns the logger that the flags configure. What is logged is
// escaped.
func (o *options) logger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(o.logLevel)); err != nil || strings.ContainsAny(o.logLevel, "+-") {
		return nil, cli.Usagef("--log-level %q: want debug, info, warn or error", o.logLevel)
	}
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: redacted}
	switch o.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(printable.NewWriter(w), opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(printable.NewJSONWriter(w), opts)), nil
	}
	return nil, cli.Usagef("--log-format %q: want text or json", o.logFormat)
}
