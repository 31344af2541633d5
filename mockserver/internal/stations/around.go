package stations

// Around is a search for the stations within a distance of a point.
type Around struct {
	Latitude, Longitude float64 // degrees
	Distance            float64 // meters, inclusive
	Filter              Filter
	Offset, Limit       int // the page of the results; a limit of 0 only counts
}

// Near is a station and its distance.
type Near struct {
	Meters float64
	entry  entry
	match  *matcher
}

// Station returns the station itself.
func (n Near) Station() Station { return n.match.station(n.entry) }

// Number returns the number of the station in its catalogue, and reports whether
// it is there and not a world's own.
func (n Near) Number() (number uint32, ok bool) {
	return n.entry.number, n.match.own(n.entry) == nil
}

// Around returns the number of stations in a circle and one page of them,
// nearest first, those at the same distance by id. It returns none for a place
// that does not exist, such as latitude 91. live may be nil.
func (c *Catalogue) Around(q Around, live Live) (total int, page []Near) {
	total, page, _ = c.around(q, live)
	return total, page
}

// around also returns how many stations and cells it has looked at.
func (c *Catalogue) around(q Around, live Live) (total int, page []Near, looks int) {
	from, ok := newCenter(q.Latitude, q.Longitude)
	if !ok || !(q.Distance >= 0) || len(c.index) == 0 {
		return 0, nil, 0
	}
	s := search{c: c, from: from, radius: q.Distance, hav: havOf(q.Distance), match: c.matcher(q.Filter, live)}
	s.found = queue{before: s.idBefore, items: make([]candidate, 0, 128)}
	total = s.count() + s.take(s.match.entries)
	offset := max(q.Offset, 0)
	limit := min(q.Limit, total-offset)
	if limit <= 0 {
		return total, nil, s.looks
	}
	page = make([]Near, 0, limit)
	if offset >= deep && s.match.all {
		for _, found := range s.ring(offset, limit) {
			page = append(page, Near{Meters: found.distance, entry: found.entry, match: &s.match})
		}
		return total, page, s.looks
	}
	s.nearest(offset+limit, func(rank int, e entry, distance float64) {
		if rank >= offset {
			page = append(page, Near{Meters: distance, entry: e, match: &s.match})
		}
	})
	return total, page, s.looks
}

// A search is one walk around a center.
type search struct {
	c      *Catalogue
	from   center
	radius float64 // meters
	hav    float64 // the same as a haversine
	match  matcher
	found  queue // what the count has met, for the page

	counting bool // nothing is queued
	looks    int  // stations and cells looked at
}

// doubt is the relative error within which a cell counts as cut by the edge of
// the circle.
const doubt = 1e-9

// at returns the distance of a station in meters, and whether it is in the
// circle. Stations are compared by meters, not by the haversines that these are
// computed from, because two with the same distance must be ordered by id.
func (s *search) at(e entry) (float64, bool) {
	m := meters(s.from.hav(s.match.position(e).radians()))
	return m, m <= s.radius
}

// idBefore reports whether the id of a is less than that of b.
func (s *search) idBefore(a, b entry) bool { return s.match.stationID(a) < s.match.stationID(b) }

// count visits only the cells that the edge of the circle cuts. Without a filter
// it counts the cells inside without looking at their stations.
func (s *search) count() int {
	ix := s.c.index
	total := 0
	stack := append(make([]node, 0, 64), ix.node(0, len(ix)))
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		s.looks++
		if n.leaf() {
			total += s.take(ix[n.lo:n.hi])
			continue
		}
		b := ix.box(n)
		least := s.from.nearest(b)
		switch {
		case least > s.hav*(1+doubt):
		case s.from.farthest(b) < s.hav*(1-doubt):
			total += s.match.count(ix[n.lo:n.hi])
			s.queueCell(n, least)
		default:
			quarters, k := ix.children(n)
			stack = append(stack, quarters[:k]...)
		}
	}
	return total
}

// nearest visits the first n stations of the circle in order; count must have
// run. It opens the nearest cell first, so that it never looks at stations that
// are farther away than the last one.
func (s *search) nearest(n int, visit func(rank int, e entry, distance float64)) {
	ix := s.c.index
	for rank := 0; rank < n; {
		next, ok := s.found.pop()
		s.looks++
		switch {
		case !ok:
			return
		case next.single:
			visit(rank, next.entry, next.distance)
			rank++
		case next.node.leaf():
			s.take(ix[next.node.lo:next.node.hi])
		default:
			quarters, k := ix.children(next.node)
			for _, child := range quarters[:k] {
				s.queueCell(child, s.from.nearest(ix.box(child)))
			}
		}
	}
}

// queueCell queues a cell whose nearest point has a haversine.
func (s *search) queueCell(n node, hav float64) {
	if s.counting {
		return
	}
	s.found.push(candidate{distance: meters(hav) * (1 - doubt), node: n})
}

// take queues and counts those of some stations that are in the circle.
func (s *search) take(entries []entry) int {
	taken := 0
	s.looks += len(entries)
	for _, e := range entries {
		if !s.match.accepts(e) {
			continue
		}
		if m, ok := s.at(e); ok {
			if !s.counting {
				s.found.push(candidate{distance: m, single: true, entry: e})
			}
			taken++
		}
	}
	return taken
}

// A candidate in the queue is a station, or a cell with the least distance that
// a station in it may have.
type candidate struct {
	distance float64 // meters
	single   bool    // a station
	entry    entry
	node     node
}

// A queue is a binary heap. container/heap would allocate for every candidate.
type queue struct {
	items  []candidate
	before func(a, b entry) bool // order of equally near stations
}

// less orders a cell before a station at the same distance, as the cell may
// contain one with a smaller id.
func (q *queue) less(a, b *candidate) bool {
	switch {
	case a.distance != b.distance:
		return a.distance < b.distance
	case a.single && b.single:
		return q.before(a.entry, b.entry)
	}
	return !a.single && b.single
}

func (q *queue) push(c candidate) {
	q.items = append(q.items, c)
	for i := len(q.items) - 1; i > 0; {
		parent := (i - 1) / 2
		if !q.less(&q.items[i], &q.items[parent]) {
			return
		}
		q.items[i], q.items[parent] = q.items[parent], q.items[i]
		i = parent
	}
}

func (q *queue) pop() (candidate, bool) {
	if len(q.items) == 0 {
		return candidate{}, false
	}
	top, last := q.items[0], len(q.items)-1
	q.items[0] = q.items[last]
	q.items = q.items[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if q.less(&q.items[child], &q.items[least]) {
				least = child
			}
		}
		if least == i {
			return top, true
		}
		q.items[i], q.items[least] = q.items[least], q.items[i]
		i = least
	}
}
