package api

import (
	"net/http"

	"cariqamock/mockserver/internal/wire"
)

// list answers with a page of a list. fetch returns the length of the whole
// list and a part of it.
func list[T, V any](a *API, c *call, fetch func(offset, limit int) (int, []T, error), view func(T) V) (wire.Reply, error) {
	found, err := page(a, c, fetch)
	if err != nil {
		return wire.Reply{}, err
	}
	out := wire.Page[V]{Count: found.Count, Next: found.Next, Previous: found.Previous, Results: make([]V, len(found.Results))}
	for i, item := range found.Results {
		out.Results[i] = view(item)
	}
	return wire.JSON(http.StatusOK, out)
}

// page returns the page that a call asks for.
func page[T any](a *API, c *call, fetch func(offset, limit int) (int, []T, error)) (out wire.Page[T], err error) {
	p, ok := wire.ReadPage(c.query)
	if !ok {
		return out, a.invalidPage()
	}
	offset := (p.Number - 1) * p.Size
	if p.Last || offset/p.Size != p.Number-1 {
		n, _, err := fetch(0, 0)
		if err != nil {
			return out, err
		}
		if _, offset, ok = p.Resolve(n); !ok {
			return out, a.invalidPage()
		}
	}
	n, items, err := fetch(offset, p.Size)
	if err != nil {
		return out, err
	}
	number, _, ok := p.Resolve(n)
	if !ok {
		return out, a.invalidPage()
	}
	out.Count, out.Results = n, items
	if n > p.Size { // otherwise there is one page
		out.Next, out.Previous = wire.Links(wire.SelfURL(c.r, a.cfg.PublicURL), number, p.Size, n)
	}
	return out, nil
}

func (a *API) invalidPage() error { return a.refuse("request/not-found", "Invalid page.") }
