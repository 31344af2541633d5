package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A droppedCall is a call whose answer a fault breaks, with its operation and
// what the world must be like afterwards, once.
type droppedCall struct {
	method, path, body, operation string
	effect                        func(d *dropped) bool // nil: none
}

var droppedCalls = []droppedCall{
	{"GET", "/api/v1/users/", "", "users_list", nil},
	{"HEAD", "/api/v1/users/", "", "users_list", nil},
	{"POST", "/api/v1/users/", `{"email":"a@example.org"}`, "users_create", func(d *dropped) bool { return d.users() == "2" }},
	{"PUT", seedUser + "billing-details/", `{"country":"de","city":"Bonn","line1":"W","postal_code":"1","first_name":"A","last_name":"B"}`,
		"users_billing_details_update", func(d *dropped) bool { return d.get(seedUser+"billing-details/").field(d.t, "city") == "Bonn" }},
	{"PATCH", seedUser, `{"email":"b@example.org"}`, "users_partial_update",
		func(d *dropped) bool { return d.get(seedUser).field(d.t, "email") == "b@example.org" }},
	{"DELETE", seedUser, "", "users_destroy", func(d *dropped) bool { return d.users() == "0" }},
}

// dropped is a world in which one call is dropped.
type dropped struct {
	*served
	token string
}

func (d *dropped) get(path string) reply {
	d.t.Helper()
	return d.call(http.MethodGet, path, "", "Authorization", "Bearer "+d.token)
}

func (d *dropped) users() string { return d.get("/api/v1/users/").field(d.t, "count") }

// fault queues a fault for all calls, since a client that sends the call again
// must fail every time.
func (d *dropped) fault(spec string) {
	d.t.Helper()
	if got := d.call(http.MethodPost, "/__admin/worlds/"+d.token+"/faults", spec); got.status != http.StatusCreated {
		d.t.Fatalf("%s: %d %s", spec, got.status, got.body)
	}
}

// once checks that a call came once, got no answer, and had its effect.
func (d *dropped) once(c droppedCall) {
	d.t.Helper()
	if got := d.journal(c.operation); got != fmt.Sprintf(`{"count":1} of %s`, c.operation) {
		d.t.Errorf("%s: %s in the journal, want one", c.method, got)
	}
	d.call(http.MethodDelete, "/__admin/worlds/"+d.token+"/faults", "")
	if c.effect != nil && !c.effect(d) {
		d.t.Errorf("%s: the effect is not there once", c.method)
	}
}

// journal returns how many calls of an operation have come.
func (d *dropped) journal(operation string) string {
	d.t.Helper()
	got := d.call(http.MethodPost, "/__admin/worlds/"+d.token+"/requests/count", `{"operation":"`+operation+`"}`)
	return strings.TrimSpace(got.body) + " of " + operation
}

// secureAndPlain runs a test against HTTP and HTTPS.
func secureAndPlain(t *testing.T, test func(t *testing.T, s *served)) {
	for name, flags := range map[string][]string{"http": nil, "https": {"--tls"}} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, env{}, flags...)
			s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
			test(t, s)
		})
	}
}

// dial opens a connection without an HTTP client.
func (s *served) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.url[strings.LastIndex(s.url, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if strings.HasPrefix(s.url, "https") {
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})
	}
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func (d *dropped) head(c droppedCall, headers ...string) string {
	return c.method + " " + c.path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer " + d.token +
		"\r\n" + strings.Join(append(headers, ""), "\r\n") + "\r\n"
}

func chunked(body string) string { return fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body) }

