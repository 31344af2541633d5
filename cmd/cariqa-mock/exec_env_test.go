package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestExecExportsVariables(t *testing.T) {
	scenarios := filepath.Dir(file(t, "mine.yaml", "name: mine\ntitle: Mine\nusers: []\n"))
	free := freeAddr(t)
	for name, test := range map[string]struct {
		flags []string
		env   []string
		token string
		url   string // pattern
	}{
		"alone":           {token: "mock.default.exec", url: `http://127\.0\.0\.1:\d+`},
		"--scenario":      {flags: []string{"--scenario", "debt"}, token: "mock.debt.exec", url: `http://127\.0\.0\.1:\d+`},
		"its variable":    {env: []string{"CARIQA_MOCK_SCENARIO=debt"}, token: "mock.debt.exec", url: `http://127\.0\.0\.1:\d+`},
		"own scenario":    {flags: []string{"--scenarios", scenarios, "--world", "mock.mine.x"}, token: "mock.mine.x", url: `http://127\.0\.0\.1:\d+`},
		"--addr":          {flags: []string{"--addr", free}, token: "mock.default.exec", url: regexp.QuoteMeta("http://" + free)},
		"--tls":           {flags: []string{"--tls"}, token: "mock.default.exec", url: `https://127\.0\.0\.1:\d+`},
		"all addresses":   {flags: []string{"--addr", "0.0.0.0:0", "--admin-token", "x"}, token: "mock.default.exec", url: `http://127\.0\.0\.1:\d+`},
		"a nested exec":   {env: []string{"CARIQA_MOCK_ADMIN_URL=stale", "CARIQA_MOCK_PORT_FILE=" + filepath.Join(t.TempDir(), "stale")}, token: "mock.default.exec", url: `http://127\.0\.0\.1:\d+`},
		"PORT is not its": {env: []string{"PORT=1"}, token: "mock.default.exec", url: `http://127\.0\.0\.1:\d+`},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := execCommand(t, test.flags, "child", "env")
			cmd.Env = append(cmd.Env, "CARIQA_MOCK_URL=stale", "CONNECT_API_DOMAIN=stale", "CONNECT_API_KEY=stale", "STRIPE_PUBLISHABLE_KEY=stale",
				"STRIPE_API_BASE=stale", "OTHER=kept")
			cmd.Env = append(cmd.Env, test.env...)
			got := result(t, cmd)
			vars := map[string]string{}
			for _, v := range strings.Split(got.stdout, "\n") {
				name, value, _ := strings.Cut(v, "=")
				if _, ok := vars[name]; ok {
					t.Errorf("%s is there twice", name)
				}
				vars[name] = value
			}
			url := vars["CARIQA_MOCK_URL"]
			if !regexp.MustCompile("^" + test.url + "$").MatchString(url) {
				t.Errorf("CARIQA_MOCK_URL=%s, want %s", url, test.url)
			}
			for _, v := range clientEnv(url, test.token) {
				if vars[v.name] != v.value {
					t.Errorf("%s=%s, want %s", v.name, vars[v.name], v.value)
				}
			}
			if vars["OTHER"] != "kept" || strings.Contains(got.stdout, "stale") || got.code != 0 || got.stderr != "" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestExecExportsTheAdminAPI checks that the command can call the admin API,
// whatever address and token it has.
func TestExecExportsTheAdminAPI(t *testing.T) {
	for name, test := range map[string]struct {
		flags []string
		env   string
		token string // pattern; empty if the variable is not set
		url   bool   // whether the admin API has a URL of its own
	}{
		"on loopback":      {},
		"a token":          {flags: []string{"--admin-token", "secret"}, token: "secret"},
		"its variable":     {env: "CARIQA_MOCK_ADMIN_TOKEN=secret", token: "secret"},
		"the flag beats":   {env: "CARIQA_MOCK_ADMIN_TOKEN=other", flags: []string{"--admin-token", "secret"}, token: "secret"},
		"off loopback":     {flags: []string{"--addr", "0.0.0.0:0"}, token: "[A-Z2-7]{26}"},
		"its own address":  {flags: []string{"--admin-addr", "127.0.0.1:0"}, url: true},
		"both, over HTTPS": {flags: []string{"--admin-addr", "0.0.0.0:0", "--tls"}, token: "[A-Z2-7]{26}", url: true},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := execCommand(t, test.flags, "child", "env")
			cmd.Env = append(cmd.Env, test.env)
			got := "\n" + result(t, cmd).stdout + "\n"
			if want := regexp.MustCompile("\nCARIQA_MOCK_ADMIN_TOKEN=" + test.token + "\n"); want.MatchString(got) != (test.token != "") {
				t.Errorf("want the token %q in %s", test.token, got)
			}
			url := regexp.MustCompile(`\nCARIQA_MOCK_ADMIN_URL=(https?://127\.0\.0\.1:\d+)\n`).FindStringSubmatch(got)
			if (url != nil) != test.url || url != nil && strings.Contains(got, "CARIQA_MOCK_URL="+url[1]+"\n") {
				t.Errorf("want a separate URL: %v, in %s", test.url, got)
			}
		})
	}
}
