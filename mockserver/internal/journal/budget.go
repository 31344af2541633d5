package journal

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// A Budget bounds what all journals made from it take together. When they take
// more, the journals in which nothing was recorded for longest lose their oldest
// entries first.
type Budget struct {
	most        int64
	bytes, turn atomic.Int64

	mu   sync.Mutex
	open map[*Journal]struct{}
}

// NewBudget returns a budget of about so many bytes.
func NewBudget(bytes int64) *Budget { return &Budget{most: bytes, open: map[*Journal]struct{}{}} }

// New returns a journal within the budget, until it is closed.
func (b *Budget) New() *Journal {
	j := New()
	j.budget = b
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open[j] = struct{}{}
	return j
}

// shed drops entries until the journals take less than fifteen sixteenths of
// the budget, so that it is not needed at each call.
func (b *Budget) shed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	type use struct {
		journal *Journal
		turn    int64
	}
	all := make([]use, 0, len(b.open))
	for j := range b.open {
		all = append(all, use{j, j.turn.Load()})
	}
	slices.SortFunc(all, func(x, y use) int { return cmp.Compare(x.turn, y.turn) })
	goal := b.most - b.most/16
	for _, u := range all {
		if over := b.bytes.Load() - goal; over > 0 {
			u.journal.free(over)
		}
	}
}

func (b *Budget) close(j *Journal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.open, j)
}

// free drops the oldest entries until so many bytes are free.
func (j *Journal) free(bytes int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := j.records.bytes
	defer func() { j.spend(before) }()
	for goal := int64(j.records.bytes) - bytes; len(j.records.records) > 0 && int64(j.records.bytes) > goal; {
		j.records.drop()
	}
}

// spend counts towards the budget what has changed since the journal took so
// many bytes, and reports whether the budget is exceeded. It is called with
// the journal locked.
func (j *Journal) spend(before int) (exceeded bool) {
	if j.budget == nil || j.streams == nil {
		return false
	}
	return j.budget.bytes.Add(int64(j.records.bytes-before)) > j.budget.most
}

// Dropped returns how many entries are missing since there were too many, or
// since they took too much memory: those of this journal or those of all.
func (j *Journal) Dropped() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.records.dropped
}
