package mockserver_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"cariqamock/mockserver"
)

// serve starts a server as cariqa-mock does, and returns its address.
func serve(t *testing.T, change func(*mockserver.Config)) string {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	change(&cfg)
	fake, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := mockserver.HTTPServer(fake)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String()
}

// send sends a request as it stands, and returns its answer.
func send(t *testing.T, addr, line string, header ...string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "%s\r\n%s\r\n", line, strings.Join(append(header, ""), "\r\n")); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(line, " ")
	if method == "CONNECT" {
		method = "GET" // or the body would be taken for a tunnel
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return res, string(body)
}

// TestNothingAnswersByItself sends what a mux or net/http would redirect or
// answer on its own, to each part of the server. Each answers in its own format,
// with CORS headers for the APIs.
func TestNothingAnswersByItself(t *testing.T) {
	addr := serve(t, func(*mockserver.Config) {})
	const vendor, stripe, admin = `{"detail":"`, `"error": {`, `{"type":`
	for line, want := range map[string]struct {
		status int
		body   string
	}{
		"GET //api/v1/users/":                   {404, vendor},
		"GET ///api/v1/users/":                  {404, vendor},
		"POST //api/v1/users/":                  {404, vendor},
		"GET /api":                              {404, vendor},
		"GET /api/":                             {404, vendor},
		"GET /api/../":                          {404, vendor},
		"GET /api/../api/v1/users/":             {404, vendor},
		"GET /x/../api/v1/users/":               {404, vendor},
		"GET /./api/v1/users/":                  {404, vendor},
		"GET /api/v1/./users/":                  {404, vendor},
		"GET /api/v1//users/":                   {404, vendor},
		"GET /api/v1/users/%2e%2e/":             {404, vendor},
		"GET /api%2fv1%2fusers/":                {200, `{"count":`},
		"GET http://" + addr + "/api/v1/users/": {200, `{"count":`},
		"get /api/v1/users/":                    {200, `{"count":`},
		"DELETE /api/v1/users/":                 {405, vendor},
		"CONNECT /api/v1/users/":                {405, vendor},
		"CONNECT " + addr:                       {404, vendor},
		"OPTIONS *":                             {404, vendor},
		"GET //v1/payment_methods":              {404, stripe},
		"GET /v1":                               {404, stripe},
		"GET /v1/":                              {404, stripe},
		"GET /v1/../v1/payment_methods":         {404, stripe},
		"GET /x/..//v1/payment_methods/":        {404, stripe},
		"GET //__admin/health":                  {404, admin},
		"GET /__admin":                          {404, admin},
		"GET /__admin/":                         {404, admin},
		"GET /__admin//health":                  {404, admin},
		"GET /__admin/x/../health":              {404, admin},
		"DELETE /__admin/health":                {405, admin},
	} {
		header := []string{"Host: " + addr, "Authorization: Bearer mock.default.route", "Connection: close"}
		if want.body != admin {
			header = append(header, "Origin: http://localhost:3000")
		}
		res, body := send(t, addr, line+" HTTP/1.1", header...)
		if res.StatusCode != want.status || !strings.Contains(body, want.body) {
			t.Errorf("%s: %d %.80s, want %d %s", line, res.StatusCode, body, want.status, want.body)
		}
		if cors := res.Header.Get("Access-Control-Allow-Origin"); (cors == "http://localhost:3000") != (want.body != admin) && !strings.HasPrefix(line, "CONNECT") {
			t.Errorf("%s: Access-Control-Allow-Origin %q", line, cors)
		}
		if id := res.Header.Get("X-Request-Id") + res.Header.Get("Request-Id"); id == "" && want.body != admin {
			t.Errorf("%s: no request id", line)
		}
	}
	for _, path := range []string{"//api/v1/users/", "/api/../x", "*", "//v1/payment_methods", "/x/../v1/tokens"} {
		res, _ := send(t, addr, "OPTIONS "+path+" HTTP/1.1", "Host: "+addr, "Origin: http://localhost:3000", "Access-Control-Request-Method: POST", "Connection: close")
		if res.StatusCode != 204 || res.Header.Get("Access-Control-Allow-Methods") != "POST" {
			t.Errorf("preflight of %s: %d %v", path, res.StatusCode, res.Header)
		}
	}
	_, body := send(t, addr, "GET /__admin/worlds/mock.default.route/requests HTTP/1.1", "Host: "+addr, "Connection: close")
	for _, path := range []string{`"path":"//api/v1/users/"`, `"path":"/api/v1//users/"`, `"path":"/x/../api/v1/users/"`} {
		if !strings.Contains(body, path) {
			t.Errorf("the journal has no %s", path)
		}
	}
}

// TestLinksWithoutHost follows a link of an answer to HTTP/1.0 without a Host.
func TestLinksWithoutHost(t *testing.T) {
	for public, want := range map[string]string{"": "http://{addr}", "https://fake.example.org/base": "https://fake.example.org/base"} {
		addr := serve(t, func(c *mockserver.Config) { c.PublicURL = public })
		for _, line := range []string{"GET /api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/?page_size=1 HTTP/1.0"} {
			_, body := send(t, addr, line, "Authorization: Bearer mock.default.host")
			var page struct{ Next string }
			if err := json.Unmarshal([]byte(body), &page); err != nil {
				t.Fatal(err, body)
			}
			want := strings.ReplaceAll(want, "{addr}", addr) + "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/?page=2&page_size=1"
			if page.Next != want {
				t.Errorf("next is %s, want %s", page.Next, want)
			}
		}
	}
}
