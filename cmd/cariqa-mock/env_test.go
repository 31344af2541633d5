package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnv(t *testing.T) {
	lines := func(url, token string) string {
		return "export CARIQA_MOCK_URL='" + url + "'\nexport CONNECT_API_DOMAIN='" + url + "/api/v1'\nexport CONNECT_API_KEY='" + token +
			"'\nexport STRIPE_PUBLISHABLE_KEY='pk_test_mock'\nexport STRIPE_API_BASE='" + url + "'\n"
	}
	for name, test := range map[string]struct {
		env  env
		args []string
		want string
	}{
		"alone":                    {want: lines("http://127.0.0.1:4343", "mock.default.me")},
		"--url":                    {args: []string{"--url", "https://fake.example.org"}, want: lines("https://fake.example.org", "mock.default.me")},
		"slash":                    {args: []string{"--url", "http://[::1]:9000/"}, want: lines("http://[::1]:9000", "mock.default.me")},
		"base URL of the API":      {args: []string{"--url", "HTTP://localhost:1/api/v1/"}, want: lines("http://localhost:1", "mock.default.me")},
		"variable":                 {env: env{"CARIQA_MOCK_URL": "http://fake:4343/"}, want: lines("http://fake:4343", "mock.default.me")},
		"the flag beats it":        {env: env{"CARIQA_MOCK_URL": "x"}, args: []string{"--url", "http://fake"}, want: lines("http://fake", "mock.default.me")},
		"server settings are not":  {env: env{"CARIQA_MOCK_ADDR": "127.0.0.1:0", "PORT": "3000"}, want: lines("http://127.0.0.1:4343", "mock.default.me")},
		"--world":                  {args: []string{"--world", "mock.debt.A_b-c.1"}, want: lines("http://127.0.0.1:4343", "mock.debt.A_b-c.1")},
		"a scenario's own world":   {args: []string{"--world", "mock.debt"}, want: lines("http://127.0.0.1:4343", "mock.debt")},
		"a scenario from outside":  {args: []string{"--world", "mock.mine.x"}, want: lines("http://127.0.0.1:4343", "mock.mine.x")},
		"an international name":    {args: []string{"--url", "http://bücher.example"}, want: lines("http://bücher.example", "mock.default.me")},
		"--shell sh is the same":   {args: []string{"--shell", "sh"}, want: lines("http://127.0.0.1:4343", "mock.default.me")},
		"fish":                     {args: []string{"--shell=fish"}, want: shellLines("set -gx ", " '", "'")},
		"powershell":               {args: []string{"--shell=powershell"}, want: shellLines("$env:", " = '", "'")},
		"dotenv":                   {args: []string{"--shell=dotenv"}, want: shellLines("", "=", "")},
		"shell by its own setting": {env: env{"CARIQA_MOCK_SHELL": "dotenv"}, want: shellLines("", "=", "")},
	} {
		t.Run(name, func(t *testing.T) {
			got := invoke(t, test.env, append([]string{"env"}, test.args...)...)
			if diff := cmp.Diff(outcome{stdout: test.want}, got, cmp.AllowUnexported(outcome{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// shellLines returns what env prints without other flags.
func shellLines(before, between, after string) string {
	out := ""
	for _, v := range clientEnv("http://127.0.0.1:4343", "mock.default.me") {
		out += before + v.name + between + v.value + after + "\n"
	}
	return out
}

func TestEnvRefuses(t *testing.T) {
	for _, test := range []struct {
		args []string
		want []string
	}{
		{[]string{"--url", ""}, []string{`--url ""`, "want the URL of a server"}},
		{[]string{"--url", "127.0.0.1:4343"}, []string{"--url", "want the URL of a server"}},
		{[]string{"--url", "ftp://fake"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://:4343"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://fake:"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://fake:65536"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://user:secret@fake"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://fake/?x=1"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://fake/#x"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://fa ke"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://fake\nX=1"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://a'$(id)"}, []string{"want the URL of a server"}},
		{[]string{"--url", "http://fake/cariqa"}, []string{`without the path "/cariqa"`}},
		{[]string{"--url", "http://fake/api/v2"}, []string{`without the path "/api/v2"`}},
		{[]string{"--world", ""}, []string{`--world ""`, "want a token such as mock.debt.me"}},
		{[]string{"--world", "debt"}, []string{"want a token such as mock.debt.me"}},
		{[]string{"--world", "mock."}, []string{"want a token such as mock.debt.me"}},
		{[]string{"--world", "mock.debt."}, []string{"want a token such as mock.debt.me"}},
		{[]string{"--world", "mock.Debt.x"}, []string{"want a token such as mock.debt.me"}},
		{[]string{"--world", "mock.debt.a/../b"}, []string{"want a token such as mock.debt.me"}},
		{[]string{"--world", "mock.debt.x\n"}, []string{"want a token such as mock.debt.me"}},
		{[]string{"--shell", "zsh"}, []string{"--shell", "want sh, fish, powershell or dotenv"}},
		{[]string{"now"}, []string{`"now"`}},
	} {
		got := invoke(t, env{}, append([]string{"env"}, test.args...)...)
		refuses(t, got, exitUsage, append(test.want, `hint: "cariqa-mock env --help"`)...)
		if got.stdout != "" {
			t.Errorf("%q: stdout %q, want none", test.args, got.stdout)
		}
	}
	refuses(t, invoke(t, env{"CARIQA_MOCK_URL": "fake"}, "env"), exitUsage, "--url", "want the URL of a server")
}

func hostileValues() []string {
	return []string{
		"http://127.0.0.1:4343", "", " ", "a b", "it's", "'", "''", `"`, `\`, `\\`, `\'`, `ends with \`, "$HOME", "${HOME}", "$(id)", "`id`", "`", "a\nb", "\n",
		"%PATH%", "100%", "#x", "a #x", "a=b", "!x", "~", "*", "a;b", "a&b|c", "(x)", "é", "\u2018\u2019", "\t", `"$x"`, `a\nb`,
	}
}

// TestQuotedValuesSurviveTheirShell lets each shell that is on this machine read
// its own syntax.
func TestQuotedValuesSurviveTheirShell(t *testing.T) {
	for _, test := range []struct{ shell, syntax, print string }{
		{"sh", "sh", `printf '%s\000' "$X"`},
		{"bash", "sh", `printf '%s\000' "$X"`},
		{"fish", "fish", `printf '%s\000' "$X"`},
		{"pwsh", "powershell", `[Console]::Write("$env:X" + [char]0)`},
	} {
		t.Run(test.shell, func(t *testing.T) {
			needTools(t, test.shell)
			script := ""
			for _, value := range hostileValues() {
				script += assignments[test.syntax](variable{"X", value}) + "\n" + test.print + "\n"
			}
			out, err := exec.CommandContext(t.Context(), test.shell, file(t, "script.ps1", script)).Output()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(hostileValues(), strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestDotenvInNode checks the values that Node can read at all: it knows no
// escapes between quotes.
func TestDotenvInNode(t *testing.T) {
	needTools(t, "node")
	text, want := "", []string{}
	for _, value := range hostileValues() {
		if strings.Contains(value, "'") && strings.ContainsAny(value, "\"$\\\n") || value != strings.TrimSpace(value) {
			continue
		}
		text += assignments["dotenv"](variable{fmt.Sprintf("X%d", len(want)), value}) + "\n"
		want = append(want, value)
	}
	out, err := exec.CommandContext(t.Context(), "node", "--env-file="+file(t, ".env", text), "-e",
		`for (let i = 0; "X" + i in process.env; i++) process.stdout.write(process.env["X" + i] + "\0")`).Output()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestQuoting fixes the syntax for the shells that are rarely on the machine
// that runs the tests.
func TestQuoting(t *testing.T) {
	for _, test := range []struct{ shell, value, want string }{
		{"fish", `a'b\c$d`, `set -gx X 'a\'b\\c$d'`},
		{"powershell", "a'b\u2019c`d$e", "$env:X = 'a''b\u2019\u2019c`d$e'"},
		{"dotenv", "a b$c", "X='a b$c'"},
		{"dotenv", "it's $5\n", `X="it's \$5\n"`},
		{"dotenv", "", "X=''"},
		{"dotenv", "http://[fe80::1%25eth0]:1", "X=http://[fe80::1%25eth0]:1"}, // docker would take quotes as part of the value
		{"dotenv", "http://b\u00fccher.example", "X=http://b\u00fccher.example"},
	} {
		if got := assignments[test.shell](variable{"X", test.value}); got != test.want {
			t.Errorf("%s %q: %s, want %s", test.shell, test.value, got, test.want)
		}
	}
}

// TestEvalEnv runs the line of the documents in a shell.
func TestEvalEnv(t *testing.T) {
	needTools(t, "sh")
	out := invoke(t, env{}, "env", "--url", "http://[::1]:1/", "--world", "mock.debt.x").stdout
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `eval "$1"; exec env`, "sh", out)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "CONNECT_API_KEY=stale"}
	got, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range clientEnv("http://[::1]:1", "mock.debt.x") {
		if !strings.Contains("\n"+string(got), "\n"+v.name+"="+v.value+"\n") {
			t.Errorf("%s is not %s in\n%s", v.name, v.value, got)
		}
	}
	if strings.Contains(string(got), "stale") {
		t.Errorf("a stale value is left:\n%s", got)
	}
}
