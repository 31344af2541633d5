package admin

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/world"
)

const (
	heartbeat      = 15 * time.Second // keeps idle streams open through proxies
	streamPatience = limit.StreamTime // how long a client may not read
	stopPatience   = time.Second      // the same, when the server stops
)

// streamRequests sends every new request as a server-sent event, until the
// client leaves, the world is dropped or the server stops. A client that
// comes back with Last-Event-ID gets what it has missed first. The stream begins
// with a comment, since Firefox takes it for open at its first byte.
func (h *handler) streamRequests(home *world.World, r *http.Request) (result, error) {
	return func(w http.ResponseWriter) error {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
		if r.Method == http.MethodHead {
			return nil
		}
		ctx, leave := context.WithCancel(r.Context())
		defer leave()
		events := home.Journal.Subscribe(ctx, r.Header.Get("Last-Event-ID"))
		out := http.NewResponseController(w)
		// A client that does not read is cut off, soon if the server stops. The
		// deadline stays on the connection, which is therefore not used again.
		w.Header().Set("Connection", "close")
		patience := func(d time.Duration) { _ = out.SetWriteDeadline(clock.Wall().Add(d)) } // recorders have no deadline
		stop := context.AfterFunc(r.Context(), func() { patience(stopPatience) })
		defer stop()
		send := func(format string, args ...any) error {
			if patience(cmp.Or(h.cfg.StreamPatience, streamPatience)); r.Context().Err() != nil {
				patience(stopPatience)
			}
			fmt.Fprintf(w, format, args...)
			return out.Flush()
		}
		if err := out.Flush(); err != nil {
			return err
		}
		err := send(": listening\n\n")
		beat := time.NewTicker(heartbeat)
		defer beat.Stop()
		for err == nil { // an error means that the client has left or does not read
			select {
			case e, ok := <-events:
				switch {
				case !ok:
					return nil
				case e.ID != "":
					err = send("event: request\nid: %s\ndata: %s\n\n", e.ID, e.JSON)
				case e.Missing > 0:
					err = send("event: missing\ndata: {\"missing\":%d}\n\n", e.Missing)
				default:
					err = send("event: missing\ndata: {}\n\n")
				}
			case <-beat.C:
				err = send(": heartbeat\n\n")
			}
		}
		return nil
	}, nil
}
