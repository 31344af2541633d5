package wire_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/wire"
)

func reading(t *testing.T, bodies *wire.Bodies) net.Listener { return readingBy(t, bodies, func() {}) }

// readingBy returns a server whose handler answers with the length of the body,
// or with the error of reading it. It calls a function before the former.
func readingBy(t *testing.T, bodies *wire.Bodies, before func()) net.Listener {
	t.Helper()
	s := httptest.NewServer(bodies.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/unread" {
			wire.CloseUnread(w, r)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(r.Body)
		if e, ok := err.(*wire.StatusError); ok { //nolint:errorlint // it is not wrapped
			for name, values := range e.Header() {
				w.Header()[name] = values
			}
			http.Error(w, e.Text, e.Status)
			return
		}
		before()
		fmt.Fprint(w, len(body))
	})))
	t.Cleanup(s.Close)
	return s.Listener
}

// dial sends the beginning of a request and returns the connection.
func dial(t *testing.T, l net.Listener, request string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute)) // a test that fails does not hang
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}

// answered reads an answer and returns its status and its body.
func answered(t *testing.T, from *bufio.Reader) (*http.Response, string) {
	t.Helper()
	res, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// A body that does not arrive in time is answered with 408, and its connection
// is closed, however slowly its bytes come.
func TestSlowBody(t *testing.T) {
	l := reading(t, &wire.Bodies{Time: 50 * time.Millisecond})
	for name, begin := range map[string]string{
		"nothing of it": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n",
		"a byte":        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx",
		"in chunks":     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, from := dial(t, l, begin)
			res, body := answered(t, from)
			if res.StatusCode != http.StatusRequestTimeout || !res.Close || !strings.Contains(body, "did not arrive in time") {
				t.Errorf("got %d %q, close: %t", res.StatusCode, body, res.Close)
			}
			if _, err := from.ReadByte(); err == nil {
				t.Error("the connection is open")
			}
		})
	}
}

// A body that arrives in time leaves no deadline behind, and the connection is
// used again.
func TestBodyInTime(t *testing.T) {
	hold := make(chan struct{})
	l := readingBy(t, &wire.Bodies{Time: 50 * time.Millisecond}, func() { <-hold })
	conn, from := dial(t, l, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
	time.AfterFunc(150*time.Millisecond, func() { hold <- struct{}{} }) // beyond the deadline
	if res, body := answered(t, from); res.StatusCode != 200 || body != "3" || res.Close {
		t.Errorf("got %d %q, close: %t", res.StatusCode, body, res.Close)
	}
	go func() { hold <- struct{}{} }()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"); err != nil {
		t.Fatal(err)
	}
	if res, body := answered(t, from); res.StatusCode != 200 || body != "2" {
		t.Errorf("the second call got %d %q", res.StatusCode, body)
	}
}

// All bodies together have a bound, which small ones never reach; what an
// answered call held is free again.
func TestBodiesTogether(t *testing.T) {
	const size = 100_000
	hold, arrived := make(chan struct{}), make(chan struct{}, 10)
	l := readingBy(t, &wire.Bodies{Most: 2 * size}, func() { arrived <- struct{}{}; <-hold })
	post := func(n int) *bufio.Reader {
		_, from := dial(t, l, fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", n, strings.Repeat("x", n)))
		return from
	}
	for range 2 {
		post(size)
		<-arrived
	}
	res, text := answered(t, post(size))
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !res.Close || !strings.Contains(text, "200000 bytes") {
		t.Fatalf("the third body got %v %q", res, text)
	}
	small := post(limit.FreeBody)
	<-arrived
	close(hold)
	if res, body := answered(t, small); res.StatusCode != 200 || body != fmt.Sprint(limit.FreeBody) {
		t.Errorf("a small body got %d %q", res.StatusCode, body)
	}
	for range 5 {
		if res, body := answered(t, post(size)); res.StatusCode != 200 || body != fmt.Sprint(size) {
			t.Errorf("after the others got %d %q", res.StatusCode, body)
		}
	}
}

// A body that nobody reads does not hold up its answer, and is not asked for.
func TestUnreadBody(t *testing.T) {
	l := reading(t, &wire.Bodies{})
	for name, header := range map[string]string{
		"small":      "Content-Length: 10\r\n",
		"large":      "Content-Length: 1000000\r\n",
		"in chunks":  "Transfer-Encoding: chunked\r\n",
		"if invited": "Content-Length: 10\r\nExpect: 100-continue\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, from := dial(t, l, "POST /unread HTTP/1.1\r\nHost: x\r\n"+header+"\r\n")
			if res, _ := answered(t, from); res.StatusCode != http.StatusUnauthorized {
				t.Errorf("got %d", res.StatusCode)
			}
		})
	}
}
