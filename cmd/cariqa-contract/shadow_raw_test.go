package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// rawTarget starts a target that answers every request with the bytes that a function
// returns for it, and returns its URL.
func rawTarget(t *testing.T, reply func(*http.Request) string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				in := bufio.NewReader(conn)
				for {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					answer := reply(r)
					_, _ = io.WriteString(conn, answer)
					if strings.Contains(answer, "Connection: close") {
						return
					}
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// sendRaw sends a request as it is, without its Host, and returns all that comes back.
func sendRaw(t *testing.T, origin, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(origin, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	line, headers, _ := strings.Cut(request, "\r\n")
	if _, err := fmt.Fprintf(conn, "%s\r\nHost: app\r\nConnection: close\r\n%s\r\n", line, headers); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// TestShadowAddsNothing: an answer gets no header that the target has not sent, and
// OPTIONS * reaches the target.
func TestShadowAddsNothing(t *testing.T) {
	asked := make(chan string, 10)
	origin, stop := startShadow(t, rawTarget(t, func(r *http.Request) string {
		asked <- r.Method + " " + r.RequestURI
		switch r.RequestURI {
		case "/api/v1/dated/":
			return "HTTP/1.1 200 OK\r\nDate: Thu, 02 Apr 2026 14:00:00 GMT\r\nContent-Length: 1\r\nContent-Type: a/b\r\n\r\nx"
		case "/api/v1/early/":
			return "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"
		}
		return "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nAllow: PUT\r\n\r\n<html>"
	}))
	for _, request := range []string{"GET /api/v1/users/", "GET /api/v1/early/", "OPTIONS *"} {
		got := sendRaw(t, origin, request+" HTTP/1.1\r\n")
		to := ""
		select {
		case to = <-asked:
		default:
		}
		if to != request || strings.Contains(got, "\r\nDate:") || strings.Contains(got, "Content-Type") || !strings.HasSuffix(got, "\r\n\r\n<html>") {
			t.Errorf("%s: the target got %s, the app\n%s", request, to, got)
		}
	}
	if got := sendRaw(t, origin, "GET /api/v1/dated/ HTTP/1.1\r\n"); strings.Count(got, "\r\nDate: Thu, 02 Apr 2026 14:00:00 GMT\r\n") != 1 || !strings.Contains(got, "Content-Type: a/b") {
		t.Errorf("got\n%s", got)
	}
	stop()
}

// TestShadowUpgrades: WebSockets are refused with what to do, other protocols are not
// asked for, and a target that changes the protocol is named.
func TestShadowUpgrades(t *testing.T) {
	upgrade := ""
	target := rawTarget(t, func(r *http.Request) string {
		upgrade = r.Header.Get("Upgrade")
		if strings.HasSuffix(r.URL.Path, "/switch/") {
			return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
		}
		return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	})
	origin, stop := startShadow(t, target)
	const up = " HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: %s\r\n"
	for request, want := range map[string]string{
		"GET /api/v1/users/" + fmt.Sprintf(up, "websocket"): "501 ",
		"GET /api/v1/users/" + fmt.Sprintf(up, "WebSocket"): "Connect to the target itself, " + target,
		"GET /api/v1/users/" + fmt.Sprintf(up, "h2c"):       "\r\n\r\nok",
		"GET /api/v1/switch/ HTTP/1.1\r\n":                  "502 ",
		"GET /api/v1/users/switch/ HTTP/1.1\r\n":            "switched to another protocol",
	} {
		if got := sendRaw(t, origin, request); !strings.Contains(got, want) || strings.Contains(got, "internal error") || upgrade != "" {
			t.Errorf("%s: want %s in\n%s", request, want, got)
		}
	}
	stop()
}

// TestShadowQuiet: what the HTTP library logs about a target is worded, or left out.
func TestShadowQuiet(t *testing.T) {
	var library bytes.Buffer
	log.SetOutput(&noise{out: &library})
	defer log.SetOutput(os.Stderr)
	origin, stop := startShadow(t, rawTarget(t, func(r *http.Request) string {
		if strings.HasSuffix(r.URL.Path, "/half/") {
			return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nx\x1b[31m\r\nbad"
		}
		return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\x1b[31msecret\r\n"
	}))
	for _, path := range []string{"half/", "chunks/"} {
		if res, err := http.Get(origin + "/api/v1/users/" + path); err == nil {
			_, _ = io.Copy(io.Discard, res.Body) // of which there is a part
			res.Body.Close()
		}
	}
	got := stop()
	for _, text := range []string{"httputil", "ReverseProxy", "secret"} {
		if strings.Contains(got.stderr+library.String(), text) {
			t.Errorf("stderr has %q:\n%s%s", text, got.stderr, &library)
		}
	}
}

func TestNoise(t *testing.T) {
	var out bytes.Buffer
	library := log.New(&noise{out: &out}, "", log.LstdFlags)
	for range 3 {
		library.Printf("Unsolicited response received on idle HTTP channel starting with %q; err=%v", "hello", nil)
		library.Print("httputil: ReverseProxy read error during body copy: unexpected EOF")
		library.Print("http: panic serving 127.0.0.1:1: boom\ngoroutine 7")
		library.Print("http: Accept error: accept tcp 127.0.0.1:1: accept4: too many open files; retrying in 5ms")
	}
	const want = "cariqa-contract: the target sent bytes that no call had asked for; they are dropped, and so are later ones\n" +
		"cariqa-contract: panic serving 127.0.0.1:1: boom: this is a bug of cariqa-contract\n" +
		"cariqa-contract: connections of the app cannot be accepted: too many open files?\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}

// TestShadowAnnouncesItsEnd: what waits for the judge is announced before it is judged.
func TestShadowAnnouncesItsEnd(t *testing.T) {
	s, front := shadowOf(t, honestFake(t))
	began, goOn := make(chan struct{}), make(chan struct{})
	s.later(true, eventSize, func() { close(began); <-goOn }) // a slow judge
	<-began
	for range 3 {
		res, err := http.Get(front.URL + "/api/v1/users/")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	for end := time.Now().Add(patience); s.waiting() < 3 && time.Now().Before(end); { // the end of a call follows its answer
		time.Sleep(time.Millisecond)
	}
	var out bytes.Buffer
	s.announce(&out)
	if want := "judging 3 waiting calls; this may take a while\n"; out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}
	close(goOn)
	s.close()
	out.Reset()
	if s.announce(&out); out.Len() > 0 {
		t.Errorf("nothing waits, but %q", &out)
	}
}
