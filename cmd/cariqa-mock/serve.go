package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
)

// shutdownGrace is how long requests may still run after a signal.
const shutdownGrace = 5 * time.Second

func (p *program) serveCommand(name string) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   name,
		Short: "Serve the fake (the default)",
		Args:  cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.fromEnv(cmd.Flags()); err != nil {
				return err
			}
			if err := o.finish(cmd.Flags(), p.getenv); err != nil {
				return err
			}
			return p.serve(cmd.Context(), o)
		},
	}
	o.bind(cmd.Flags())
	return cmd
}

func (p *program) serve(ctx context.Context, o options) error {
	log, err := o.logger(p.stderr)
	if err != nil {
		return err
	}
	cfg := o.config()
	cfg.Log = log
	handler, err := mockserver.New(cfg)
	if errors.Is(err, mockserver.ErrUnknownScenario) {
		return cli.Usagef("--scenario: %w", err)
	}
	if err != nil {
		return err
	}
	secure, err := o.tlsConfig()
	if err != nil {
		return err
	}
	l, err := o.listen()
	if err != nil {
		return err
	}
	people, err := handler.Admin(o.origin(l.api))
	if err != nil {
		return err
	}
	p.greet(o, l)
	go watch(ctx, handler, log)
	return serveUntil(ctx, log, l.servers(handler, people, secure, log))
}

// watch follows the own scenario files. A folder that cannot be watched is no
// reason to stop.
func watch(ctx context.Context, s *mockserver.Server, log *slog.Logger) {
	if err := s.Watch(ctx); err != nil {
		log.Warn("changes of scenario files will not be noticed", "error", err)
	}
}

// listeners are where the server is reached: the APIs, and /__admin if it is
// apart.
type listeners struct{ api, admin net.Listener }

func (o *options) listen() (l listeners, err error) {
	if l.api, err = net.Listen("tcp", o.addr); err != nil {
		return l, fmt.Errorf("%w (another --addr, or --addr 127.0.0.1:0 for a free port, may help)", err)
	}
	if o.adminAddr == "" {
		return l, nil
	}
	if l.admin, err = net.Listen("tcp", o.adminAddr); err != nil {
		l.api.Close()
		return l, fmt.Errorf("%w (another --admin-addr may help)", err)
	}
	return l, nil
}

// A room is one listener and the server behind it.
type room struct {
	listener net.Listener
	server   *http.Server
}

func (l listeners) servers(s, people http.Handler, secure *tls.Config, log *slog.Logger) []room {
	serve := func(at net.Listener, h http.Handler) room {
		return room{at, &http.Server{
			Handler: h, TLSConfig: secure, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
			ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		}}
	}
	rooms := []room{serve(l.api, s)}
	if l.admin != nil {
		rooms = append(rooms, serve(l.admin, people))
	}
	return rooms
}

// serveUntil serves until the context ends, then lets requests come to their
// end.
func serveUntil(ctx context.Context, log *slog.Logger, rooms []room) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	done := make(chan error, len(rooms))
	for _, r := range rooms {
		defer r.server.Close()
		r.server.BaseContext = func(net.Listener) context.Context { return base }
		go func() {
			if r.server.TLSConfig != nil {
				done <- r.server.ServeTLS(r.listener, "", "")
				return
			}
			done <- r.server.Serve(r.listener)
		}()
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping", "grace", shutdownGrace.String())
	cancel() // starts that wait for a provider need not wait any longer
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer stop()
	for _, r := range rooms {
		if err := r.server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	}
	return nil
}

// greet says what to do next. The first line is for programs too.
func (p *program) greet(o options, l listeners) {
	url := o.origin(l.api)
	people := url
	if l.admin != nil {
		people = o.origin(l.admin)
	}
	insecure := ""
	if o.tls {
		insecure = "-k "
	}
	fmt.Fprintf(p.stdout, `cariqa-mock listening on %[1]s

  base URL   %[1]s/api/v1
  token      mock.%[2]s.me          (any token opens a world of its own)
  try        curl %[4]s-H "Authorization: Bearer mock.%[2]s.me" %[1]s/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/
  console    %[5]s/          (open it in a browser)
%[3]s`, url, o.scenario, o.certificateNote(), insecure, people)
}

// origin is where a listener is reached.
func (o *options) origin(l net.Listener) string {
	return o.scheme() + "://" + reachable(l.Addr().String())
}

// reachable is an address to call where one listens on addr: every address of
// the machine includes loopback.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}
