package lockstep

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"cariqamock/contracttests"
)

// A difference is where the target's answer is not the fake's.
type difference struct {
	place   string
	kind    contracttests.FailureKind
	message string
}

// A comparison is of the fake's answer with the target's.
type comparison struct {
	fields
	u         *user
	foreign   func(sessionID string) bool // the fake's prices are those that the target shows, which are rounded
	operation string
	out       []difference
}

func (c *comparison) add(place string, kind contracttests.FailureKind, format string, args ...any) {
	c.out = append(c.out, difference{place, kind, fmt.Sprintf(format, args...)})
}

// statuses compares how two answers end, and reports whether they end alike.
func (c *comparison) statuses(want, got target, because string) bool {
	switch {
	case want.status != got.status:
		said := ""
		if w := got.words(); w != "" {
			said = fmt.Sprintf(" (%s: %q)", got.errorType(), w)
		}
		c.add("status", contracttests.KindStatus, "status: wanted %d%s, got %d%s", want.status, because, got.status, said)
	case want.errorType() != got.errorType():
		c.add("body /error/type", contracttests.KindStatus, "error.type: wanted %q%s, got %q (%q)", want.errorType(), because, got.errorType(), got.words())
	default:
		return true
	}
	return false
}

// headers compares the headers that follow from rules.
func (c *comparison) headers(want, got target) {
	for _, name := range []string{"Allow", "Content-Type", "Www-Authenticate"} {
		w, g := contracttests.HeaderMeaning(name, want.header.Get(name)), contracttests.HeaderMeaning(name, got.header.Get(name))
		if w != g && (w != "" || name != "Content-Type") && !(g == "" && name == "Content-Type" && got.body == nil) {
			c.add("header "+name, contracttests.KindValue, "%s: wanted %q, got %q", name, w, g)
		}
	}
}

// bodies compares the bodies of two successes.
func (c *comparison) bodies(want, got target, query url.Values) {
	kind, paged := c.kindOf(c.operation)
	if _, whole := c.Objects[kind][""]; whole || kind == "" {
		return
	}
	if got.object() == nil {
		if want.object() != nil {
			c.add("body", contracttests.KindShape, "the response is not the JSON object that is wanted")
		}
		return
	}
	if !paged {
		c.object(kind, "body ", want.object(), got.object())
		return
	}
	c.page(got, query)
	c.list(kind, want, got, query)
}

// page checks that the parts of a page fit together.
func (c *comparison) page(got target, query url.Values) {
	page, size := 1.0, 0.0
	if query.Get("page") == "last" && got.object()["next"] != nil {
		c.add("body /next", contracttests.KindWalk, "next: this is the last page, but next is %v", got.object()["next"])
	}
	if query.Has("page") {
		page = number(query.Get("page"))
	}
	if query.Has("page_size") {
		size = number(query.Get("page_size"))
	}
	if page < 1 || got.object()["count"] == nil {
		return
	}
	for name, n := range map[string]float64{"next": page + 1, "previous": page - 1} {
		c.link(name, got.object()[name], query, n)
	}
	n, count := float64(len(got.results())), number(got.object()["count"])
	before := (page - 1) * size
	if page == 1 || size > 0 && size <= 100 {
		if last := before+n >= count; last != (got.object()["next"] == nil) {
			c.add("body /next", contracttests.KindWalk, "next: %v of %v entries are on this page and before it, but next is %v", before+n, count, got.object()["next"])
		}
	}
	if first := page == 1; first != (got.object()["previous"] == nil) {
		c.add("body /previous", contracttests.KindWalk, "previous: this is page %v, but previous is %v", page, got.object()["previous"])
	}
	if size > 0 && size <= 100 && n != math.Min(size, math.Max(0, count-before)) {
		c.add("body /results", contracttests.KindWalk, "results: wanted %v entries, got %v", math.Min(size, math.Max(0, count-before)), n)
	}
}

// link checks that a link leads to a page of the same list: with the parameters of
// the call, but for the page itself, which the first one may lack.
func (c *comparison) link(name string, link any, query url.Values, page float64) {
	u, err := url.Parse(str(link))
	if link == nil || err != nil {
		return // which openapi.yaml is about
	}
	want, got := maps.Clone(query), u.Query()
	if n := cmp.Or(got.Get("page"), "1"); number(n) != page {
		c.add("body /"+name, contracttests.KindWalk, "%s: wanted a link to page %v, got one to %s", name, page, n)
	}
	want.Del("page")
	got.Del("page")
	if want.Encode() != got.Encode() {
		c.add("body /"+name, contracttests.KindWalk, "%s: wanted a link with %q, got %q", name, want.Encode(), got.Encode())
	}
}

