package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"

	"cariqamock/contracttests"
	"cariqamock/internal/redact"
	"cariqamock/internal/textfile"
)

// A Recording is a transport that answers calls from a recording. Calls are found
// by case and content, in the order of the recording. Tags, which differ from run
// to run, are replaced in the answers by those of the current run. A call that
// was not recorded returns an error, which makes its case inconclusive.
type Recording struct {
	head    recordingHead
	name    string
	stripe  string
	admin   string
	mu      sync.Mutex
	entries []*replayed
	marks   map[string]string // of the recorded run, to those of this one
}

// replayed is a line of a recording and whether it has been used.
type replayed struct {
	recorded
	key  string
	used bool
}

// Read reads a file that Create has written.
func Read(path string) (*Recording, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r := &Recording{name: path, marks: map[string]string{}}
	lines := bufio.NewReader(file)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if readErr := r.read(n, line); readErr != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, readErr)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if len(r.entries) == 0 {
		return nil, fmt.Errorf("%s: the recording is empty", path)
	}
	return r, nil
}

// read takes in one line of the file. Empty ones have no meaning.
func (r *Recording) read(n int, line []byte) (err error) {
	if n == 1 {
		if line, err = textfile.Bare(line); err != nil {
			return err
		}
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	if n == 1 {
		if err := json.Unmarshal(line, &r.head); err != nil || r.head.Recording == 0 {
			return fmt.Errorf("not a recording of cariqa-contract")
		}
		if r.head.Recording != recordingVersion {
			return fmt.Errorf("unsupported format %d of the recording: want %d", r.head.Recording, recordingVersion)
		}
		return nil
	}
	e := &replayed{}
	if err := json.Unmarshal(line, &e.recorded); err != nil {
		return err
	}
	u, err := url.Parse(e.URL)
	if err != nil {
		return err
	}
	origin := u.Scheme + "://" + u.Host
	switch {
	case strings.HasPrefix(u.Path, "/__admin/"):
		r.admin = origin
	case !strings.HasPrefix(e.URL, r.head.Base):
		r.stripe = origin
	}
	e.key = callKey(e.Method, e.URL, e.As, e.Body, e.Type)
	r.entries = append(r.entries, e)
	return nil
}

// Target returns the recorded target, with the capabilities that it had. No call
// leaves this process.
func (r *Recording) Target() contracttests.Target {
	t := contracttests.Target{
		Name: "recording of " + hostOf(r.head.Base) + " from " + r.head.Started.Format("2006-01-02"),
		Base: r.head.Base, Key: "recording", Admin: r.admin, StripeBase: r.stripe, Transport: r, Replayed: true,
	}
	if r.head.Key != "" {
		t.Key = r.head.Key
	}
	if r.stripe != "" {
		t.StripeKey = testKeyPrefix + "recording"
	}
	return t
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	return u.Host
}

// RoundTrip returns the recorded answer.
func (r *Recording) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := sentBody(req)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := contracttests.StepOf(req.Context())
	as := identity(req.Header, r.Target().Key)
	e := r.find(s, callKey(req.Method, req.URL.String(), as, string(body), req.Header.Get("Content-Type")))
	if e == nil {
		return nil, fmt.Errorf("the recording %s has no answer to this call: it is of other cases, or the call depends on the time", r.name)
	}
	e.used = true
	r.learn(e.URL+"\n"+e.Body+"\n"+e.As, req.URL.String()+"\n"+string(body)+"\n"+as)
	if e.Error != "" {
		return nil, fmt.Errorf("as recorded: %s", e.Error)
	}
	header := http.Header{}
	for name, values := range e.Header {
		for _, v := range values {
			header.Add(name, r.mark(v))
		}
	}
	answer := r.mark(e.Answer)
	header.Del("Content-Length") // tags may be longer
	return &http.Response{
		Status: fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)), StatusCode: e.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(answer)), ContentLength: int64(len(answer)), Request: req,
	}, nil
}

// find returns the next unused line of the same attempt, else of another attempt
// at the same case, else nil.
func (r *Recording) find(s contracttests.Step, key string) *replayed {
	var other *replayed
	for _, e := range r.entries {
		if e.used || e.Case != s.Name || e.key != key {
			continue
		}
		if e.Attempt == s.Attempt {
			return e
		}
		if other == nil {
			other = e
		}
	}
	return other
}

var (
	boundaryParam = regexp.MustCompile(`boundary=("?)([^";]+)`)
	sentTime      = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`)
	anySecret     = regexp.MustCompile(`_secret_(?:[A-Za-z0-9]+|\[redacted\])`)
)

// callKey returns the content of a call without what differs from run to run,
// and without what is not recorded.
func callKey(method, target, as, body, contentType string) string {
	if m := boundaryParam.FindStringSubmatch(contentType); m != nil {
		body = strings.ReplaceAll(body, m[2], "boundary")
		contentType = strings.ReplaceAll(contentType, m[2], "boundary")
	}
	target, body = redact.Text(target), redact.Body(contentType, []byte(body))
	key := strings.Join([]string{method, target, as, contentType, sentTime.ReplaceAllString(body, "<time>")}, "\n")
	return anySecret.ReplaceAllString(contracttests.RunStamp.ReplaceAllString(key, "<run>"), "_secret_x")
}

// learn notes which tags of the recorded call are which of the current one.
func (r *Recording) learn(then, now string) {
	old, fresh := contracttests.RunStamp.FindAllString(then, -1), contracttests.RunStamp.FindAllString(now, -1)
	if len(old) != len(fresh) {
		return
	}
	for i := range old {
		r.marks[contracttests.UnescapeSlashes(old[i])] = contracttests.UnescapeSlashes(fresh[i])
	}
}

// mark replaces the tags in a recorded text by those of this run.
func (r *Recording) mark(s string) string {
	return contracttests.RunStamp.ReplaceAllStringFunc(s, func(m string) string {
		fresh, ok := r.marks[contracttests.UnescapeSlashes(m)]
		if !ok {
			return m
		}
		if strings.Contains(strings.ToLower(m), "%2f") {
			fresh = strings.ReplaceAll(fresh, "/", "%2F")
		}
		return fresh
	})
}
