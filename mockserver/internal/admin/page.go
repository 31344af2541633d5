package admin

import (
	"net/http"
	"slices"
	"strconv"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/text"
)

// Limits of lists whose query has none. Those of openapi.yaml are the same.
const (
	pageOfMany = 100  // worlds, users, requests
	pageOfAll  = 1000 // what is bounded, which is mostly shown at once
)

// pageQuery returns what a query asks for: at most limit items, which the
// validator has checked, after the one with an id, which may be empty.
func pageQuery(r *http.Request, limit int) (n int, after string) {
	query := r.URL.Query()
	if n, err := strconv.Atoi(query.Get("limit")); err == nil {
		limit = n
	}
	return limit, query.Get("after")
}

func unknownAfter(after string) error {
	return adminapi.BadValue("after", "Unknown after %q: want the next of an earlier page. What it names may be gone since; begin again without it.",
		text.Shorten(after, maxShown))
}

// cut returns the page of a list that a query asks for. next is the id for the
// next page, or empty if the page is the last.
func cut[T any](r *http.Request, limit int, items []T, id func(T) string) (page []T, next string, err error) {
	limit, after := pageQuery(r, limit)
	if after != "" {
		at := slices.IndexFunc(items, func(item T) bool { return id(item) == after })
		if at < 0 {
			return nil, "", unknownAfter(after)
		}
		items = items[at+1:]
	}
	if len(items) > limit {
		items = items[:limit]
		next = id(items[limit-1])
	}
	return items, next, nil
}

// showPage shows a page of a list under a name.
func showPage[T, V any](r *http.Request, name string, limit int, items []T, id func(T) string, view func(T) V) (result, error) {
	page, next, err := cut(r, limit, items, id)
	if err != nil {
		return nil, err
	}
	return showNext(name, views(page, view), next)
}

// showCut shows a page after which more may follow, under a name.
func showCut[V any](name string, page []V, more bool, id func(V) string) (result, error) {
	next := ""
	if more {
		next = id(page[len(page)-1])
	}
	return showNext(name, page, next)
}

func showNext[V any](name string, page []V, next string) (result, error) {
	body := map[string]any{name: page}
	if next != "" {
		body["next"] = next
	}
	return show(body)
}

// same is the view of items that are shown as they are.
func same[T any](item T) T { return item }
