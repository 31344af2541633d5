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

// A site is what is served on a listener: plain HTTP, or HTTPS if secure is set,
// in HTTP/1.1 and perhaps HTTP/2.
type site struct {
	net.Listener
	handler http.Handler
	secure  *tls.Config
	http2   bool
}

// serve answers with a server.
func (s site) serve(server *http.Server, conns *connections) error {
	if s.secure != nil {
		return server.ServeTLS(limited{s.Listener, conns, true}, "", "")
	}
	return server.Serve(limited{s.Listener, conns, false})
}

// serveUntil serves until the context ends, and then until running requests
// have ended.
func serveUntil(ctx context.Context, logger *slog.Logger, sites []site) error {
	base, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	failures := newTrouble(logger)
	defer failures.start()()
	lines := log.New(failures, "", 0)
	done := make(chan error, len(sites))
	var servers []*http.Server
	var open []*connections
	for _, site := range sites {
		server := site.server(lines)
		conns := newConnections(mockserver.MaxConnections, logger)
		open = append(open, conns)
		server.ConnState = conns.track
		server.BaseContext = func(net.Listener) context.Context { return base }
		defer server.Close()
		servers = append(servers, server)
		go func() { done <- site.serve(server, conns) }()
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

// server returns the server of a site.
func (s site) server(lines *log.Logger) *http.Server {
	server := mockserver.HTTPServer(s.handler)
	server.TLSConfig, server.ErrorLog = s.secure, lines
	server.Protocols.SetHTTP2(s.http2)
	return server
}
