package compare

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cariqamock/contracttests"
	"cariqamock/contracttests/shape"
)

// Two runs never see the same ids, times and secrets. Before two answers are
// compared, each such value becomes a reference, such as <user:1> or <time:2>.
// Values at the same place on both sides get the same reference and keep it for
// the rest of the case. So two different ids are no disagreement, but an answer
// with another user's id than on the other side is one. Amounts and everything
// else stay as they are.

// references are those of two sides.
type references struct {
	count map[string]int // by kind
	a, b  side
}

// side knows the references of one side's values.
type side struct {
	of    map[string]string // kind and value to reference
	value map[string]string // reference to value
}

func newSide() side { return side{map[string]string{}, map[string]string{}} }

func (s side) set(kind, value, reference string) {
	s.of[kind+value], s.value[reference] = reference, value
}

// nearTimes is how far apart two times of one side may be that are one time on
// the other: two runs do not take equally long between two calls.
const nearTimes = 5 * time.Second

func newReferences() *references {
	return &references{count: map[string]int{}, a: newSide(), b: newSide()}
}

// pair returns the references of two values at the same place. They are equal
// unless one of the values is already known as something else.
func (r *references) pair(kind, a, b string) (string, string) {
	if kind == kindTime && (shape.IsUTCSecond(a) || shape.IsUTCSecond(b)) {
		return "<time>", "<time>" // two things in one second are a coincidence
	}
	refA, refB := r.a.of[kind+a], r.b.of[kind+b]
	unknown := refA == "" && refB == ""
	if kind == kindTime {
		if refA != "" && near(r.b.value[refA], b) {
			return refA, refA
		}
		if refB != "" && near(r.a.value[refB], a) {
			return refB, refB
		}
	}
	if refA == "" {
		refA = r.fresh(kind)
		r.a.set(kind, a, refA)
	}
	if unknown {
		refB = refA
	} else if refB == "" {
		refB = r.fresh(kind)
	}
	r.b.set(kind, b, refB)
	return refA, refB
}

func (r *references) fresh(kind string) string {
	r.count[kind]++
	return fmt.Sprintf("<%s:%d>", kind, r.count[kind])
}

func near(s, t string) bool {
	x, errX := time.Parse(time.RFC3339Nano, s)
	y, errY := time.Parse(time.RFC3339Nano, t)
	return errX == nil && errY == nil && x.Sub(y).Abs() <= nearTimes
}

// Kinds of references.
const (
	kindTime    = "time"
	kindUser    = "user"
	kindSession = "session"
	kindID      = "id"
	kindMethod  = "method"
	kindIntent  = "intent"
	kindSecret  = "secret"
	kindTag     = "tag"
	kindPoint   = "point"
	kindLink    = "link"
)

var (
	wholeSecret = regexp.MustCompile(`^(seti|pi)_[^_]+_secret_.+$`)
	wholeIntent = regexp.MustCompile(`^(seti|pi)_[A-Za-z0-9]+$`)
	wholeMethod = regexp.MustCompile(`^pm_[A-Za-z0-9]+$`)
	embedded    = regexp.MustCompile(contracttests.RunStamp.String() +
		`|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}` +
		`|(?:seti|pi)_[a-z0-9]+(?:_secret_(?:\[redacted\]|[a-z0-9]+))?|pm_[a-z0-9]{14,}`)
)

// kindOf returns what a text refers to, or "" if it stands for itself.
func kindOf(operation, field, s string) string {
	switch {
	case shape.IsUUID(s):
		return uuidKind(operation, field)
	case wholeSecret.MatchString(s):
		return kindSecret
	case wholeIntent.MatchString(s):
		return kindIntent
	case wholeMethod.MatchString(s) && !strings.HasPrefix(s, "pm_card_"):
		return kindMethod
	case shape.IsTime(s):
		return kindTime
	case slices.Contains(contracttests.ProgressPoints(), s) || slices.Contains(contracttests.SharedPoints(), s):
		return kindPoint
	case shape.IsLink(s):
		return kindLink
	}
	return ""
}

func uuidKind(operation, field string) string {
	switch {
	case field == "user_id", field == "id" && !strings.Contains(operation, "_charging") && strings.HasPrefix(operation, "users_"):
		return kindUser
	case strings.HasSuffix(field, "session_id"), field == "id" && strings.Contains(operation, "_charging"):
		return kindSession
	}
	return kindID
}

// partKind returns what a part of a text refers to. An id in a path is not known
// as a user's or a session's: its kind would be a guess.
func partKind(part string) string {
	switch {
	case contracttests.RunStamp.MatchString(part):
		return kindTag
	case shape.IsUUID(strings.ToLower(part)):
		return kindID
	case strings.Contains(part, "_secret_"):
		return kindSecret
	case strings.HasPrefix(part, "pm_"):
		return kindMethod
	}
	return kindIntent
}

// unnumbered returns a text with kinds instead of what it refers to.
func unnumbered(s string) string {
	return embedded.ReplaceAllStringFunc(s, func(part string) string { return "<" + partKind(part) + ">" })
}

// local returns a text without the target's own address.
func local(s, base string) string {
	if base == "" {
		return s
	}
	return strings.ReplaceAll(s, base, "<base>")
}
