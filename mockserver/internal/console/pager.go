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
	var p pager
	if query.Get(param) != "" {
		p.First = without(here, query, param)
	}
	if next != "" {
		query = maps.Clone(query)
		query.Set(param, next)
		p.Next = without(here, query)
	}
	return p
}

// without returns the address of a page with a query, except some parameters.
func without(here *url.URL, query url.Values, params ...string) string {
	query = maps.Clone(query)
	for _, name := range params {
		query.Del(name)
	}
	to := url.URL{Path: here.Path, RawPath: here.RawPath, RawQuery: query.Encode()}
	return to.String()
}
