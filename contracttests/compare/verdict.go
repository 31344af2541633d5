package compare

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cariqamock/contracttests"
	"cariqamock/mockserver/spec"
)

// exchanges compares the steps of a case on both sides and returns how many
// disagreements there were.
func (c *comparer) exchanges(a, b contracttests.Result, xs, ys []contracttests.Exchange) int {
	refs := newReferences()
	seen := 0
	for _, p := range pairs(xs, ys, c.A.Base, c.B.Base) {
		c.Exchanges++
		j := &judgment{a: a, b: b, pair: p, refs: refs, baseA: c.A.Base, baseB: c.B.Base}
		for _, d := range j.disagreements() {
			c.add(d)
			seen++
		}
	}
	return seen
}

// A judgment is about one pair of exchanges.
type judgment struct {
	a, b         contracttests.Result
	pair         exchangePair
	refs         *references
	baseA, baseB string
	found        []Disagreement
}

// align returns an alignment that knows what the case has referred to before.
func (j *judgment) align() *alignment {
	operation := j.pair.a.Operation
	return &alignment{refs: j.refs, operation: operation, baseA: j.baseA, baseB: j.baseB, how: strictnessesOf(operation)}
}

func (j *judgment) disagreements() []Disagreement {
	x, y := j.pair.a, j.pair.b
	statuses := Disagreement{
		Place: "status", Kind: "status", Text: fmt.Sprintf("A answers %d, B answers %d", x.Status, y.Status), detail: fmt.Sprint(x.Status, y.Status),
	}
	if contracttests.Unavailable(x.Status) != contracttests.Unavailable(y.Status) {
		statuses.Verdict, statuses.Because = EnvironmentSick, "such a status comes from the environment"
		j.note(statuses)
		return j.found
	}
	// What the calls refer to is known from here on.
	j.align().texts("", x.URL, y.URL)
	var sentX, sentY any
	if contracttests.Decode([]byte(x.Request), &sentX) == nil && contracttests.Decode([]byte(y.Request), &sentY) == nil {
		j.align().pair("", "", sentX, sentY)
	}
	if x.Status != y.Status {
		j.blame(statuses)
		return j.found
	}
	j.headers()
	j.bodies()
	return j.found
}

// headers compares the headers that the contract covers.
func (j *judgment) headers() {
	x, y := j.pair.a.Header, j.pair.b.Header
	for _, name := range union(x, y) {
		a, b := j.align().texts("", contracttests.HeaderMeaning(name, x[name]), contracttests.HeaderMeaning(name, y[name]))
		kind := "header"
		switch name {
		case "Retry-After":
			if (a == "") == (b == "") {
				continue
			}
		case "X-Cariqa-Mock-Rule": // only fakes send the rule that decided
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

// bodies compares the answers' bodies.
func (j *judgment) bodies() {
	x, y := j.pair.a.Answer, j.pair.b.Answer
	if x == "" && y == "" {
		return
	}
	if j.pair.a.Cut+j.pair.b.Cut > 0 {
		j.note(Disagreement{Verdict: EnvironmentSick, Place: "body", Kind: "too long", Text: "the bodies were not compared", Because: "an answer is too long to be kept"})
		return
	}
	var a, b any
	errA, errB := contracttests.Decode([]byte(x), &a), contracttests.Decode([]byte(y), &b)
	if errA != nil || errB != nil {
		if x != y && (errA == nil || errB == nil || (x == "") != (y == "")) {
			j.blame(Disagreement{Place: "body", Kind: "type", Text: fmt.Sprintf("A has %s, B has %s", format(x, errA), format(y, errB))}, "")
		}
		return
	}
	w := j.align()
	w.bodies(a, b)
	for _, r := range w.renames {
		text := fmt.Sprintf("%s is called %s", r.from, r.to)
		if g := generationOf(r.from, r.to); g != "" {
			text += ": generation " + g
		}
		j.blame(Disagreement{Place: "body " + r.at + "/" + r.from, Kind: "renamed", Text: text, detail: r.to}, r.at+"/"+r.from, r.at+"/"+r.to)
	}
	for _, d := range w.differences {
		kind, text := d.describe()
		j.blame(Disagreement{Place: "body " + d.place, Kind: kind, Text: text}, d.place)
	}
}

// format describes a body that may not be JSON.
func format(body string, err error) string {
	switch {
	case body == "":
		return "no body"
	case err != nil:
		return "a body that is not JSON"
	}
	return "JSON"
}

func (d difference) describe() (kind, text string) {
	a, b := contracttests.Shorten([]byte(written(d.a))), contracttests.Shorten([]byte(written(d.b)))
	switch {
	case !d.inB:
		return "missing", fmt.Sprintf("only A has %s: %s", d.place, a)
	case !d.inA:
		return "added", fmt.Sprintf("only B has %s: %s", d.place, b)
	case isReference(d.a) && isReference(d.b):
		return "relation", fmt.Sprintf("%s: A has %s, B has %s, which referred to something else before", d.place, a, b)
	case fmt.Sprintf("%T", d.a) != fmt.Sprintf("%T", d.b):
		return "type", fmt.Sprintf("%s: A has %s, B has %s", d.place, a, b)
	}
	return "value", fmt.Sprintf("%s: A has %s, B has %s (compared: %s)", d.place, a, b, d.how)
}

func isReference(v any) bool {
	s, ok := v.(string)
	return ok && strings.HasPrefix(s, "<") && strings.Contains(s, ":") && strings.HasSuffix(s, ">")
}

// blame decides the verdict on a disagreement and notes it. pointers are its
// places in the bodies, if it is about them.
func (j *judgment) blame(d Disagreement, pointers ...string) {
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

func (j *judgment) note(d Disagreement) {
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
