package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/mockserver"
)

func (p *program) healthCommand() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use: "health [URL]", Short: "Check that a server is up",
		Long: "Check that a server is up. The default URL is http://" + defaultAddr + ", or what the variables\n" +
			"CARIQA_MOCK_ADMIN_ADDR, CARIQA_MOCK_URL, CARIQA_MOCK_ADDR or PORT set, and those for TLS.",
		Example: "  cariqa-mock health --wait 10s http://127.0.0.1:4343",
		Args:    cli.Args(0, 1, "want at most one URL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			target := p.ownURL()
			if len(args) == 1 {
				target = strings.TrimRight(args[0], "/")
			}
			u, ok := webURL(target)
			if !ok {
				return cli.Usagef("%q: want a URL such as http://%s", target, defaultAddr)
			}
			if wait < 0 {
				return cli.Usagef("--wait %s: want 0 or more", wait)
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), max(wait, time.Second))
			defer cancel()
			return p.awaitHealth(ctx, u, wait > 0)
		},
	}
	cmd.Flags().DurationVar(&wait, "wait", 0, "keep trying for this long")
	return cmd
}

// ownURL returns the URL at which the server of this environment has its health
// check: the one that is started with it, or the one that it is for.
func (p *program) ownURL() string {
	addr := defaultAddr
	if port := p.getenv("PORT"); port != "" {
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	addr = cmp.Or(p.getenv(envName("admin-addr")), p.getenv(envName("addr")), addr)
	if client := p.getenv(envName("url")); client != "" && p.getenv(envName("admin-addr")) == "" {
		return strings.TrimRight(client, "/")
	}
	addr = reachable(addr)
	if own, _ := strconv.ParseBool(p.getenv(envName("tls"))); own || p.getenv(envName("tls-cert")) != "" {
		return "https://" + addr
	}
	return "http://" + addr
}

// awaitHealth checks a server once, or with retry until the context ends.
func (p *program) awaitHealth(ctx context.Context, u *url.URL, retry bool) error {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if mockserver.IsLocalHost(u.Hostname()) {
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // it may be self-signed on this machine
	}
	client := &http.Client{Transport: transport}
	defer client.CloseIdleConnections()
	for {
		err := ask(ctx, client, u.String()+"/__admin/health")
		if err == nil {
			fmt.Fprintln(p.stdout, "ok")
			return nil
		}
		if retry {
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
				continue
			}
		}
		return fmt.Errorf("no healthy server at %s: %w (start one with cariqa-mock)", u, err)
	}
}

// ask returns why a server is not healthy, or nil.
func ask(ctx context.Context, client *http.Client, target string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", res.Status)
	}
	return nil
}
