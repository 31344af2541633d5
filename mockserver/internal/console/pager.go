package console

import (
	"maps"
	"net/url"
)

// A pager is the links below a page of a list.
type pager struct {
	First string // address of the first page; empty on it
	Next  string // address of the next page; empty on the last one
}

// newPager returns the links of a list whose page a parameter of the query names.
// next is the parameter's value for the next page, or empty on the last one.
func newPager(here *url.URL, query url.Values, param, next string) pager {
	address := func(value string) string {
		q := maps.Clone(query)
		q.Del(param)
		if value != "" {
			q.Set(param, value)
		}
		to := url.URL{Path: here.Path, RawPath: here.RawPath, RawQuery: q.Encode()}
		return to.String()
	}
	var p pager
	if query.Get(param) != "" {
		p.First = address("")
	}
	if next != "" {
		p.Next = address(next)
	}
	return p
}
