package contracttests

import (
	"cmp"
	"slices"
	"strings"
)

// A Group is a set of failures that most likely have one cause. The most specific
// of them names it.
type Group struct {
	Failure
	Case    string   `json:"case"`              // in whose result the failure and its calls are
	Cases   []string `json:"cases"`             // that fail because of it, fixtures and the run itself included
	Blocked []string `json:"blocked,omitempty"` // cases that its fixtures block
	Under   []Count  `json:"under,omitempty"`   // the other failures of the group
}

// A Count is how often failures of the same operation, place and kind were seen.
type Count struct {
	Operation string      `json:"operation"`
	Place     string      `json:"place"`
	Kind      FailureKind `json:"kind"`
	Message   string      `json:"message"` // of the first
	Times     int         `json:"times"`
}

// Groups returns the failures of a run, grouped by their cause: breaches of shape
// before other statuses, single values, comparisons and pages, and among those of
// one kind what fails most cases.
func (r Run) Groups() []Group {
	clusters := r.clusters()
	slices.SortStableFunc(clusters, func(x, y *cluster) int {
		return cmp.Or(x.rank-y.rank, len(y.cases)-len(x.cases))
	})
	var out []Group
	for len(clusters) > 0 {
		root, rest := clusters[0], []*cluster(nil)
		g := Group{Failure: root.Failure, Case: root.members[0].in.Case}
		g.add(root)
		for _, c := range clusters[1:] {
			if root.explains(c) {
				g.add(c)
				continue
			}
			rest = append(rest, c)
		}
		clusters = rest
		for _, c := range r.Results {
			if c.Blocked != "" && slices.Contains(g.Cases, c.Blocked) {
				g.Blocked = append(g.Blocked, c.Case)
			}
		}
		out = append(out, g)
	}
	return out
}

// add adds the failures of a cluster to a group, and counts all but the one that
// stands for the group.
func (g *Group) add(c *cluster) {
	for _, m := range c.members {
		first := len(g.Cases) == 0
		if !slices.Contains(g.Cases, m.in.Case) {
			g.Cases = append(g.Cases, m.in.Case)
		}
		if first {
			continue
		}
		n := slices.IndexFunc(g.Under, func(u Count) bool {
			return m.same(Failure{Operation: u.Operation, Place: u.Place, Kind: u.Kind})
		})
		if n < 0 {
			n, g.Under = len(g.Under), append(g.Under, Count{m.Operation, m.Place, m.Kind, m.Message, 0})
		}
		g.Under[n].Times++
	}
}

// A cluster is the failures with one operation and place. The first of them stands
// for it.
type cluster struct {
	Failure
	members []member // the most specific first
	cases   map[string]bool
	rank    int // of the most specific kind
}

// A member is a failure in the result of its case.
type member struct {
	Failure
	in *Result
}

// clusters returns the clusters of a run's failures, in the order of the run.
func (r Run) clusters() []*cluster {
	var out []*cluster
	for i := range r.Results {
		in := &r.Results[i]
		if in.Status != Fail {
			continue
		}
		for _, f := range in.AllFailures() {
			f := in.asStatus(f)
			n := slices.IndexFunc(out, func(c *cluster) bool { return c.Operation == f.Operation && c.Place == f.Place })
			if n < 0 {
				n, out = len(out), append(out, &cluster{Failure: f, cases: map[string]bool{}, rank: rank(f.Kind)})
			}
			c := out[n]
			c.members, c.cases[in.Case] = append(c.members, member{f, in}), true
			c.rank = min(c.rank, rank(f.Kind))
		}
	}
	for _, c := range out {
		slices.SortStableFunc(c.members, func(x, y member) int { return x.order() - y.order() })
		c.Failure = c.members[0].Failure
	}
	return out
}

// order returns the place of a failure in its cluster: that a status is not the
// wanted one says more than that openapi.yaml does not declare it, and one that
// names another call says more than one that does not.
func (m member) order() int {
	out := 2 * rank(m.Kind)
	if m.Kind == KindStatus {
		out = -2
	}
	if m.After == "" && m.With == "" && len(m.Against) == 0 {
		out++
	}
	return out
}

// asStatus returns a failure as one of the status if the status of the same answer
// is not the wanted one: then the rest of it is another answer's, too.
func (r Result) asStatus(f Failure) Failure {
	other := slices.ContainsFunc(r.Failures, func(g Failure) bool {
		return g.Operation == f.Operation && g.Kind == KindStatus && g.Place == "status" && len(g.About) > 0 && len(f.About) > 0 && g.About[0] == f.About[0]
	})
	if f.Kind == KindShape && other {
		f.Place = "status"
	}
	return f
}

