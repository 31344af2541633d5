package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// roleVariable makes the test binary act as cariqa-mock, or with "child" as its
// first argument, as a command that exec runs.
const roleVariable = "TEST_ROLE"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(roleVariable) == "":
		hangUp()
		os.Exit(m.Run())
	case len(os.Args) > 1 && os.Args[1] == "child":
		os.Exit(child(os.Args[2], os.Args[3:]))
	}
	main()
}

// child is a command that exec runs. It returns its exit code.
func child(what string, args []string) int {
	switch what {
	case "exit":
		code, _ := strconv.Atoi(args[0])
		return code
	case "env":
		fmt.Print(strings.Join(os.Environ(), "\n"))
	case "cat":
		_, err := io.Copy(io.MultiWriter(os.Stdout, os.Stderr), os.Stdin)
		if err != nil {
			return 1
		}
	case "write":
		for {
			if _, err := os.Stdout.WriteString("y\n"); err != nil {
				return 1
			}
		}
	case "touch":
		if err := os.WriteFile(args[0], nil, 0o600); err != nil {
			return 1
		}
	case "call":
		return childCalls(args)
	case "get":
		return childGets(args[0], args[1])
	case "detach": // leaves a process that keeps stdout open until stdin ends
		cmd := exec.Command(os.Args[0], "child", "cat")
		cmd.Stdin, cmd.Stdout = os.Stdin, os.Stdout
		if err := cmd.Start(); err != nil {
			return 1
		}
	default:
		return childOfSystem(what)
	}
	return 0
}

// childCalls makes calls, "GET /users/" for example, with the exported variables
// alone, prints the statuses, and returns the exit code in the first argument.
func childCalls(args []string) int {
	for _, call := range args[1:] {
		method, path, _ := strings.Cut(call, " ")
		token := os.Getenv("CONNECT_API_KEY")
		if path, other, ok := strings.Cut(path, " as "); ok {
			call, token = path, other
		} else {
			call = path
		}
		r, err := http.NewRequest(method, os.Getenv("CONNECT_API_DOMAIN")+call, http.NoBody)
		if err != nil {
			return 99
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 99
		}
		res.Body.Close()
		fmt.Println(res.StatusCode)
	}
	code, _ := strconv.Atoi(args[0])
	return code
}

// childGets prints the status and the body at an address.
func childGets(address, token string) int {
	r, err := http.NewRequest(http.MethodGet, address, http.NoBody)
	if err != nil {
		return 99
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		fmt.Print(err)
		return 1
	}
	defer res.Body.Close()
	fmt.Print(res.StatusCode, " ")
	_, _ = io.Copy(os.Stdout, res.Body)
	return 0
}

// execCommand returns cariqa-mock exec with flags and a child, as a process of
// its own without a terminal.
func execCommand(t *testing.T, flags []string, command ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if len(command) > 0 && command[0] == "child" {
		command = append([]string{self}, command...)
	}
	cmd := exec.CommandContext(t.Context(), self, slices.Concat([]string{"exec"}, flags, []string{"--"}, command)...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, envPrefix) }), roleVariable+"=1")
	withoutTerminal(cmd)
	return cmd
}

// result runs a command to its end.
func result(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func TestExecEndsAsItsCommand(t *testing.T) {
	notExecutable := file(t, "script", "#!/bin/sh\n")
	for name, test := range map[string]struct {
		command []string
		code    int
		stderr  string // contained
	}{
		"0":                 {command: []string{"child", "exit", "0"}},
		"1":                 {command: []string{"child", "exit", "1"}, code: 1},
		"2":                 {command: []string{"child", "exit", "2"}, code: 2},
		"3":                 {command: []string{"child", "exit", "3"}, code: 3},
		"255":               {command: []string{"child", "exit", "255"}, code: 255},
		"not found by name": {command: []string{"no-such-command"}, code: 127, stderr: `the command cannot be run: exec: "no-such-command": executable file not found in `},
		"not found by path": {command: []string{"./no/such/command"}, code: 127, stderr: "the command cannot be run: "},
		"not executable":    {command: []string{notExecutable}, code: 126, stderr: "the command cannot be run: "},
		"a folder":          {command: []string{t.TempDir()}, code: 126, stderr: "the command cannot be run: "},
		"an empty name":     {command: []string{""}, code: 127, stderr: "the command cannot be run: its name is empty\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := result(t, execCommand(t, nil, test.command...))
			if got.code != test.code || got.stdout != "" || test.stderr == "" && got.stderr != "" || !strings.Contains(got.stderr, test.stderr) {
				t.Errorf("%+v, want exit code %d and stderr %q", got, test.code, test.stderr)
			}
			if strings.Count(got.stderr, "\n") > 1 {
				t.Errorf("more than one line: %s", got.stderr)
			}
		})
	}
}

