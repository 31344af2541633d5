package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"cariqamock/mockserver"
	"cariqamock/mockserver/scenario"
)

// shutdownGrace is how long requests may still run after a signal.
const shutdownGrace = 5 * time.Second

func (p *program) serveCommand(name string) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   name,
		Short: "Serve the fake (the default)",
		Args:  noArgs,
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
	if errors.Is(err, scenario.ErrUnknown) {
		return usagef("--scenario: %w", err)
	}
	if err != nil {
		return err
	}
	secure, err := o.tlsConfig()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("%w (another --addr, or --addr 127.0.0.1:0 for a free port, may help)", err)
	}
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	server := &http.Server{
		Handler: handler, TLSConfig: secure, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return base },
		ErrorLog:    slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	defer server.Close()
	p.greet(o, listener.Addr())
	done := make(chan error, 1)
	go func() {
		if secure != nil {
			done <- server.ServeTLS(listener, "", "")
			return
		}
		done <- server.Serve(listener)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping", "grace", shutdownGrace)
	cancel() // starts that wait for a provider need not wait any longer
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer stop()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// greet says what to do next. The first line is for programs too.
func (p *program) greet(o options, addr net.Addr) {
	url := o.scheme() + "://" + reachable(addr.String())
	insecure := ""
	if o.tls {
		insecure = "-k "
	}
	fmt.Fprintf(p.stdout, `cariqa-mock listening on %[1]s

  base URL   %[1]s/api/v1
  token      mock.%[2]s.me          (any token opens a world of its own)
  try        curl %[4]s-H "Authorization: Bearer mock.%[2]s.me" %[1]s/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/
  scenarios  cariqa-mock scenario list, or %[1]s/
%[3]s`, url, o.scenario, o.certificateNote(), insecure)
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
