package wire

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"cariqamock/internal/python"
	"cariqamock/mockserver/internal/hosts"
)

// Sizes of pages (assumed; the vendor's client asks for 20 or 10).
const (
	DefaultPageSize = 20
	MaxPageSize     = 100
)

// A Page is the envelope of every list.
type Page[T any] struct {
	Count    int     `json:"count"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []T     `json:"results"`
}

// JoinPage returns the JSON of a page without results, with the results that
// join appends to it, separated by commas.
func JoinPage(p Page[struct{}], join func(to []byte) ([]byte, error)) ([]byte, error) {
	const end = "]}"
	p.Results = []struct{}{}
	body, err := Marshal(p)
	if err != nil {
		return nil, err
	}
	if body, err = join(bytes.TrimSuffix(body, []byte(end))); err != nil {
		return nil, err
	}
	return append(body, end...), nil
}

// A PageRequest is the page that a client asks for.
type PageRequest struct {
	Number int // from 1
	Last   bool
	Size   int
}

// ReadPage reads page and page_size as Python's int reads numbers. It replaces an
// invalid size by the default and one too large by the largest; it returns false
// for an invalid page, which is a 404 (measured). An empty page is page 1, as in
// the framework from 3.15 on.
func ReadPage(q python.Form) (PageRequest, bool) {
	p := PageRequest{Number: 1, Size: DefaultPageSize}
	if n, ok := python.Int(q.Get("page_size")); ok && n > 0 {
		p.Size = int(min(n, MaxPageSize))
	}
	switch page := q.Get("page"); page {
	case "":
	case "last":
		p.Last = true
	default:
		n, ok := python.Int(page)
		if !ok || n < 1 {
			return p, false
		}
		p.Number = int(n)
	}
	return p, true
}

// Resolve returns the number of the page in a list of n, and the offset of its
// first element. It returns false if the list has no such page; page 1 of an
// empty list exists.
func (p PageRequest) Resolve(n int) (number, offset int, ok bool) {
	pages := max((n+p.Size-1)/p.Size, 1)
	number = p.Number
	if p.Last {
		number = pages
	}
	if number > pages {
		return 0, 0, false
	}
	return number, (number - 1) * p.Size, true
}

// Links returns the absolute URLs of the pages after and before a page, or nil.
// They keep all other parameters; that of the first page has no number
// (measured).
func Links(self *url.URL, number, size, n int) (next, previous *string) {
	if number*size < n {
		next = link(self, number+1)
	}
	if number > 1 {
		previous = link(self, number-1)
	}
	return next, previous
}

// link returns an address with another page. The framework reads the query of
// its own address as Latin-1, so that ä, unescaped, becomes %C3%83%C2%A4, and ends it before # (measured).
func link(self *url.URL, number int) *string {
	raw, fragment, _ := strings.Cut(self.RawQuery, "#")
	q, err := python.ParseForm(python.FromLatin1(raw))
	if err != nil {
		return nil // the pipeline refuses such queries
	}
	q.Set("page", strconv.Itoa(number))
	if number == 1 {
		q.Delete("page")
	}
	u := *self
	u.RawQuery, u.Fragment = q.Encode(), fragment
	s := u.String()
	return &s
}

// Public returns publicURL, or nil for a request that has come through the proxy:
// its client knows the server by the name of the host that is faked.
func Public(r *http.Request, publicURL *url.URL) *url.URL {
	if publicURL != nil && hosts.SideOf(r.Host) != hosts.None {
		return nil
	}
	return publicURL
}

// SelfURL returns the address that a client used: below publicURL unless Public
// returns nil, else with the request's own scheme and host.
func SelfURL(r *http.Request, publicURL *url.URL) *url.URL {
	publicURL = Public(r, publicURL)
	u := &url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	if r.TLS != nil {
		u.Scheme = "https"
	}
	if publicURL != nil {
		u.Scheme, u.Host = publicURL.Scheme, publicURL.Host
		u.Path = strings.TrimSuffix(publicURL.Path, "/") + u.Path
		u.RawPath = ""
		return u
	}
	return u
}

// Origin returns SelfURL without the request's own path and without a slash at
// the end.
func Origin(r *http.Request, publicURL *url.URL) string {
	publicURL = Public(r, publicURL)
	u := SelfURL(r, publicURL)
	u.Path, u.RawPath, u.RawQuery = "", "", ""
	if publicURL != nil {
		u.Path = strings.TrimSuffix(publicURL.Path, "/")
	}
	return u.String()
}
