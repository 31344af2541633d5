package contracttests

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Watch sees what a write changes, and that it changes nothing else: it reads
// everything of some users, in objects, lists, searches and counts, before and after.
type Watch struct {
	a     *API
	term  string // that a search finds the users by
	users []string
	seen  picture
	wrote []*Exchange // between the last two looks
	calls int         // until the end of the last look
}

// A picture is what was read at one time. Fields have names such as
// "session ID /rates"; ids are enough, as no two objects share one.
type picture struct {
	fields  map[string]any
	from    map[string]*Exchange
	order   map[string][]string // of the entries of lists
	objects map[string]bool
	pending map[string]bool // sessions without a final record, which change by themselves
}

// Watch begins to watch users, whose external ids all have the term.
func (a *API) Watch(term string, users ...string) *Watch {
	w := &Watch{a: a, term: term, users: users}
	w.seen = w.look()
	w.calls = len(a.log.exchanges)
	return w
}

// Add watches one more user, whom the last write created.
func (w *Watch) Add(user string) { w.users = append(w.users, user) }

// Changed looks again, after a write. It fails the case for each field that is not
// as wanted, and for each that has changed although it is not named. A name may end
// in * for all fields that begin so, which may have any value.
func (w *Watch) Changed(want map[string]any) {
	w.wrote = slices.DeleteFunc(slices.Clone(w.a.log.exchanges[w.calls:]), func(x *Exchange) bool {
		return !(request{method: x.Method}).writes() || strings.Contains(x.URL, "/__admin/")
	})
	before, after := w.seen, w.look()
	w.seen, w.calls = after, len(w.a.log.exchanges)
	w.sameOrder(before, after)
	type change struct {
		name, text, is string
	}
	var wrong []change
	for _, name := range slices.Sorted(maps.Keys(union(before.fields, after.fields, want))) {
		was, is := shown(before.fields[name]), shown(after.fields[name])
		wanted, named := want[name]
		switch {
		case strings.HasSuffix(name, "*"):
		case named && shown(wanted) != is:
			wrong = append(wrong, change{name, fmt.Sprintf("wanted %s after the write, got %s", shown(wanted), is), is})
		case !named && was != is && before.has(name) && after.has(name) && !allowed(name, want) && !before.moves(name):
			wrong = append(wrong, change{name, fmt.Sprintf("changed with a write that is about something else: it was %s, and is %s", was, is), is})
		}
	}
	if len(wrong) == 0 {
		return
	}
	again := w.look() // what a write has done is still so
	for _, c := range wrong {
		w.wrong(c.name, c.text, before, after, shown(again.fields[c.name]) == c.is)
	}
}

// shown returns a value for a message.
func shown(v any) string {
	if v == nil {
		return "nothing"
	}
	return fmt.Sprint(v)
}

// has reports whether the object of a field is there: of one that is not, its place
// in a list is reported, or the status of its user, and not each field.
func (p picture) has(name string) bool {
	object, _, isField := strings.Cut(name, " /")
	words := strings.Fields(object)
	inList := len(words) == 4 && words[1] == "of"
	switch {
	case isField:
		return p.objects[object]
	case inList:
		return p.fields["user "+words[2]] == nil
	}
	return true
}

func union(all ...map[string]any) map[string]any {
	out := map[string]any{}
	for _, each := range all {
		maps.Copy(out, each)
	}
	return out
}

// allowed reports whether a name begins as one that ends in *.
func allowed(name string, want map[string]any) bool {
	for w := range want {
		if begin, ok := strings.CutSuffix(w, "*"); ok && strings.HasPrefix(name, begin) {
			return true
		}
	}
	return false
}

// moves reports whether a field may change without a write: a session's that has no
// final record yet, and what follows from that record.
func (p picture) moves(name string) bool {
	object, field, _ := strings.Cut(name, " /")
	if !p.pending[object[strings.LastIndex(object, " ")+1:]] {
		return false
	}
	kind, _, _ := strings.Cut(object, " ")
	own := []string{"consumed_energy", "duration", "end_time", "session_cost"}
	return strings.HasPrefix(kind, "invoice") || strings.HasPrefix(kind, "debt") ||
		slices.ContainsFunc(own, func(begin string) bool { return strings.HasPrefix(field, begin) })
}

