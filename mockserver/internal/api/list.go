package api

import (
	"net/http"

	"cariqamock/mockserver/internal/wire"
)

// list answers with a page of a list. fetch returns the length of the whole
// list and a part of it.
func list[T, V any](a *API, c *call, fetch func(offset, limit int) (int, []T, error), view func(T) V) (wire.Reply, error) {
	p, ok := wire.ReadPage(c.query)
	if !ok {
		return wire.Reply{}, a.invalidPage()
	}
	offset := (p.Number - 1) * p.Size
	if p.Last || offset/p.Size != p.Number-1 {
		n, _, err := fetch(0, 0)
		if err != nil {
			return wire.Reply{}, err
		}
		if _, offset, ok = p.Resolve(n); !ok {
			return wire.Reply{}, a.invalidPage()
		}
	}
	n, items, err := fetch(offset, p.Size)
	if err != nil {
		return wire.Reply{}, err
	}
	number, _, ok := p.Resolve(n)
	if !ok {
		return wire.Reply{}, a.invalidPage()
	}
	out := wire.Page[V]{Count: n, Results: make([]V, len(items))}
	for i, item := range items {
		out.Results[i] = view(item)
	}
	if n > p.Size { // otherwise there is one page
		out.Next, out.Previous = wire.Links(wire.SelfURL(c.r, a.cfg.PublicURL), number, p.Size, n)
	}
	return wire.JSON(http.StatusOK, out)
}

func (a *API) invalidPage() error { return a.refuse("request/not-found", "Invalid page.") }
