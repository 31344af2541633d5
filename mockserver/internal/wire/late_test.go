package wire_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/wire"
)

// unread returns a server of HTTP/2 that answers without reading bodies.
func unread(t *testing.T, bodies *wire.Bodies) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(bodies.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wire.CloseUnread(w, r)
		switch r.URL.Path {
		case "/bare":
			return
		case "/text":
			_, _ = io.WriteString(w, "text")
		default:
			http.Error(w, "text", http.StatusUnauthorized)
		}
	})))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// post sends a body and returns the answer, and whether its connection was used before.
func post(t *testing.T, s *httptest.Server, path string, body io.Reader) (res *http.Response, text string, reused bool) {
	t.Helper()
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reused = i.Reused }})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	res, err = s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil || res.ProtoMajor != 2 {
		t.Fatal(res.Proto, err)
	}
	return res, string(all), reused
}

// Over HTTP/2 an answer comes when the body has ended: the stream of a body that is
// not read is reset, and curl then loses the answer. The connection remains.
func TestLateAnswer(t *testing.T) {
	s := unread(t, &wire.Bodies{})
	for i, path := range []string{"/error", "/text", "/bare", "/error"} {
		in, out := io.Pipe()
		sent := make(chan error, 1)
		go func() {
			_, err := io.WriteString(out, "x")
			time.Sleep(50 * time.Millisecond) // in which an early answer would come
			_, then := io.WriteString(out, "y")
			sent <- errors.Join(err, then, out.Close())
		}()
		res, text, reused := post(t, s, path, in)
		if err := <-sent; err != nil {
			t.Errorf("%s: the answer came before the body had ended: %v", path, err)
		}
		if want := map[string]string{"/error": "text\n", "/text": "text"}[path]; text != want || res.Header.Get("Connection") != "" || reused != (i > 0) {
			t.Errorf("%s: %q, %v, the connection is used again: %t", path, text, res.Header, reused)
		}
	}
}

// A body that is slow, or too long, does not hold up an answer for ever.
func TestLateAnswerInTime(t *testing.T) {
	s := unread(t, &wire.Bodies{Time: 50 * time.Millisecond})
	in, out := io.Pipe()
	defer out.Close()
	for name, body := range map[string]io.Reader{"slow": in, "too long": io.LimitReader(endless{}, 100*limit.Body)} {
		if res, text, _ := post(t, s, "/error", body); res.StatusCode != http.StatusUnauthorized || text != "text\n" {
			t.Errorf("%s: %s %q", name, res.Status, text)
		}
	}
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, strings.Repeat("x", 1000)), nil }

// What is read for nobody takes no memory, so it leaves the bound of all bodies to those
// that somebody reads.
func TestLateAnswerTakesNoRoom(t *testing.T) {
	s := unread(t, &wire.Bodies{Most: 1})
	in, out := io.Pipe()
	sent := make(chan error, 1)
	go func() {
		_, err := out.Write(make([]byte, 2*limit.FreeBody))
		time.Sleep(50 * time.Millisecond) // in which an early answer would come
		_, then := io.WriteString(out, "y")
		sent <- errors.Join(err, then, out.Close())
	}()
	res, _, _ := post(t, s, "/error", in)
	if err := <-sent; err != nil || res.StatusCode != http.StatusUnauthorized {
		t.Errorf("%s; the body was not read to its end: %v", res.Status, err)
	}
}
