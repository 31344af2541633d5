// Package recording writes the calls of a run to a file, without secrets, and
// answers later runs from it.
package recording

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"cariqamock/contracttests"
)

// A recording is a file of JSON lines: a head, then one line for each call of
// a run. No secret ever reaches the file. Keys are noted as what they are for;
// client secrets, other people's e-mail addresses and whatever looks like a
// token become pseudonyms of the same form, the same one each time, so that
// replayed cases still see which are equal.

// recordingVersion is that of the format.
const recordingVersion = 1

// testKeyPrefix begins Stripe's publishable test keys.
const testKeyPrefix = "pk_test_"

// recordingHead is the first line.
type recordingHead struct {
	Recording int       `json:"recording"`
	Base      string    `json:"base"` // up to and with /api/v1
	Key       string    `json:"key"`  // the token if it only names a world of the fake
	Started   time.Time `json:"started"`
}

// recorded is a call and what came back.
type recorded struct {
	Case    string      `json:"case,omitempty"` // or fixture; none: the run itself
	Attempt int         `json:"attempt,omitempty"`
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	As      string      `json:"as"` // whose credentials, see identity
	Type    string      `json:"type,omitempty"`
	Body    string      `json:"body,omitempty"`
	Status  int         `json:"status,omitempty"`
	Header  http.Header `json:"header,omitempty"`
	Answer  string      `json:"answer,omitempty"`
	Error   string      `json:"error,omitempty"` // no answer came
}

// RecordTo begins a recording. The first function wraps the transport of the
// target that is to be recorded; close ends the file and tells what went wrong
// with it on the way.
func Create(path string) (wrap func(http.RoundTripper) http.RoundTripper, end func() error, err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, nil, err
	}
	tape := &tape{file: file, hide: newConcealer()}
	wrap = func(next http.RoundTripper) http.RoundTripper {
		if next == nil {
			next = http.DefaultTransport
		}
		return recordingTransport{next, tape}
	}
	return wrap, tape.close, nil
}

// tape is the file of a recording.
type tape struct {
	mu   sync.Mutex
	file *os.File
	hide *concealer
	key  string // of the first call, which is the target's
	err  error
}

func (t *tape) close() error { return errors.Join(t.err, t.file.Close()) }

func (t *tape) line(v any) {
	text, err := json.Marshal(v)
	if err == nil {
		_, err = t.file.Write(append(text, '\n'))
	}
	if t.err == nil {
		t.err = err
	}
}

// recordingTransport notes what goes through it.
type recordingTransport struct {
	next http.RoundTripper
	tape *tape
}

// RoundTrip sends a call. An answer that asks to come back later is not noted:
// the call is made again, and a replay would only wait.
func (r recordingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := sentBody(req)
	if err != nil {
		return nil, err
	}
	res, err := r.next.RoundTrip(req)
	if err != nil {
		r.tape.note(req, body, nil, nil, err)
		return nil, err
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, contracttests.MaxAnswer))
	_ = res.Body.Close() // what matters has been read
	if err != nil {
		r.tape.note(req, body, nil, nil, err)
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(answer))
	if res.StatusCode != http.StatusTooManyRequests {
		r.tape.note(req, body, res, answer, nil)
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

// note writes a call down.
func (t *tape) note(req *http.Request, body []byte, res *http.Response, answer []byte, failure error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.key == "" {
		t.key = credential(req.Header)
		base, _, _ := strings.Cut(req.URL.String(), "/users/")
		head := recordingHead{Recording: recordingVersion, Base: base, Started: time.Now().UTC().Truncate(time.Second)}
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
		Type: req.Header.Get("Content-Type"), Body: t.hide.text(string(body)),
	}
	if failure != nil {
		entry.Error = t.hide.text(cause(req.Context(), failure).Error())
	} else {
		entry.Status, entry.Header, entry.Answer = res.StatusCode, t.hide.headers(res.Header), t.hide.text(string(answer))
	}
	t.line(entry)
}

// cause is why a call got no answer: that of its context, if it was given up.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// worldName is a token of the fake that is no secret: it names a world.
var worldName = regexp.MustCompile(`^mock\.[a-z0-9-]+(\.[A-Za-z0-9._-]+)?$`)

func credential(h http.Header) string {
	_, token, _ := strings.Cut(h.Get("Authorization"), " ")
	return strings.TrimSpace(token)
}

// identity says on whose behalf a call is made, without giving the credential.
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
	mine       map[string]bool // addresses that the suite made up itself
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

// learn remembers a credential, so that it is found wherever it turns up.
func (c *concealer) learn(token string) {
	if len(token) < 6 || worldName.MatchString(token) {
		return
	}
	if _, known := c.pseudonyms[token]; !known {
		c.pseudonym(token)
		c.tokens = append(c.tokens, token)
	}
}

// own remembers the addresses in a request: the suite made them up.
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

func (c *concealer) text(s string) string {
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

// headers keeps all but those that carry sessions and credentials.
func (c *concealer) headers(h http.Header) http.Header {
	out := http.Header{}
	for name, values := range h {
		lower := strings.ToLower(name)
		if lower != "www-authenticate" && secretName.MatchString(lower) {
			continue
		}
		for _, v := range values {
			out.Add(name, c.text(v))
		}
	}
	return out
}

var secretName = regexp.MustCompile(`cookie|auth|token|secret|session|key`)