func TestExecUsage(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing":              {nil, "want a command, such as cariqa-mock exec -- npm test"},
		"dashes alone":         {[]string{"--"}, "want a command, such as"},
		"no dashes":            {[]string{"npm", "test", "--watch"}, "want -- before the command: cariqa-mock exec -- npm test --watch"},
		"flags, no dashes":     {[]string{"--strict", "npm"}, "want -- before the command"},
		"flag after":           {[]string{"npm", "--", "x"}, "want -- before the command"},
		"unknown flag":         {[]string{"--sed", "--", "x"}, "unknown flag: --sed"},
		"world":                {[]string{"--world", "debt", "--", "x"}, "--world \"debt\": want a token such as mock.debt.me"},
		"world of no scenario": {[]string{"--world", "mock.debtt.x", "--", "x"}, `--world: unknown scenario "debtt"; did you mean debt?`},
		"keep in a file":       {[]string{"--keep", "main.go", "--", "x"}, `--keep "main.go": want a folder`},
		"keep below a file":    {[]string{"--keep", "main.go/a/b", "--", "x"}, `--keep "main.go/a/b": want a folder`},
	} {
		t.Run(name, func(t *testing.T) {
			got := invoke(t, env{}, append([]string{"exec"}, test.args...)...)
			refuses(t, got, exitUsage, test.want, `hint: "cariqa-mock exec --help"`)
		})
	}
	for _, bad := range badValues() {
		if bad.flag == "exit-with-stdin" {
			continue // exec does not have it: the standard input is the command's
		}
		got := invoke(t, env{}, "exec", "--"+bad.flag+"="+bad.value, "--", "no-such-command")
		refuses(t, got, exitUsage, "--"+bad.flag, bad.want)
	}
	refuses(t, invoke(t, env{"CARIQA_MOCK_WORLD": "x"}, "exec", "--", "x"), exitUsage, "--world")
}

// TestExecRunsNothingWithoutItsServer checks that the command is not run if the
// server cannot start.
func TestExecRunsNothingWithoutItsServer(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	broken := filepath.Dir(file(t, "mine.yaml", "name: mine\ntitle: Mine\ncolor: red\n"))
	touched := filepath.Join(t.TempDir(), "touched")
	for want, flags := range map[string][]string{
		"address already in use":            {"--addr", taken.Addr().String()},
		`--scenario: unknown scenario "no"`: {"--scenario", "no"},
		`--world: unknown scenario "no"`:    {"--world", "mock.no.x"},
		"mine.yaml:3:1: ":                   {"--scenarios", broken},
		"--port-file: the address cannot be": {
			"--port-file", filepath.Join(t.TempDir(), strings.Repeat("x", 250)),
		},
	} {
		got := result(t, execCommand(t, flags, "child", "touch", touched))
		refuses(t, got, exitUsage, want)
		if _, err := os.Stat(touched); err == nil {
			t.Errorf("%q: the command has been run", flags)
		}
	}
}

// TestExecServes lets the command call the server, which is gone afterwards.
func TestExecServes(t *testing.T) {
	addr, path := freeAddr(t), filepath.Join(t.TempDir(), "port")
	got := result(t, execCommand(t, []string{"--addr", addr, "--port-file", path}, "child", "call", "3",
		"GET "+strings.TrimPrefix(seedUser, "/api/v1")+"payment-methods/", "GET /users/ as revoked"))
	if diff := cmp.Diff(outcome{code: 3, stdout: "200\n403\n"}, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("something still listens")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the port file is left")
	}
}

func TestExecLogsOnRequest(t *testing.T) {
	got := result(t, execCommand(t, []string{"--log-level", "info", "--log-format", "json"}, "child", "exit", "0"))
	if got.stdout != "" || !strings.Contains(got.stderr, `"msg":"stopping"`) {
		t.Errorf("%+v, want a log on stderr", got)
	}
}

// TestExecLeavesStreamsAlone sends every byte through a command.
func TestExecLeavesStreamsAlone(t *testing.T) {
	var input bytes.Buffer
	for i := range 1 << 18 {
		input.WriteByte(byte(i ^ i>>8))
	}
	want := input.String()
	cmd := execCommand(t, nil, "child", "cat")
	cmd.Stdin = &input
	if got := result(t, cmd); got.code != 0 || got.stdout != want || got.stderr != want {
		t.Errorf("exit code %d, %d bytes on stdout, %d on stderr; want %d each", got.code, len(got.stdout), len(got.stderr), len(want))
	}
}

