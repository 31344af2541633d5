package main

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
)

// A variable is an environment variable with its value.
type variable struct{ name, value string }

// publishableKey is one of the keys that the fake Stripe accepts.
const publishableKey = "pk_test_mock"

// adminURL is "url" for the admin API, if it has an address of its own.
const adminURL = "admin-url"

// clientEnv returns the variables that clients of the server at an origin read.
func clientEnv(origin, token string) []variable {
	return []variable{
		{envName("url"), origin},
		{"CONNECT_API_DOMAIN", origin + "/api/v1"},
		{"CONNECT_API_KEY", token},
		{"STRIPE_PUBLISHABLE_KEY", publishableKey},
		{"STRIPE_API_BASE", origin},
	}
}

func (p *program) envCommand() *cobra.Command {
	var shell, address, token string
	var proxy proxyOptions
	cmd := &cobra.Command{
		Use: "env", Short: "Print the environment variables for clients of a server",
		Long: "Print the environment variables for clients of a server: its URL, and the base URLs\n" +
			"and keys of the vendor's and Stripe's API. It does not check that the server is up.",
		Example: strings.Trim(`
  eval "$(cariqa-mock env)"                             # sh, bash, zsh
  cariqa-mock env --shell fish | source
  cariqa-mock env --shell powershell | Out-String | Invoke-Expression
  cariqa-mock env --shell dotenv --world mock.debt.me > .env`, "\n"),
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.fromEnv(cmd.Flags()); err != nil {
				return err
			}
			assign, ok := assignments[shell]
			if !ok {
				return cli.Usagef("--shell %q: want sh, fish, powershell or dotenv", shell)
			}
			origin, err := originOf(address)
			if err != nil {
				return err
			}
			if _, err := scenarioOf(token); err != nil {
				return err
			}
			if err := proxy.checkClient(); err != nil {
				return err
			}
			vars := clientEnv(origin, token)
			if proxy.addr != "" {
				more, err := p.proxyEnv(&proxy, proxy.addr, origin)
				if err != nil {
					return err
				}
				vars = append(vars, more...)
			}
			for _, v := range vars {
				fmt.Fprintln(p.stdout, assign(v))
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&shell, "shell", "sh", "syntax of the output: sh, fish, powershell or dotenv")
	f.StringVar(&address, "url", "http://"+defaultAddr, "URL of the server; "+envName("url")+" sets it as well")
	f.StringVar(&token, "world", "mock.default.me", "token, which selects the world")
	proxy.bind(f)
	f.Lookup("proxy").Usage = "address of the server's proxy; adds the variables for clients that are to use it"
	return cmd
}

// originOf returns the origin of the server that --url names.
func originOf(address string) (string, error) {
	u, ok := webURL(address)
	if !ok || u.User != nil || strings.HasSuffix(u.Host, ":") || u.Port() != "" && !isPort(u.Port()) || !isHost(u.Hostname()) {
		return "", cli.Usagef("--url %q: want the URL of a server, such as http://%s", address, defaultAddr)
	}
	if path := strings.Trim(u.Path, "/"); path != "" && path != "api/v1" {
		return "", cli.Usagef("--url %q: want a URL without the path %q, such as http://%s", address, u.Path, defaultAddr)
	}
	return u.Scheme + "://" + strings.ReplaceAll(u.Host, "%", "%25"), nil // of an IPv6 zone
}

var hostName = regexp.MustCompile(`^[\pL\pN._-]+$`)

func isHost(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil || hostName.MatchString(s)
}

// scenarioOf returns the scenario of the token that --world names.
func scenarioOf(token string) (string, error) {
	name, err := mockserver.TokenScenario(token)
	if err != nil {
		return "", cli.Usagef("--world %q: want a token such as mock.debt.me: mock.<scenario>.<name>, with a-z, 0-9 and - in the first, "+
			"A-Z, a-z, 0-9, dot, _ and - in the second", token)
	}
	return name, nil
}

// assignments write a variable in the syntax of a shell.
var assignments = map[string]func(variable) string{
	"sh":         func(v variable) string { return "export " + v.name + "=" + quoteSh(v.value) },
	"fish":       func(v variable) string { return "set -gx " + v.name + " " + quoteFish(v.value) },
	"powershell": func(v variable) string { return "$env:" + v.name + " = " + quotePowerShell(v.value) },
	"dotenv":     func(v variable) string { return v.name + "=" + quoteDotenv(v.value) },
}

func quoteSh(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// quoteFish escapes the two characters that are special between single quotes
// in fish.
func quoteFish(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}

// quotePowerShell doubles every character that PowerShell takes for a single
// quote.
func quotePowerShell(s string) string {
	return "'" + regexp.MustCompile("['\u2018\u2019\u201a\u201b]").ReplaceAllString(s, "$0$0") + "'"
}

var plainValue = regexp.MustCompile(`^[\pL\pN_./:@%+,\[\]-]+$`)

// quoteDotenv quotes no more than needed, since programs that read .env files
// differ: docker's --env-file knows no quotes, and Node's no escapes.
func quoteDotenv(s string) string {
	switch {
	case plainValue.MatchString(s):
		return s
	case !strings.Contains(s, "'"):
		return "'" + s + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "\n", `\n`, "\r", `\r`).Replace(s) + `"`
}
