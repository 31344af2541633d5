package stations

import (
	"cmp"
	"slices"
)

// An entry is all that is stored of a station: sixteen bytes.
type entry struct {
	key    uint64 // place on the Z-order curve
	number uint32 // which station
	traits traits // what filters look at
}

// A stationIndex has the entries in the order of the curve.
type stationIndex []entry

func newIndex(entries []entry) stationIndex {
	slices.SortFunc(entries, func(a, b entry) int {
		if c := cmp.Compare(a.key, b.key); c != 0 {
			return c
		}
		return cmp.Compare(a.number, b.number)
	})
	return entries
}

// from returns the first position in [lo, hi) whose key is not below a key.
func (ix stationIndex) from(lo, hi int, key uint64) int {
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if ix[mid].key < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// gallop is from for a position that is probably near lo: its cost grows with
// the logarithm of the distance, not of the size of the index.
func (ix stationIndex) gallop(lo, hi int, key uint64) int {
	step := 1
	for lo+step < hi && ix[lo+step].key < key {
		lo += step
		step *= 2
	}
	return ix.from(lo, min(lo+step, hi), key)
}

// keysOf returns the keys of a slippy-map tile: those from one that are below
// another.
func keysOf(x, y uint32, zoom int) (from, below uint64) {
	shift := 2 * (keyLevel - zoom)
	cell := interleave(x, y)
	return cell << shift, (cell + 1) << shift
}

// within returns the range of the entries with keys from one that are below
// another.
func (ix stationIndex) within(from, below uint64) (lo, hi int) {
	lo = ix.from(0, len(ix), from)
	return lo, ix.from(lo, len(ix), below)
}

// A node is a cell of the quadtree that the index implies. It is never stored.
type node struct {
	lo, hi int // its entries
	level  int
}

// leafSize is the number of stations up to which looking at each of them is
// cheaper than computing distances of cells.
const leafSize = 12

func (n node) leaf() bool { return n.hi-n.lo <= leafSize || n.level == keyLevel }

// node returns the smallest cell around a range, which skips empty levels.
func (ix stationIndex) node(lo, hi int) node {
	return node{lo, hi, commonLevel(ix[lo].key, ix[hi-1].key)}
}

func (ix stationIndex) box(n node) box { return cellBox(ix[n.lo].key, n.level) }

// children returns the quarters of a cell that have stations. The cell must not
// be a leaf.
func (ix stationIndex) children(n node) (quarters [4]node, count int) {
	shift := 2 * (keyLevel - n.level - 1)
	key := ix[n.lo].key >> shift >> 2 << 2 << shift
	lo := n.lo
	for q := uint64(1); q <= 4; q++ {
		hi := n.hi
		if q < 4 {
			hi = ix.from(lo, n.hi, key+q<<shift)
		}
		if hi > lo {
			quarters[count] = ix.node(lo, hi)
			count++
		}
		lo = hi
	}
	return quarters, count
}
