// Package har reads HTTP archives (HAR 1.2) as browsers and proxies write them.
//
// The format leaves much open. Chromium omits credentials unless asked, has
// pseudo-headers of HTTP/2, preflights, and calls of a service worker twice.
// Firefox and Chromium leave out bodies that are no longer there, Playwright all of
// them if it is told so; mitmproxy and Charles encode some in base64, and the size of
// mitmproxy is that before decompression; Playwright may keep bodies in files of their
// own, in a folder or in a ZIP archive. A call without an answer has the status 0 or
// -1, no matter which side ended it.
package har

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"cariqamock/contracttests/lockstep"
	"cariqamock/internal/textfile"
)

// ErrNot is the error of a file that is no HTTP archive.
var ErrNot = errors.New("not an HTTP archive (HAR 1.2)")

type archive struct {
	Log *struct {
		Entries []entry `json:"entries"`
	} `json:"log"`
}

type entry struct {
	Started  string  `json:"startedDateTime"`
	Time     float64 `json:"time"` // milliseconds; -1 if unknown
	Timings  struct{ Receive float64 }
	Request  request
	Response response

	Type    string `json:"_resourceType"` // Chromium
	Cache   any    `json:"_fromCache"`
	Service bool   `json:"_fetchedViaServiceWorker"`
}

type request struct {
	Method, URL string
	Headers     []pair
	Post        *content `json:"postData"`
	BodySize    int      `json:"bodySize"`
}

type response struct {
	Status  int
	Headers []pair
	Content content
}

type pair struct{ Name, Value string }

// content is a body: of a request, or of an answer.
type content struct {
	Mime     string `json:"mimeType"`
	Size     int    // decoded; of mitmproxy, as it was sent; -1 if unknown
	Saved    int    `json:"compression"` // bytes that are fewer because of it
	Text     *string
	Encoding string
	File     string `json:"_file"` // Playwright
	Params   []pair
}

// Read returns the calls of an archive, in the order of the file, and how many
// entries were left out, by reason. Bodies in files of their own are read from the
// folder of the archive.
func Read(path string) (calls []*lockstep.Call, left map[string]int, err error) {
	var text []byte
	files := os.DirFS(filepath.Dir(path))
	if zipped, err := zip.OpenReader(path); err == nil {
		defer func() { _ = zipped.Close() }()
		files = zipped
		names, err := fs.Glob(files, "*.har")
		if err != nil || len(names) != 1 {
			return nil, nil, fmt.Errorf("%s: %w: want one .har file in the ZIP archive", path, ErrNot)
		}
		text, err = fs.ReadFile(files, names[0])
		if err != nil {
			return nil, nil, err
		}
	} else if text, err = os.ReadFile(path); err != nil {
		return nil, nil, err
	}
	if text, err = textfile.Bare(text); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	var a archive
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&a); err != nil || a.Log == nil {
		return nil, nil, fmt.Errorf("%s: %w", path, errors.Join(ErrNot, err))
	}
	left = map[string]int{}
	for i, e := range a.Log.Entries {
		if reason := e.skip(); reason != "" {
			left[reason]++
			continue
		}
		c, err := e.call(files)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: entry %d: %w", path, i+1, err)
		}
		calls = append(calls, c)
	}
	withoutCredentials(calls)
	straighten(calls)
	return calls, left, nil
}

// skip returns why an entry is no call to a server, or "".
func (e entry) skip() string {
	cached := e.Cache != nil && e.Cache != ""
	switch {
	case e.Type == "preflight" || e.Request.Method == http.MethodOptions:
		return "preflights of browsers"
	case cached || e.Response.Status == http.StatusNotModified:
		return "answers from a cache"
	case e.Service:
		return "calls that a service worker repeats"
	case strings.HasPrefix(e.Request.URL, "ws:"), strings.HasPrefix(e.Request.URL, "wss:"):
		return "WebSockets"
	}
	return ""
}

