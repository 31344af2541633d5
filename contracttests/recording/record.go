// Package recording writes the calls of a run to a file, without secrets, and
// answers later runs from it.
package recording

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"cariqamock/contracttests"
	"cariqamock/internal/printable"
	"cariqamock/internal/redact"
	"cariqamock/internal/wholefile"
)

// A recording is a file of JSON lines: a head, then one line for each call of a
// run. It never contains a secret. Keys are recorded as what they are for. Client
// secrets, other people's email addresses and everything that looks like a token
// become pseudonyms of the same form, always the same one for a value, so that
// replayed cases still see which values are equal.

// recordingVersion is the version of the format.
const recordingVersion = 1

// testKeyPrefix begins Stripe's publishable test keys.
const testKeyPrefix = "pk_test_"

// recordingHead is the first line.
type recordingHead struct {
	Recording int       `json:"recording"`
	Base      string    `json:"base"` // up to and including /api/v1
	Key       string    `json:"key"`  // the token, if it only names a world of the fake
	Started   time.Time `json:"started"`
}

// recorded is a call and its answer.
type recorded struct {
	Case    string      `json:"case,omitempty"` // or fixture; empty for calls of the run itself
	Attempt int         `json:"attempt,omitempty"`
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	As      string      `json:"as"` // whose credentials: see identity
	Type    string      `json:"type,omitempty"`
	Accept  string      `json:"accept,omitempty"`
	Body    string      `json:"body,omitempty"`
	Status  int         `json:"status,omitempty"`
	Header  http.Header `json:"header,omitempty"`
	Answer  string      `json:"answer,omitempty"`
	Error   string      `json:"error,omitempty"` // why there was no answer

	At   *time.Time    `json:"at,omitempty"`   // when it began
	Took time.Duration `json:"took,omitempty"` // in nanoseconds
}

// Create creates a recording of a run. now is the clock. wrap returns a
// transport that records the calls of another one, that of the target. end
// replaces the file at path if the run is whole, and else leaves it as it was.
// It returns the first error of writing, after which the old file stays, too.
func Create(path string, now func() time.Time) (wrap func(http.RoundTripper) http.RoundTripper, end func(whole bool) error, err error) {
	file, err := wholefile.Create(path, 0o600)
	if err != nil {
		return nil, nil, err
	}
	tape := &tape{file: file, started: now(), now: now, hide: newConcealer()}
	wrap = func(next http.RoundTripper) http.RoundTripper {
		if next == nil {
			next = http.DefaultTransport
		}
		return recordingTransport{next, tape}
	}
	return wrap, tape.end, nil
}

// tape is the file of a recording.
type tape struct {
	mu      sync.Mutex
	file    *wholefile.File
	started time.Time
	now     func() time.Time
	hide    *concealer
	key     string // of the first call, which is the target's
	err     error
}

func (t *tape) end(whole bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer t.file.Discard()
	if t.err != nil || !whole {
		return t.err
	}
	return t.file.Commit()
}

func (t *tape) line(v any) {
	text, err := json.Marshal(v)
	if err == nil {
		_, err = t.file.Write(append(printable.JSON(text), '\n'))
	}
	if t.err == nil {
		t.err = err
	}
}

// recordingTransport records what passes through it.
type recordingTransport struct {
	next http.RoundTripper
	tape *tape
}

// RoundTrip sends a call. An answer with status 429 is not recorded: the call is
// repeated, and a replay would only wait. One that is too long is recorded as an
// error.
func (r recordingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := sentBody(req)
	if err != nil {
		return nil, err
	}
	began := r.tape.now()
	took := func() timing { return timing{began, r.tape.now().Sub(began)} }
	res, err := r.next.RoundTrip(req)
	if err != nil {
		r.tape.note(req, body, took(), nil, nil, err)
		return nil, err
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, contracttests.MaxAnswer+1)) // the suite has to see that there is more
	_ = res.Body.Close()                                                           // the body has been read
	if err != nil {
		r.tape.note(req, body, took(), nil, nil, err)
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(answer))
	switch {
	case len(answer) > contracttests.MaxAnswer:
		r.tape.note(req, body, took(), nil, nil, contracttests.ErrTooLong)
	case res.StatusCode != http.StatusTooManyRequests:
		r.tape.note(req, body, took(), res, answer, nil)
	}
	return res, nil
}

func sentBody(req *http.Request) ([]byte, error) {
	if req.GetBody == nil {
		return nil, nil
	}
	copied, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(copied)
}

// timing is when a call began and how long it took, as far as that is known.
type timing struct {
	at   time.Time
	took time.Duration
}

// note writes a line.
func (t *tape) note(req *http.Request, body []byte, took timing, res *http.Response, answer []byte, failure error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.key == "" {
		t.key = credential(req.Header)
		base, _, _ := strings.Cut(req.URL.String(), "/users/")
		head := recordingHead{Recording: recordingVersion, Base: base, Started: t.started.UTC().Truncate(time.Second)}
		if worldName.MatchString(t.key) {
			head.Key = t.key
		}
		t.line(head)
	}
	t.hide.learn(credential(req.Header))
	t.hide.own(string(body))
	s := contracttests.StepOf(req.Context())
	entry := recorded{
		Case: s.Name, Attempt: s.Attempt, Method: req.Method, URL: t.hide.text(req.URL.String()), As: identity(req.Header, t.key),
		Type: req.Header.Get("Content-Type"), Accept: req.Header.Get("Accept"), Body: t.hide.body(req.Header, body),
	}
	if !took.at.IsZero() {
		entry.At, entry.Took = &took.at, took.took
	}
	if failure != nil {
		entry.Error = t.hide.text(cause(req.Context(), failure).Error())
	} else {
		entry.Status, entry.Header, entry.Answer = res.StatusCode, t.hide.headers(res.Header), t.hide.body(res.Header, answer)
	}
	t.line(entry)
}