// AllFailures returns the failures of a failed case. Where there are only messages,
// as in a report of an older build, the case stands for the operation.
func (r Result) AllFailures() []Failure {
	if len(r.Failures) > 0 {
		return r.Failures
	}
	var out []Failure
	for _, m := range r.Messages {
		out = append(out, Failure{Operation: r.Case, Place: placed(m, "", nil), Kind: KindValue, Message: m})
	}
	return out
}

// explains reports whether the failures of another cluster follow from those of
// this one: they are about the same place, in the same case, compare something
// with an answer of the same operation, or are about an id from the same one.
func (c *cluster) explains(other *cluster) bool {
	switch {
	case c.Operation == other.Operation && related(c.place(), other.place()),
		sameObject(c.Operation, other.Operation) && strings.HasPrefix(c.Place, "body ") && related(inObject(c.Place), inObject(other.Place)),
		sameObject(c.Operation, other.Operation) && other.rank > rank(KindShape) && together(kinds[c.Operation], c.Place, other.Place),
		c.refuses(other):
		return true
	}
	return !slices.ContainsFunc(other.members, func(m member) bool {
		return !c.cases[m.in.Case] && !m.concerns(c.Operation) && !c.shares(m)
	})
}

// place returns the place of a cluster. A count that is wrong for what the list has is
// about its entries, and the rule that refused about the status.
func (c *cluster) place() string {
	switch {
	case c.Place == "body /count" && c.Kind != KindShape:
		return "body /results"
	case c.Place == "rule":
		return "status"
	}
	return c.Place
}

// computed are the fields of a kind of object that are computed from one another: one
// that is wrong makes others look wrong.
var computed = map[string][][]string{"session": {{"/start_time", "/end_time", "/duration"}, {"/session_cost", "/consumed_energy"}}}

// together reports whether two places are of fields that are computed from one another.
func together(kind, p, q string) bool {
	p, q = strings.TrimPrefix(inObject(p), "body "), strings.TrimPrefix(inObject(q), "body ")
	return slices.ContainsFunc(computed[kind], func(set []string) bool {
		in := func(place string) bool {
			return slices.ContainsFunc(set, func(f string) bool { return within(place, f) })
		}
		return in(p) && in(q)
	})
}

// refuses reports whether calls of this cluster are refused for ids that another one
// is about.
func (c *cluster) refuses(other *cluster) bool {
	strange := func(m member) bool { return m.With != other.Operation }
	return strings.HasPrefix(other.Place, "body") && other.rank > rank(KindStatus) && !slices.ContainsFunc(c.members, strange)
}

// shares reports whether the call of a failure has an id from the same call as
// one of the cluster's, and neither is answered as wanted.
func (c *cluster) shares(m member) bool {
	return c.Kind == KindStatus && slices.ContainsFunc(m.sources(), func(s string) bool {
		return slices.ContainsFunc(c.members, func(n member) bool { return slices.Contains(n.sources(), s) })
	})
}

// sources returns the calls that ids in the failure's call come from, without what
// varies.
func (m member) sources() []string {
	var out []string
	for _, from := range m.From {
		_, call, _ := strings.Cut(from, " from ")
		out = append(out, numbered.ReplaceAllString(numbered.ReplaceAllString(call, "/*$1"), "/*$1"))
	}
	return out
}

// concerns reports whether a failure is a comparison of an answer of an operation.
func (m member) concerns(operation string) bool {
	for n, i := range m.About {
		if m.in.Exchanges[i].Operation == operation && (n > 0 || rank(m.Kind) >= rank(KindComparison)) {
			return true
		}
	}
	return false
}

// sameObject reports whether two operations answer with the same kind of objects.
func sameObject(p, q string) bool { return kinds[p] != "" && kinds[p] == kinds[q] }

// inObject returns a place in a list as a place in its objects.
func inObject(place string) string {
	if rest, ok := strings.CutPrefix(place, "body /results/*"); ok {
		return strings.TrimSpace("body " + rest)
	}
	return place
}

// related reports whether two places are the same, or one is within the other.
func related(p, q string) bool {
	return within(p, q) || within(q, p)
}

func within(p, q string) bool {
	return p == q || q == "body" && strings.HasPrefix(p, "body ") || strings.HasPrefix(p, q+"/")
}
