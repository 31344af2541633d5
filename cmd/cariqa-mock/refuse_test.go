package main

import (
	"net"
	"strings"
	"testing"
)

// badValue is a value that a flag must refuse, and what the message asks for
// instead.
type badValue struct{ flag, value, want string }

func badValues() []badValue {
	return []badValue{
		{"addr", "4343", "want host:port"},
		{"addr", "127.0.0.1:http", "want host:port"},
		{"addr", "127.0.0.1:65536", "want host:port"},
		{"addr", "127.0.0.1:-1", "want host:port"},
		{"port-file", "none/port", "want a file in an existing folder"},
		{"port-file", "main.go/port", "want a file in an existing folder"},
		{"port-file", "testdata", "want a file in an existing folder"},
		{"scenario", "debtt", `unknown scenario "debtt"; did you mean debt?`},
		{"scenarios", "testdata/none", "want a folder"},
		{"scenarios", "main.go", "want a folder"},
		{"strict", "maybe", "want true or false"},
		{"proxy", "4344", "want host:port, such as 127.0.0.1:4344"},
		{"proxy", "127.0.0.1:65536", "want host:port"},
		{"ca-dir", "main.go", "want a folder"},
		{"proxy-allow", "https://app.example.org", "want a host name such as fake.example.org"},
		{"proxy-allow", "app.example.org:443", "without a port"},
		{"proxy-allow", "*.stripe.com", "answers for it itself"},
		{"proxy-allow", "app.example.org", "want --proxy as well"},
		{"admin-addr", "4344", "want host:port"},
		{"seed", "-1", "want a whole number of 0 or more"},
		{"seed", "x", "want a whole number of 0 or more"},
		{"stations", "many", "want a whole number"},
		{"stations", "-1", "want 0 to 1000000"},
		{"stations", "1000001", "want 0 to 1000000"},
		{"cdr-delay", "60", "want a duration, such as 90s"},
		{"cdr-delay", "-1s", "want 0 or more"},
		{"api-generation", "2.0.0", "want 1.0.0, 2026-03 or both"},
		{"public-url", "fake.example.org", "want a URL"},
		{"public-url", "ftp://fake.example.org", "want a URL"},
		{"public-url", "https://fake.example.org/?a=b", "want a URL"},
		{"cors-origin", "app.example.org", "want a scheme and host"},
		{"cors-origin", "https://app.example.org/", "want a scheme and host"},
		{"cors-origin", "https://a.example.org,*", "each origin must be named"},
		{"cors-origin", "https://*.*.example.org", "cannot be the host of an origin"},
		{"cors-origin", "file://", "browsers send null"},
		{"cors-origin", `"x`, "want values separated by commas"},
		{"allowed-host", "https://fake.example.org", "want a host name such as fake.example.org"},
		{"allowed-host", "*", "want a host name such as fake.example.org"},
		{"allowed-host", "fake.example.org/x", "want a host name such as fake.example.org"},
		{"public-url", "https://a b", "want a URL"},
		{"public-url", "https://a_b!", "is not a host name"},
		{"trust-proxy", "yes", "want off, all, loopback, private"},
		{"trust-proxy", "off,loopback", "off stands alone"},
		{"trust-proxy", "10.0.0.0/64", "want off, all, loopback, private"},
		{"api-tokens", "two words", "want tokens without spaces"},
		{"api-tokens", "a,,b", "want tokens without spaces"},
		{"tls", "maybe", "want true or false"},
		{"tls-cert", "cert.pem", "want both or neither"},
		{"tls-key", "key.pem", "want both or neither"},
		{"admin-token", "two words", "want a token without spaces"},
		{"world-ttl", "1 day", "want a duration, such as 90s"},
		{"world-ttl", "0s", "want more than 0"},
		{"max-worlds", "1e3", "want a whole number"},
		{"max-worlds", "0", "want more than 0"},
		{"journal-memory", "256", "want a size above 0, such as 256MiB"},
		{"journal-memory", "0MiB", "want a size above 0, such as 256MiB"},
		{"store", "mysql://root:secret@db/x", "want memory, a folder such as ./data, or postgres://user:password@host:5432/database"},
		{"store", "postgres://root:secret@db:port/x", "not an address of PostgreSQL: want postgres://user:password@host:5432/database"},
		{"history-memory", "64", "want a size above 0, such as 256MiB"},
		{"history-memory", "0MiB", "want a size above 0, such as 256MiB"},
		{"log-format", "xml", "want text or json"},
		{"log-level", "loud", "want debug, info, warn or error"},
		{"log-level", "info+1", "want debug, info, warn or error"},
	}
}

func TestBadValuesRefuseToStart(t *testing.T) {
	seen := map[string]bool{}
	for _, bad := range append(badValues(), badValue{"exit-with-stdin", "maybe", "want true or false"}) { // exec has no such flag
		seen[bad.flag] = true
		t.Run("flag/"+bad.flag+"="+bad.value, func(t *testing.T) {
			got := invoke(t, env{}, "serve", "--"+bad.flag+"="+bad.value)
			refuses(t, got, exitUsage, "--"+bad.flag, bad.want, "hint: ")
			if got.stdout != "" {
				t.Errorf("stdout %q, want none", got.stdout)
			}
		})
		t.Run("variable/"+bad.flag+"="+bad.value, func(t *testing.T) {
			refuses(t, invoke(t, env{envName(bad.flag): bad.value}), exitUsage, "--"+bad.flag, bad.want)
		})
	}
	for _, name := range serveFlags() {
		if !seen[name] {
			t.Errorf("no bad value of --%s is tried", name)
		}
	}
}

