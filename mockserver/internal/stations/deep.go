package stations

import (
	"math"
	"slices"
)

// A page that begins behind so many stations is found by distance, see ring.
// Pages nearer than that are cheaper to find from the center.
const deep = 1000

// ring returns stations of the circle by rank, from offset on, without visiting
// the nearer ones: it counts how many are within a distance until it knows the
// first and the last one of the page well enough. Only without a filter, as
// counting visits each station then.
func (s *search) ring(offset, limit int) []candidate {
	farthest := min(s.radius, 2*math.Pi*earthRadius) // a client may ask for any distance
	inner, _ := s.between(-1, farthest, offset)
	_, outer := s.between(inner, farthest, offset+limit-1)
	skipped := 0
	if inner >= 0 {
		skipped = s.upTo(inner)
	}
	out := s.collect(inner, outer)
	slices.SortFunc(out, func(a, b candidate) int {
		if s.found.less(&a, &b) {
			return -1
		}
		return 1
	})
	return out[offset-skipped:][:limit]
}

// between returns two distances, of which the nearer one has at most n stations
// within it and the other one more. lo and hi are such distances, but not as
// close.
func (s *search) between(lo, hi float64, n int) (float64, float64) {
	const tries = 64 // more than a distance has bits
	most, least := s.upTo(hi), s.upTo(lo)
	for range tries {
		if most-least <= deep {
			break
		}
		mid := lo + (hi-lo)/2
		if count := s.upTo(mid); count <= n {
			lo, least = mid, count
		} else {
			hi, most = mid, count
		}
	}
	return lo, hi
}

// upTo returns the number of stations within a distance.
func (s *search) upTo(distance float64) int {
	if distance < 0 {
		return 0
	}
	within := *s
	within.radius, within.hav, within.counting = distance, havOf(distance), true
	n := within.count() + within.take(s.match.entries)
	s.looks = within.looks
	return n
}

// collect returns the stations that are farther away than one distance, but not
// than another.
func (s *search) collect(inner, outer float64) (out []candidate) {
	add := func(entries []entry) {
		s.looks += len(entries)
		for _, e := range entries {
			if m, _ := s.at(e); m > inner && m <= outer {
				out = append(out, candidate{distance: m, single: true, entry: e})
			}
		}
	}
	add(s.match.entries)
	ix, least, most := s.c.index, havOf(max(inner, 0))*(1-doubt), havOf(outer)*(1+doubt)
	stack := []node{ix.node(0, len(ix))}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		s.looks++
		switch b := ix.box(n); {
		case n.leaf():
			add(ix[n.lo:n.hi])
		case s.from.nearest(b) > most, inner >= 0 && s.from.farthest(b) < least:
		default:
			quarters, k := ix.children(n)
			stack = append(stack, quarters[:k]...)
		}
	}
	return out
}
