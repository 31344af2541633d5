package contracttests

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"cariqamock/mockserver/spec"
)

// A client sends the suite's requests to one target. It keeps the rate and waits
// as Retry-After asks; it judges each answer against openapi.yaml and records the
// exchange, redacted. All cases of a run share one.
type client struct {
	target  Target
	http    *http.Client
	spec    *spec.Spec
	paths   []template
	limiter *limiter

	mu       sync.Mutex
	requests int
}

// A request of the suite.
type request struct {
	method, url string
	body        []byte
	header      http.Header
	vendor      bool // to the API itself, so judged against openapi.yaml
}

// An unreachable error means that no answer came.
type unreachable struct{ err error }

func (e *unreachable) Error() string { return e.err.Error() }
func (e *unreachable) Unwrap() error { return e.err }

// MaxAnswer is how many bytes of an answer are read at most.
const MaxAnswer = 8 << 20

// An Answer is the response to a call.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte

	exchange *Exchange
}

// String returns the body, shortened.
func (a *Answer) String() string { return Shorten(a.Body) }

func newClient(t Target, s *spec.Spec, rate float64) *client {
	transport := t.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &client{
		target: t, spec: s, paths: templates(s), limiter: newLimiter(rate),
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// send sends a request, and repeats it once if the target asks for a pause of
// reasonable length.
func (c *client) send(ctx context.Context, r request) (*Answer, error) {
	for attempt := 0; ; attempt++ {
		a, err := c.once(ctx, r)
		if err != nil || a.Status != http.StatusTooManyRequests || attempt == 1 {
			return a, err
		}
		wait, ok := retryAfter(a.Header)
		if !ok || wait > maxPause {
			return a, nil
		}
		if err := sleep(ctx, wait); err != nil {
			return a, nil
		}
	}
}

// maxPause is the longest Retry-After that the client accepts.
const maxPause = 30 * time.Second

func (c *client) once(ctx context.Context, r request) (*Answer, error) {
	if err := c.limiter.wait(ctx); err != nil {
		return nil, &unreachable{err}
	}
	patience := c.target.patience(r.method)
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no answer within %s", patience))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	c.mu.Lock()
	c.requests++
	c.mu.Unlock()
	res, err := c.http.Do(req)
	if err != nil {
		return nil, &unreachable{plain(ctx, err)}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, MaxAnswer))
	if err != nil {
		return nil, &unreachable{plain(ctx, err)}
	}
	a := &Answer{Status: res.StatusCode, Header: res.Header, Body: body}
	a.exchange = c.judge(r, a)
	a.exchange.Fixture, a.exchange.Setup = fixtureOf(ctx), StepOf(ctx).setup
	return a, nil
}

// plain returns a transport's error without the URL, which may hold a secret. If
// the context is done it returns the reason.
func plain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// judge returns an exchange with what of the answer departs from openapi.yaml.
func (c *client) judge(r request, a *Answer) *Exchange {
	x := &Exchange{
		Method: r.method, URL: redact(r.url), Sent: c.target.sent(r.header), Request: redact(string(r.body)), Status: a.Status,
		Header: notable(a.Header), Answer: redact(string(a.Body)),
	}
	if !r.vendor {
		return x
	}
	if op, ok := match(c.paths, r.method, strings.TrimPrefix(r.url, c.target.Base)); ok {
		x.Operation = op
		for _, f := range c.spec.CheckAnswer(op, a.Status, a.Header, a.Body) {
			f.Path, f.Message = redact(f.Path), redact(f.Message)
			x.Findings = append(x.Findings, f)
		}
	}
	return x
}

// notable returns the headers that the contract covers.
func notable(h http.Header) map[string]string {
	out := map[string]string{}
	for _, name := range []string{"Allow", "Content-Type", "Location", "Retry-After", "Www-Authenticate", "X-Cariqa-Mock-Rule"} {
		if v := h.Get(name); v != "" {
			out[name] = v
		}
	}
	return out
}

func retryAfter(h http.Header) (time.Duration, bool) {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	return time.Duration(seconds) * time.Second, err == nil && seconds >= 0
}

// Unavailable reports whether a status comes from a broken environment and so
// decides nothing about the contract.
func Unavailable(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// limiter spaces requests evenly. At a rate of 0 there is no limit.
type limiter struct {
	every time.Duration
	mu    sync.Mutex
	next  time.Time
}

func newLimiter(perSecond float64) *limiter {
	if perSecond <= 0 {
		return &limiter{}
	}
	return &limiter{every: time.Duration(float64(time.Second) / perSecond)}
}

func (l *limiter) wait(ctx context.Context) error {
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	if l.every == 0 {
		return nil
	}
	l.mu.Lock()
	start := now()
	at := l.next
	if at.Before(start) {
		at = start
	}
	l.next = at.Add(l.every)
	l.mu.Unlock()
	return sleep(ctx, at.Sub(start))
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return stopped(ctx)
	case <-t.C:
		return nil
	}
}

// template is a path of openapi.yaml, split into segments, of which empty ones
// are variables.
type template struct {
	method, operation string
	segments          []string
}

func templates(s *spec.Spec) []template {
	var out []template
	for _, op := range s.Operations() {
		t := template{method: op.Method, operation: op.ID}
		for part := range strings.SplitSeq(strings.TrimPrefix(op.Path, "/api/v1"), "/") {
			if strings.HasPrefix(part, "{") {
				part = ""
			}
			t.segments = append(t.segments, part)
		}
		out = append(out, t)
	}
	return out
}

// match returns the operation of a call. The last slash may be missing.
func match(all []template, method, target string) (string, bool) {
	path, _, _ := strings.Cut(target, "?")
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	parts := strings.Split(path, "/")
	for _, t := range all {
		if t.method == method && t.fits(parts) {
			return t.operation, true
		}
	}
	return "", false
}

func (t template) fits(parts []string) bool {
	if len(parts) != len(t.segments) {
		return false
	}
	for i, want := range t.segments {
		first, last := i == 0, i == len(parts)-1
		if variable := want == "" && !first && !last; variable && parts[i] == "" || !variable && want != parts[i] {
			return false
		}
	}
	return true
}

// Decode decodes JSON. Numbers in values of type any become json.Number.
func Decode(body []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("the body is not JSON: %w", err)
	}
	return nil
}