// call returns an entry as a call.
func (e entry) call(files fs.FS) (*lockstep.Call, error) {
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		return nil, errors.New("the URL cannot be parsed")
	}
	u.Fragment = ""
	c := &lockstep.Call{Method: strings.ToUpper(e.Request.Method), URL: u.String(), Header: header(e.Request.Headers)}
	if c.Began = moment(e.Started); !c.Began.IsZero() {
		after := func(ms float64) time.Time { return c.Began.Add(time.Duration(max(ms, 0) * float64(time.Millisecond))) }
		c.Ended, c.Answering = after(e.Time), after(e.Time-max(e.Timings.Receive, 0))
		if c.Began.Equal(c.Began.Truncate(time.Millisecond)) {
			c.Answering = c.Answering.Truncate(time.Millisecond) // else calls that follow each other would look as if they overlapped
		}
	}
	if e.Request.Post != nil {
		c.Body, c.Cut = e.Request.Post.body(files, e.Request.BodySize)
		if c.Header.Get("Content-Type") == "" && e.Request.Post.Mime != "" {
			c.Header.Set("Content-Type", e.Request.Post.Mime)
		}
	} else if e.Request.BodySize > 0 {
		c.Cut = true
	}
	if e.Response.Status <= 0 {
		c.Left = true // or the target: the archive does not say
		return c, nil
	}
	c.Status, c.Answered = e.Response.Status, header(e.Response.Headers)
	body, cut := e.Response.Content.body(files, e.expected(c))
	c.Answer, c.Cut = body, c.Cut || cut
	if c.Answered.Get("Content-Type") == "" && len(body) > 0 && !strings.HasPrefix(e.Response.Content.Mime, "x-unknown") {
		c.Answered.Set("Content-Type", e.Response.Content.Mime)
	}
	return c, nil
}

// moment returns a time, which may have an offset without a colon, or zero.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

// expected returns how long the body of the answer is at least: where the file
// leaves the body out and does not know its size, its headers say whether there was
// one.
func (e entry) expected(c *lockstep.Call) int {
	if e.Response.Content.Size > 0 || e.Response.Content.Text != nil {
		return e.Response.Content.Size
	}
	length, err := strconv.Atoi(c.Answered.Get("Content-Length"))
	switch {
	case c.Method == http.MethodHead, c.Status == http.StatusNoContent, c.Status/100 == 3:
		return 0
	case err == nil:
		return length
	case e.Response.Content.Size < 0:
		return 1
	}
	return 0
}

// header returns the headers without the pseudo-headers of HTTP/2.
func header(list []pair) http.Header {
	out := http.Header{}
	for _, h := range list {
		if h.Name != "" && !strings.HasPrefix(h.Name, ":") {
			out.Add(h.Name, h.Value)
		}
	}
	return out
}

// body returns a body, and reports whether a part of it is missing.
func (c content) body(files fs.FS, size int) (body []byte, cut bool) {
	switch {
	case c.File != "":
		body, err := fs.ReadFile(files, filepath.ToSlash(filepath.Clean(c.File)))
		return body, err != nil
	case c.Text == nil && strings.HasPrefix(c.Mime, "application/x-www-form-urlencoded") && c.Params != nil:
		values := url.Values{}
		for _, p := range c.Params {
			values.Add(p.Name, p.Value)
		}
		return []byte(values.Encode()), false
	case c.Text == nil:
		return nil, size > 0 || len(c.Params) > 0
	}
	body = []byte(*c.Text)
	if strings.EqualFold(c.Encoding, "base64") {
		decoded, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, strings.NewReader(strings.Join(strings.Fields(*c.Text), ""))))
		if err != nil {
			return decoded, true
		}
		body = decoded
	}
	return body, min(c.Size, c.Size+c.Saved) > len(body) || len(body) == 0 && size > 0
}

// withoutCredentials makes the calls of an archive without any credentials those
// of somebody: Chromium leaves them out unless it is asked for them.
func withoutCredentials(calls []*lockstep.Call) {
	for _, c := range calls {
		if c.Header.Get("Authorization") != "" {
			return
		}
	}
	for _, c := range calls {
		c.As = "somebody"
	}
}
