package contracttests

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/spec"
)

// A client sends the suite's requests to one target. It keeps the rate and waits
// as Retry-After asks; it judges each answer against openapi.yaml and records the
// exchange, redacted. All cases of a run share one.
type client struct {
	target  Target
	http    *http.Client
	spec    *spec.Spec
	routes  []route
	limiter *limiter
	seen    *observer
	health  *health
	running *running

	mu       sync.Mutex
	requests int
	useful   time.Time // of the last answer that does not come from a broken environment
	room     int       // bytes of answers that may be kept besides those that are
}

// A request of the suite.
type request struct {
	method, url string
	body        []byte
	header      http.Header
	vendor      bool // to the API itself, so judged against openapi.yaml
}

// MaxAnswer is how many bytes of an answer are read at most. A case whose call
// has a longer one fails.
const MaxAnswer = 8 << 20

// What a run keeps of answers: of one, and of all together. The fake's answers
// to all cases are some megabytes. Where it does not suffice, keptStart bytes
// are kept.
const (
	keptOfAnswer = 1 << 20
	keptOfRun    = 64 << 20
	keptStart    = 2 << 10
)

// An Answer is the response to a call.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Cut    bool // there is more than MaxAnswer of it

	exchange *Exchange
	content  content
}

// after returns the body to be put after the status in a sentence.
func (a *Answer) after() string {
	if len(a.Body) == 0 {
		return " without a body"
	}
	return ": " + a.String()
}

// content is a decoded body.
type content struct {
	once sync.Once
	v    any
	err  error
}

// String returns the body, shortened.
func (a *Answer) String() string { return Shorten(a.Body) }

// decoded returns the decoded body, which all who ask share.
func (a *Answer) decoded() (any, error) {
	c := &a.content
	c.once.Do(func() { c.err = Decode(a.Body, &c.v) })
	return c.v, c.err
}

