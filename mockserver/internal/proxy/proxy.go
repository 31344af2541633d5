// Package proxy is the forward proxy of the fake: it hands the tunnels to hosts
// that are faked to the server of the fake, lets those to some other hosts through, and
// refuses all others with a sentence.
package proxy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"

	"github.com/elazarl/goproxy"

	"cariqamock/mockserver/internal/hosts"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/text"
)

// A Config says what a Proxy lets through.
type Config struct {
	// Allow are the hosts that are reached as they are: see hosts.ParseNames.
	Allow []string
	// Refused is called with the name of each host that is refused.
	Refused func(host string)
	// Dial connects to an allowed host.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	Log  *slog.Logger
}

// A Proxy is the handler of a forward proxy. Clients' connections to hosts that
// are faked come out of Tunnels.
type Proxy struct {
	cfg     Config
	allow   hosts.Names
	library *goproxy.ProxyHttpServer
	tunnels *Tunnels
	open    chan struct{} // has one element for each connection to an allowed host
}

// New returns a Proxy. The error names the value of Allow that is wrong, and
// what is accepted.
func New(cfg Config) (*Proxy, error) {
	allow, err := Allowed(cfg.Allow)
	if err != nil {
		return nil, err
	}
	p := &Proxy{cfg: cfg, allow: allow, library: goproxy.NewProxyHttpServer(), tunnels: newTunnels(), open: make(chan struct{}, limit.ProxyConnections)}
	p.library.Logger = logger{cfg.Log}
	p.library.NonproxyHandler = http.HandlerFunc(notForMe)
	// The defaults take another proxy from the environment, which may be this one,
	// and trust all certificates.
	p.library.ConnectDial = nil
	p.library.Tr = &http.Transport{
		DialContext: p.dial, DisableCompression: true, ResponseHeaderTimeout: limit.WriteTime, IdleConnTimeout: limit.IdleTime,
		MaxResponseHeaderBytes: limit.Header,
	}
	p.library.KeepAcceptEncoding = true
	p.library.ConnectionErrHandler = unreachable
	p.library.OnRequest().HandleConnect(goproxy.FuncHttpsHandler(p.connect))
	p.library.OnRequest().DoFunc(p.forward)
	p.library.OnResponse().DoFunc(p.answered)
	return p, nil
}

// Allowed returns the set of the hosts of a list that a proxy lets through.
func Allowed(list []string) (hosts.Names, error) {
	names, err := hosts.ParseNames("host", list)
	if err != nil {
		return nil, err
	}
	for _, text := range list {
		if _, port, _ := hosts.Name(text); port != "" {
			return nil, fmt.Errorf("host %q: want it without a port", text)
		}
	}
	for _, host := range hosts.Faked() {
		if names.Has(host) {
			return nil, fmt.Errorf("host %s: cariqa-mock answers for it itself", host)
		}
	}
	return names, nil
}

// ServeHTTP answers a client of the proxy.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.library.ServeHTTP(hijacker{w}, r)
}

// Tunnels returns the clients' connections to hosts that are faked.
func (p *Proxy) Tunnels() *Tunnels { return p.tunnels }

// connect decides about a tunnel.
func (p *Proxy) connect(addr string, ctx *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
	name, port, ok := hosts.Name(addr)
	switch faked := hosts.SideOf(addr) != hosts.None; {
	case faked && port == "443":
		return &goproxy.ConnectAction{Action: goproxy.ConnectHijack, Hijack: func(_ *http.Request, client net.Conn, _ *goproxy.ProxyCtx) {
			p.tunnels.add(client, name)
		}}, addr
	case faked && port == "":
		ctx.Resp = answer(ctx.Req, http.StatusBadGateway, fmt.Sprintf("The CONNECT names no port. cariqa-mock answers for %s on port 443: send CONNECT %s:443.", name, name)) //nolint:bodyclose // it is in memory
	case faked:
		ctx.Resp = answer(ctx.Req, http.StatusBadGateway, fmt.Sprintf("cariqa-mock answers for %s on port 443 only, not on port %s.", name, text.Shorten(port, maxShown))) //nolint:bodyclose // it is in memory
	case port == "" && p.allow.Has(name):
		ctx.Resp = answer(ctx.Req, http.StatusBadGateway, fmt.Sprintf("The CONNECT names no port. Send it with one, such as CONNECT %s.", net.JoinHostPort(name, "443"))) //nolint:bodyclose // it is in memory
	case ok && p.allow.Has(name):
		return &goproxy.ConnectAction{Action: goproxy.ConnectAccept}, addr
	default:
		ctx.Resp = p.refuse(ctx.Req, addr) //nolint:bodyclose // it is in memory
	}
	return goproxy.RejectConnect, addr
}

