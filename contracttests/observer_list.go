package contracttests

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A listing is what a list had when it was read last.
type listing struct {
	ids        []string
	size, page string
	last       *Exchange
	seenAt     int
	endedAt    int
}

// list checks a page of a list.
func (s sighting) list(body any) {
	root, _ := body.(map[string]any)
	rows, isList := root["results"].([]any)
	u, err := url.Parse(s.r.url)
	if !isList || err != nil || s.r.method != http.MethodGet {
		return
	}
	s.full(root, rows, u.Query())
	s.order(rows, u.Path, u.Query())
}

// full checks that a page has as many entries as its number, its size and the count say.
func (s sighting) full(root map[string]any, rows []any, query url.Values) {
	page, err := strconv.Atoi(cmp.Or(query.Get("page"), "1"))
	size, failed := strconv.Atoi(cmp.Or(query.Get("page_size"), "20"))
	if err != nil || failed != nil || page < 1 || size < 1 {
		return // which page that is, only the target knows
	}
	size = min(size, 100)
	if want := fmt.Sprint(size*(page-1) + len(rows)); root["next"] == nil && fmt.Sprint(root["count"]) != want {
		s.found("body /count", KindValue, fmt.Sprintf("count: wanted %s, since the last page, %d of %d entries each, has %d, got %v", want, page, size, len(rows), root["count"]))
	}
	if root["next"] != nil && len(rows) != size {
		s.found("body /results", KindValue, fmt.Sprintf("results: wanted %d, since there is another page, got %d", size, len(rows)))
	}
}

// order checks the entries of a list against what it had before, if nobody has written
// since: they are in the same order, and none is on two pages. Which order that is, and
// that none is missing, is for cases.
func (s sighting) order(rows []any, path string, query url.Values) {
	now := listing{size: query.Get("page_size"), page: cmp.Or(query.Get("page"), "1"), last: s.x, seenAt: s.began, endedAt: s.now}
	name := cmp.Or(idFields[kinds[s.x.Operation]], "id")
	for _, each := range rows {
		if item, ok := each.(map[string]any); ok && item[name] != nil {
			now.ids = append(now.ids, fmt.Sprint(item[name]))
		}
	}
	query.Del("page")
	query.Del("page_size")
	key := s.r.world() + path + "?" + query.Encode()
	before, known := s.lists[key]
	s.lists[key] = now
	if !known || s.began < before.endedAt || !s.quiet(s.r.world(), s.r.user(), before.last, before.seenAt, anywhere, "users") {
		return
	}
	was, is := common(before.ids, now.ids), common(now.ids, before.ids)
	switch {
	case !slices.Equal(was, is):
		s.found("body /results", KindComparison, fmt.Sprintf("results: the order has changed, although nobody has written: it was %v, and is %v", was, is), before.last)
	case now.follows(before) && len(is) > 0:
		s.found("body /results", KindWalk, fmt.Sprintf("results: %s is on two pages, %s and %s", is[0], before.page, now.page), before.last)
	}
}

// follows reports whether two listings are different pages of the same size.
func (l listing) follows(before listing) bool {
	p, errP := strconv.Atoi(before.page)
	q, errQ := strconv.Atoi(l.page)
	return errP == nil && errQ == nil && p != q && before.size == l.size
}

// tagged is an answer with an ETag.
type tagged struct {
	etag    string
	body    [sha256.Size]byte
	x       *Exchange
	endedAt int
}

// tag checks that an ETag is not that of the answer before with another body, which a
// cache would take for this one.
func (s sighting) tag(a *Answer) {
	etag := a.Header.Get("ETag")
	if etag == "" || s.r.method != http.MethodGet || !strings.HasPrefix(s.r.path(), "/users/") {
		return
	}
	key, now := s.r.world()+s.r.url, tagged{etag, sha256.Sum256(a.Body), s.x, s.now}
	if before := s.tags[key]; before.etag == etag && before.body != now.body {
		s.found("header ETag", KindComparison, fmt.Sprintf("header ETag: %s is that of an earlier answer with another body", etag), before.x)
	}
	s.tags[key] = now
}