// identity is the field by which entries of a list are known, by kind.
var identity = map[string]string{"user": "id", "payment method": "id", "session": "id", "debt": "session_id", "invoice": "charging_session_id"}

// list compares the entries of two lists, and their order if all of it is known.
func (c *comparison) list(kind string, want, got target, query url.Values) {
	name := identity[kind]
	known := map[string]map[string]any{}
	var wanted, listed []string
	for _, item := range want.results() {
		known[str(item[name])] = item
		wanted = append(wanted, str(item[name]))
	}
	for _, item := range got.results() {
		id := str(item[name])
		listed = append(listed, id)
		if same := known[id]; same != nil {
			c.object(kind, "body /results/*", same, item)
		}
	}
	if !c.knows(kind) {
		return
	}
	if w, g := want.object()["count"], got.object()["count"]; w != g {
		c.add("body /count", contracttests.KindValue, "count: wanted %v, got %v", w, g)
	}
	if kind == "invoice" { // their order is that of dates, which are facts
		slices.Sort(wanted)
		slices.Sort(listed)
	}
	if !slices.Equal(wanted, listed) {
		c.add("body /results", contracttests.KindComparison, "results: wanted %s, got %s", strings.Join(wanted, ", "), strings.Join(listed, ", "))
		return
	}
	for _, link := range []string{"next", "previous"} {
		if w, g := query2(want.object()[link]), query2(got.object()[link]); w != g {
			c.add("body /"+link, contracttests.KindWalk, "%s: wanted a link with %q, got %q", link, w, g)
		}
	}
}

// query2 returns the query of a link, or "" if it is null.
func query2(v any) string {
	u, err := url.Parse(str(v))
	if err != nil {
		return str(v)
	}
	return u.Query().Encode()
}

// knows reports whether all entries of a list are known.
func (c *comparison) knows(kind string) bool {
	if c.u == nil {
		return false
	}
	switch kind {
	case "payment method":
		return c.u.seen[methods]
	case "session":
		return c.u.seen[sessions]
	case "debt", "invoice":
		return c.u.seen[sessions] && !slices.ContainsFunc(c.u.sessions, func(s *session) bool { return s.arrived && !s.final })
	}
	return false
}

// object compares the fields of two objects by fields.yaml.
func (c *comparison) object(kind, place string, want, got map[string]any) {
	id := str(got[identity[kind]])
	if kind == "debt" || kind == "invoice" {
		if s := c.session(id); s == nil || !s.final {
			return // its energy is not known
		}
	}
	for _, path := range slices.Sorted(maps.Keys(c.Objects[kind])) {
		how := c.Objects[kind][path]
		if how == fact || how == text {
			continue
		}
		w, g := at(want, path), at(got, path)
		if how == factNull {
			if (w == nil) != (g == nil) {
				c.add(place+"/"+path, contracttests.KindValue, "%s: wanted %s, got %v", path, null(w), written(g))
			}
			continue
		}
		if !reflect.DeepEqual(w, g) && !c.near(path, id, w, g) {
			c.add(strings.TrimSpace(place+"/"+path), contracttests.KindValue, "%s: wanted %s, got %s", path, written(w), written(g))
		}
	}
}

func (c *comparison) session(id string) *session {
	if c.u == nil {
		return nil
	}
	return c.u.session(id)
}

func null(v any) string {
	if v == nil {
		return "null"
	}
	return "a value"
}

func written(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// near reports whether two values differ by no more than the rounding of what they
// follow from: a second, or the prices that are shown.
func (c *comparison) near(path, id string, w, g any) bool {
	switch {
	case path == "duration":
		return w != nil && g != nil && math.Abs(number(w)-number(g)) <= 1
	case path == "created_at":
		return sameTime(w, g)
	case w == nil || g == nil || !strings.Contains(path, "cost") && path != "amount" && path != "total":
		return false
	}
	if rest := number(w) - number(g); path == "amount" && number(g) > 0 && rest >= 1 && math.Abs(rest-math.Round(rest)) < 0.001 {
		return true // the hold, which is a round amount (assumed), has paid a part
	}
	s := c.session(id)
	if s == nil || !c.foreign(id) {
		return false
	}
	minutes := 0.0
	if s.stop != nil {
		minutes = s.stop.Sub(s.start).Minutes()
	}
	kwh := number(s.energy)
	return math.Abs(number(w)-number(g)) <= 0.02+0.005*(kwh+2*minutes)
}

func sameTime(w, g any) bool {
	a, okA := moment(w)
	b, okB := moment(g)
	return okA && okB && a.Equal(b)
}

// number returns a value as a number, or 0.
func number(v any) float64 {
	n, _ := strconv.ParseFloat(fmt.Sprint(v), 64)
	return n
}
