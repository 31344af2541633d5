package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/wire"
)

// A client calls the admin API on behalf of the sender of a request: with the
// same Host, Origin and cookies, which the API's guard checks.
type client struct {
	api  http.Handler
	from *http.Request
}

// worldPath returns the path of a world, or of what the segments name below
// it.
func worldPath(world string, segments ...string) string {
	var b strings.Builder
	b.WriteString("/worlds/" + url.PathEscape(world))
	for _, s := range segments {
		b.WriteString("/" + url.PathEscape(s))
	}
	return b.String()
}

func (c client) get(path string, v any) error { return c.do(http.MethodGet, path, nil, v) }

// shown gets what a page shows of the data that clients have sent: redacted
// like the journal.
func (c client) shown(path string, v any) error {
	var sent json.RawMessage
	if err := c.get(path, &sent); err != nil {
		return err
	}
	safe, err := redact.JSON(sent)
	if err != nil {
		return err
	}
	return json.Unmarshal(safe, v)
}

// A yaml is the body of a call that is a file and not JSON.
type yaml string

// do makes a call and decodes the answer into v, or stores its text if v is a
// *string. body and v may be nil. Any answer but a success is returned
// as an *adminapi.Problem.
func (c client) do(method, path string, body, v any) error {
	if !valid(path) {
		return adminapi.NewProblem(http.StatusNotFound, "Not found: the name is empty or invalid.")
	}
	sent := []byte{}
	media := "application/json"
	if file, ok := body.(yaml); ok {
		sent, media = []byte(file), "application/yaml"
	} else if body != nil {
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
	for _, name := range []string{"Origin", "Cookie", "Authorization", "Sec-Fetch-Site", "Sec-Fetch-Dest"} {
		if values := c.from.Header.Values(name); values != nil {
			r.Header[name] = values
		}
	}
	r.Header.Set("Content-Type", media)
	answer := &wire.Recorder{}
	c.api.ServeHTTP(answer, r)
	return decode(answer, v)
}

// pageQuery returns the query of a page of a list. after may be empty.
func pageQuery(limit, after string) string {
	query := url.Values{"limit": {limit}}
	if after != "" {
		query.Set("after", after)
	}
	return query.Encode()
}

// all returns every item of a list of the admin API, page by page.
func all[T any](c client, path, name string) ([]T, error) {
	var items []T
	for query := ""; ; {
		page := map[string]json.RawMessage{}
		if err := c.get(path+query, &page); err != nil {
			return nil, err
		}
		var some []T
		if err := json.Unmarshal(page[name], &some); err != nil {
			return nil, err
		}
		items = append(items, some...)
		var next string
		if page["next"] == nil || json.Unmarshal(page["next"], &next) != nil {
			return items, nil
		}
		query = "?" + url.Values{"after": {next}}.Encode()
	}
}

// valid reports whether a path is still the one of the intended call, whatever
// names it contains: an empty one, one with a slash, or .. would change that.
func valid(path string) bool {
	names, _, _ := strings.Cut(path, "?")
	for name := range strings.SplitSeq(strings.TrimPrefix(names, "/"), "/") {
		if name == "" || name == "." || name == ".." || strings.Contains(name, "%2F") {
			return false
		}
	}
	return true
}

func decode(answer *wire.Recorder, v any) error {
	body := answer.Body.Bytes()
	if answer.Status >= http.StatusMultipleChoices {
		p := &adminapi.Problem{}
		if err := json.Unmarshal(body, p); err != nil || p.Status == 0 {
			p = adminapi.NewProblem(max(answer.Status, http.StatusBadRequest), "%s", body)
		}
		return p
	}
	switch v := v.(type) {
	case nil:
		return nil
	case *string:
		*v = string(body)
		return nil
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("invalid response from the admin API: %w", err)
	}
	return nil
}
