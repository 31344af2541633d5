package stations

// A draw is a deterministic stream of numbers (SplitMix64). Everything about a
// synthetic station comes from draws in integer arithmetic, so that a seed
// produces the same bytes on every machine.
type draw struct{ state uint64 }

// A purpose separates the streams of one station: a change to how its name is
// drawn must not change its position.
type purpose uint64

const (
	forSite purpose = iota + 1
	forTraits
	forStatus
	forText
	forID
)

const golden = 0x9e3779b97f4a7c15

func newDraw(seed uint64, number uint32, p purpose) draw {
	return draw{mix(mix(seed+golden*uint64(p)) ^ uint64(number)*golden)}
}

func (d *draw) next() uint64 {
	d.state += golden
	return mix(d.state)
}

// below returns a number from 0 to n-1. The bias of the remainder does not matter
// for the small n used here.
func (d *draw) below(n int) int {
	return int(d.next() % uint64(n))
}

// bell returns a number from -1 to 1 in units of 1/65536, mostly near 0: the sum
// of four uniform ones. A normal distribution would need floating point, whose
// last bit differs between machines.
func (d *draw) bell() int64 {
	v := d.next()
	sum := int64(v&0xffff) + int64(v>>16&0xffff) + int64(v>>32&0xffff) + int64(v>>48)
	return (sum - 2*0xffff) / 2
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
