package stations

import (
	"math"
	"math/bits"
)

// keyLevel is the zoom of a station's cell: 2^31 columns, two centimeters at the
// equator.
const keyLevel = 31

// A position is a place in millionths of a degree, the precision of the vendor's
// coordinates. Integers make text and arithmetic agree.
type position struct{ lat, lon int32 }

func (p position) radians() (lat, lon float64) {
	return radians(float64(p.lat) / 1e6), radians(float64(p.lon) / 1e6)
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

// key returns the place on the Z-order curve over the Web-Mercator square: the
// interleaved bits of column and row. The leading 2z bits are the slippy-map tile
// at zoom z, which is why tiles are ranges.
func (p position) key() uint64 {
	lat, lon := p.radians()
	const n = 1 << keyLevel
	x := (lon + math.Pi) / (2 * math.Pi) * n
	y := (1 - math.Asinh(math.Tan(lat))/math.Pi) / 2 * n
	return interleave(clampCell(x), clampCell(y))
}

// clampCell moves places that Mercator cannot show, beyond 85 degrees, into the
// outermost row, as map servers do.
func clampCell(v float64) uint32 {
	if !(v > 0) {
		return 0
	}
	return uint32(min(v, 1<<keyLevel-1))
}

func interleave(x, y uint32) uint64 { return spread(x) | spread(y)<<1 }

// spread inserts a zero bit before every bit.
func spread(v uint32) uint64 {
	u := uint64(v)
	u = (u | u<<16) & 0x0000ffff0000ffff
	u = (u | u<<8) & 0x00ff00ff00ff00ff
	u = (u | u<<4) & 0x0f0f0f0f0f0f0f0f
	u = (u | u<<2) & 0x3333333333333333
	u = (u | u<<1) & 0x5555555555555555
	return u
}

// gather undoes spread.
func gather(u uint64) uint32 {
	u &= 0x5555555555555555
	u = (u | u>>1) & 0x3333333333333333
	u = (u | u>>2) & 0x0f0f0f0f0f0f0f0f
	u = (u | u>>4) & 0x00ff00ff00ff00ff
	u = (u | u>>8) & 0x0000ffff0000ffff
	u = (u | u>>16) & 0x00000000ffffffff
	return uint32(u)
}

// commonLevel returns the deepest zoom at which two keys are in one cell.
func commonLevel(a, b uint64) int {
	if a == b {
		return keyLevel
	}
	return (bits.LeadingZeros64(a^b) - 2) / 2
}

// A box is a range of latitudes and longitudes, in radians.
type box struct{ south, north, west, east float64 }

// slack enlarges boxes by some millimeters, so that a rounding error at a cell's
// border never hides a station there.
const slack = 1e-9

// cellBox returns the box of a key's cell at a level. The outermost rows extend
// to the poles because of clampCell.
func cellBox(key uint64, level int) box {
	cell := key >> (2 * (keyLevel - level))
	x, y := float64(gather(cell)), float64(gather(cell>>1))
	n := math.Ldexp(1, level)
	b := box{
		south: math.Atan(math.Sinh(math.Pi*(1-2*(y+1)/n))) - slack,
		north: math.Atan(math.Sinh(math.Pi*(1-2*y/n))) + slack,
		west:  x/n*2*math.Pi - math.Pi - slack,
		east:  (x+1)/n*2*math.Pi - math.Pi + slack,
	}
	if y == 0 {
		b.north = math.Pi / 2
	}
	if y == n-1 {
		b.south = -math.Pi / 2
	}
	return b
}