// TestDropOnTheWire sends each call in every way that a client may, and expects
// the three bytes and the end of the stream, not a reset.
func TestDropOnTheWire(t *testing.T) {
	long := strings.Repeat("x", 3<<20) // longer than what the API reads
	secureAndPlain(t, func(t *testing.T, s *served) {
		for i, c := range droppedCalls {
			length := fmt.Sprintf("Content-Length: %d", len(c.body))
			ways := map[string]func(d *dropped) string{
				"fresh":   func(d *dropped) string { return d.head(c, length) + c.body },
				"chunked": func(d *dropped) string { return d.head(c, "Transfer-Encoding: chunked") + chunked(c.body) },
				"ahead": func(d *dropped) string { // more requests than the server reads at once
					return d.head(c, length) + c.body + strings.Repeat(d.head(c, length)+c.body, 200)
				},
				"close": func(d *dropped) string { return d.head(c, length, "Connection: close") + c.body },
			}
			if c.body != "" {
				ways["expect"] = func(d *dropped) string { return d.head(c, length, "Expect: 100-continue") + c.body }
			}
			for name, message := range ways {
				d := &dropped{s, fmt.Sprintf("mock.default.wire-%d-%s", i, name)}
				d.fault(`{"operation":"*","drop":true,"times":300}`)
				expectDrop(t, d.dial(t), c.method+" "+name, message(d))
				d.once(c)
			}
			d := &dropped{s, fmt.Sprintf("mock.default.wire-%d-reused", i)}
			conn := d.dial(t)
			read := bufio.NewReader(conn)
			for range 2 {
				res, err := func() (*http.Response, error) {
					fmt.Fprint(conn, d.head(droppedCall{method: "GET", path: "/api/v1/stations/partners/"}))
					return http.ReadResponse(read, nil)
				}()
				if err != nil || res.StatusCode != http.StatusOK {
					t.Fatalf("before the fault: %v %v", res, err)
				}
				_, _ = io.Copy(io.Discard, res.Body)
			}
			d.fault(`{"operation":"*","drop":true,"times":300}`)
			expectDrop(t, conn, c.method+" reused", d.head(c, length)+c.body)
			d.once(c)
			if c.body != "" {
				d := &dropped{s, fmt.Sprintf("mock.default.wire-%d-long", i)}
				d.fault(`{"operation":"*","drop":true,"times":300}`)
				expectDrop(t, d.dial(t), c.method+" with a long body", d.head(c, fmt.Sprintf("Content-Length: %d", len(long)))+long)
				if got := d.journal(c.operation); !strings.HasPrefix(got, `{"count":1}`) {
					t.Errorf("%s with a long body: %s in the journal", c.method, got)
				}
			}
		}
	})
}

// expectDrop sends a message and reads what comes back to the end.
func expectDrop(t *testing.T, conn net.Conn, name, message string) {
	t.Helper()
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(conn, message)
		sent <- err
	}()
	got, err := io.ReadAll(conn)
	got = bytes.TrimPrefix(got, []byte("HTTP/1.1 100 Continue\r\n\r\n"))
	if string(got) != "xyz" || err != nil {
		t.Errorf("%s: got %.100q, %v; want xyz and the end of the stream", name, got, err)
	}
	if err := <-sent; err != nil {
		t.Errorf("%s: the request was not read: %v", name, err)
	}
	conn.Close()
}

// TestTruncateOnTheWire expects the whole length to be promised, half the body
// to come, and then the end of the stream.
func TestTruncateOnTheWire(t *testing.T) {
	secureAndPlain(t, func(t *testing.T, s *served) {
		d := &dropped{s, "mock.default.half"}
		whole := d.get("/api/v1/users/").body
		d.fault(`{"operation":"*","truncate":true}`)
		for _, c := range []droppedCall{{method: "HEAD", path: "/api/v1/users/"}, {method: "DELETE", path: seedUser}} {
			if got := d.call(c.method, c.path, "", "Authorization", "Bearer "+d.token); got.status/100 != 2 {
				t.Errorf("%s has no body to truncate, yet its answer is %d %s", c.method, got.status, got.body)
			}
		}
		conn := d.dial(t)
		list := d.head(droppedCall{method: "GET", path: "/api/v1/users/"})
		fmt.Fprint(conn, strings.Repeat(list, 100)) // what follows the first call must not reset the connection
		got, err := io.ReadAll(conn)
		head, body, _ := strings.Cut(string(got), "\r\n\r\n")
		if err != nil || body == "" || len(body) >= len(whole) || !strings.Contains(head, "Content-Length: ") || !strings.HasPrefix(head, "HTTP/1.1 200 ") {
			t.Errorf("got %q, %v; want a part of %s", got, err, whole)
		}
		for operation, want := range map[string]int{"users_destroy": 422, "users_payment_methods_destroy": 422, "users_list": 201, "*": 201} {
			got := d.call(http.MethodPost, "/__admin/worlds/"+d.token+"/faults", `{"operation":"`+operation+`","truncate":true}`)
			if got.status != want {
				t.Errorf("truncate of %s: %d %s, want %d", operation, got.status, got.body, want)
			}
		}
	})
}

