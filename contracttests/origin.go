package contracttests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// known returns the calls whose answers the case has: its own, and those of the
// shared fixtures that it uses.
func (a *API) known() []*Exchange { return slices.Concat(a.log.past, a.log.exchanges) }

// source returns the last answer of the case that contains a value that was
// compared, or the last answer. Short values are looked for under the name that
// the comparison has.
func (a *API) source(what string, got any) []*Exchange {
	words := leaves(got)
	x := holding(a.known(), words)
	if len(words) == 0 {
		x = named(a.log.exchanges, what, got)
	}
	if x != nil {
		return []*Exchange{x}
	}
	return a.last()
}

// named returns the last of some calls whose answer has a value in the first field
// that a text names, or nil.
func named(calls []*Exchange, what string, v any) *Exchange {
	name := field.FindString(what)
	text, err := json.Marshal(v)
	if err != nil || name == "" {
		return nil
	}
	for _, x := range slices.Backward(calls) {
		var body any
		if Decode(x.answered(), &body) == nil && has(body, name, string(text)) {
			return x
		}
	}
	return nil
}

// has reports whether a field of a name, or whose name ends in it, has a value in
// an answer.
func has(v any, name, text string) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, each := range v {
			own, err := json.Marshal(each)
			if (key == name || strings.HasSuffix(key, "_"+name)) && err == nil && string(own) == text || has(each, name, text) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(each any) bool { return has(each, name, text) })
	}
	return false
}

// otherSide returns the call that handed out what a value was compared with, in
// its answer or in what was sent, if it is another one than x.
func (a *API) otherSide(f Failure, x *Exchange) []*Exchange {
	others := slices.DeleteFunc(a.known(), func(y *Exchange) bool { return y == x })
	y := holding(others, leaves(f.want))
	if y == nil {
		return nil
	}
	return []*Exchange{y}
}

// written returns the last write before a call that may have changed what it shows, or
// else the last one at the same address that was refused, or nil. Those that only
// prepare the case do not count.
func (a *API) written(x *Exchange) *Exchange {
	if x == nil || x.Method != http.MethodGet || x.Operation == "" {
		return nil
	}
	user := request{url: x.URL}.user()
	before := a.log.exchanges[:max(0, slices.Index(a.log.exchanges, x))]
	var refused *Exchange
	for _, y := range slices.Backward(before) {
		r := request{method: y.Method, url: y.URL}
		switch own := r.writes() && y.Operation != "" && !y.Setup && y.Fixture == ""; {
		case own && y.Status < 300 && (user == "" || r.user() == user):
			return y
		case own && refused == nil && y.Status >= 400 && y.Status < 500 && y.URL == x.URL:
			refused = y
		}
	}
	return refused
}

// concerns reports whether a write is about the object that a call shows: it is at the
// same address, or has the last id of it.
func (x *Exchange) concerns(shown *Exchange) bool {
	parts := strings.Split(request{url: shown.URL}.path(), "/")
	id := parts[max(0, len(parts)-2)]
	return x.URL == shown.URL || strings.ContainsAny(id, "0123456789") && id != (request{url: shown.URL}).user() && strings.Contains(x.URL, "/"+id+"/")
}

// holding returns the last call that contains more than half of some words, and
// most of those that any contains, or nil.
func holding(calls []*Exchange, words []string) *Exchange {
	var best *Exchange
	most := len(words) / 2
	for _, x := range calls {
		n, answer, request := 0, x.answered(), x.asked()
		for _, w := range words {
			if bytes.Contains(answer, []byte(w)) || bytes.Contains(request, []byte(w)) {
				n++
			}
		}
		if n > most || best != nil && n == most {
			best, most = x, n
		}
	}
	return best
}

// leaves returns the texts and numbers within a value that say where it comes
// from: short ones are anywhere.
func leaves(v any) []string {
	text, err := json.Marshal(v)
	if err != nil || v == nil {
		return nil
	}
	var all any
	if Decode(text, &all) != nil {
		return nil
	}
	var out []string
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, each := range v {
				visit(each)
			}
		case []any:
			for _, each := range v {
				visit(each)
			}
		case string:
			if len(v) > 3 {
				out = append(out, v)
			}
		case json.Number:
			if len(v) > 2 {
				out = append(out, string(v))
			}
		}
	}
	visit(all)
	slices.Sort(out)
	return slices.Compact(out)
}

// origins notes where the ids in the address of its call come from. Where a call was
// to succeed and is refused, the last id may be why; a call of Stripe is about it.
func (f *Failure) origins(all []origin, x *Exchange) {
	refused := strings.HasPrefix(f.Message, "status: wanted 2") && x.Status >= 400 && x.Status < 500
	for _, o := range all {
		f.From = append(f.From, fmt.Sprintf("%s from %s %s", o.id, o.from.Method, o.from.URL))
		if refused || x.Operation == "" {
			f.With = operationOf(o.from)
		}
	}
}

// An origin is the call that handed out an id.
type origin struct {
	id   string
	from *Exchange
}

// handedOut returns where the ids in the address of a call come from.
func (a *API) handedOut(x *Exchange) []origin {
	u, err := url.Parse(x.URL)
	if err != nil {
		return nil
	}
	values := strings.Split(u.Path, "/")
	for _, all := range u.Query() {
		values = append(values, all...)
	}
	var out []origin
	known := a.known()
	if i := slices.Index(known, x); i >= 0 {
		known = known[:i]
	}
	for _, v := range values {
		if len(v) < 6 || !strings.ContainsAny(v, "0123456789") {
			continue
		}
		if y := handing(known, v, request{url: x.URL}.user()); y != nil {
			out = append(out, origin{v, y})
		}
	}
	return out
}

// handing returns the first of some calls whose answer has an id, if possible one that
// is about the same user, or else one of the vendor's API; or nil.
func handing(known []*Exchange, id, user string) *Exchange {
	var best *Exchange
	rank := 0
	for _, y := range known {
		own := user != "" && id != user && request{url: y.URL}.user() == user
		now := 1
		switch {
		case y.Operation != "" && own:
			now = 3
		case y.Operation != "":
			now = 2
		}
		if now <= rank {
			continue
		}
		answer := y.answered()
		if bytes.Contains(answer, []byte(`"`+id+`"`)) || bytes.Contains(answer, []byte(`"`+id+"_secret_")) {
			best, rank = y, now
		}
	}
	return best
}
