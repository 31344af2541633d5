package main

import (
	"cmp"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
)

// targetFlags say what to call, and how fast.
type targetFlags struct {
	domain, key           string
	stripeKey, stripeBase string
	admin, adminToken     string
	rate                  string
	production            bool
}

const (
	defaultDomain = "dev.connect.cariqa.com/api/v1"
	apiPath       = "/api/v1"
	remoteRate    = 5 // calls a second
)

func (o *targetFlags) bind(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVar(&o.domain, "domain", "", "`HOST/PATH` of the API, such as "+defaultDomain+", or a URL (CONNECT_API_DOMAIN)")
	f.StringVar(&o.key, "key", "", "API `KEY` (CONNECT_API_KEY)")
	f.StringVar(&o.stripeKey, "stripe-key", "", "publishable test `KEY`, pk_test_… (STRIPE_PUBLISHABLE_KEY); without it card cases are not applicable")
	f.StringVar(&o.stripeBase, "stripe-base", "", "`URL` of Stripe (STRIPE_API_BASE; default the target's own origin on loopback, else api.stripe.com)")
	f.StringVar(&o.admin, "admin", "", "`URL` of the fake's admin API, for cases that move its clock or ask for faults")
	f.StringVar(&o.adminToken, "admin-token", "", "its `TOKEN`")
	f.StringVar(&o.rate, "rate", "", "most `CALLS` a second or minute, such as 5/s or 30/m (default 5/s, none on loopback)")
	f.BoolVar(&o.production, "i-mean-production", false, "allow a production host, where users, sessions and payments are real")
}

// target judges the flags and gives the target, ready to be called.
func (o *targetFlags) target(getenv func(string) string, name string) (contracttests.Target, error) {
	t := contracttests.Target{
		Key: cmp.Or(o.key, getenv("CONNECT_API_KEY")), StripeKey: cmp.Or(o.stripeKey, getenv("STRIPE_PUBLISHABLE_KEY")),
		StripeBase: cmp.Or(o.stripeBase, getenv("STRIPE_API_BASE")), Admin: strings.TrimSuffix(o.admin, "/"), AdminToken: o.adminToken,
	}
	domain := cmp.Or(o.domain, getenv("CONNECT_API_DOMAIN"))
	if domain == "" {
		return t, cli.Usagef("no target: set --domain or CONNECT_API_DOMAIN, such as %s, or http://127.0.0.1:4343%s for a cariqa-mock of your own", defaultDomain, apiPath)
	}
	u, ok := apiURL(domain)
	if !ok {
		return t, cli.Usagef("--domain %q: want a host and path, such as %s, or a URL", domain, defaultDomain)
	}
	t.Base, t.Name = u.String(), cmp.Or(name, u.Host)
	for flag, value := range map[string]string{"stripe-base": t.StripeBase, "admin": t.Admin} {
		if value != "" && !isOrigin(value) {
			return t, cli.Usagef("--%s %q: want a URL such as http://127.0.0.1:4343", flag, value)
		}
	}
	if t.AdminToken != "" && t.Admin == "" {
		return t, cli.Usagef("--admin-token without --admin: want the URL that it is for")
	}
	for flag, value := range map[string]string{"key": t.Key, "stripe-key": t.StripeKey, "admin-token": t.AdminToken} {
		if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			return t, cli.Usagef("--%s: want no blanks in it", flag)
		}
	}
	if err := t.Validate(o.production); err != nil {
		return t, &cli.UsageError{Err: err}
	}
	return t, nil
}

// apiURL reads a target's address: without a scheme it is HTTPS, without a
// path the usual one is meant.
func apiURL(domain string) (*url.URL, bool) {
	if !strings.Contains(domain, "://") {
		domain = "https://" + domain
	}
	u, err := url.Parse(domain)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, false
	}
	if u.Path = strings.TrimRight(u.Path, "/"); u.Path == "" {
		u.Path = apiPath
	}
	return u, true
}

// isOrigin says whether a text is the URL of a server, without a path.
func isOrigin(s string) bool {
	u, ok := apiURL(s)
	return ok && strings.Contains(s, "://") && strings.TrimRight(s, "/") == u.Scheme+"://"+u.Host
}

// perSecond is the rate as a number; 0 is no limit.
func (o *targetFlags) perSecond(t contracttests.Target) (float64, error) {
	if o.rate == "" {
		if t.Loopback() {
			return 0, nil
		}
		return remoteRate, nil
	}
	number, unit, _ := strings.Cut(o.rate, "/")
	n, err := strconv.ParseFloat(number, 64)
	if err == nil && n > 0 && n <= 10000 {
		switch unit {
		case "s":
			return n, nil
		case "m":
			return n / 60, nil
		}
	}
	return 0, cli.Usagef("--rate %q: want calls a second or minute, such as 5/s or 30/m", o.rate)
}

// selected gives the cases that any of the patterns fits; no pattern: all.
func selected(cases []contracttests.Case, globs []string) ([]contracttests.Case, error) {
	if len(globs) == 0 {
		return cases, nil
	}
	used := map[string]bool{}
	var out []contracttests.Case
	for _, c := range cases {
		fits := false
		for _, g := range globs {
			if glob(g).MatchString(c.ID) {
				fits, used[g] = true, true
			}
		}
		if fits {
			out = append(out, c)
		}
	}
	for _, g := range globs {
		if !used[g] {
			return nil, cli.Usagef("--case %q fits no case; cariqa-contract list names all", g)
		}
	}
	return out, nil
}

// glob reads a pattern in which * is any text and ? any character.
func glob(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	return regexp.MustCompile("^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(quoted) + "$")
}

// runFlags are those of run besides the target.
type runFlags struct {
	targetFlags
	cases   []string
	cdrWait time.Duration
	budget  time.Duration
	reports []string

	record, evidence string
}

func (o *runFlags) bind(f *pflag.FlagSet) {
	o.bindRun(f)
	f.StringVar(&o.record, "record", "", "write all calls and answers to a `FILE`, without secrets, for diff --b recording:FILE")
	f.StringVar(&o.evidence, "evidence", "", "note in the `FOLDER` which cases have passed on the target, and when")
	f.StringArrayVar(&o.reports, "report", nil, "write a report, `KIND=FILE`: junit, json or html; may be repeated")
}

// bindRun binds what diff has, too.
func (o *runFlags) bindRun(f *pflag.FlagSet) {
	o.targetFlags.bind(f)
	f.StringArrayVar(&o.cases, "case", nil, "run only cases whose id fits a `GLOB`, such as 'users/*'; may be repeated")
	f.DurationVar(&o.cdrWait, "cdr-wait", 3*time.Minute, "longest wait for a session's final record, in real time")
	f.DurationVar(&o.budget, "budget", 20*time.Minute, "longest the whole run may take")
}

func (o *runFlags) check() error {
	switch {
	case o.cdrWait <= 0:
		return cli.Usagef("--cdr-wait %s: want more than 0", o.cdrWait)
	case o.budget <= 0:
		return cli.Usagef("--budget %s: want more than 0", o.budget)
	}
	return nil
}
