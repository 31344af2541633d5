package main

import (
	"bufio"
	"context"
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/cmd/internal/cli"
)

// These tests replace a container engine: they build the binary as the
// Dockerfile does, from the files that .dockerignore does not exclude, and run what
// the image and each service run, with their environment and health check, as
// processes of this machine.

func TestImageIsSmallAndUnprivileged(t *testing.T) {
	d := readDockerfile(t)
	if d.base != "scratch" {
		t.Errorf("FROM %s, want scratch", d.base)
	}
	if !regexp.MustCompile(`^golang:1\.26\.\d+-alpine@sha256:[0-9a-f]{64}$`).MatchString(d.builder) {
		t.Errorf("built in %s, want a version of Go, with its digest", d.builder)
	}
	for _, label := range []string{"title", "description", "licenses", "version", "revision", "created"} {
		if !strings.Contains(d.labels, "org.opencontainers.image."+label+"=") {
			t.Errorf("no label org.opencontainers.image.%s", label)
		}
	}
	if diff := cmp.Diff([]string{"/etc/ssl/certs/ca-certificates.crt", "/out/"}, d.copied); diff != "" {
		t.Errorf("copied into the image (-want +got):\n%s", diff)
	}
	if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(d.user) {
		t.Errorf("USER %q, want numbers, none of them root's", d.user)
	}
	_, port, _ := net.SplitHostPort(d.env["CARIQA_MOCK_ADDR"])
	if d.expose != port || port != "4343" {
		t.Errorf("EXPOSE %s, listens on %s; want 4343 for both", d.expose, port)
	}
	if d.env["CARIQA_MOCK_ADMIN_TOKEN"] != "" {
		t.Error("the image contains an admin token")
	}
	if diff := cmp.Diff([]string{"/cariqa-mock"}, d.entrypoint); diff != "" {
		t.Errorf("ENTRYPOINT (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"/cariqa-mock", "health"}, d.health); diff != "" {
		t.Errorf("HEALTHCHECK (-want +got):\n%s", diff)
	}
}

func TestServicesAreForThisMachineOnly(t *testing.T) {
	for name, s := range readCompose(t, env{}) {
		own := s.Image == "cariqa-mock" // a database writes, and is not made for a limit of Go's
		if s.MemLimit == "" || s.PidsLimit == 0 || own && s.Environment["GOMEMLIMIT"] == "" {
			t.Errorf("%s: mem_limit %q, pids_limit %d, GOMEMLIMIT %q; want all of them", name, s.MemLimit, s.PidsLimit, s.Environment["GOMEMLIMIT"])
		}
		if own && (!s.ReadOnly || !slices.Contains(s.CapDrop, "ALL")) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s: %+v; want read_only, cap_drop ALL and no-new-privileges", name, s)
		}
		if s.Privileged || s.NetworkMode != "" || strings.HasPrefix(s.User, "0") {
			t.Errorf("%s: privileged %v, network_mode %q, user %q; want none of them", name, s.Privileged, s.NetworkMode, s.User)
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: port %s is published to others", name, port)
			}
		}
	}
	for name, s := range servers(t) {
		if len(s.Ports) == 0 {
			t.Errorf("%s: no port is published", name)
		}
		if len(s.Healthcheck.Test) == 0 || s.Healthcheck.Test[0] != "CMD" {
			t.Errorf("%s: health check %q, want exec form: the image has no shell", name, s.Healthcheck.Test)
		}
	}
}

func TestComposeTakesTheTokenFromOutside(t *testing.T) {
	text := "${CARIQA_MOCK_ADMIN_TOKEN:-x} ${NONE} ${NONE:-y}"
	if got, want := interpolate(text, env{"CARIQA_MOCK_ADMIN_TOKEN": "own"}.get), "own  y"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, token := range []string{"", "own"} {
		for name, s := range readCompose(t, env{"CARIQA_MOCK_ADMIN_TOKEN": token}) {
			if s.Image != "cariqa-mock" {
				continue
			}
			if got := s.Environment["CARIQA_MOCK_ADMIN_TOKEN"]; got != token || strings.Contains(strings.Join(s.Command, " "), "token") {
				t.Errorf("%s: token %q, command %q; want it taken from CARIQA_MOCK_ADMIN_TOKEN, and no default", name, got, s.Command)
			}
		}
	}
}

