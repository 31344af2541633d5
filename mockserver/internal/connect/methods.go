package connect

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// methods are the payment methods of a user.
type methods struct {
	list  []savedMethod          // in order of creation
	byID  map[string]savedMethod // nil while there are few
	def   *PaymentMethod         // the default one, or nil
	last  int                    // number of the newest
	looks *atomic.Int64          // see State.Looks
}

// A savedMethod is a payment method with its number, in order of creation.
type savedMethod struct {
	*PaymentMethod
	nth int
}

// few is up to how many methods looking at each is cheaper than a map.
const few = 8

func (ms *methods) add(m *PaymentMethod) savedMethod {
	ms.last++
	saved := savedMethod{m, ms.last}
	ms.list = append(ms.list, saved)
	switch {
	case ms.byID != nil:
		ms.byID[m.ID] = saved
	case len(ms.list) > few:
		ms.byID = map[string]savedMethod{}
		for _, saved := range ms.list {
			ms.byID[saved.ID] = saved
		}
	}
	if m.Default {
		ms.def = m
	}
	return saved
}

// index returns the position of a method, or -1.
func (ms *methods) index(m *PaymentMethod) int {
	if m == nil {
		return -1
	}
	if ms.byID == nil {
		return slices.IndexFunc(ms.list, func(s savedMethod) bool { return s.PaymentMethod == m })
	}
	i, ok := slices.BinarySearchFunc(ms.list, ms.byID[m.ID].nth, func(s savedMethod, nth int) int { return cmp.Compare(s.nth, nth) })
	if !ok {
		return -1
	}
	return i
}

func (ms *methods) remove(m *PaymentMethod) {
	i := ms.index(m)
	ms.list = slices.Delete(ms.list, i, i+1)
	delete(ms.byID, m.ID)
	if ms.def == m {
		ms.def = nil
	}
}

// setDefault makes a method the default one.
func (ms *methods) setDefault(m *PaymentMethod) {
	if ms.def != nil {
		ms.def.Default = false
	}
	m.Default, ms.def = true, m
}

func (ms *methods) get(id string) *PaymentMethod {
	if ms.byID != nil {
		return ms.byID[id].PaymentMethod
	}
	for _, m := range ms.list {
		ms.looks.Add(1)
		if m.ID == id {
			return m.PaymentMethod
		}
	}
	return nil
}

// rows returns the methods in order of creation.
func (ms *methods) rows() rows[*PaymentMethod] {
	return rows[*PaymentMethod]{len(ms.list), func(i int) *PaymentMethod {
		ms.looks.Add(1)
		return ms.list[i].PaymentMethod
	}}
}