// sameOrder fails the case if entries of a list have changed places.
func (w *Watch) sameOrder(before, after picture) {
	for _, name := range slices.Sorted(maps.Keys(after.order)) {
		was, is := common(before.order[name], after.order[name]), common(after.order[name], before.order[name])
		if !slices.Equal(was, is) {
			w.wrong(name, fmt.Sprintf("the order has changed: it was %v, and is %v", was, is), before, after, false)
		}
	}
}

// common returns the entries of a list that another one has too.
func common(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return !slices.Contains(other, id) })
}

// wrong fails the case for a field, which may still be so when it is read again.
func (w *Watch) wrong(name, text string, before, after picture, lasts bool) {
	what, field, _ := strings.Cut(name, " /")
	x := after.from[name]
	if x == nil {
		x = before.from[name] // it is gone
	}
	if x == nil {
		x = listOf(what, after)
	}
	f := Failure{Place: "body /" + field, Kind: KindComparison, lasts: lasts, about: []*Exchange{x}, Message: strings.TrimPrefix(fmt.Sprintf("%s of %s: %s", field, what, text), " of ")}
	switch kind, _, _ := strings.Cut(what, " "); {
	case field == "" && kind == "user":
		f.Place, f.Kind = "status", KindStatus
	case field == "":
		f.Place = "body /results/*"
	case kind == "method" || kind == "debt" || kind == "invoice":
		f.Place = "body /results/*/" + field
	}
	f.about = append(f.about, w.writes(x)...)
	w.a.fail(f)
}

// listOf returns the call that should have shown an object that is nowhere: the list
// that has others of its kind, or that of users.
func listOf(what string, p picture) *Exchange {
	kind, _, _ := strings.Cut(what, " ")
	for _, name := range slices.Sorted(maps.Keys(p.from)) {
		if strings.HasPrefix(name, strings.TrimSuffix(kind, "s")+"s of ") && strings.Count(name, " ") == 2 {
			return p.from[name]
		}
	}
	return p.from["users"]
}

// writes returns the writes that may have changed what a call shows, one of each
// operation: those at the same address first, then the latest first.
func (w *Watch) writes(shown *Exchange) []*Exchange {
	var out []*Exchange
	for _, elsewhere := range []bool{false, true} {
		for _, x := range slices.Backward(w.wrote) {
			known := slices.ContainsFunc(out, func(y *Exchange) bool { return operationOf(y) == operationOf(x) })
			if !known && (x.URL != shown.URL) == elsewhere {
				out = append(out, x)
			}
		}
	}
	return out
}

// look reads everything of the users.
func (w *Watch) look() picture {
	p := picture{map[string]any{}, map[string]*Exchange{}, map[string][]string{}, map[string]bool{}, map[string]bool{}}
	found := w.list(p, "users", "/users/?page_size=100&search="+url.QueryEscape(w.term), "id")
	for _, id := range w.users {
		at := "/users/" + id + "/"
		answer := w.a.Get(at)
		if answer.Status == http.StatusNotFound {
			p.note("user "+id, "deleted", answer.exchange)
			continue
		}
		user := Into[map[string]any](w.a, w.a.Want(answer, http.StatusOK))
		p.object("user "+id, user, answer.exchange)
		w.agree(answer, "the user by id, against the search", found[id], user)
		answer = w.a.Want(w.a.Get(at+"billing-details/"), http.StatusOK)
		p.object("billing "+id, Into[map[string]any](w.a, answer), answer.exchange)
		for mid, m := range w.list(p, "methods of "+id, at+"payment-methods/?page_size=100", "id") {
			p.object("method "+mid, m, p.from["methods of "+id])
		}
		w.history(p, id)
	}
	return p
}

