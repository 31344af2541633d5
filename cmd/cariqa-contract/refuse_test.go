package main

import (
	"strings"
	"testing"
)

func TestUsageErrors(t *testing.T) {
	good := on("http://127.0.0.1:1")
	without := func(name string) env {
		e := on("http://127.0.0.1:1")
		delete(e, name)
		return e
	}
	for name, test := range map[string]struct {
		env  env
		args string
		want string
	}{
		"no command":            {good, "", "want a command: diff, judge, list, run, shadow, spec, sweep, version"},
		"unknown command":       {good, "rum", "did you mean run?"},
		"unknown flag":          {good, "run --cas x", "unknown flag: --cas"},
		"argument to run":       {good, "run now", `"now"`},
		"argument to list":      {good, "list all", `"all"`},
		"argument to sweep":     {good, "sweep all", `"all"`},
		"argument to version":   {good, "version 1", `"1"`},
		"no target":             {without("CONNECT_API_DOMAIN"), "run", "no target: set --domain or CONNECT_API_DOMAIN"},
		"no key":                {without("CONNECT_API_KEY"), "run", "set CONNECT_API_KEY or --key"},
		"domain of nothing":     {good, "run --domain https://", "--domain"},
		"domain, other kind":    {good, "run --domain ftp://h/api/v1", "want a host and path"},
		"domain with query":     {good, "run --domain http://h/api/v1?a=b", "want a host and path"},
		"domain with user":      {good, "run --domain http://u:p@h/api/v1", "want a host and path"},
		"key with blank":        {good, "run --key=a\tb", "--key: want no spaces"},
		"other key with blank":  {good, "run --other-key=a\tb", "--other-key: want no spaces"},
		"other key is the same": {good, "run --other-key " + good["CONNECT_API_KEY"], "same as the first one's"},
		"live Stripe key":       {good, "run --stripe-key pk_live_x", "live"},
		"secret Stripe key":     {good, "run --stripe-key sk_test_x", "never a secret one"},
		"restricted key":        {good, "run --stripe-key rk_test_x", "not publishable"},
		"Stripe base":           {good, "run --stripe-base api.stripe.com", "--stripe-base"},
		"Stripe base, path":     {good, "run --stripe-base http://h/v1", "--stripe-base"},
		"admin":                 {good, "run --admin localhost:4343", "--admin"},
		"admin token alone":     {good, "run --admin-token x", "--admin-token requires --admin"},
		"admin token, blank":    {good, "run --admin http://h --admin-token=a\tb", "--admin-token: want no spaces"},
		"rate without unit":     {good, "run --rate 5", "such as 5/s"},
		"rate of nothing":       {good, "run --rate 0/s", "such as 5/s"},
		"rate, less":            {good, "run --rate -1/s", "such as 5/s"},
		"rate, no number":       {good, "run --rate NaN/s", "such as 5/s"},
		"rate by the hour":      {good, "run --rate 5/h", "such as 5/s"},
		"rate of a sweep":       {good, "sweep --rate 5", "such as 5/s"},
		"case":                  {good, "run --case userz/*", `--case "userz/*" matches no case`},
		"case in a list":        {good, "list --case userz/*", `--case "userz/*" matches no case`},
		"one case of two":       {good, "run --case users/* --case nope", `--case "nope" matches no case`},
		"cdr-wait":              {good, "run --cdr-wait 3", "want a duration"},
		"cdr-wait of nothing":   {good, "run --cdr-wait 0s", "want more than 0"},
		"budget":                {good, "run --budget x", "want a duration"},
		"budget of nothing":     {good, "run --budget -1s", "want more than 0"},
		"production":            {good, "run --i-mean-production=x", "want true or false"},
		"report":                {good, "run --report out.xml", "want junit=FILE, json=FILE or html=FILE"},
		"report of a kind":      {good, "run --report xml=out.xml", "want junit=FILE"},
		"report to nowhere":     {good, "run --report json=", "want junit=FILE"},
		"reports in one file":   {good, "run --report json=/dev/null --report html=/dev/null", "duplicate --report"},
		"report's exchanges":    {good, "run --report-exchanges passed", "want failed or all"},
		"evidence apart":        {good, "list --evidence /nope", `unknown command or argument "/nope"; to set the value of --evidence, write --evidence=/nope`},
		"hint of sweep":         {good, "sweep --older-than x", `hint: "cariqa-contract sweep --help"`},
		"older-than":            {good, "sweep --older-than -1h", "want 0 or more"},
	} {
		t.Run(name, func(t *testing.T) {
			net := &elsewhere{}
			got := invokeWith(t, &program{getenv: test.env.get, transport: net}, strings.Split(test.args, " ")...)
			if test.args == "" {
				got = invokeWith(t, &program{getenv: test.env.get, transport: net})
			}
			got.ends(t, 2, test.want, "cariqa-contract: ")
			if got.stdout != "" || net.hosts != nil {
				t.Errorf("stdout %q, calls to %q; want none", got.stdout, net.hosts)
			}
		})
	}
}
