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
	var open []*connections
	for l, handler := range handlers {
		server := newServer(lines, secure, handler)
		conns := newConnections(mockserver.MaxConnections, logger)
		open = append(open, conns)
		server.ConnState = conns.track
		server.BaseContext = func(net.Listener) context.Context { return base }
		defer server.Close()
		servers = append(servers, server)
		go func() {
			if secure != nil {
				done <- server.ServeTLS(limited{l, conns, true}, "", "")
				return
			}
			done <- server.Serve(limited{l, conns, false})
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
	time.AfterFunc(headerGrace, func() {
		for _, conns := range open {
			conns.closeNew()
		}
	})
	all.Wait()
	return errors.Join(failed...)
}

// newServer returns a server for a handler.
func newServer(lines *log.Logger, secure *tls.Config, handler http.Handler) *http.Server {
	server := mockserver.HTTPServer(handler)
	server.TLSConfig, server.ErrorLog = secure, lines
	return server
}