func TestImageAndServicesRun(t *testing.T) {
	d := readDockerfile(t)
	binary := buildImage(t, d)
	for name, s := range servers(t) {
		t.Run(name, func(t *testing.T) {
			runService(t, binary, d, s)
		})
	}
	t.Run("licenses", func(t *testing.T) {
		checkNotices(t, binary)
	})
	t.Run("contract", func(t *testing.T) {
		with := readCompose(t, env{"CARIQA_MOCK_ADMIN_TOKEN": "secret"})
		runContract(t, binary, d, with["cariqa-mock"], with["contract"], true)
	})
	t.Run("contract without a token", func(t *testing.T) {
		without := readCompose(t, env{})
		runContract(t, binary, d, without["cariqa-mock"], without["contract"], false)
	})
}

// checkNotices checks that the license of each module that the program contains
// is in the image.
func checkNotices(t *testing.T, binary string) {
	out, err := exec.CommandContext(t.Context(), "sh", filepath.Join(root, ".ci", "notices"), "ca").Output()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(out), strings.Repeat("=", 72)+"\n")[1:] {
		title, text, _ := strings.Cut(section, "\n")
		sections[title] = text
	}
	if len(info.Deps) < 10 {
		t.Errorf("the program contains %d modules, want more", len(info.Deps))
	}
	titles := []string{"The Go programming language and its standard library, " + info.GoVersion, "Stripe's description of its API"}
	for _, m := range info.Deps {
		titles = append(titles, m.Path+" "+m.Version)
	}
	terms := regexp.MustCompile(`(?s)-- (LICEN[CS]E|COPYING)\S*\n.*(Permission is hereby granted|Redistribution and use in source|Apache License)`)
	for _, title := range titles {
		if !terms.MatchString(sections[title]) {
			t.Errorf("no license of %s", title)
		}
	}
	if !strings.Contains(sections["/etc/ssl/certs/ca-certificates.crt"], "Mozilla Public License") {
		t.Error("no license of the certificate authorities")
	}
}

// runContract runs the job of the profile contract beside the server. With a
// token it passes and writes its reports; otherwise it says what to set.
func runContract(t *testing.T, binary string, d dockerfile, server, job service, token bool) {
	free := freeAddr(t)
	c := container{d.entrypoint, maps.Clone(d.env)}
	maps.Copy(c.env, server.Environment)
	c.env["CARIQA_MOCK_ADDR"] = strings.Replace(free, "127.0.0.1", "0.0.0.0", 1)
	up := c.command(t.Context(), binary, nil)
	if err := up.Start(); err != nil {
		t.Fatal(err)
	}
	defer up.Wait() // it is killed
	defer up.Process.Kill()
	if out, err := c.command(t.Context(), binary, []string{"", "health", "--wait", "30s"}).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	reports := t.TempDir()
	local := strings.NewReplacer("cariqa-mock:4343", free, "/reports/", reports+"/")
	run := container{env: map[string]string{}}
	for name, value := range job.Environment {
		run.env[name] = local.Replace(value)
	}
	argv := slices.Concat(job.Entrypoint, job.Command)
	for i := range argv {
		argv[i] = local.Replace(argv[i])
	}
	out, err := run.command(t.Context(), filepath.Join(filepath.Dir(binary), filepath.Base(argv[0])), argv).CombinedOutput()
	if !token {
		if err == nil || !strings.Contains(string(out), "Set CARIQA_MOCK_ADMIN_TOKEN") {
			t.Errorf("%v: %s; want it to fail and to name CARIQA_MOCK_ADMIN_TOKEN", err, out)
		}
		return
	}
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	for _, name := range []string{"contract.xml", "contract.html"} {
		if info, err := os.Stat(filepath.Join(reports, name)); err != nil || info.Size() == 0 {
			t.Errorf("no report %s: %v", name, err)
		}
	}
	junit, err := os.ReadFile(filepath.Join(reports, "contract.xml"))
	if want := `<property name="build" value="` + stamped.Version + `"`; err != nil || !strings.Contains(string(junit), want) {
		t.Errorf("contract.xml (%v) does not have %s", err, want)
	}
}

// container is a command and its environment, which is all it has.
type container struct {
	argv []string
	env  map[string]string
}

