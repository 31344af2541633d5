package stations

// Around asks for the stations within a distance of a point.
type Around struct {
	Latitude, Longitude float64 // degrees
	Distance            float64 // metres, inclusive
	Filter              Filter
	Offset, Limit       int // which of the results, nearest first; Limit 0 only counts
}

// Near is a station and how far away it is.
type Near struct {
	Station Station
	Metres  float64
}

// Around counts the stations in a circle and gives one page of them, nearest
// first, equally near ones by id. A place that does not exist, such as
// latitude 91, has no stations around it.
func (c *Catalogue) Around(q Around, live Live) (total int, page []Near) {
	from, ok := newCentre(q.Latitude, q.Longitude)
	if !ok || !(q.Distance >= 0) || len(c.index) == 0 {
		return 0, nil
	}
	s := search{c: c, from: from, radius: q.Distance, hav: havOf(q.Distance), match: c.matcher(q.Filter, live)}
	s.found = queue{before: c.idBefore, items: make([]candidate, 0, 128)}
	total = s.count()
	offset := max(q.Offset, 0)
	limit := min(q.Limit, total-offset)
	if limit <= 0 {
		return total, nil
	}
	page = make([]Near, 0, limit)
	s.nearest(offset+limit, func(rank int, e entry, metres float64) {
		if rank >= offset {
			page = append(page, Near{Station: c.station(e.number, e.traits), Metres: metres})
		}
	})
	return total, page
}

// A search is one walk around a centre.
type search struct {
	c      *Catalogue
	from   centre
	radius float64 // metres
	hav    float64 // the same as a haversine
	match  matcher
	found  queue // what the count came across, for the page
}

// doubt is the relative error within which a cell counts as cut by the circle.
const doubt = 1e-9

// at is how far away a station is, and whether the circle holds it. Stations
// are compared by metres, not by what metres are computed from, for two that
// show the same distance must be ordered by id.
func (s *search) at(e entry) (float64, bool) {
	m := metres(s.from.hav(s.c.position(e.number, e.traits).radians()))
	return m, m <= s.radius
}

// count visits only cells that the circle's edge cuts; without a filter the
// cells inside are counted unseen.
func (s *search) count() int {
	ix := s.c.index
	total := 0
	stack := append(make([]node, 0, 64), ix.node(0, len(ix)))
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
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
			s.hold(n, least)
		default:
			quarters, k := ix.children(n)
			stack = append(stack, quarters[:k]...)
		}
	}
	return total
}

// nearest visits the first n stations of the circle in order, after count:
// best first, so that what is farther than the last of them is never seen.
func (s *search) nearest(n int, visit func(rank int, e entry, metres float64)) {
	ix := s.c.index
	for rank := 0; rank < n; {
		next, ok := s.found.pop()
		switch {
		case !ok:
			return
		case next.single:
			visit(rank, next.entry, next.metres)
			rank++
		case next.node.leaf():
			s.take(ix[next.node.lo:next.node.hi])
		default:
			quarters, k := ix.children(next.node)
			for _, child := range quarters[:k] {
				s.hold(child, s.from.nearest(ix.box(child)))
			}
		}
	}
}

// hold queues a cell whose nearest point is at a haversine.
func (s *search) hold(n node, hav float64) {
	s.found.push(candidate{metres: metres(hav) * (1 - doubt), node: n})
}

// take queues those of some stations that the circle holds, and counts them.
func (s *search) take(entries []entry) int {
	taken := 0
	for _, e := range entries {
		if !s.match.accepts(e) {
			continue
		}
		if m, ok := s.at(e); ok {
			s.found.push(candidate{metres: m, single: true, entry: e})
			taken++
		}
	}
	return taken
}

// A candidate waits in the queue: a station, or a cell with the least distance
// that a station in it may have.
type candidate struct {
	metres float64
	single bool
	entry  entry
	node   node
}

// A queue is a binary heap. container/heap would box every candidate.
type queue struct {
	items  []candidate
	before func(a, b entry) bool // order of equally near stations
}

// less lets a cell go before a station at the same distance: the cell may hold
// one with a smaller id.
func (q *queue) less(a, b *candidate) bool {
	switch {
	case a.metres != b.metres:
		return a.metres < b.metres
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
