package connect

import (
	"iter"
	"slices"
)

// pointRows is how many charge points are looked at while the state is locked
// once.
const pointRows = 100

// InspectPoints returns a page of charge points: the known ones in their order,
// then all others that this state overrides or that a session occupies, in
// order of their ids, those that the catalogue does not have at the end. The
// page begins after a point, or with the first one if after is empty. It
// reports whether there is such a point, and whether more follow.
func (s *State) InspectPoints(known []string, after string, limit int) (page []PointDetail, more, ok bool) {
	isKnown := map[string]bool{}
	for _, evse := range known {
		isKnown[evse] = true
	}
	skipping, next := after != "", []string{}
	for evse := range s.relevantPoints(known, isKnown) {
		if skipping {
			skipping = evse != after
			continue
		}
		if next = append(next, evse); len(next) == pointRows {
			page, next = append(page, s.inspectRelevant(next, isKnown)...), next[:0]
			if len(page) > limit {
				break
			}
		}
	}
	page = append(page, s.inspectRelevant(next, isKnown)...)
	if len(page) > limit {
		page, more = page[:limit], true
	}
	return page, more, !skipping
}

// relevantPoints returns the ids of the points that InspectPoints may return,
// in its order.
func (s *State) relevantPoints(known []string, isKnown map[string]bool) iter.Seq[string] {
	others := s.ChangedPoints()
	slices.Sort(others)
	others = slices.DeleteFunc(slices.Compact(others), func(evse string) bool { return isKnown[evse] })
	cataloged := func(evse string) bool {
		_, ok := s.cfg.Catalogue.ChargePoint(evse)
		return ok
	}
	return func(yield func(string) bool) {
		for _, evse := range known {
			if !yield(evse) {
				return
			}
		}
		for _, own := range []bool{false, true} {
			for _, evse := range others {
				if cataloged(evse) != own && !yield(evse) {
					return
				}
			}
		}
	}
}

// inspectRelevant returns those points that are known, overridden or occupied.
func (s *State) inspectRelevant(evses []string, isKnown map[string]bool) []PointDetail {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Clock.Now()
	var out []PointDetail
	for _, evse := range evses {
		_, overridden := s.overrides.Get(evse)
		if d, err := s.inspect(evse, now); err == nil && (d.SessionID != "" || overridden || isKnown[evse]) {
			out = append(out, d)
		}
	}
	return out
}
