package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// memoryOfServer is what the server that a stranger attacks may take; it is
// told less, as in docker-compose.yml.
const (
	memoryOfServer = 512 << 20
	memoryLimit    = "GOMEMLIMIT=400MiB"
)

// TestStranger does what anybody who reaches a server can do without its admin
// token. The server stays alive and within its memory, and a world that is in
// use stays as it is. CARIQA_MOCK_TEST_STRANGER=1m goes on for a minute.
func TestStranger(t *testing.T) {
	if withRaceDetector() {
		t.Skip("the race detector takes several times the memory; run without -race")
	}
	atLeast, _ := time.ParseDuration(os.Getenv("CARIQA_MOCK_TEST_STRANGER"))
	s := startStrange(t)
	if got := s.call("POST", "/api/v1/users/", "victim", `{"email":"anna@example.org"}`); got != http.StatusCreated {
		t.Fatalf("the first user: %d", got)
	}
	for begun, round := time.Now(), 0; round == 0 || time.Since(begun) < atLeast; round++ {
		for name, attack := range attacks {
			attack(s, round)
			s.check(name)
		}
	}
}

// attacks are named by what they fill. Each is bounded by a count.
var attacks = map[string]func(s *strange, round int){
	"long texts": func(s *strange, _ int) {
		body := `{"line1":"` + strings.Repeat("x", 1_000_000) + `"}`
		s.times(20, func(int) { s.call("PUT", userPath+"billing-details/", "texts", body) })
	},
	"bodies without a token": func(s *strange, _ int) {
		s.times(300, func(int) { s.halfSent("") })
	},
	"bodies that never end": func(s *strange, _ int) {
		s.times(100, func(int) { s.halfSent("Authorization: Bearer mock.default.slow\r\n") })
	},
	"journals": func(s *strange, round int) {
		body := `{"email":"` + strings.Repeat("x", 60_000) + `"}`
		s.times(2000, func(i int) { s.call("POST", "/api/v1/users/", fmt.Sprintf("j%d-%d", round, i/8), body) })
	},
	"worlds": func(s *strange, round int) {
		s.times(3000, func(i int) { s.call("GET", "/api/v1/users/", fmt.Sprintf("w%d-%d", round, i), "") })
	},
	"users": func(s *strange, round int) {
		s.times(2000, func(i int) {
			s.call("POST", "/api/v1/users/", "users", fmt.Sprintf(`{"email":"a%d.%d@example.org","external_id":"%s"}`, round, i, strings.Repeat("x", 200)))
		})
	},
	"payment methods": func(s *strange, _ int) {
		form := "type=card&card[token]=tok_visa&billing_details[name]=" + strings.Repeat("x", 4900)
		s.times(1000, func(int) {
			s.send("POST", "/v1/payment_methods", "pk_test_x", "application/x-www-form-urlencoded", form)
		})
	},
	"headers": func(s *strange, _ int) {
		s.times(100, func(int) {
			s.raw("GET /api/v1/users/ HTTP/1.1\r\nHost: localhost\r\nX-A: " + strings.Repeat("x", 900_000))
		})
	},
}

func withRaceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

const userPath = "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/"

// strange is a server that the test attacks.
type strange struct {
	t      *testing.T
	addr   string
	pid    int
	ended  chan error
	client http.Client
	open   []net.Conn
	mu     sync.Mutex
}

func startStrange(t *testing.T) *strange {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "serve", "--addr", "127.0.0.1:0", "--stations", "0", "--admin-token", "known-to-nobody", "--log-level", "error")
	cmd.Env = append(os.Environ(), roleVariable+"=1", memoryLimit)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	s := &strange{t: t, addr: line[strings.LastIndex(line, "/")+1 : len(line)-1], pid: cmd.Process.Pid, ended: make(chan error, 1)}
	go func() { s.ended <- cmd.Wait() }()
	t.Cleanup(func() {
		for _, conn := range s.open {
			conn.Close()
		}
	})
	return s
}

// times makes n calls, eight at a time.
func (s *strange) times(n int, call func(i int)) {
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := worker; i < n; i += 8 {
				call(i)
			}
		})
	}
	wg.Wait()
}

func (s *strange) call(method, path, world, body string) (status int) {
	return s.send(method, path, "mock.default."+world, "application/json", body)
}

// send returns the status of the answer, or 0 if the call failed.
func (s *strange) send(method, path, token, contentType, body string) (status int) {
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.addr+path, strings.NewReader(body))
	if err != nil {
		s.t.Error(err)
		return 0
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", contentType)
	response, err := s.client.Do(r)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

// halfSent leaves a connection open whose body misses its last byte.
func (s *strange) halfSent(headers string) {
	s.raw("POST /api/v1/users/ HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: 1000000\r\n\r\n" + strings.Repeat("x", 999_999))
}

func (s *strange) raw(request string) {
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		return // as many as it takes
	}
	s.mu.Lock()
	s.open = append(s.open, conn)
	s.mu.Unlock()
	_ = conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(conn, request)
}

// check fails the test if an attack had success.
func (s *strange) check(attack string) {
	s.t.Helper()
	for range 3 {
		if got := s.call("GET", "/api/v1/users/?search=anna@example.org", "victim", ""); got != http.StatusOK {
			s.t.Fatalf("after %s the other world answers %d", attack, got)
		}
	}
	r, _ := http.NewRequestWithContext(s.t.Context(), "GET", "http://"+s.addr+"/api/v1/users/", nil)
	r.Header.Set("Authorization", "Bearer mock.default.victim")
	response, err := s.client.Do(r)
	if err != nil {
		s.t.Fatalf("after %s: %v", attack, err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	if !strings.Contains(string(body), "anna@example.org") {
		s.t.Fatalf("after %s the other world has lost its user: %s", attack, body)
	}
	select {
	case err := <-s.ended:
		s.t.Fatalf("after %s the server has ended: %v", attack, err)
	default:
	}
	if most := s.memory(); most > memoryOfServer {
		s.t.Fatalf("after %s the server has taken %d MiB", attack, most>>20)
	} else if testing.Verbose() {
		s.t.Logf("%s: at most %d MiB so far", attack, most>>20)
	}
}

// memory returns the most memory that the server has had, in bytes.
func (s *strange) memory() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
	if err != nil {
		s.t.Fatal(err)
	}
	found := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status)
	if found == nil {
		s.t.Fatalf("no peak in %s", status)
	}
	kib, _ := strconv.Atoi(string(found[1]))
	return kib << 10
}
