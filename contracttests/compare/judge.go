package compare

import (
	"cmp"
	"fmt"
	"maps"
	"mime"
	"regexp"
	"slices"
	"strings"

	"cariqamock/contracttests"
	"cariqamock/mockserver/spec"
)

// exchanges compares the steps of a case on both sides, and tells how many
// disagreements there were.
func (c *comparer) exchanges(a, b contracttests.Result, xs, ys []contracttests.Exchange) int {
	n := newNames()
	seen := 0
	for _, p := range pairs(xs, ys, c.A.Base, c.B.Base) {
		c.Exchanges++
		j := &judgement{
			a: a, b: b, pair: p,
			align: &alignment{names: n, operation: p.a.Operation, baseA: c.A.Base, baseB: c.B.Base},
		}
		for _, d := range j.disagreements() {
			c.add(d)
			seen++
		}
	}
	return seen
}

// A judgement is about one pair of exchanges.
type judgement struct {
	a, b  contracttests.Result
	pair  exchangePair
	align *alignment
	found []Disagreement
}

func (j *judgement) disagreements() []Disagreement {
	x, y := j.pair.a, j.pair.b
	if contracttests.Unavailable(x.Status) != contracttests.Unavailable(y.Status) {
		j.note(Disagreement{Verdict: EnvironmentSick, Place: "status", Kind: "status", Because: "such a status speaks of the environment",
			Text: fmt.Sprintf("A answers %d, B answers %d", x.Status, y.Status), detail: fmt.Sprint(x.Status, y.Status)})
		return j.found
	}
	// What the calls refer to is known from here on.
	j.align.texts("", x.URL, y.URL)
	var sentX, sentY any
	if contracttests.Decode([]byte(x.Request), &sentX) == nil && contracttests.Decode([]byte(y.Request), &sentY) == nil {
		before := j.align.renames
		j.align.pair("", "", sentX, sentY)
		j.align.renames = before
	}
	if x.Status != y.Status {
		j.blame(Disagreement{Place: "status", Kind: "status", Text: fmt.Sprintf("A answers %d, B answers %d", x.Status, y.Status),
			detail: fmt.Sprint(x.Status, y.Status)})
		return j.found
	}
	j.headers()
	j.bodies()
	return j.found
}

// headers compares those that the contract is about.
func (j *judgement) headers() {
	x, y := j.pair.a.Header, j.pair.b.Header
	for _, name := range slices.Sorted(maps.Keys(mergedHeaders(x, y))) {
		a, b := comparable(name, x[name]), comparable(name, y[name])
		a, b = j.align.texts("", a, b)
		kind := "header"
		switch name {
		case "Retry-After":
			if (a == "") == (b == "") {
				continue
			}
		case "X-Cariqa-Mock-Rule": // only fakes say which rule decided
			if a == "" || b == "" {
				continue
			}
			kind = "rule"
		}
		if a != b {
			j.blame(Disagreement{Place: "header " + name, Kind: kind, Text: fmt.Sprintf("%s: A has %q, B has %q", name, a, b), detail: a + "\x00" + b})
		}
	}
}

func mergedHeaders(x, y map[string]string) map[string]string {
	out := maps.Clone(x)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, y)
	return out
}

// comparable leaves out of a header what means nothing: the order of methods,
// the parameters of a media type.
func comparable(name, value string) string {
	switch name {
	case "Allow":
		var methods []string
		for m := range strings.SplitSeq(value, ",") {
			methods = append(methods, strings.TrimSpace(m))
		}
		slices.Sort(methods)
		return strings.Join(methods, ", ")
	case "Content-Type":
		if media, _, err := mime.ParseMediaType(value); err == nil {
			return media
		}
	}
	return value
}