// history reads a user's sessions, and what follows from them.
func (w *Watch) history(p picture, user string) {
	at, a := "/users/"+user+"/", w.a
	listed := w.list(p, "sessions of "+user, at+"charging-sessions/?page_size=100", "id")
	for _, id := range p.order["sessions of "+user] {
		answer := a.Want(a.Get(at+"charging-sessions/"+id+"/"), http.StatusOK)
		s := Into[map[string]any](a, answer)
		p.object("session "+id, s, answer.exchange)
		p.pending[id] = dig(listed[id], "session_cost.kwh_cost") == nil
		if !p.pending[id] {
			w.agree(answer, "the session by id, against the list", listed[id], s)
		}
	}
	if len(listed) == 0 && w.seen.from["debts of "+user] == nil {
		return // without a session there are no debts and no invoices
	}
	debts := w.list(p, "debts of "+user, at+"charging/debts/?page_size=100", "session_id")
	bills := w.list(p, "invoices of "+user, at+"invoices/?page_size=100", "charging_session_id")
	for id, d := range debts {
		p.object("debt "+id, d, p.from["debts of "+user])
	}
	for id, b := range bills {
		p.object("invoice "+id, b, p.from["invoices of "+user])
	}
	for _, id := range p.order["sessions of "+user] {
		if p.pending[id] {
			continue
		}
		s := listed[id]
		total := fmt.Sprint(dig(s, "session_cost.invoice_summary"))
		paid, owed := bills[id] != nil, debts[id] != nil
		if (total != "0.00") != (paid != owed) {
			a.fail(Failure{
				Place: "body /results/*", Kind: KindComparison, about: []*Exchange{p.from["invoices of "+user], p.from["session "+id+" /id"], p.from["debts of "+user]},
				Message: fmt.Sprintf("session %s, which costs %s: wanted an invoice or a debt, got an invoice: %t, a debt: %t", id, total, paid, owed),
			})
		}
		if paid && fmt.Sprint(bills[id]["total"]) != total {
			a.fail(Failure{
				Place: "body /results/*/total", Kind: KindComparison, about: []*Exchange{p.from["invoices of "+user], p.from["session "+id+" /id"]},
				Message: fmt.Sprintf("total of the invoice of session %s: wanted %s, the session's invoice_summary, got %v", id, total, bills[id]["total"]),
			})
		}
		if paid && dig(s, "session_cost.invoice_download") != bills[id]["link"] {
			a.fail(Failure{
				Place: "body /results/*/link", Kind: KindComparison, about: []*Exchange{p.from["invoices of "+user], p.from["session "+id+" /id"]},
				Message: fmt.Sprintf("link of the invoice of session %s: it is not the session's invoice_download", id),
			})
		}
	}
}

// list reads a list and notes which entries it has, in order. It returns them by the
// value of a field.
func (w *Watch) list(p picture, name, path, by string) map[string]map[string]any {
	answer := w.a.Want(w.a.Get(path), http.StatusOK)
	page := Into[Page[map[string]any]](w.a, answer)
	if page.Count != len(page.Results) {
		w.a.fail(Failure{
			Place: "body /count", Kind: KindValue, about: []*Exchange{answer.exchange},
			Message: fmt.Sprintf("count: wanted %d, which the only page has, got %d", len(page.Results), page.Count),
		})
	}
	out := map[string]map[string]any{}
	for _, each := range page.Results {
		out[fmt.Sprint(each[by])] = each
		p.order[name] = append(p.order[name], fmt.Sprint(each[by]))
		p.note(name+" "+fmt.Sprint(each[by]), "listed", answer.exchange)
	}
	p.note(name, nil, answer.exchange)
	return out
}

// agree fails the case if two answers about one object differ.
func (w *Watch) agree(answer *Answer, what string, listed, own map[string]any) {
	if listed != nil { // otherwise it is not in the list, which its own check is about
		w.a.Equal(what, listed, own)
	}
}

func (p picture) note(name string, v any, x *Exchange) { p.fields[name], p.from[name] = v, x }

// object notes the fields of an object.
func (p picture) object(name string, v map[string]any, x *Exchange) {
	p.objects[name] = true
	var visit func(at string, v any)
	visit = func(at string, v any) {
		if object, ok := v.(map[string]any); ok {
			for key, each := range object {
				visit(at+"/"+key, each)
			}
			return
		}
		p.note(name+" "+at, v, x)
	}
	visit("", v)
}
