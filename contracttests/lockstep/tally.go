package lockstep

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// A count is what came of the calls of one operation, or of one rule.
type count struct {
	agreed   int
	found    []contracttests.Found
	kept     map[string]int // of found, by place
	left     int            // that are not in found
	unjudged map[string]int // by reason
	words    string         // with which the target refused first
}

// A tally counts what was judged.
type tally struct {
	calls      int
	build      string // of the fake that answers, if one does
	operations map[string]*count
	rules      map[string]*count
	outcomes   map[string]bool // operation and status
	asides     map[string]int  // by what they are
	united     int             // tokens that see the users of another one
	shown      map[string]bool // findings that have been shown
}

func newTally() tally {
	return tally{operations: map[string]*count{}, rules: map[string]*count{}, outcomes: map[string]bool{}, asides: map[string]int{}, shown: map[string]bool{}}
}

func counted(all map[string]*count, name string) *count {
	if all[name] == nil {
		all[name] = &count{kept: map[string]int{}, unjudged: map[string]int{}}
	}
	return all[name]
}

// mostKept is how many findings about one place of an operation are kept with their
// calls.
const mostKept = 20

// keep keeps a finding, unless there are many like it.
func (c *count) keep(f contracttests.Found) {
	key := placed(f)
	if c.kept[key]++; c.kept[key] > mostKept {
		c.left++
		return
	}
	c.found = append(c.found, f)
}

// placed is what findings about one place of an operation have in common.
func placed(f contracttests.Found) string {
	return strings.Join([]string{f.Operation, f.Place, string(f.Kind)}, " ")
}

func (t *tally) agreed(operation string) { counted(t.operations, operation).agreed++ }

func (t *tally) unjudged(operation, reason string) {
	counted(t.operations, operation).unjudged[reason]++
}

func (t *tally) aside(what string) { t.asides[what]++ }

func (t *tally) touch(operation string, status int) {
	t.outcomes[fmt.Sprint(operation, " ", status)] = true
}

// held notes that a rule refused on both sides.
func (t *tally) held(id string, got target) {
	if id == "" {
		return
	}
	c := counted(t.rules, id)
	c.agreed++
	if c.words == "" {
		c.words = got.words()
	}
}

// note notes findings.
func (j *Judge) note(operation string, found ...contracttests.Found) {
	c := counted(j.operations, operation)
	for _, f := range found {
		c.keep(f)
		j.show(f)
	}
}

// broke notes that the target does not follow an assumed rule.
func (j *Judge) broke(r rule, f contracttests.Found) {
	c := counted(j.rules, r.ID)
	c.keep(f)
	j.show(f)
}

// show hands on the first finding of an operation, place and kind.
func (j *Judge) show(f contracttests.Found) {
	key := placed(f)
	if j.shown[key] || j.found == nil {
		return
	}
	j.shown[key] = true
	j.found(f)
}

// Aside counts what is not judged at all, such as calls of other hosts.
func (j *Judge) Aside(what string, n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.asides[what] += n
}

// Missed notes that n calls were not seen, so that nothing is known of the users
// any more.
func (j *Judge) Missed(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.asides["calls that came faster than they could be judged"] += n
	j.landAll()
	clear(j.worlds)
	j.witness.Missed()
}

// Run returns the result as that of a run of the suite: operations and rules are
// its cases.
func (j *Judge) Run() contracttests.Run {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.landAll()
	run := contracttests.Run{Base: j.base, Started: j.started, Requests: j.calls, Build: j.build, Compared: Table()}
	declared, touched := 0, 0
	for _, op := range j.spec.Operations() {
		for _, status := range op.Statuses {
			declared++
			if j.outcomes[fmt.Sprint(op.ID, " ", status)] {
				touched++
			}
		}
		if c := j.operations[op.ID]; c != nil {
			run.Results = append(run.Results, c.result(contracttests.Result{
				Case: "operations/" + op.ID, Title: op.Summary, Why: "Apps rely on what this call answers.", Source: "openapi.yaml; contracttests/lockstep/fields.yaml",
			}))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(j.rules)) {
		r, c := j.known[id], j.rules[id]
		run.Results = append(run.Results, c.result(contracttests.Result{
			Case: "rules/" + id, Title: r.Sentence, Why: "Apps and tests rely on this rule.", Source: r.Source, Assumed: r.Assumed,
		}))
	}
	whole, news := j.witness.Whole()
	run.Results = append(run.Results, whole...)
	run.News = append(run.News, news...)
	run.News = append(run.News, fmt.Sprintf("%d of %d outcomes of the API that openapi.yaml declares (operation and status) were seen", touched, declared))
	if j.united > 0 {
		run.News = append(run.News, fmt.Sprintf("%d tokens see users of another token, and are taken for tokens of the same client", j.united))
	}
	for _, what := range slices.Sorted(maps.Keys(j.asides)) {
		run.News = append(run.News, fmt.Sprintf("not judged: %s: %d", what, j.asides[what]))
	}
	return run
}

// result completes a result with what came of the calls.
func (c *count) result(r contracttests.Result) contracttests.Result {
	r.Conclude(c.found)
	judged := c.agreed + len(c.found) + c.left
	if judged == 0 {
		r.Status, r.Lacking = contracttests.NotApplicable, "a call that can be judged"
	}
	if c.agreed > 0 {
		r.News = append(r.News, fmt.Sprintf("%d answers as expected", c.agreed))
	}
	if c.left > 0 {
		r.News = append(r.News, fmt.Sprintf("%d more findings about the same places, which are counted only", c.left))
	}
	if c.words != "" {
		r.News = append(r.News, "the target's words: "+c.words)
	}
	for _, reason := range slices.Sorted(maps.Keys(c.unjudged)) {
		r.News = append(r.News, fmt.Sprintf("%d not judged: %s", c.unjudged[reason], reason))
	}
	return r
}
