package redact

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// cards masks the card numbers in a text, whatever stands beside them.
// The first six digits and the last four stay, as they may on a receipt. A
// card number has a right check digit and is one of these:
//
//   - 13 to 19 digits together, or in groups of at most six between spaces,
//     hyphens and plus signs; not the fraction of a coordinate, and not a time
//   - a number that an issuer's prefix and length prove, also as a fraction,
//     in groups of any length, in its usual groups between any punctuation, or
//     within a longer run of digits
//
// Parts of a UUID may look like one; they stay.
func cards(s string) string {
	if read := decimal(s); read != s {
		if safe := cards(read); safe != read {
			return safe
		}
		return s
	}
	if !hasCard(s) {
		return s
	}
	var b strings.Builder
	kept := 0 // up to here s is in b
	for _, c := range withoutIDs(s, findCards(s)) {
		b.WriteString(s[kept:c.start])
		b.WriteString(c.mask())
		kept = c.end
	}
	return b.String() + s[kept:]
}

var uuid = regexp.MustCompile(`(?i)\b[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\b`)

// withoutIDs removes the spans within UUIDs.
func withoutIDs(s string, found []cardSpan) []cardSpan {
	if len(found) == 0 {
		return nil
	}
	ids := uuid.FindAllStringIndex(s, -1)
	return slices.DeleteFunc(found, func(c cardSpan) bool {
		return slices.ContainsFunc(ids, func(id []int) bool { return id[0] <= c.start && c.end <= id[1] })
	})
}

// A cardSpan is a card number within a text, or several that overlap.
type cardSpan struct {
	start, end  int
	first, last string // the digits that stay
}

func newCardSpan(start, end int, digits []byte) cardSpan {
	return cardSpan{start: start, end: end, first: string(digits[:6]), last: string(digits[len(digits)-4:])}
}

// mask has brackets so that digits beside it are not read together with those
// that it shows.
func (c cardSpan) mask() string { return "[" + c.first + masked + c.last + "]" }

// findCards returns the card numbers of a text in their order, without
// overlaps. Numbers that an issuer proves come before those that may be.
func findCards(s string) []cardSpan {
	groups := digitGroups(s)
	var found, likely []cardSpan
	for i := range groups {
		proved, other := joined(s, groups[i:])
		found = append(append(found, proved...), issuedInGroups(s, groups[i:])...)
		found = append(found, issuedWithin(s, groups[i])...)
		likely = append(likely, other...)
	}
	found = merge(found)
	certain, free := found, 0
	for _, c := range likely {
		if c.start >= free && !slices.ContainsFunc(certain, c.overlaps) {
			found = append(found, c)
			free = c.end
		}
	}
	return merge(found)
}

func (c cardSpan) overlaps(other cardSpan) bool { return c.start < other.end && other.start < c.end }

// merge sorts spans and makes one of those that overlap.
func merge(spans []cardSpan) []cardSpan {
	slices.SortFunc(spans, func(a, b cardSpan) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	out := spans[:0]
	for _, c := range spans {
		if n := len(out); n > 0 && c.start < out[n-1].end {
			if c.end > out[n-1].end {
				out[n-1].end, out[n-1].last = c.end, c.last
			}
			continue
		}
		out = append(out, c)
	}
	return out
}

// joined returns the card numbers that start with the first group and consist
// of whole groups: those proved by an issuer, and the longest of the others.
func joined(s string, groups []digitGroup) (proved, likely []cardSpan) {
	digits, widest := make([]byte, 0, 2*maxCard), 0
	for i, g := range groups {
		digits = append(digits, s[g.start:g.end]...)
		widest = max(widest, g.len())
		if len(digits) > maxCard {
			break
		}
		if len(digits) >= minCard && luhn(digits) {
			c := newCardSpan(groups[0].start, g.end, digits)
			switch {
			case issued(digits):
				proved = append(proved, c)
			case (i == 0 || widest <= maxGroup) && !isFraction(s, c.start) && !isTime(digits):
				likely = []cardSpan{c}
			}
		}
		if g.gap != gapNear {
			break
		}
	}
	return proved, likely
}

// issuedInGroups returns the card number proved by an issuer that is in its
// usual groups and starts with the end of the first group. Other digits may
// stand before and behind it.
func issuedInGroups(s string, groups []digitGroup) (found []cardSpan) {
	for _, lengths := range usual {
		last := len(lengths) - 1
		if len(groups) <= last || groups[0].len() < lengths[0] || groups[last].len() < lengths[last] {
			continue
		}
		start, end := groups[0].end-lengths[0], groups[last].start+lengths[last]
		digits := []byte(s[start:groups[0].end])
		for i := 1; i < last && groups[i].len() == lengths[i]; i++ {
			digits = append(digits, s[groups[i].start:groups[i].end]...)
		}
		digits = append(digits, s[groups[last].start:end]...)
		apart := slices.ContainsFunc(groups[:last], func(g digitGroup) bool { return g.gap == gapFar })
		if !apart && issued(digits) && luhn(digits) {
			found = append(found, newCardSpan(start, end, digits))
		}
	}
	return found
}

// issuedWithin returns the card numbers proved by an issuer within a run of
// digits. It knows the usual lengths only.
func issuedWithin(s string, g digitGroup) (found []cardSpan) {
	for start := g.start; start < g.end; start++ {
		for length := 14; length <= 16 && start+length <= g.end; length++ {
			if digits := []byte(s[start : start+length]); issued(digits) && luhn(digits) {
				found = append(found, newCardSpan(start, start+length, digits))
			}
		}
	}
	return found
}

// isFraction reports whether the digits at i are those of a decimal, such as
// of a coordinate. The whole part may have been masked.
func isFraction(s string, i int) bool {
	return i >= 2 && s[i-1] == '.' && (digit(s[i-2]) || s[i-2] == ']')
}
