package connect

import (
	"fmt"
	"time"
)

// An Operation is the operationId that a rule belongs to.
type Operation string

// The operations that have rules of their own.
const (
	OpStart        Operation = "users_charging_start_create"
	OpStop         Operation = "users_charging_stop_create"
	OpRemoveMethod Operation = "users_payment_methods_destroy"
	OpDeleteUser   Operation = "users_destroy"
	OpAny          Operation = "*"
)

// A Rule is one condition under which an operation refuses. From the table of
// rules come the refusals, the explanation of a removal, the listings and the
// README's table.
type Rule struct {
	ID        string
	Operation Operation
	Status    int       // HTTP status of the answer
	Type      ErrorType // empty: the answer is {"detail"} alone
	Detail    string    // the answer's detail
	Details   string    // the answer's error.details
	Sentence  string    // the condition, in plain words
	Source    string    // where it is written
	Assumed   bool      // no public source decides the condition or the status (an assumed error.type alone is said in Source)
	Remedy    string    // what makes it go away

	// Late rules are judged when the provider answers, after the charge
	// point's delay.
	Late bool
	// Holds says whether the rule is in force; nil for generic rules, which
	// the HTTP side decides.
	Holds func(*Situation) bool
	// Facts tells why the rule holds; nil: the sentence says it all.
	Facts func(*Situation) []string
}

// A Situation is what a rule may look at.
type Situation struct {
	now     time.Time
	user    *user
	method  *method      // nil: the user has none of that id
	session *session     // nil: the user has none of that id
	point   *ChargePoint // nil: there is none of that id
	status  EVSEStatus   // the point's, as of now in this state
	hold    *payment     // an authorised hold that waits for this start; nil: none
}

// Rules is a table of rules. Within an operation the order is the order of
// checks.
type Rules []Rule

// Of lists an operation's own rules in order of check.
func (rs Rules) Of(op Operation) Rules {
	var out Rules
	for _, r := range rs {
		if r.Operation == op {
			out = append(out, r)
		}
	}
	return out
}

// ByID finds a rule.
func (rs Rules) ByID(id string) (Rule, bool) {
	for _, r := range rs {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

// Generic says that a rule belongs to no operation and needs no scenario.
func (r Rule) Generic() bool { return r.Operation == OpAny }

// rulebook is the table sorted for use: by operation, then early and late.
type rulebook struct {
	byID  map[string]Rule
	early map[Operation]Rules
	late  map[Operation]Rules
}

func newRulebook(rs Rules) rulebook {
	b := rulebook{byID: map[string]Rule{}, early: map[Operation]Rules{}, late: map[Operation]Rules{}}
	for _, r := range rs {
		b.byID[r.ID] = r
		switch {
		case r.Holds == nil:
		case r.Late:
			b.late[r.Operation] = append(b.late[r.Operation], r)
		default:
			b.early[r.Operation] = append(b.early[r.Operation], r)
		}
	}
	return b
}

// first is the rule that answers, as a refusal; nil: nothing forbids.
func first(rules Rules, s *Situation) *Refusal {
	for _, r := range rules {
		if r.Holds(s) {
			return r.refusal(s)
		}
	}
	return nil
}

func (r Rule) refusal(s *Situation) *Refusal {
	f := &Refusal{Rule: r}
	if r.Facts != nil {
		f.Facts = r.Facts(s)
	}
	return f
}

// all lists every rule in force, in order of check.
func all(rules Rules, s *Situation) Rules {
	var out Rules
	for _, r := range rules {
		if r.Holds(s) {
			out = append(out, r)
		}
	}
	return out
}

// refuse makes a refusal from a rule that an operation decides by itself.
func (b rulebook) refuse(id string) *Refusal {
	r, ok := b.byID[id]
	if !ok {
		// A table without the rule is a deliberately broken one; say so
		// rather than answer as if all were well.
		r = Rule{ID: id, Operation: OpAny, Status: 404, Detail: fmt.Sprintf("No rule %s.", id)}
	}
	return &Refusal{Rule: r}
}
