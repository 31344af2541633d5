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

// pageRows is how many rows are read while the state is locked once.
const pageRows = 50

// paged reads a state in pages, with the lock, which others can have in between.
type paged struct {
	*State
	rows int
}

// full counts a row, and reports whether the page is full.
func (p *paged) full() bool {
	p.looks.Add(1)
	p.rows++
	return p.rows%pageRows == 0
}

// page returns the length of a list, and a page of it, newest first.
func page[T, V any](r rows[T], offset, limit int, view func(T) V) (int, []V) {
	out := []V{}
	for i := r.n - 1 - offset; i >= 0 && len(out) < limit; i-- {
		out = append(out, view(r.at(i)))
	}
	return r.n, out
}
