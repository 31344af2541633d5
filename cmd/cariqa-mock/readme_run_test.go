package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// playground is where the commands of a document run.
type playground struct {
	document string // its file, for messages
	dir      string // the working directory; the whole repository is visible in it
	env      []string
	addrs    map[string]string // the document's addresses -> free ones
}

// blockTime is the most that a block may take.
const blockTime = 2 * time.Minute

// buildCommands builds the programs and returns the directory they are in.
func buildCommands(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin+string(filepath.Separator), "./cmd/...")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// newPlayground returns the playground of a document, with its server running.
func newPlayground(t *testing.T, bin, document string) *playground {
	t.Helper()
	needTools(t, "bash")
	p := &playground{document: document, dir: t.TempDir(), addrs: map[string]string{}}
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".curlrc"), []byte("silent\nshow-error\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, envPrefix) && !strings.HasPrefix(v, "CONNECT_API_") && !strings.HasPrefix(v, "PORT=") {
			p.env = append(p.env, v)
		}
	}
	p.env = append(p.env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "CURL_HOME="+home, "XDG_CONFIG_HOME="+home, "NO_PROXY=*", "no_proxy=*")
	linkRepository(t, p.dir)
	p.serve(t, filepath.Join(bin, "cariqa-mock"))
	return p
}

// linkRepository makes everything at the top of the repository visible in a
// directory.
func linkRepository(t *testing.T, dir string) {
	t.Helper()
	top, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(top)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == ".git" {
			continue
		}
		if err := os.Symlink(filepath.Join(top, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// serve starts the server that all blocks share.
func (p *playground) serve(t *testing.T, binary string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "--addr", "127.0.0.1:0")
	cmd.Env = p.env
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the test's context has ended it
	first, err := bufio.NewReader(stdout).ReadString('\n')
	_, addr, ok := strings.Cut(strings.TrimSpace(first), "listening on http://")
	if !ok {
		t.Fatalf("the server printed %q (%v)", first, err)
	}
	p.addrs["127.0.0.1:4343"] = addr
}

// replaceAddrs replaces the addresses of the document with free ones.
func (p *playground) replaceAddrs(t *testing.T, text string) string {
	return regexp.MustCompile(`\b127\.0\.0\.1:43\d\d\b`).ReplaceAllStringFunc(text, func(addr string) string {
		if p.addrs[addr] == "" {
			p.addrs[addr] = freeAddr(t)
		}
		return p.addrs[addr]
	})
}

// needTools skips the test where a tool is missing.
func needTools(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not on this machine", tool)
		}
	}
}

// output returns what a program prints.
func (p *playground) output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{"-c", `"$0" "$@"`, name}, args...)...)
	cmd.Dir, cmd.Env, cmd.Stderr = p.dir, p.env, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v", name, args, err)
	}
	return string(out)
}

// run runs the commands of a block in one shell and compares what they print.
func (p *playground) run(t *testing.T, all []command) {
	t.Helper()
	text := ""
	for _, c := range all {
		text += c.text + "\n"
	}
	needTools(t, regexp.MustCompile(`\b(curl|jq|docker|openssl|npm|npx|node|python3|git)\b`).FindAllString(text, -1)...)
	env := p.env
	serves := all[len(all)-1].serves()
	if serves { // a second one, beside the one that all blocks share
		own := &playground{document: p.document, dir: p.dir, addrs: map[string]string{"127.0.0.1:4343": freeAddr(t)}}
		env = append(env[:len(env):len(env)], "CARIQA_MOCK_ADDR="+own.addrs["127.0.0.1:4343"])
		p = own
	}
	for i, c := range all {
		all[i].text = asBinary(p.replaceAddrs(t, c.text))
		for j, line := range c.want {
			all[i].want[j] = p.replaceAddrs(t, line)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), blockTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", shellScript(all, serves))
	cmd.Dir, cmd.Env = p.dir, env
	out, err := drive(cmd, func(out string) bool {
		parts := sections(out, len(all))
		return serves && len(parts) == len(all) && satisfied(all[len(all)-1], parts[len(parts)-1])
	})
	p.compare(t, all, sections(out, len(all)), err)
}

// satisfied reports whether a running server has printed what is expected.
func satisfied(c command, out string) bool {
	if c.any {
		return strings.Contains(out, "listening on ")
	}
	return matches(c.want, out)
}

// compare reports the commands that failed, or did not print what the document
// shows.
func (p *playground) compare(t *testing.T, all []command, parts []string, err error) {
	t.Helper()
	for i, part := range parts {
		if c := all[i]; !c.any && !matches(c.want, part) {
			t.Errorf("%s:%d: $ %s\nprinted:\n%s\nwant:\n%s", p.document, c.line, c.text, part, strings.Join(c.want, "\n"))
		}
	}
	if err != nil && len(parts) > 0 {
		c := all[len(parts)-1]
		t.Errorf("%s:%d: $ %s\n%v; it printed:\n%s", p.document, c.line, c.text, err, parts[len(parts)-1])
	} else if err != nil {
		t.Error(err)
	}
}

// mark begins what each command prints.
const mark = "\x1e command "

// shellScript returns a block as one script. A server at its end replaces the
// shell, so that signals reach it.
func shellScript(all []command, serves bool) string {
	var b strings.Builder
	b.WriteString("set -e -o pipefail\nexec 2>&1\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n")
	for i, c := range all {
		fmt.Fprintf(&b, "printf '\\n%s%d\\n'\n", mark, i)
		if serves && i == len(all)-1 {
			c.text = regexp.MustCompile(`^((?:\w+=\S* )*)`).ReplaceAllString(c.text, "${1}exec ")
		}
		b.WriteString(c.text + "\n")
	}
	return b.String()
}

// sections returns the output of each command that has started, split at the
// marks.
func sections(out string, n int) []string {
	var parts []string
	for i := range n {
		_, rest, ok := strings.Cut(out, fmt.Sprintf("\n%s%d\n", mark, i))
		if !ok {
			break
		}
		part, _, _ := strings.Cut(rest, fmt.Sprintf("\n%s%d\n", mark, i+1))
		parts = append(parts, part)
	}
	return parts
}

// drive runs a command until it ends, or has printed enough and is stopped, and
// returns its output.
func drive(cmd *exec.Cmd, enough func(string) bool) (string, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer reader.Close()
	cmd.Stdout = writer
	err = cmd.Start()
	writer.Close()
	if err != nil {
		return "", err
	}
	if err := reader.SetReadDeadline(time.Now().Add(blockTime)); err != nil { // background jobs may keep the pipe open
		return "", err
	}
	var out bytes.Buffer
	stopped, chunk := false, make([]byte, 32<<10)
	for err == nil {
		var n int
		n, err = reader.Read(chunk)
		out.Write(chunk[:n])
		if !stopped && enough(out.String()) {
			stopped = true
			if runtime.GOOS == "windows" {
				_ = cmd.Process.Kill()
			} else {
				_ = cmd.Process.Signal(syscall.SIGTERM)
			}
		}
	}
	if !errors.Is(err, io.EOF) {
		return out.String(), err
	}
	return out.String(), cmd.Wait()
}