// forward decides about a request that is not in a tunnel.
func (p *Proxy) forward(r *http.Request, ctx *goproxy.ProxyCtx) (*http.Request, *http.Response) {
	name, _, ok := hosts.Name(r.URL.Host)
	switch {
	case hosts.SideOf(r.URL.Host) != hosts.None:
		return r, answer(r, http.StatusBadGateway, fmt.Sprintf("cariqa-mock answers for %s over HTTPS only. Use https:// in the address.", name))
	case !ok || !p.allow.Has(name):
		return r, p.refuse(r, r.URL.Host)
	case r.URL.Scheme != "http":
		return r, answer(r, http.StatusBadGateway, "This proxy forwards http:// addresses. For https:// send CONNECT, as proxies need it.")
	case r.Header.Get("Upgrade") != "":
		return r, answer(r, http.StatusNotImplemented, "This proxy does not forward WebSockets or other upgrades of a request. In a tunnel (CONNECT) they pass.")
	}
	return r, nil
}

// answered replaces the answer of a host that cannot be reached.
func (p *Proxy) answered(res *http.Response, ctx *goproxy.ProxyCtx) *http.Response {
	if res == nil && ctx.Error != nil {
		return answer(ctx.Req, http.StatusBadGateway, unreachableText(ctx.Error))
	}
	return res
}

// refuse answers that a host is neither faked nor allowed, and counts it.
func (p *Proxy) refuse(r *http.Request, addr string) *http.Response {
	name, _, ok := hosts.Name(addr)
	if !ok {
		return answer(r, http.StatusBadRequest, fmt.Sprintf("%q is not a host with a port.", text.Shorten(addr, maxShown)))
	}
	p.cfg.Refused(name)
	name = text.Shorten(name, maxShown)
	return answer(r, http.StatusBadGateway, fmt.Sprintf(
		"cariqa-mock does not fake %s and does not let it through. If the app needs it, start the server with --proxy-allow %s.", name, name))
}

const maxShown = 100 // characters of a host in a sentence

// notForMe answers a request that is not for a proxy.
func notForMe(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "This is the address of a proxy. Set it as HTTPS_PROXY and http_proxy; the APIs have an address of their own.", http.StatusBadRequest)
}

// answer returns an answer of the proxy itself, after which the connection ends.
func answer(r *http.Request, status int, sentence string) *http.Response {
	body := sentence + "\n"
	return &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Close: true,
		Header:        http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Cache-Control": {"no-store"}},
		ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewBufferString(body)),
	}
}

// unreachable answers a CONNECT to an allowed host that cannot be reached.
func unreachable(client io.Writer, ctx *goproxy.ProxyCtx, err error) {
	_ = answer(ctx.Req, http.StatusBadGateway, unreachableText(err)).Write(client) //nolint:bodyclose // it is in memory; the client may have left
}

func unreachableText(err error) string {
	return fmt.Sprintf("The allowed host cannot be reached: %s.", err)
}

// logger logs what the library has to say.
type logger struct{ log *slog.Logger }

// Printf logs a line.
func (l logger) Printf(format string, args ...any) {
	l.log.Debug("proxy: " + fmt.Sprintf(format, args...))
}
