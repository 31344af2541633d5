package admin

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/world"
)

// TestStalledReaderIsCutOff opens a stream and never reads it, until the server
// gives up. The deadline of the test run bounds this.
func TestStalledReaderIsCutOff(t *testing.T) {
	home := &world.World{Journal: journal.New()}
	h := &handler{cfg: Config{StreamPatience: 50 * time.Millisecond}}
	ended := make(chan error, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve, err := h.streamRequests(home, r)
		if err == nil {
			err = serve(w)
		}
		ended <- err
	}))
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"text":"` + strings.Repeat("x", 50_000) + `"}`)
	for i := 0; ; i++ {
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
			return
		default:
			home.Journal.Record(journal.Exchange{ID: fmt.Sprint(i), Response: journal.Message{Body: body}})
			runtime.Gosched()
		}
	}
}
