package connect

import "sync/atomic"

// rows are a list that is kept oldest first, read by position.
type rows[T any] struct {
	n  int
	at func(i int) T
}

func rowsOf[T any](looks *atomic.Int64, list []T) rows[T] {
	return rows[T]{len(list), func(i int) T {
		looks.Add(1)
		return list[i]
	}}
}

// newest returns the last rows of a list, newest first.
func (r rows[T]) newest(limit int) []T {
	_, out := page(r, 0, limit, func(v T) T { return v })
	return out
}

// page returns the length of a list, and a page of it, newest first.
func page[T, V any](r rows[T], offset, limit int, view func(T) V) (int, []V) {
	out := []V{}
	for i := r.n - 1 - offset; i >= 0 && len(out) < limit; i-- {
		out = append(out, view(r.at(i)))
	}
	return r.n, out
}
