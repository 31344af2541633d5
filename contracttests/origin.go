package contracttests

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// source returns the last answer of the case that contains a value that was
// compared, or the last answer.
func (a *API) source(got any) []*Exchange {
	if x := holding(a.log.exchanges, leaves(got)); x != nil {
		return []*Exchange{x}
	}
	return a.last()
}

// otherSide returns the call that handed out what a value was compared with, in
// its answer or in what was sent, if it is another one than x.
func (a *API) otherSide(want any, x *Exchange) []*Exchange {
	words := leaves(want)
	if y := holding(slices.DeleteFunc(slices.Clone(a.log.exchanges), func(y *Exchange) bool { return y == x }), words); y != nil {
		return []*Exchange{y}
	}
	return nil
}

// holding returns the last call that contains more than half of some words, and
// most of those that any contains, or nil.
func holding(calls []*Exchange, words []string) *Exchange {
	var best *Exchange
	most := len(words) / 2
	for _, x := range calls {
		n, whole := 0, x.whole(true)
		for _, w := range words {
			if strings.Contains(whole.Answer, w) || strings.Contains(whole.Request, w) {
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

// origins returns where the ids in the address of a call come from: the first
// answer of the case that has them.
func (a *API) origins(x *Exchange) []string {
	u, err := url.Parse(x.URL)
	if err != nil {
		return nil
	}
	values := strings.Split(u.Path, "/")
	for _, all := range u.Query() {
		values = append(values, all...)
	}
	var out []string
	for _, v := range values {
		if len(v) < 6 || !strings.ContainsAny(v, "0123456789") {
			continue
		}
		i := slices.IndexFunc(a.log.exchanges, func(y *Exchange) bool {
			return y != x && strings.Contains(y.whole(true).Answer, `"`+v+`"`)
		})
		if i >= 0 {
			out = append(out, fmt.Sprintf("%s from %s %s", v, a.log.exchanges[i].Method, a.log.exchanges[i].URL))
		}
	}
	return out
}
