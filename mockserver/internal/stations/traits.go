package stations

// traits are what filters and map features need of a station, in one word:
// layout 6 bits, operator 6, price variant 2, status 2, city 6. All but the
// status are positions in the tables.
type traits uint32

const (
	layoutBits   = 6
	operatorBits = 6
	variantBits  = 2
	statusBits   = 2

	operatorAt = layoutBits
	variantAt  = operatorAt + operatorBits
	statusAt   = variantAt + variantBits
	cityAt     = statusAt + statusBits

	variants = 1 << variantBits // price variants of an operator
)

func newTraits(layout, operator, variant, status, city int) traits {
	return traits(layout | operator<<operatorAt | variant<<variantAt | status<<statusAt | city<<cityAt)
}

func (t traits) layout() int   { return int(t & (1<<layoutBits - 1)) }
func (t traits) operator() int { return int(t >> operatorAt & (1<<operatorBits - 1)) }
func (t traits) variant() int  { return int(t >> variantAt & (1<<variantBits - 1)) }
func (t traits) city() int     { return int(t >> cityAt) }

func (t traits) status() string { return statuses[t>>statusAt&(1<<statusBits-1)] }

// free reports whether the status is the best one, Free.
func (t traits) free() bool { return t>>statusAt&(1<<statusBits-1) == 0 }
