package compare

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"cariqamock/contracttests"
)

// Two runs never see the same ids, times and secrets. Before two answers are
// compared, each such value becomes a reference, <user:1>, <time:2>: values
// that stand at the same place on both sides get the same one, and keep it for
// the rest of the case. So two different ids are no disagreement, but an
// answer that shows another user's id than the other side does is one. Money
// and everything else stays as it is.

// names gives references to values of two sides.
type names struct {
	count  map[string]int    // by kind
	a, b   map[string]string // kind and value to reference
	inA    map[string]string // reference to value
	inB    map[string]string
	within time.Duration // times that are no further apart count as one
}

// nearTimes is how far apart two times may be that the other side has as one:
// two runs do not take equally long between two calls.
const nearTimes = 5 * time.Second

func newNames() *names {
	return &names{
		count: map[string]int{}, a: map[string]string{}, b: map[string]string{},
		inA: map[string]string{}, inB: map[string]string{}, within: nearTimes,
	}
}

// pair names two values that stand at the same place. The names are equal
// unless one of the values is already known as something else.
func (n *names) pair(kind, a, b string) (string, string) {
	if kind == kindTime && (contracttests.IsUTCSecond(a) || contracttests.IsUTCSecond(b)) {
		return "<time>", "<time>" // two things in one second are a coincidence
	}
	nameA, knownA := n.a[kind+a]
	nameB, knownB := n.b[kind+b]
	switch {
	case !knownA && !knownB:
		name := n.fresh(kind)
		n.a[kind+a], n.b[kind+b], n.inA[name], n.inB[name] = name, name, a, b
		return name, name
	case kind == kindTime && (knownA && n.near(n.inB[nameA], b) || knownB && n.near(n.inA[nameB], a)):
		if !knownA {
			nameA = nameB
		}
		return nameA, nameA
	case !knownA:
		nameA = n.fresh(kind)
		n.a[kind+a], n.inA[nameA] = nameA, a
	case !knownB:
		nameB = n.fresh(kind)
		n.b[kind+b], n.inB[nameB] = nameB, b
	}
	return nameA, nameB
}

func (n *names) fresh(kind string) string {
	n.count[kind]++
	return fmt.Sprintf("<%s:%d>", kind, n.count[kind])
}

func (n *names) near(s, t string) bool {
	x, errX := time.Parse(time.RFC3339Nano, s)
	y, errY := time.Parse(time.RFC3339Nano, t)
	return errX == nil && errY == nil && x.Sub(y).Abs() <= n.within
}

// Kinds of references.
const (
	kindTime   = "time"
	kindUser   = "user"
	kindSess   = "session"
	kindID     = "id"
	kindMethod = "method"
	kindIntent = "intent"
	kindSecret = "secret"
	kindTag    = "tag"
	kindPoint  = "point"
	kindLink   = "link"
)

var (
	wholeSecret = regexp.MustCompile(`^(seti|pi)_[^_]+_secret_.+$`)
	wholeIntent = regexp.MustCompile(`^(seti|pi)_[A-Za-z0-9]+$`)
	wholeMethod = regexp.MustCompile(`^pm_[A-Za-z0-9]+$`)
	embedded    = regexp.MustCompile(`(?i)\d{8}t\d{6}z-[0-9a-f]{12}(?:(?:/|%2f|-)\d+)?` +
		`|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}` +
		`|(?:seti|pi)_[a-z0-9]+(?:_secret_(?:\[redacted\]|[a-z0-9]+))?|pm_[a-z0-9]{14,}`)
)

// kindOf says what a text refers to; empty: nothing, it stands for itself.
func kindOf(operation, field, s string) string {
	switch {
	case contracttests.IsUUID(s):
		return uuidKind(operation, field)
	case wholeSecret.MatchString(s):
		return kindSecret
	case wholeIntent.MatchString(s):
		return kindIntent
	case wholeMethod.MatchString(s) && !strings.HasPrefix(s, "pm_card_"):
		return kindMethod
	case contracttests.IsTime(s):
		return kindTime
	case slices.Contains(contracttests.ProgressPoints(), s) || slices.Contains(contracttests.SharedPoints(), s):
		return kindPoint
	case contracttests.IsLink(s):
		return kindLink
	}
	return ""
}

func uuidKind(operation, field string) string {
	switch {
	case field == "user_id", field == "id" && !strings.Contains(operation, "_charging") && strings.HasPrefix(operation, "users_"):
		return kindUser
	case strings.HasSuffix(field, "session_id"), field == "id" && strings.Contains(operation, "_charging"):
		return kindSess
	}
	return kindID
}

// A twin is a field that has been renamed between two generations of the API.
// Servers may send both names side by side.
type twin struct {
	current, former       string
	generation, formerGen string
}

func twins() []twin {
	return []twin{
		{"setup_intent_client_secret", "client_secret", "1.0.0", "2026-03"},
		{"payment_intent_client_secret", "client_secret", "1.0.0", "2026-03"},
	}
}

// generationOf says which generation has a name instead of another; empty:
// none that is known.
func generationOf(from, to string) string {
	for _, t := range twins() {
		switch {
		case t.current == from && t.former == to:
			return t.formerGen
		case t.current == to && t.former == from:
			return t.generation
		}
	}
	return ""
}

// A rename is a field that one side has under another name.
type rename struct{ at, from, to string }

// alignment walks two values side by side and puts references in them.
type alignment struct {
	names        *names
	operation    string
	baseA, baseB string
	renames      []rename
}

