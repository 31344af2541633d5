package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/contracttests/lockstep"
)

func (p *program) shadowCommand() *cobra.Command {
	var o targetFlags
	var out verdictFlags
	var listen string
	cmd := &cobra.Command{
		Use: "shadow", Short: "Forward an app's calls to a target and judge them beside", Args: cli.NoArgs,
		Long: strings.TrimSpace(`
Listen for an app, forward its calls to the target and the answers back, with
statuses, values of headers and bodies unchanged, and judge each of them as judge
does, while it passes. Findings are printed when they
are seen first; after Ctrl-C comes the whole verdict. The target is called by the
app's own requests alone.

Exit codes: 0 nothing is wrong, 1 an answer is not as expected, 2 usage or
configuration, 3 nothing could be judged.`),
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.key = cmp.Or(o.key, p.getenv("CONNECT_API_KEY"), appKey)
			t, err := o.target(p.getenv)
			if err != nil {
				return err
			}
			return p.shadow(cmd.Context(), &out, t, listen, o.production)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&listen, "listen", "127.0.0.1:4344", "`ADDR` to listen on; port 0 picks a free one")
	f.StringVar(&o.domain, "domain", "", "`HOST/PATH` or URL of the API, such as "+defaultDomain+" (CONNECT_API_DOMAIN)")
	f.StringVar(&o.ca, "ca", "", "`FILE` with certificates, in PEM, that are trusted besides those of this machine (CARIQA_CONTRACT_CA)")
	f.BoolVar(&o.insecure, "insecure", false, "trust any certificate of a target on this machine or in a private network (CARIQA_CONTRACT_INSECURE)")
	out.bind(f)
	f.BoolVar(&o.production, "i-mean-production", false, "allow a production host, where users, sessions and payments are real")
	return cmd
}

// appKey stands for the key, which the app has.
const appKey = "the-key-of-the-app"

// shadow forwards until the context ends, and then prints the verdict.
func (p *program) shadow(ctx context.Context, o *verdictFlags, t contracttests.Target, listen string, production bool) error {
	found := func(f contracttests.Found) { fmt.Fprintf(p.stdout, "found  %s\n", f.Failure) }
	v, err := p.verdict(o, t, time.Now(), found)
	if err != nil {
		return err
	}
	defer v.discard()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return cli.Usagef("cannot listen on --listen %s: %w", listen, err)
	}
	origin, err := url.Parse(t.Base)
	if err != nil {
		return err
	}
	s := newShadow(v, origin, t.Transport)
	s.production = production
	lines := log.New(&noise{out: p.stderr}, "", 0)
	s.proxy.ErrorLog = lines
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute, ErrorLog: lines, DisableGeneralOptionsHandler: true}
	fmt.Fprintf(p.stderr, "shadow listening on http://%s%s for %s; Ctrl-C ends it with the verdict\n", l.Addr(), origin.Path, t.Base)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if server.Shutdown(wait) != nil {
		server.Close()
	}
	s.announce(p.stderr)
	s.close()
	return p.end(v)
}

// A shadow forwards calls and hands them to a judge.
type shadow struct {
	v          *verdict
	production bool
	origin     *url.URL
	proxy      *httputil.ReverseProxy

	mu     sync.Mutex
	more   *sync.Cond
	queue  []event
	queued int // bytes in the queue, about
	most   int // of them
	missed int // calls that found no room since the last one that did
	misses int // all of them
	closed bool
	done   chan struct{}
}

// An event is something to judge, and how many calls were missed before it.
type event struct {
	do     func()
	size   int // bytes, about
	missed int
	ends   bool // it judges a call that is over
}

const (
	mostQueued = 64 << 20 // bytes that may wait to be judged
	eventSize  = 1 << 10  // bytes, about, of an event without headers and bodies
)

// sizeOf returns how many bytes an event with a half of a call takes, about.
func sizeOf(h http.Header, body []byte) int {
	n := eventSize + len(body)
	for name, values := range h {
		for _, value := range values {
			n += 64 + len(name) + len(value)
		}
	}
	return n
}