// TestExecDoesNotWaitForDetachedProcesses runs a command that leaves a process
// behind, with its output in a file, and with its output copied.
func TestExecDoesNotWaitForDetachedProcesses(t *testing.T) {
	t.Setenv(roleVariable, "1")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	stdin, hold, err := os.Pipe() // open until the test has ended
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	defer stdin.Close()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := execCommand(t, nil, "child", "detach")
	cmd.Stdin, cmd.Stdout = stdin, out
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
	before := os.Stdin
	os.Stdin = stdin
	defer func() { os.Stdin = before }()
	if got := invoke(t, env{}, "exec", "--", self, "child", "detach"); got.code != exitOK || got.stderr != "" {
		t.Errorf("%+v, want exit code 0", got)
	}
}

func TestExecKeepsWorlds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	removal := strings.TrimPrefix(seedUser, "/api/v1") + "payment-methods/pm_abc123/"
	calls := []string{"GET /users/?search=4242424242424242 as a-secret-token", "DELETE " + removal + " as mock.debt.A", "GET /users/ as mock.debt.a"}
	got := result(t, execCommand(t, []string{"--keep", dir}, append([]string{"child", "call", "7"}, calls...)...))
	if want := "cariqa-mock: the command failed; the worlds it used, with their calls, are in " + dir + " (3)\n"; got.code != 7 || got.stderr != want {
		t.Errorf("%+v, want exit code 7 and %q", got, want)
	}
	var names, scenarios []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil || bytes.Contains(text, []byte("4242424242424242")) || bytes.Contains(text, []byte("a-secret-token")) {
			t.Errorf("%s has something that the journal redacts (%v):\n%s", e.Name(), err, text)
		}
		switch filepath.Ext(e.Name()) {
		case ".yaml":
			scenarios = append(scenarios, filepath.Join(dir, e.Name()))
		case ".jsonl":
			for line := range strings.Lines(string(text)) {
				if !json.Valid([]byte(line)) {
					t.Errorf("%s: not JSON: %s", e.Name(), line)
				}
			}
		}
	}
	var want []string
	hashed := strings.Replace(worldID("a-secret-token"), "_", "-", 1)
	for _, world := range []string{"mock-debt-a", "mock-debt-a-2", hashed} { // the one used last is first
		want = append(want, world+".calls.jsonl", world+".calls.txt", world+".yaml", world+"-report.yaml")
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
	list, _ := os.ReadFile(filepath.Join(dir, "mock-debt-a-2.calls.txt"))
	if !regexp.MustCompile(`(?m)^# The calls of world mock\.debt\.A, .*\n\S+Z  DELETE /api/v1` + removal + `  402  rule remove-payment-method/debt$`).Match(list) {
		t.Errorf("list:\n%s", list)
	}
	refused := invoke(t, env{}, append([]string{"scenario", "check"}, scenarios...)...)
	if refused.code != exitOK {
		t.Errorf("the scenario files: %+v", refused)
	}
	report, err := os.ReadFile(filepath.Join(dir, "mock-debt-a-2-report.yaml"))
	if err != nil || !regexp.MustCompile(`(?m)^try:\n- call: DELETE \S+\n  want:\n    status: 402$`).Match(report) {
		t.Errorf("the bug report (%v):\n%s", err, report)
	}
	if all := invoke(t, env{}, "scenario", "list", "--scenarios", dir); !strings.Contains(all.stdout, "mock-debt-a-2 ") {
		t.Errorf("the folder as --scenarios: %+v", all)
	}
}

func TestExecKeepsNothingInVain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	if got := result(t, execCommand(t, []string{"--keep", dir}, "child", "call", "0", "GET /users/")); got != (outcome{stdout: "200\n"}) {
		t.Errorf("%+v, want success", got)
	}
	if got := result(t, execCommand(t, []string{"--keep", dir}, "no-such-command")); got.code != 127 || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("%+v, want one line about the command", got)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s has been made", dir)
	}
	refuses(t, result(t, execCommand(t, []string{"--keep", dir}, "child", "exit", "3")), 3, "used no world")
	tooLong := filepath.Join(t.TempDir(), strings.Repeat("x", 300))
	refuses(t, result(t, execCommand(t, []string{"--keep", tooLong}, "child", "call", "3", "GET /users/")), 3, "cariqa-mock: --keep: ")
}

// worldID returns the id of the world of a token that is not a mock. token.
func worldID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return fmt.Sprintf("w_%x", sum[:6])
}