// pair gives both values with references instead of what no two runs share.
// Fields that only have another name on the other side are taken out of both
// and noted.
func (w *alignment) pair(at, field string, a, b any) (any, any) {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			return w.objects(at, x, y)
		}
	case []any:
		if y, ok := b.([]any); ok {
			return w.lists(at, x, y)
		}
	case string:
		if y, ok := b.(string); ok {
			return w.texts(field, x, y)
		}
	}
	return w.alone(field, a, w.baseA), w.alone(field, b, w.baseB)
}

func (w *alignment) lists(at string, a, b []any) (any, any) {
	outA, outB := make([]any, len(a)), make([]any, len(b))
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(b):
			outA[i] = w.alone("", a[i], w.baseA)
		case i >= len(a):
			outB[i] = w.alone("", b[i], w.baseB)
		default:
			outA[i], outB[i] = w.pair(at+"/*", "", a[i], b[i])
		}
	}
	return outA, outB
}

func (w *alignment) objects(at string, a, b map[string]any) (any, any) {
	a, b = oneName(a), oneName(b)
	if bills := [2]settlement{billOf(a), billOf(b)}; bills[0] != bills[1] && bills[0] != noBill && bills[1] != noBill {
		delete(a, costField)
		delete(b, costField)
	}
	for _, r := range w.renamed(at, a, b) {
		w.renames = append(w.renames, r)
		w.pair(at, r.from, a[r.from], b[r.to]) // for what it refers to
		delete(a, r.from)
		delete(b, r.to)
	}
	outA, outB := map[string]any{}, map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(merged(a, b))) {
		x, inA := a[name]
		y, inB := b[name]
		switch {
		case !inB:
			outA[name] = w.alone(name, x, w.baseA)
		case !inA:
			outB[name] = w.alone(name, y, w.baseB)
		default:
			outA[name], outB[name] = w.pair(at+"/"+name, name, x, y)
		}
	}
	return outA, outB
}

// A settlement is how far the bill of a session has come. One side may still wait for
// the final record when the other has it: where that counts, cases wait for
// it, and anywhere else the costs are not compared.
type settlement int

const (
	noBill settlement = iota // no session
	billOpen
	billDone
)

const costField = "session_cost"

func billOf(o map[string]any) settlement {
	cost, ok := o[costField].(map[string]any)
	switch {
	case !ok:
		return noBill
	case cost["kwh_cost"] == nil:
		return billOpen
	}
	return billDone
}

func merged(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// oneName gives a copy without the former name of a field that is there under
// both: a server may leave it out.
func oneName(o map[string]any) map[string]any {
	out := maps.Clone(o)
	for _, t := range twins() {
		current, ok := out[t.current]
		if former, both := out[t.former]; ok && both && reflect.DeepEqual(current, former) {
			delete(out, t.former)
		}
	}
	return out
}

// renamed finds fields of a that b has under another name: exactly one field
// that a does not have refers to the same kind of thing, or is equal.
func (w *alignment) renamed(at string, a, b map[string]any) []rename {
	var out []rename
	taken := map[string]bool{}
	for _, from := range slices.Sorted(maps.Keys(a)) {
		if _, same := b[from]; same {
			continue
		}
		var fits []string
		for _, to := range slices.Sorted(maps.Keys(b)) {
			if _, old := a[to]; !old && !taken[to] && w.alike(from, a[from], to, b[to]) {
				fits = append(fits, to)
			}
		}
		if len(fits) == 1 {
			taken[fits[0]] = true
			out = append(out, rename{at, from, fits[0]})
		}
	}
	return out
}

func (w *alignment) alike(from string, a any, to string, b any) bool {
	x, ok := a.(string)
	y, too := b.(string)
	if ok && too {
		if kind := kindOf(w.operation, from, x); kind != "" {
			return kind == kindOf(w.operation, to, y)
		}
	}
	return a != nil && reflect.DeepEqual(a, b)
}

func (w *alignment) texts(field, a, b string) (string, string) {
	a, b = local(a, w.baseA), local(b, w.baseB)
	if kind := kindOf(w.operation, field, a); kind != "" && kind == kindOf(w.operation, field, b) {
		return w.names.pair(kind, a, b)
	}
	partsA, partsB := embedded.FindAllString(a, -1), embedded.FindAllString(b, -1)
	if len(partsA) != len(partsB) {
		return lone(a), lone(b)
	}
	for i := range partsA {
		kind := partKind(partsA[i])
		if kind != partKind(partsB[i]) {
			return lone(a), lone(b)
		}
		x, y := w.names.pair(kind, contracttests.UnescapeSlashes(partsA[i]), contracttests.UnescapeSlashes(partsB[i]))
		a, b = strings.Replace(a, partsA[i], x, 1), strings.Replace(b, partsB[i], y, 1)
	}
	return a, b
}

// alone replaces what refers to something in a value that the other side does
// not have.
func (w *alignment) alone(field string, v any, base string) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, each := range v {
			out[name] = w.alone(name, each, base)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = w.alone("", each, base)
		}
		return out
	case string:
		s := local(v, base)
		if kind := kindOf(w.operation, field, s); kind != "" {
			return "<" + kind + ">"
		}
		return lone(s)
	}
	return v
}

func lone(s string) string {
	return embedded.ReplaceAllStringFunc(s, func(part string) string { return "<" + partKind(part) + ">" })
}

func partKind(part string) string {
	switch {
	case contracttests.RunStamp.MatchString(part):
		return kindTag
	case contracttests.IsUUID(strings.ToLower(part)):
		return kindID
	case strings.Contains(part, "_secret_"):
		return kindSecret
	case strings.HasPrefix(part, "pm_"):
		return kindMethod
	}
	return kindIntent
}

// local takes the target's own address out of links.
func local(s, base string) string {
	if base == "" {
		return s
	}
	return strings.ReplaceAll(s, base, "<base>")
}
