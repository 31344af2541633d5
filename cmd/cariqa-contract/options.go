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

// targetFlags are the flags about the target.
type targetFlags struct {
	domain, key, otherKey string
	stripeKey, stripeBase string
	admin, adminToken     string
	rate                  string
	ca                    string
	insecure, production  bool
}

const (
	defaultDomain = "dev.connect.cariqa.com/api/v1"
	apiPath       = "/api/v1"
	remoteRate    = 5 // requests per second
	defaultBudget = 20 * time.Minute
)

func (o *targetFlags) bind(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVar(&o.domain, "domain", "", "`HOST/PATH` or URL of the API, such as "+defaultDomain+" (CONNECT_API_DOMAIN)")
	f.StringVar(&o.key, "key", "", "API `KEY` (CONNECT_API_KEY)")
	f.StringVar(&o.stripeKey, "stripe-key", "", "publishable test `KEY`, pk_test_… (STRIPE_PUBLISHABLE_KEY); without it, cases with cards are not applicable")
	f.StringVar(&o.stripeBase, "stripe-base", "", "`URL` of Stripe (STRIPE_API_BASE; default the target's origin on loopback, else api.stripe.com)")
	f.StringVar(&o.admin, "admin", "", "`URL` of the fake's admin API, for cases that move the clock or inject faults")
	f.StringVar(&o.adminToken, "admin-token", "", "admin `TOKEN` of the fake (CARIQA_CONTRACT_ADMIN_TOKEN, else CARIQA_MOCK_ADMIN_TOKEN)")
	f.StringVar(&o.ca, "ca", "", "`FILE` with certificates, in PEM, that are trusted besides those of this machine (CARIQA_CONTRACT_CA)")
	f.BoolVar(&o.insecure, "insecure", false, "trust any certificate of a target on this machine or in a private network (CARIQA_CONTRACT_INSECURE)")
	f.StringVar(&o.rate, "rate", "", "maximum `REQUESTS` per second or minute, such as 5/s or 30/m (default 5/s, unlimited on loopback)")
	f.BoolVar(&o.production, "i-mean-production", false, "allow a production host, where users, sessions and payments are real")
}

// bindOther adds the flag of another client's key, for commands that run cases.
func (o *targetFlags) bindOther(f *pflag.FlagSet) {
	f.StringVar(&o.otherKey, "other-key", "", "API `KEY` of another client, who must not see the first one's users (CONNECT_OTHER_API_KEY)")
}

// target checks the flags and returns the target.
func (o *targetFlags) target(getenv func(string) string) (contracttests.Target, error) {
	t := contracttests.Target{
		Key: cmp.Or(o.key, getenv("CONNECT_API_KEY")), StripeKey: cmp.Or(o.stripeKey, getenv("STRIPE_PUBLISHABLE_KEY")),
		OtherKey:   cmp.Or(o.otherKey, getenv("CONNECT_OTHER_API_KEY")),
		StripeBase: cmp.Or(o.stripeBase, getenv("STRIPE_API_BASE")), Admin: strings.TrimSuffix(o.admin, "/"),
	}
	domain := cmp.Or(o.domain, getenv("CONNECT_API_DOMAIN"))
	if domain == "" {
		return t, cli.Usagef("no target: set --domain or CONNECT_API_DOMAIN to one such as %s, or http://127.0.0.1:4343%s for a local cariqa-mock", defaultDomain, apiPath)
	}
	u, ok := apiURL(domain)
	if !ok {
		return t, cli.Usagef("invalid --domain %q: want a host and path such as %s, or a URL", domain, defaultDomain)
	}
	t.Base, t.Name = u.String(), u.Host
	for flag, value := range map[string]string{"stripe-base": t.StripeBase, "admin": t.Admin} {
		if value != "" && !isOrigin(value) {
			return t, cli.Usagef("invalid --%s %q: want a URL such as http://127.0.0.1:4343", flag, value)
		}
	}
	switch {
	case t.Admin != "":
		t.AdminToken = cmp.Or(o.adminToken, getenv("CARIQA_CONTRACT_ADMIN_TOKEN"), getenv("CARIQA_MOCK_ADMIN_TOKEN"))
	case o.adminToken != "":
		return t, cli.Usagef("--admin-token requires --admin")
	}
	for flag, value := range map[string]string{"key": t.Key, "other-key": t.OtherKey, "stripe-key": t.StripeKey, "admin-token": t.AdminToken} {
		if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			return t, cli.Usagef("invalid --%s: want no spaces in it", flag)
		}
	}
	if err := t.Validate(o.production); err != nil {
		return t, &cli.UsageError{Err: err}
	}
	var err error
	t.Transport, err = o.secure(t, getenv)
	return t, err
}

// apiURL parses a target's address. The scheme defaults to https, the path to
// /api/v1.
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

// isOrigin reports whether a text is a URL without a path.
func isOrigin(s string) bool {
	u, ok := apiURL(s)
	return ok && strings.Contains(s, "://") && strings.TrimRight(s, "/") == u.Scheme+"://"+u.Host
}

// perSecond returns the rate in requests per second. 0 means no limit.
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
	return 0, cli.Usagef("invalid --rate %q: want requests per second or minute, such as 5/s or 30/m", o.rate)
}

// selected returns the cases that match any of the patterns, or all if there are
// no patterns.
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
			return nil, cli.Usagef("--case %q matches no case; cariqa-contract list shows all cases", g)
		}
	}
	return out, nil
}

// glob compiles a pattern in which * is any text and ? any character.
func glob(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	return regexp.MustCompile("^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(quoted) + "$")
}

// failedExchanges is the default of --report-exchanges.
const failedExchanges = "failed"

// runFlags are the flags of run.
type runFlags struct {
	targetFlags
	cases   []string
	cdrWait time.Duration
	budget  time.Duration
	reports []string

	exchanges        string // that json and html reports have: failed or all
	record, evidence string
}

func (o *runFlags) bind(f *pflag.FlagSet) {
	o.bindRun(f)
	f.StringVar(&o.record, "record", "", "write all calls and answers to `FILE`, without secrets, for diff --b recording:FILE")
	f.StringVar(&o.evidence, "evidence", "", "record passed cases in `DIR`")
	f.StringArrayVar(&o.reports, "report", nil, "write a report, `KIND=FILE`, where KIND is junit, json or html; may be repeated")
	f.StringVar(&o.exchanges, "report-exchanges", failedExchanges, "`CASES` whose exchanges json and html reports have: failed (and inconclusive), or all")
}

// bindRun binds the flags that diff has as well.
func (o *runFlags) bindRun(f *pflag.FlagSet) {
	o.targetFlags.bind(f)
	o.bindOther(f)
	f.StringArrayVar(&o.cases, "case", nil, "run only cases whose id matches `GLOB`, such as 'users/*'; may be repeated")
	f.DurationVar(&o.cdrWait, "cdr-wait", 3*time.Minute, "maximum `TIME` to wait for a session's CDR, in real time")
	f.DurationVar(&o.budget, "budget", defaultBudget, "maximum `TIME` for the whole run")
}

func (o *runFlags) check() error {
	switch {
	case o.cdrWait <= 0:
		return cli.Usagef("invalid --cdr-wait %s: want more than 0", o.cdrWait)
	case o.budget <= 0:
		return cli.Usagef("invalid --budget %s: want more than 0", o.budget)
	case o.exchanges != "" && o.exchanges != failedExchanges && o.exchanges != "all":
		return cli.Usagef("invalid --report-exchanges %q: want failed or all", o.exchanges)
	}
	return nil
}