// command returns the container's process, or with argv another one in it.
func (c container) command(ctx context.Context, binary string, argv []string) *exec.Cmd {
	if argv == nil {
		argv = c.argv
	}
	cmd := exec.CommandContext(ctx, binary, argv[1:]...)
	cmd.Env = []string{}
	for name, value := range c.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

func runService(t *testing.T, binary string, d dockerfile, s service) {
	c := container{slices.Concat(d.entrypoint, s.Command), maps.Clone(d.env)}
	maps.Copy(c.env, s.Environment)
	free := freeAddr(t)
	c.env["CARIQA_MOCK_ADDR"] = strings.Replace(c.env["CARIQA_MOCK_ADDR"], ":4343", free[strings.LastIndex(free, ":"):], 1)
	server := c.command(t.Context(), binary, nil)
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadString('\n')
	if want := "cariqa-mock listening on http://" + free + "\n"; first != want {
		t.Errorf("first line %q (%v), want %q", first, err, want)
	}
	for _, check := range [][]string{s.Healthcheck.Test[1:], d.health} {
		if out, err := c.command(t.Context(), binary, check).CombinedOutput(); err != nil {
			t.Errorf("health check %q: %v %s", check, err, out)
		}
	}
	token := ""
	for token == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("no token is printed: %v", err)
		}
		if _, rest, ok := strings.Cut(line, "admin      Authorization: Bearer "); ok {
			token = strings.Fields(rest)[0]
		}
	}
	for _, call := range []struct {
		path, token string
		want        int
	}{
		{"/api/v1/users/", "any", http.StatusOK},
		{"/__admin/worlds", "any", http.StatusUnauthorized},
		{"/__admin/worlds", token, http.StatusOK},
	} {
		if got, _, _ := get(t, "http://"+free+call.path, call.token); got != call.want {
			t.Errorf("%s with the token %s: %d, want %d", call.path, call.token, got, call.want)
		}
	}
	checkVersion(t, binary, "http://"+free, token)
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Error(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v, want exit code 0", err)
	}
	if err := c.command(t.Context(), binary, d.health).Run(); err == nil {
		t.Error("the health check still passes after the server has stopped")
	}
}

func get(t *testing.T, url, token string) (status int, body []byte, header http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, body, res.Header
}

// stamped is the build that the image is told to be.
var stamped = cli.Build{Version: "1.2.3-test.4", Commit: "5ca1ab1e", Date: "2026-04-02T14:00:00Z"}

// checkVersion checks that the programs and the server report what they were
// stamped with.
func checkVersion(t *testing.T, binary, url, token string) {
	t.Helper()
	for _, program := range []string{binary, filepath.Join(filepath.Dir(binary), "cariqa-contract")} {
		out, err := exec.CommandContext(t.Context(), program, "version", "--json").Output()
		var got cli.Build
		if err := errors.Join(err, json.Unmarshal(out, &got)); err != nil || got != stamped {
			t.Errorf("%s version --json: %s (%v), want %+v", program, out, err, stamped)
		}
		if out, err := exec.CommandContext(t.Context(), program, "version").Output(); err != nil || string(out) != stamped.Version+"\n" {
			t.Errorf("%s version: %s (%v), want %s", program, out, err, stamped.Version)
		}
	}
	_, body, header := get(t, url+"/__admin/version", token)
	var got cli.Build
	if err := json.Unmarshal(body, &got); err != nil || got != stamped {
		t.Errorf("/__admin/version: %s (%v), want %+v", body, err, stamped)
	}
	if got := header.Get("X-Cariqa-Mock"); got != stamped.Version {
		t.Errorf("X-Cariqa-Mock: %q, want %q", got, stamped.Version)
	}
}

// buildImage runs the Dockerfile's build command over the files that get to
// the builder.
func buildImage(t *testing.T, d dockerfile) string {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("sh is not on this machine")
	}
	out := t.TempDir()
	binary := filepath.Join(out, "cariqa-mock")
	cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(d.build, "-o /out/ ", "-o '"+out+"/' ", 1))
	cmd.Dir = buildContext(t)
	cmd.Env = append(os.Environ(), "VERSION="+stamped.Version, "COMMIT="+stamped.Commit, "DATE="+stamped.Date)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", d.build, err, out)
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	for key, want := range map[string]string{"CGO_ENABLED": "0", "-trimpath": "true"} {
		if settings[key] != want {
			t.Errorf("built with %s=%s, want %s", key, settings[key], want)
		}
	}
	if runtime.GOOS == "linux" {
		checkStatic(t, binary)
	}
	return binary
}

func checkStatic(t *testing.T, binary string) {
	t.Helper()
	f, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		t.Error("the binary needs a dynamic linker, which the image does not have")
	}
	if f.Section(".symtab") != nil || f.Section(".debug_info") != nil {
		t.Error("the binary carries symbols: want -ldflags=\"-s -w\"")
	}
}