// bodies compares the answers themselves.
func (j *judgement) bodies() {
	x, y := j.pair.a.Answer, j.pair.b.Answer
	if x == "" && y == "" {
		return
	}
	var a, b any
	errA, errB := contracttests.Decode([]byte(x), &a), contracttests.Decode([]byte(y), &b)
	if errA != nil || errB != nil {
		if x != y && (errA == nil || errB == nil || (x == "") != (y == "")) {
			j.blame(Disagreement{Place: "body", Kind: "type", Text: fmt.Sprintf("A has %s, B has %s", sort(x, errA), sort(y, errB))}, "")
		}
		return
	}
	before := len(j.align.renames)
	a, b = j.align.pair("", "", a, b)
	for _, r := range j.align.renames[before:] {
		text := fmt.Sprintf("%s is called %s", r.from, r.to)
		if g := generationOf(r.from, r.to); g != "" {
			text += ": generation " + g
		}
		j.blame(Disagreement{Place: "body " + r.at + "/" + r.from, Kind: "renamed", Text: text, detail: r.to}, r.at+"/"+r.from, r.at+"/"+r.to)
	}
	for _, d := range differences(j.align.operation, a, b) {
		kind, text := describe(d)
		j.blame(Disagreement{Place: "body " + d.place, Kind: kind, Text: text}, d.place)
	}
}

// sort says what an answer is that may not be JSON.
func sort(body string, err error) string {
	switch {
	case body == "":
		return "no body"
	case err != nil:
		return "something that is not JSON"
	}
	return "JSON"
}

// describe words a difference.
func describe(d difference) (kind, text string) {
	a, b := contracttests.Shorten([]byte(written(d.a))), contracttests.Shorten([]byte(written(d.b)))
	switch {
	case !d.inB:
		return "missing", fmt.Sprintf("A has %s, B has not: %s", d.place, a)
	case !d.inA:
		return "added", fmt.Sprintf("B has %s, A has not: %s", d.place, b)
	case refers(d.a) && refers(d.b):
		return "relation", fmt.Sprintf("%s: A has %s, B has %s, which stood for something else before", d.place, a, b)
	case typeName(d.a) != typeName(d.b):
		return "type", fmt.Sprintf("%s: A has %s, B has %s", d.place, a, b)
	}
	return "value", fmt.Sprintf("%s: A has %s, B has %s (compared: %s)", d.place, a, b, d.howCompare)
}

func refers(v any) bool {
	s, ok := v.(string)
	return ok && strings.HasPrefix(s, "<") && strings.Contains(s, ":") && strings.HasSuffix(s, ">")
}

func typeName(v any) string { return fmt.Sprintf("%T", v) }

// blame finds the verdict on a disagreement, at places of the body if it is
// about one.
func (j *judgement) blame(d Disagreement, pointers ...string) {
	x, y := j.pair.a, j.pair.b
	inA, inB := departs(x, d, pointers), departs(y, d, pointers)
	switch {
	case inB != "" && inA == "":
		d.Verdict, d.Because = TargetDeparts, "B departs from openapi.yaml: "+inB
	case inA != "" && inB == "":
		d.Verdict, d.Because = FakeWrong, "A departs from openapi.yaml: "+inA
	default:
		d.Verdict = SpecSilent
		if x.Blamed || y.Blamed {
			d.Verdict, d.Because = byCase(j.a, j.b)
		}
		if d.Verdict == SpecSilent {
			d.Because = "openapi.yaml allows both"
		}
	}
	j.note(d)
}

func (j *judgement) note(d Disagreement) {
	a, b := j.pair.a, j.pair.b
	d.Operation, d.Case, d.A, d.B = cmp.Or(a.Operation, a.Method), j.a.Case, &a, &b
	j.found = append(j.found, d)
}

var listIndex = regexp.MustCompile(`/\d+(/|$)`)

// departs returns the message of the finding at the place of a disagreement,
// or "". Fields that openapi.yaml does not declare are no departure.
func departs(x contracttests.Exchange, d Disagreement, pointers []string) string {
	for _, f := range x.Findings {
		if f.Undeclared() || f.Side != spec.SideAnswer {
			continue
		}
		at := listIndex.ReplaceAllString(listIndex.ReplaceAllString(f.Path, "/*$1"), "/*$1")
		switch {
		case d.Place == "status", f.In == spec.InStatus:
			return f.Message
		case f.In == spec.InHeader && d.Place == "header "+f.Path:
			return f.Message
		case f.In == spec.InBody && slices.ContainsFunc(pointers, func(p string) bool { return under(at, p) || under(p, at) }):
			return f.Message
		}
	}
	return ""
}

func under(place, of string) bool { return place == of || strings.HasPrefix(place, of+"/") }
