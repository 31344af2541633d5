package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// A client calls the admin API in the name of whoever sent a request: with
// the same Host, Origin and cookies, which the API's guard judges.
type client struct {
	api  http.Handler
	from *http.Request
}

// A problem is the admin API's word on what is wrong (RFC 9457).
type problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Field  string `json:"field"`
}

func (p *problem) Error() string { return p.Detail }

// path joins segments below a world.
func path(world string, segments ...string) string {
	var b strings.Builder
	b.WriteString("/worlds/" + url.PathEscape(world))
	for _, s := range segments {
		b.WriteString("/" + url.PathEscape(s))
	}
	return b.String()
}

func (c client) get(path string, into any) error { return c.do(http.MethodGet, path, nil, into) }

// do makes a call. body and into may be nil; a *string gets the answer as it
// is. An answer that is no success is a *problem.
func (c client) do(method, path string, body, into any) error {
	if !plain(path) {
		return &problem{Status: http.StatusNotFound, Title: http.StatusText(http.StatusNotFound), Detail: "Not found: the name is empty or invalid."}
	}
	sent := []byte{}
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(c.from.Context(), method, "http://admin/__admin"+path, bytes.NewReader(sent))
	if err != nil {
		return err
	}
	r.Host, r.RemoteAddr, r.TLS = c.from.Host, c.from.RemoteAddr, c.from.TLS
	for _, name := range []string{"Origin", "Cookie", "Authorization", "Sec-Fetch-Site", "Sec-Fetch-Dest", "X-Forwarded-Proto", "X-Forwarded-Host"} {
		if v := c.from.Header.Values(name); v != nil {
			r.Header[name] = v
		}
	}
	answer := &answer{header: http.Header{}, status: http.StatusOK}
	c.api.ServeHTTP(answer, r)
	return answer.read(into)
}

// plain says that a path leads where it was meant to, whatever names it was
// made of: an empty one, .. and one with a slash would lead to other calls.
func plain(path string) bool {
	names, _, _ := strings.Cut(path, "?")
	for name := range strings.SplitSeq(strings.TrimPrefix(names, "/"), "/") {
		if name == "" || name == "." || name == ".." || strings.Contains(name, "%2F") {
			return false
		}
	}
	return true
}

// An answer is what the admin API writes to.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

func (a *answer) read(into any) error {
	if a.status >= http.StatusMultipleChoices {
		p := &problem{}
		if err := json.Unmarshal(a.body.Bytes(), p); err != nil || p.Status == 0 {
			p = &problem{Status: max(a.status, http.StatusBadRequest), Title: http.StatusText(a.status), Detail: a.body.String()}
		}
		return p
	}
	switch into := into.(type) {
	case nil:
		return nil
	case *string:
		*into = a.body.String()
		return nil
	}
	if err := json.Unmarshal(a.body.Bytes(), into); err != nil {
		return fmt.Errorf("invalid response from the admin API: %w", err)
	}
	return nil
}
