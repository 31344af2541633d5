package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"cariqamock/mockserver"
)

// After a signal, calls that wait end at once. What else is still going on is
// cut off after a time.
const (
	shutdownGrace = 2 * time.Second        // answers that clients read slowly
	headerGrace   = 200 * time.Millisecond // connections without a complete request
)

// serveUntil serves until the context ends, and then until running requests
// have ended.
func serveUntil(ctx context.Context, logger *slog.Logger, secure *tls.Config, handlers map[net.Listener]http.Handler) error {
	base, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	failures := newTrouble(logger)
	defer failures.start()()
	lines := log.New(failures, "", 0)
	done := make(chan error, len(handlers))
	var servers []*http.Server
	var fresh connections
	for l, handler := range handlers {
		server := newServer(lines, secure, handler)
		server.ConnState = fresh.track
		server.BaseContext = func(net.Listener) context.Context { return base }
		defer server.Close()
		servers = append(servers, server)
		go func() {
			if secure != nil {
				done <- server.ServeTLS(l, "", "")
				return
			}
			done <- server.Serve(l)
		}()
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	logger.Info("stopping", "grace", shutdownGrace.String())
	cancel(mockserver.ErrStopping) // ends what waits: starts, delays, streams, half a body
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer stop()
	failed := make([]error, len(servers))
	var all sync.WaitGroup
	for i, server := range servers {
		all.Go(func() {
			if err := server.Shutdown(grace); !errors.Is(err, context.DeadlineExceeded) {
				failed[i] = err
			}
		})
	}
	time.AfterFunc(headerGrace, fresh.close)
	all.Wait()
	return errors.Join(failed...)
}

// newServer returns a server that speaks HTTP/1.1 only, also over TLS: over
// HTTP/2 a handler can break a stream only in ways after which Firefox sends the
// call again.
func newServer(lines *log.Logger, secure *tls.Config, handler http.Handler) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler: handler, TLSConfig: secure, Protocols: protocols,
		ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: lines,
	}
}

// connections are those that have not sent a complete request yet, such as the
// ones that browsers open ahead. Shutdown would wait for them.
type connections struct{ sync.Map }

func (c *connections) track(conn net.Conn, state http.ConnState) {
	if state == http.StateNew {
		c.Store(conn, nil)
		return
	}
	c.Delete(conn)
}

func (c *connections) close() {
	c.Range(func(conn, _ any) bool {
		_ = conn.(net.Conn).Close()
		return true
	})
}