// cause returns why a call was not answered: the cause of its context, if that is
// done.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// worldName matches a token of the fake that is not secret: it names a world.
var worldName = regexp.MustCompile(`^mock\.[a-z0-9-]+(\.[A-Za-z0-9._-]+)?$`)

func credential(h http.Header) string {
	_, token, _ := strings.Cut(h.Get("Authorization"), " ")
	return strings.TrimSpace(token)
}

// identity returns whose credential a call has, without the credential.
func identity(h http.Header, key string) string {
	token := credential(h)
	switch {
	case h.Get("Authorization") == "":
		return "nobody"
	case token == key:
		return "key"
	case worldName.MatchString(token):
		return token
	case strings.HasPrefix(token, testKeyPrefix):
		return "stripe"
	}
	return "another"
}

// concealer replaces secrets by pseudonyms.
type concealer struct {
	pseudonyms map[string]string
	tokens     []string        // credentials that have been sent
	mine       map[string]bool // addresses that the suite sent itself
}

func newConcealer() *concealer {
	return &concealer{pseudonyms: map[string]string{}, mine: map[string]bool{}}
}

var (
	clientSecret = regexp.MustCompile(`\b([a-z]+_[A-Za-z0-9]+_secret_)([A-Za-z0-9]+)`)
	apiKey       = regexp.MustCompile(`\b((?:pk|sk|rk)_(?:test|live)_|whsec_)([A-Za-z0-9]+)`)
	webToken     = regexp.MustCompile(`\b(eyJ)([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)`)
	nobodys      = regexp.MustCompile(`[@.](?:example|test|invalid)(?:\.(?:org|com|net))?$`) // RFC 2606
	address      = regexp.MustCompile(`[A-Za-z0-9._%+-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
)

// learn remembers a credential, so that it is replaced everywhere.
func (c *concealer) learn(token string) {
	if len(token) < 6 || worldName.MatchString(token) {
		return
	}
	if _, ok := c.pseudonyms[token]; !ok {
		c.pseudonym(token)
		c.tokens = append(c.tokens, token)
	}
}

// own remembers the addresses in a request: the suite invented them.
func (c *concealer) own(body string) {
	for _, a := range address.FindAllString(body, -1) {
		c.mine[strings.ReplaceAll(a, "%40", "@")] = true
	}
}

func (c *concealer) pseudonym(secret string) string {
	if known, ok := c.pseudonyms[secret]; ok {
		return known
	}
	p := fmt.Sprintf("redacted%04d", len(c.pseudonyms)+1)
	c.pseudonyms[secret] = p
	return p
}

// text conceals what is secret in a text.
func (c *concealer) text(s string) string { return restore(c.pseudonymous(s), redact.Text) }

// body conceals what is secret in a body.
func (c *concealer) body(h http.Header, body []byte) string {
	return restore(c.pseudonymous(string(body)), func(s string) string { return redact.Body(h.Get("Content-Type"), []byte(s)) })
}

var (
	disguised = regexp.MustCompile(`(?:_secret_|[sr]k_(?:test|live)_|whsec_)redacted\d{4}`)
	hidden    = regexp.MustCompile(`(?:_secret_|[sr]k_(?:test|live)_|whsec_)\[redacted\]`)
)

// restore redacts a text, and puts back the pseudonyms, which look like
// secrets.
func restore(s string, redact func(string) string) string {
	safe := redact(s)
	known := disguised.FindAllString(s, -1)
	if len(known) == 0 || len(known) != len(hidden.FindAllString(safe, -1)) {
		return safe
	}
	next := 0
	return hidden.ReplaceAllStringFunc(safe, func(string) string { next++; return known[next-1] })
}

// pseudonymous replaces the secrets that have to stay the same ones.
func (c *concealer) pseudonymous(s string) string {
	for _, token := range c.tokens {
		s = strings.ReplaceAll(s, token, c.pseudonyms[token])
	}
	for _, pattern := range []*regexp.Regexp{clientSecret, apiKey, webToken} {
		s = pattern.ReplaceAllStringFunc(s, func(match string) string {
			parts := pattern.FindStringSubmatch(match)
			if strings.HasPrefix(parts[2], "redacted") {
				return match
			}
			if parts[1] == "eyJ" {
				return c.pseudonym(match)
			}
			return parts[1] + c.pseudonym(parts[2])
		})
	}
	return address.ReplaceAllStringFunc(s, func(a string) string {
		if plain := strings.ReplaceAll(a, "%40", "@"); !c.mine[plain] && !nobodys.MatchString(plain) {
			return c.pseudonym(plain) + "@example.invalid"
		}
		return a
	})
}

// headers returns all headers but those that carry sessions and credentials.
func (c *concealer) headers(h http.Header) http.Header {
	out := http.Header{}
	for name, values := range h {
		lower := strings.ToLower(name)
		if lower != "www-authenticate" && secretName.MatchString(lower) {
			continue
		}
		for _, v := range values {
			out.Add(name, restore(c.pseudonymous(v), func(s string) string { return redact.Header(name, s) }))
		}
	}
	return out
}

var secretName = regexp.MustCompile(`cookie|auth|token|secret|session|key`)