func newShadow(v *verdict, base *url.URL, transport http.RoundTripper) *shadow {
	s := &shadow{v: v, origin: &url.URL{Scheme: base.Scheme, Host: base.Host}, most: mostQueued, done: make(chan struct{})}
	s.more = sync.NewCond(&s.mu)
	s.proxy = &httputil.ReverseProxy{
		Transport: uncompressing(transport), FlushInterval: -1, Rewrite: s.rewrite, ModifyResponse: s.answered, ErrorHandler: s.failed,
	}
	go s.judge()
	return s
}

// later queues something of a size for the judge, which must not delay the app, and
// reports whether the queue had room. The end of a call whose beginning was queued
// must be queued, too, even if the queue is full.
func (s *shadow) later(must bool, size int, do func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.queued+size > s.most && !must {
		s.missed++
		s.misses++
		return false
	}
	s.queue = append(s.queue, event{do, size, s.missed, must})
	s.queued += size
	s.missed = 0
	s.more.Signal()
	return true
}

// since returns a function to call when a call that begins now has been judged. If
// others were missed meanwhile, they may have changed what its answer says.
func (s *shadow) since() func() {
	all := func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.misses
	}
	before := all()
	return func() {
		if all() != before {
			s.v.Missed(0)
		}
	}
}

// A passing is a call on its way.
type passing struct {
	*lockstep.Call
	judged func() // what follows its end
}

// judge does what was handed over, in its order.
func (s *shadow) judge() {
	defer close(s.done)
	for {
		s.mu.Lock()
		for len(s.queue) == 0 && !s.closed {
			s.more.Wait()
		}
		next := event{do: func() {}, missed: s.missed} // at the end
		end := len(s.queue) == 0
		if !end {
			next, s.queue[0] = s.queue[0], event{}
			s.queue = s.queue[1:]
			s.queued -= next.size
		}
		s.mu.Unlock()
		if next.missed > 0 {
			s.v.Missed(next.missed)
		}
		if next.do(); end {
			return
		}
	}
}

// waiting returns how many calls wait to be judged.
func (s *shadow) waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, e := range s.queue {
		if e.ends {
			n++
		}
	}
	return n
}

// announce prints how many calls have not been judged yet, if any.
func (s *shadow) announce(out io.Writer) {
	if n := s.waiting(); n > 0 {
		fmt.Fprintf(out, "judging %s; this may take a while\n", count(n, "waiting call"))
	}
}

// close waits until all that was handed over is judged.
func (s *shadow) close() {
	s.mu.Lock()
	s.closed = true
	s.more.Signal()
	s.mu.Unlock()
	<-s.done
}

type callKey struct{}

// ServeHTTP forwards a call.
func (s *shadow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		http.Error(w, "cariqa-contract shadow: the call asks for a WebSocket and was not forwarded: shadow judges calls of HTTP alone. "+
			"Connect to the target itself, "+s.origin.String()+".", http.StatusNotImplemented)
		return
	}
	address := *r.URL
	address.Scheme, address.Host = s.origin.Scheme, s.origin.Host
	c := &lockstep.Call{Method: r.Method, URL: address.String(), Header: r.Header.Clone(), Began: time.Now()}
	if r.Body != nil && r.Body != http.NoBody {
		body, err := io.ReadAll(io.LimitReader(r.Body, contracttests.MaxAnswer+1))
		if err != nil {
			http.Error(w, "cariqa-contract shadow: the request's body could not be read.", http.StatusBadRequest)
			return
		}
		c.Body, c.Cut = body, len(body) > contracttests.MaxAnswer
		rest := r.Body
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), rest), rest}
	}
	if c.LiveKey() && !s.production {
		http.Error(w, "cariqa-contract shadow: the call has a live or secret key of Stripe and was not forwarded. Use a publishable test key, pk_test_….", http.StatusForbidden)
		return
	}
	p := passing{c, s.since()}
	if s.later(false, sizeOf(c.Header, c.Body), func() { s.v.Begin(c) }) {
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, p))
	}
	s.proxy.ServeHTTP(asSent{w}, r)
}