// serveFlags lists the flags of serve but for help.
func serveFlags() []string {
	p := &program{getenv: env{}.get}
	var names []string
	for line := range strings.Lines(p.serveCommand("serve").Flags().FlagUsages()) {
		if _, rest, ok := strings.Cut(line, "--"); ok {
			name, _, _ := strings.Cut(strings.Fields(rest)[0], "[") // --strict[=true|false]
			names = append(names, name)
		}
	}
	return names
}

func TestUsageErrors(t *testing.T) {
	for name, test := range map[string]struct {
		env    env
		args   string
		stderr []string
	}{
		"unknown command":        {args: "scenaro", stderr: []string{`"scenaro"`, "did you mean scenario?", `hint: "cariqa-mock --help"`}},
		"nothing like it":        {args: "qqqqqqqq", stderr: []string{`unknown command or argument "qqqqqqqq"` + "\n"}},
		"unknown flag":           {args: "--sed 1", stderr: []string{"unknown flag: --sed"}},
		"flag without its value": {args: "serve --addr", stderr: []string{"flag needs an argument: --addr"}},
		"argument to serve":      {args: "serve now", stderr: []string{`"now"`}},
		"argument to version":    {args: "version 1", stderr: []string{`"1"`}},
		"argument to rules":      {args: "rules all", stderr: []string{`"all"`}},
		"format of rules":        {args: "rules --format xml", stderr: []string{"--format", "want text, json or markdown"}},
		"description of what":    {args: "openapi stripe", stderr: []string{"stripe", "want vendor or admin"}},
		"two descriptions":       {args: "openapi vendor admin", stderr: []string{"want vendor or admin"}},
		"format of openapi":      {args: "openapi --format xml", stderr: []string{"--format", "want yaml or json"}},
		"scenario alone":         {args: "scenario", stderr: []string{"scenario list", "scenario show", "scenario check"}},
		"scenario unknown":       {args: "scenario chck", stderr: []string{"did you mean check?"}},
		"argument to list":       {args: "scenario list debt", stderr: []string{`"debt"`, `hint: "cariqa-mock scenario list --help"`}},
		"show without a name":    {args: "scenario show", stderr: []string{"want the name of one scenario"}},
		"show two":               {args: "scenario show debt default", stderr: []string{"want the name of one scenario"}},
		"folder of scenarios":    {args: "scenario list --scenarios none", stderr: []string{"--scenarios", "want a folder"}},
		"folder from outside":    {env: env{"CARIQA_MOCK_SCENARIOS": "none"}, args: "scenario check", stderr: []string{"--scenarios", "want a folder"}},
		"two URLs":               {args: "health http://a http://b", stderr: []string{"at most one URL"}},
		"not a URL":              {args: "health 127.0.0.1:4343", stderr: []string{"127.0.0.1:4343", "want a URL"}},
		"wait for what":          {args: "health --wait soon", stderr: []string{"--wait", "want a duration"}},
		"wait less than 0":       {args: "health --wait -1s", stderr: []string{"--wait", "want 0 or more"}},
		"port":                   {env: env{"PORT": "http"}, stderr: []string{`PORT="http"`, "want a port number"}},
		"port out of range":      {env: env{"PORT": "65536"}, stderr: []string{"PORT", "want a port number"}},
		"two certificates":       {args: "--tls --tls-cert c --tls-key k", stderr: []string{"--tls", "--tls-cert"}},
		"no such certificate":    {args: "--tls-cert none.pem --tls-key none.pem", stderr: []string{"--tls-cert", "none.pem"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := invoke(t, test.env, strings.Fields(test.args)...)
			refuses(t, got, exitUsage, append(test.stderr, "cariqa-mock: ", `hint: "cariqa-mock`, ` --help"`)...)
			if got.stdout != "" {
				t.Errorf("stdout %q, want none", got.stdout)
			}
		})
	}
}

// TestPortInUse checks for exit code 1: the command line is right, but its port
// is taken.
func TestPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	refuses(t, invoke(t, env{}, "--addr", taken.Addr().String()), exitFailed,
		"address already in use", "--addr 127.0.0.1:0 for a free port")
}

func TestBrokenScenarioRefusesToStart(t *testing.T) {
	path := file(t, "mine.yaml", "name: mine\ntitle: Mine\ncolor: red\n")
	got := invoke(t, env{}, "--addr", "127.0.0.1:0", "--scenarios", path[:len(path)-len("/mine.yaml")])
	refuses(t, got, exitFailed, path+":3:1: ", "\ncolor: red\n^")
	if got.stdout != "" {
		t.Errorf("stdout %q, want none", got.stdout)
	}
}