// TestDropInClients makes the calls with the clients that are here, on fresh
// connections and on used ones: each fails once.
func TestDropInClients(t *testing.T) {
	clients := map[string]func(d *dropped, c droppedCall, reused bool) (failed bool, text string){
		"Go": goClient, "curl": curlClient, "node fetch": nodeClient("fetch"), "node http": nodeClient("http"),
	}
	for name, program := range map[string]string{"curl": "curl", "node fetch": "node", "node http": "node"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Logf("%s is not tested: %v", name, err)
			delete(clients, name)
		}
	}
	secureAndPlain(t, func(t *testing.T, s *served) {
		for name, client := range clients {
			for _, c := range []droppedCall{droppedCalls[0], droppedCalls[2], droppedCalls[5]} {
				for _, reused := range []bool{false, true} {
					d := &dropped{s, fmt.Sprintf("mock.default.%s-%s-%t", strings.ReplaceAll(name, " ", "-"), c.method, reused)}
					d.fault(`{"operation":"` + c.operation + `","drop":true,"times":20}`)
					if failed, text := client(d, c, reused); !failed {
						t.Errorf("%s, %s, reused %t: it did not fail: %s", name, c.method, reused, text)
					}
					d.once(c)
				}
			}
		}
	})
}

const warmUp = "/api/v1/stations/partners/"

func goClient(d *dropped, c droppedCall, reused bool) (failed bool, text string) {
	client := &served{t: d.t, url: d.url, client: &http.Client{Transport: d.client.Transport.(*http.Transport).Clone()}}
	defer client.client.CloseIdleConnections()
	for n := 0; reused && n < 2; n++ {
		client.call(http.MethodGet, warmUp, "", "Authorization", "Bearer "+d.token)
	}
	got, err := client.try(context.Background(), c.method, c.path, c.body, "Authorization", "Bearer "+d.token)
	return err != nil && strings.Contains(err.Error(), "malformed HTTP response"), fmt.Sprint(got, err)
}

func curlClient(d *dropped, c droppedCall, reused bool) (failed bool, text string) {
	args := []string{"-sSk", "-H", "Authorization: Bearer " + d.token, "-H", "Content-Type: application/json"}
	if reused {
		args = append(args, d.url+warmUp, d.url+warmUp, "--next", "-sSk", "-H", "Authorization: Bearer "+d.token, "-H", "Content-Type: application/json")
	}
	args = append(args, "-X", c.method, "--max-time", "20", d.url+c.path)
	if c.body != "" {
		args = append(args, "-d", c.body)
	}
	out, err := exec.Command("curl", args...).CombinedOutput()
	return err != nil, string(out)
}

func nodeClient(kind string) func(d *dropped, c droppedCall, reused bool) (bool, string) {
	return func(d *dropped, c droppedCall, reused bool) (failed bool, text string) {
		script := filepath.Join("testdata", "client.mjs")
		cmd := exec.Command("node", "--no-warnings", script, kind, fmt.Sprint(reused), d.url, warmUp, c.method, c.path, c.body, d.token)
		cmd.Env = append(os.Environ(), "NODE_TLS_REJECT_UNAUTHORIZED=0")
		out, err := cmd.CombinedOutput()
		return err == nil && strings.HasPrefix(string(out), "failed: "), string(out)
	}
}