// asSent is a ResponseWriter that adds no Date and no Content-Type to an answer that has
// none, as net/http would.
type asSent struct{ http.ResponseWriter }

// Unwrap lets http.ResponseController find the connection.
func (a asSent) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader begins the answer.
func (a asSent) WriteHeader(status int) {
	for _, name := range []string{"Date", "Content-Type"} {
		if _, sent := a.Header()[name]; !sent && status >= http.StatusOK { // an early answer shares its headers with the final one
			a.Header()[name] = nil
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

// rewrite sends a request to the target as it came.
func (s *shadow) rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = s.origin.Scheme, s.origin.Host, s.origin.Host
	r.Out.URL.RawQuery = r.In.URL.RawQuery
	r.Out.Header.Del("Upgrade") // such as h2c, which a target need not take
	r.Out.Header.Del("Connection")
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, ok := r.In.Header[name]; ok {
			r.Out.Header[name] = values
		}
	}
}

// errSwitched is the error of a target that answers with 101 Switching Protocols.
var errSwitched = errors.New("it switched to another protocol (status 101), which the call did not ask for; shadow forwards HTTP alone")

// answered keeps what passes of an answer.
func (s *shadow) answered(res *http.Response) error {
	if res.StatusCode == http.StatusSwitchingProtocols {
		return errSwitched
	}
	c, ok := res.Request.Context().Value(callKey{}).(passing)
	if !ok {
		return nil
	}
	header, answering := res.Header.Clone(), time.Now()
	header.Del("Content-Length")
	res.Body = &copied{ReadCloser: res.Body, done: func(body []byte, whole bool) {
		ended, left := time.Now(), res.Request.Context().Err() != nil
		s.later(true, sizeOf(header, body), func() { // only the judge changes the call
			c.Answered, c.Answering, c.Ended, c.Left = header, answering, ended, left
			s.end(c.Call, res.StatusCode, body, whole)
			c.judged()
		})
	}}
	return nil
}

// end hands a call that has been answered to the judge.
func (s *shadow) end(c *lockstep.Call, status int, body []byte, whole bool) {
	c.Status, c.Answer = status, body
	if len(body) > contracttests.MaxAnswer {
		c.Answer, c.Cut = body[:contracttests.MaxAnswer], true
	}
	if !whole {
		c.Status = 0
	} else if text, err := decoded(c.Answered.Get("Content-Encoding"), c.Answer); err != nil {
		c.Cut = true
	} else {
		c.Answer = text
	}
	s.v.End(c)
	s.v.record(c)
}

// failed answers an app whose target does not.
func (s *shadow) failed(w http.ResponseWriter, r *http.Request, err error) {
	if c, ok := r.Context().Value(callKey{}).(passing); ok {
		ended, left := time.Now(), errors.Is(err, context.Canceled)
		s.later(true, eventSize, func() {
			c.Ended, c.Answered, c.Left = ended, http.Header{}, left
			s.v.End(c.Call)
			c.judged()
		})
	}
	if !errors.Is(err, context.Canceled) {
		http.Error(w, "cariqa-contract shadow: the target gave no answer: "+err.Error(), http.StatusBadGateway)
	}
}

// copied keeps what is read of a body.
type copied struct {
	io.ReadCloser
	kept  bytes.Buffer
	whole bool
	once  sync.Once
	done  func(body []byte, whole bool)
}

func (c *copied) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if c.kept.Len() <= contracttests.MaxAnswer {
		c.kept.Write(p[:n])
	}
	c.whole = c.whole || err == io.EOF
	return n, err
}

func (c *copied) Close() error {
	err := c.ReadCloser.Close()
	c.once.Do(func() { c.done(c.kept.Bytes(), c.whole) })
	return err
}
