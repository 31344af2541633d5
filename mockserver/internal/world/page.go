package world

import (
	"context"
	"errors"
	"math"
	"strings"
)

// Page returns a page of the worlds that have every word of a text in their id
// or the name of their scenario, in any case: after a world, or the first page
// if after is empty. It reports whether there is such a world, and whether more
// worlds follow. They are in the order of List; worlds that the store keeps are
// listed by their ids.
func (r *Registry) Page(text, after string, limit int) (page []*World, more, ok bool, err error) {
	words := strings.Fields(strings.ToLower(text))
	if !r.lasting {
		page, more, ok = r.pageInMemory(words, after, limit)
		return page, more, ok, nil
	}
	if after != "" && !r.Has(after) {
		return nil, false, false, nil
	}
	page, more, err = r.pageOfKept(words, after, limit)
	return page, more, true, err
}

// found reports whether a world has words in its id or the name of its scenario.
func found(words []string, id, scenario string) bool {
	has := strings.ToLower(id + " " + scenario)
	for _, word := range words {
		if !strings.Contains(has, word) {
			return false
		}
	}
	return true
}

// searched is how many worlds a search reads at a time.
const searched = 500

// pageOfKept reads the heads of worlds until enough have the words.
func (r *Registry) pageOfKept(words []string, after string, limit int) (page []*World, more bool, err error) {
	read := limit + 1
	if len(words) > 0 {
		read = searched
	}
	for {
		heads, err := r.cfg.Store.Worlds(context.Background(), after, read)
		if err != nil {
			return nil, false, Unavailable(err)
		}
		for _, h := range heads {
			after = h.World
			if len(words) > 0 {
				if kept, err := readHead(h.Value); err != nil || !found(words, h.World, kept.Scenario) {
					continue
				}
			}
			if len(page) == limit {
				return page, true, nil
			}
			w, err := r.existing(h.World)
			if errors.Is(err, ErrUnknown) { // dropped or expired
				continue
			}
			if err != nil {
				return nil, false, err
			}
			page = append(page, w)
		}
		if len(heads) < read {
			return page, false, nil
		}
	}
}

// pageInMemory reads a copy of the list: a search may read all of it, and others
// do not wait for that.
func (r *Registry) pageInMemory(words []string, after string, limit int) (page []*World, more, ok bool) {
	last := &World{place: &place{number: math.MaxUint64}}
	r.mu.Lock()
	r.sweep()
	if after != "" {
		el := r.worlds[after]
		if el == nil {
			r.mu.Unlock()
			return nil, false, false
		}
		last = el.Value.(*World)
	}
	listed := r.listed.Copy()
	r.mu.Unlock()
	listed.Descend(last, func(w *World) bool {
		if w == last || !found(words, w.ID, w.Scenario) {
			return true
		}
		if len(page) == limit {
			more = true
			return false
		}
		page = append(page, w)
		return true
	})
	return page, more, true
}