func newClient(t Target, s *spec.Spec, rate float64) *client {
	transport := t.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &client{
		target: t, spec: s, routes: routes(s), limiter: newLimiter(rate), seen: newObserver(), health: newHealth(), running: newRunning(), room: keptOfRun,
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
		return nil, err
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
	began, sent, operation := c.seen.begin(r), now(), c.operation(r)
	res, err := c.http.Do(req)
	if err != nil {
		c.running.note(operation, r, nil)
		return nil, plain(ctx, err)
	}
	defer res.Body.Close()
	body, err := readAll(res)
	if err != nil {
		c.running.note(operation, r, nil)
		if errors.Is(err, io.ErrUnexpectedEOF) && r.vendor {
			c.health.truncated(&Exchange{Method: r.method, URL: redacted(r.url), Operation: operation, Sent: c.target.sent(r.header), Request: redactedBody(r.header, r.body), Status: res.StatusCode})
		}
		return nil, plain(ctx, err)
	}
	if !Unavailable(res.StatusCode) {
		c.mu.Lock()
		c.useful = now()
		c.mu.Unlock()
	}
	a := &Answer{Status: res.StatusCode, Header: res.Header, Body: body}
	if len(body) > MaxAnswer {
		a.Body, a.Cut = body[:MaxAnswer], true
	}
	c.running.note(operation, r, a)
	a.exchange = c.judge(operation, r, a)
	a.exchange.Fixture, a.exchange.Setup = sharedFixture(ctx), StepOf(ctx).setup != ""
	c.seen.end(began, r, a)
	if r.vendor && !c.target.Replayed {
		op, _ := c.spec.Operation(a.exchange.Operation)
		c.health.answered(a, op.Statuses, now().Sub(sent), now())
	}
	return a, nil
}

// readAll reads the body of an answer, of which there may be more than MaxAnswer.
func readAll(res *http.Response) ([]byte, error) {
	var b bytes.Buffer
	if n := res.ContentLength; n > 0 && n <= MaxAnswer {
		b.Grow(int(n) + bytes.MinRead) // which it needs to see the end
	}
	_, err := b.ReadFrom(io.LimitReader(res.Body, MaxAnswer+1))
	return b.Bytes(), err
}

// lastUseful returns when the last useful answer came.
func (c *client) lastUseful() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.useful
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

// judge returns the exchange of a call of an operation, "" if openapi.yaml has none,
// with what of the answer departs from openapi.yaml.
func (c *client) judge(operation string, r request, a *Answer) *Exchange {
	x := &Exchange{
		Method: r.method, URL: redacted(r.url), Sent: c.target.sent(r.header), Status: a.Status, Header: notable(a.Header),
	}
	kept, note := c.keep(a)
	x.raw, x.Cut = &rawBodies{r.header, a.Header, r.body, kept, note}, len(a.Body)-len(kept)
	if operation == "" || a.Cut {
		return x
	}
	x.Operation = operation
	for _, f := range c.spec.CheckAnswer(operation, a.Status, a.Header, a.Body) {
		f.Path, f.Message = redacted(f.Path), redacted(f.Message)
		x.Findings = append(x.Findings, f)
	}
	return x
}

// operation returns the operation of a call, or "" if openapi.yaml has none.
func (c *client) operation(r request) string {
	if !r.vendor {
		return ""
	}
	return match(c.routes, r.method, strings.TrimPrefix(r.url, c.target.Base))
}

// keep returns what of an answer is kept for reports, and a note to follow it if bytes
// are left out.
func (c *client) keep(a *Answer) (kept []byte, note string) {
	c.mu.Lock()
	reason := ""
	switch {
	case len(a.Body) > keptOfAnswer:
		reason = "this answer is too long"
	case len(a.Body) > c.room:
		reason = "the answers of this run are too long"
	}
	kept = a.Body
	if reason != "" {
		kept = a.Body[:min(keptStart, len(a.Body))]
	}
	c.room -= len(kept)
	c.mu.Unlock()
	if cut := len(a.Body) - len(kept); cut > 0 {
		more := ""
		if a.Cut {
			more = "more than "
		}
		note = fmt.Sprintf("… and %s%d more bytes: %s to be kept", more, cut, reason)
		kept = bytes.Clone(kept) // the rest can go
	}
	return kept, note
}

// free notes that bytes of an answer are no longer kept.
func (c *client) free(bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.room += bytes
}

// notable returns the headers that the contract covers.
func notable(h http.Header) map[string]string {
	out := map[string]string{}
	for _, name := range []string{"Allow", "Content-Type", "Location", "Retry-After", "Www-Authenticate", "X-Cariqa-Mock-Rule"} {
		if v := h.Get(name); v != "" {
			out[name] = redact.Header(name, v)
		}
	}
	return out
}

// HeaderMeaning returns the value of an answer's header without its insignificant
// parts: the order of the methods of Allow, the parameters of a media type.
func HeaderMeaning(name, value string) string {
	switch name {
	case "Allow":
		methods := strings.Split(strings.ReplaceAll(value, " ", ""), ",")
		slices.Sort(methods)
		return strings.Join(methods, ", ")
	case "Content-Type":
		if media, _, err := mime.ParseMediaType(value); err == nil {
			return media
		}
	}
	return value
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

// route is an operation of openapi.yaml and the path that it has there.
type route struct {
	method, operation string
	segments          []string // "" is a parameter
}

// routes returns the routes of a file's operations.
func routes(s *spec.Spec) []route {
	var out []route
	for _, op := range s.Operations() {
		segments := segmentsOf(strings.TrimPrefix(op.Path, "/api/v1"))
		for i, segment := range segments {
			if strings.HasPrefix(segment, "{") {
				segments[i] = ""
			}
		}
		out = append(out, route{op.Method, op.ID, segments})
	}
	return out
}

// segmentsOf returns the parts of a path. Its last slash may be missing.
func segmentsOf(path string) []string {
	return strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/"), "/")
}

// match returns the operation of a call, or "" if openapi.yaml has none.
func match(all []route, method, target string) string {
	path, _, _ := strings.Cut(target, "?")
	if !strings.HasPrefix(path, "/") {
		return ""
	}
	segments := segmentsOf(path)
	for _, r := range all {
		if r.method == method && slices.EqualFunc(r.segments, segments, fits) {
			return r.operation
		}
	}
	return ""
}

// fits reports whether a part of a path is what a route has there.
func fits(want, got string) bool { return got != "" && (want == "" || want == got) }

// bearer returns headers with a token, or none if it is "".
func bearer(token string) http.Header {
	h := http.Header{}
	if token != "" {
		h.Set("Authorization", "Bearer "+token)
	}
	return h
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
