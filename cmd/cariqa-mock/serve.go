package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
)

func (p *program) serveCommand(name string) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   name,
		Short: "Start the server (the default)",
		Args:  cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.fromEnv(cmd.Flags()); err != nil {
				return err
			}
			p.warnOfUnknown(cmd.Flags(), os.Environ())
			if err := o.finish(cmd.Flags(), p.getenv); err != nil {
				return err
			}
			return p.serve(cmd.Context(), o)
		},
	}
	o.bind(cmd.Flags())
	cmd.Flags().BoolVar(&o.exitWithStdin, "exit-with-stdin", false,
		"stop when standard input ends, and so with the program that started the server")
	return cmd
}

func (p *program) serve(ctx context.Context, o options) error {
	handler, err := p.handler(ctx, &o)
	if err != nil {
		return err
	}
	s, err := open(o, handler)
	if err != nil {
		return err
	}
	again := make(chan os.Signal, 1) // what comes within the stop, which has a limit of its own
	signal.Notify(again, syscall.SIGINT, syscall.SIGTERM)
	defer func() {
		if !endedBySignal(ctx) { // else the process is about to end, and another signal must not kill it before
			signal.Stop(again)
		}
	}()
	if err := p.greet(s); err != nil { // nobody would learn the address, nor a token that was made
		return errors.Join(err, s.stop())
	}
	s.warn()
	if o.exitWithStdin {
		var stop context.CancelFunc
		ctx, stop = untilEnd(ctx, os.Stdin)
		defer stop()
	}
	return s.run(ctx)
}

// endedBySignal reports whether a signal has ended the context of a command: its cause
// then describes the signal.
func endedBySignal(ctx context.Context) bool {
	cause := context.Cause(ctx)
	return cause != nil && cause.Error() != context.Canceled.Error()
}

// An instance is a server that listens, but does not serve yet.
type instance struct {
	options
	listeners
	handler *mockserver.Server
	sites   []site
	ca      *mockserver.CA // nil without a proxy
}

// handler returns the server that the options describe, and sets their log and
// their heap.
func (p *program) handler(ctx context.Context, o *options) (*mockserver.Server, error) {
	var err error
	if o.Log, err = o.logger(p.raw.stderr); err != nil {
		return nil, err
	}
	o.heap = p.raiseHeap() // first: memory that nobody has used yet need not be cleared
	handler, err := interruptible(ctx, func() (*mockserver.Server, error) { return mockserver.New(o.Config) })
	if errors.Is(err, mockserver.ErrUnknownScenario) {
		return nil, cli.Usagef("--scenario: %w", err)
	}
	return handler, err
}

// interruptible returns what a function returns, or an error once the context
// ends: many scenario files, or a slow disk, must not hold up a stop.
func interruptible[T any](ctx context.Context, load func() (T, error)) (T, error) {
	var out T
	done := make(chan error, 1)
	go func() {
		var err error
		out, err = load()
		done <- err
	}()
	select {
	case err := <-done:
		return out, err
	case <-ctx.Done():
		var none T
		return none, errors.New("stopped while the scenarios were being loaded")
	}
}

// open lets a server listen, and writes its address into --port-file.
func open(o options, handler *mockserver.Server) (*instance, error) {
	secure, err := o.tlsConfig()
	if err != nil {
		return nil, err
	}
	l, err := o.listen()
	if err != nil {
		return nil, err
	}
	s := &instance{options: o, listeners: l, handler: handler, sites: []site{{l.api, handler, secure, false}}}
	if l.admin != nil {
		admin, err := handler.Admin(o.origin(l.api))
		if err != nil {
			return nil, errors.Join(err, l.close())
		}
		s.sites = append(s.sites, site{l.admin, admin, secure, false})
	}
	if l.proxy != nil {
		if err := s.openProxy(); err != nil {
			return nil, errors.Join(err, l.close())
		}
	}
	if o.portFile != "" {
		if err := writePortFile(o.portFile, reachable(l.api.Addr().String())); err != nil {
			return nil, errors.Join(err, l.close())
		}
	}
	return s, nil
}

// stop undoes open.
func (s *instance) stop() error {
	s.removePortFile()
	return errors.Join(s.close(), s.handler.Close())
}

func (s *instance) removePortFile() {
	if s.portFile != "" {
		removePortFile(s.portFile, reachable(s.api.Addr().String()))
	}
}

// run serves until the context ends.
func (s *instance) run(ctx context.Context) error {
	defer s.removePortFile()
	defer runtime.KeepAlive(s.heap)
	go debug.FreeOSMemory() // that only starting needed
	go s.handler.Watch(ctx)
	return errors.Join(serveUntil(ctx, s.Log, s.sites), s.handler.Close())
}

// listeners accept the server's connections; admin is nil unless /__admin has a
// separate address, proxy is nil without a proxy.
type listeners struct{ api, admin, proxy net.Listener }

func (o *options) listen() (l listeners, err error) {
	if l.api, err = net.Listen("tcp", o.addr); err != nil {
		return l, fmt.Errorf("%w (try another --addr, or --addr 127.0.0.1:0 for a free port)", err)
	}
	for _, more := range []struct {
		flag, addr string
		listener   *net.Listener
	}{{"--admin-addr", o.adminAddr, &l.admin}, {"--proxy", o.proxy.addr, &l.proxy}} {
		if more.addr == "" {
			continue
		}
		if *more.listener, err = net.Listen("tcp", more.addr); err != nil {
			return listeners{}, errors.Join(fmt.Errorf("%w (try another %s)", err, more.flag), l.close())
		}
	}
	return l, nil
}

// close stops listening.
func (l listeners) close() error {
	for _, one := range []net.Listener{l.admin, l.proxy} {
		if one != nil {
			one.Close()
		}
	}
	return l.api.Close()
}

// greet prints where the server is and how to use it. Programs read the first
// line.
func (p *program) greet(s *instance) error {
	o, l := s.options, s.listeners
	url := o.origin(l.api)
	console := url
	if l.admin != nil {
		console = o.origin(l.admin)
	}
	insecure, certificate, token := "", "", ""
	if o.madeToken {
		token = "  admin      Authorization: Bearer " + o.AdminToken + "    (calls of /__admin need it, and the console asks for it; " + envName("admin-token") + " sets another)\n"
	}
	if o.tls {
		insecure = "-k "
		certificate = "  SHA-256    " + o.fingerprint + " (of the self-signed certificate)\n"
	}
	proxy := ""
	if l.proxy != nil {
		proxy = "  proxy      http://" + reachable(l.proxy.Addr().String()) + "    (for clients that trust " + s.ca.Path() + ")\n"
	}
	_, err := fmt.Fprintf(p.stdout, `cariqa-mock listening on %[1]s

  base URL   %[1]s/api/v1
  token      mock.%[2]s.me          (each token opens its own world)
  try        curl %[4]s-H "Authorization: Bearer mock.%[2]s.me" %[1]s/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/
  console    %[5]s/          (open it in a browser)
%[7]s%[6]s%[3]s`, url, o.Scenario, certificate, insecure, console, token, proxy)
	return err
}

// origin returns the URL of a listener, without a path.
func (o *options) origin(l net.Listener) string {
	scheme := "http://"
	if o.tls || o.tlsCert != "" {
		scheme = "https://"
	}
	return scheme + reachable(l.Addr().String())
}

// reachable returns an address at which a server that listens on addr can be
// called: loopback if it listens on every address of the machine.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}
