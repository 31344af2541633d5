package admin_test

import (
	"bufio"
	"context"
	"net/http"
	"testing"

	"cariqamock/mockserver/mocktest"
)

// TestStreamBeginsAtOnce reads the first line of a stream on which no call
// comes: browsers take it for open then, not at the first call.
func TestStreamBeginsAtOnce(t *testing.T) {
	s := mocktest.Start(t)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		r, err := http.NewRequestWithContext(ctx, method, s.URL+"/__admin/worlds/mock.default.stream/requests/stream", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.Header.Get("X-Accel-Buffering") != "no" || res.Header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("%s: %v", method, res.Header)
		}
		line, err := bufio.NewReader(res.Body).ReadString('\n')
		if method == http.MethodGet && (line != ": listening\n" || err != nil) {
			t.Errorf("the stream begins with %q, %v", line, err)
		}
	}
}
