package mutants

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// linkMutants break the links and the count of every list.
func linkMutants(d description) []Mutant {
	var out []Mutant
	for _, op := range d.lists() {
		add := func(what, hint string, change func(c *call, page map[string]any)) {
			out = append(out, Mutant{
				ID: fmt.Sprintf("links and count: %s, %s", op, what), Kind: "links and count",
				Operations: []string{op}, Hint: hintOf(op, http.StatusOK, path{hint}),
				Twist: paging(op, change),
			})
		}
		for _, name := range []string{"next", "previous"} {
			for what, change := range brokenLinks() {
				add(name+" "+what, name+" linked", func(c *call, page map[string]any) {
					if link, ok := page[name].(string); ok {
						page[name] = change(c, link)
					}
				})
			}
			add(name+" without such a page", name, func(c *call, page map[string]any) {
				if page[name] == nil {
					page[name] = c.request.URL.String()
				}
			})
		}
		add("next and previous swapped", "next linked", func(_ *call, page map[string]any) {
			page["next"], page["previous"] = page["previous"], page["next"]
		})
		add("count one more", "count", func(_ *call, page map[string]any) { page["count"] = add1(page["count"], 1) })
		add("count one less", "next linked", func(_ *call, page map[string]any) { page["count"] = add1(page["count"], -1) })
		add("count of the page alone", "next linked", func(_ *call, page map[string]any) {
			page["count"] = len(page["results"].([]any))
		})
	}
	slices.SortFunc(out, func(a, b Mutant) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// brokenLinks are the ways in which a link goes wrong.
func brokenLinks() map[string]func(c *call, link string) any {
	changed := func(link string, change func(*url.URL)) string {
		u, err := url.Parse(link)
		if err != nil {
			return link
		}
		change(u)
		return u.String()
	}
	return map[string]func(c *call, link string) any{
		"to the same page":      func(c *call, _ string) any { return c.request.URL.String() },
		"relative":              func(_ *call, link string) any { return changed(link, func(u *url.URL) { u.Scheme, u.Host = "", "" }) },
		"to another host":       func(_ *call, link string) any { return changed(link, func(u *url.URL) { u.Host = "10.0.0.7:8000" }) },
		"null":                  func(*call, string) any { return nil },
		"without the last page": func(*call, string) any { return "" },
		"without its parameters": func(_ *call, link string) any {
			return changed(link, func(u *url.URL) {
				u.RawQuery = url.Values{"page": u.Query()["page"]}.Encode()
			})
		},
		"one page too far": func(_ *call, link string) any {
			return changed(link, func(u *url.URL) {
				query := u.Query()
				n, _ := strconv.Atoi(query.Get("page")) // 0 means the first
				query.Set("page", strconv.Itoa(max(n, 1)+1))
				u.RawQuery = query.Encode()
			})
		},
	}
}

func add1(v any, by int64) any {
	n, ok := v.(json.Number)
	if !ok {
		return v
	}
	i, err := n.Int64()
	if err != nil {
		return v
	}
	return i + by
}

// paging is a twist that changes the pages of a list.
func paging(op string, change func(c *call, page map[string]any)) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || c.op != op || r.status != http.StatusOK {
				return r
			}
			page := r.object()
			change(c, page)
			return r.saying(page)
		}
	}
}

// pageMutants return other pages than requested.
func pageMutants(d description) []Mutant {
	var out []Mutant
	for _, op := range d.lists() {
		add := func(what, hint string, t func() twist) {
			out = append(out, Mutant{
				ID: fmt.Sprintf("pages and order: %s, %s", op, what), Kind: "pages and order",
				Operations: []string{op}, Hint: hintOf(op, http.StatusOK, path{hint}), Twist: t,
			})
		}
		add("order reversed", "several", paging(op, func(_ *call, page map[string]any) {
			list, _ := page["results"].([]any)
			slices.Reverse(list)
		}))
		add("last entry of a full page missing", "next linked", paging(op, func(_ *call, page map[string]any) {
			if list, _ := page["results"].([]any); page["next"] != nil && len(list) > 0 {
				page["results"] = list[:len(list)-1]
			}
		}))
		add("only entry missing", "results/[]", paging(op, func(_ *call, page map[string]any) {
			if list, _ := page["results"].([]any); len(list) == 1 {
				page["results"] = []any{}
			}
		}))
		add("every entry twice", "results/[]", paging(op, func(_ *call, page map[string]any) {
			list, _ := page["results"].([]any)
			page["results"] = append(list, list...)
		}))
		add("pages counted from 0", "next linked", asking(op, func(query url.Values) {
			if n, err := strconv.Atoi(query.Get("page")); err == nil {
				query.Set("page", strconv.Itoa(n+1))
			}
		}))
		add("every page the first", "next linked", asking(op, func(query url.Values) { query.Del("page") }))
		add("page=last the first", "next linked", asking(op, func(query url.Values) {
			if query.Get("page") == "last" {
				query.Del("page")
			}
		}))
		add("a page that does not exist is empty", "", func() twist {
			return func(c *call, honest server) *reply {
				r := honest(c)
				if r != nil && c.op == op && r.status == http.StatusNotFound && c.param("page") != "" && r.object()["detail"] == "Invalid page." {
					return made(http.StatusOK, map[string]any{"count": 0, "next": nil, "previous": nil, "results": []any{}})
				}
				return r
			}
		})
	}
	return out
}

// asking is a twist that reads other parameters than were sent.
func asking(op string, change func(url.Values)) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			if c.op != op {
				return honest(c)
			}
			return honest(c.ask(change))
		}
	}
}

// ignoringMutants ignore a parameter, or a field of a body.
func ignoringMutants(d description) []Mutant {
	var out []Mutant
	for _, op := range d {
		for _, name := range op.query {
			out = append(out, Mutant{
				ID: fmt.Sprintf("parameter ignored: %s %s", op.id, name), Kind: "parameter ignored",
				Operations: []string{op.id}, Hint: op.id + " ?" + name,
				Twist: asking(op.id, func(query url.Values) { query.Del(name) }),
			}, Mutant{
				ID: fmt.Sprintf("parameter without effect: %s %s", op.id, name), Kind: "parameter without effect",
				Operations: []string{op.id}, Hint: op.id + " ?" + name,
				Twist: instead(op.id, func(c *call, honest server) *reply {
					if r := honest(c); r == nil || !r.ok() {
						return r // it is validated and then ignored
					}
					return honest(c.ask(func(query url.Values) { query.Del(name) }))
				}),
			})
		}
		for _, name := range op.body {
			p := path(strings.Split(name, "/"))
			out = append(out, Mutant{
				ID: fmt.Sprintf("body field ignored: %s %s", op.id, name), Kind: "body field ignored",
				Operations: []string{op.id}, Hint: fmt.Sprintf("%s %d", op.id, op.success()),
				Twist: hearing(op.id, func(body any) (any, bool) { return at(body, p[:len(p)-1], dropped(p.name(), "")) }),
			})
		}
	}
	return out
}

// hearing is a twist that reads another body than was sent.
func hearing(op string, change edit) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			if c.op != op || len(c.body) == 0 {
				return honest(c)
			}
			r := reply{body: c.body}
			body, changed := change(r.value())
			if !changed {
				return honest(c)
			}
			return honest(c.send(r.saying(body).body))
		}
	}
}
