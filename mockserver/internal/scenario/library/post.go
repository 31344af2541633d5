package library

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/store"
)

// Errors of Post, besides mistakes in the file.
var (
	ErrTaken = errors.New("the name is taken")
	ErrFull  = errors.New("there are too many posted scenarios")
)

// A Store keeps posted scenarios. It is a part of store.Store.
type Store interface {
	Item(ctx context.Context, key string) (store.Item, error)
	Items(ctx context.Context, prefix, after string, limit int) ([]store.Item, error)
	Put(ctx context.Context, items ...store.Item) error
}

// Keys of the items of a posted scenario: its text, and how long that is.
const (
	textItems = "scenario-text/"
	sizeItems = "scenario-size/"
)

// posted are the scenarios that came without a file, as the store has them.
type posted struct {
	store  Store // nil: they are gone with the process
	shared bool  // other processes post, too
	read   bool  // what was posted before this process

	syncing   sync.Mutex
	scenarios map[string]opener
	versions  map[string]int64
	sizes     map[string]int // bytes of the text of each
}

// KeepIn has posted scenarios kept in a store, which may have some already.
func (l *Library) KeepIn(s Store, shared bool) { l.posted.store, l.posted.shared = s, shared }

// Sync learns which scenarios are in the store.
func (l *Library) Sync(ctx context.Context) error {
	p := &l.posted
	p.syncing.Lock()
	defer p.syncing.Unlock()
	if p.store == nil || p.read && !p.shared {
		return nil
	}
	kept, err := p.store.Items(ctx, sizeItems, "", limit.PostedScenarios)
	for _, item := range kept {
		name := strings.TrimPrefix(item.Key, sizeItems)
		l.mu.RLock()
		known := p.versions[name]
		l.mu.RUnlock()
		if item.Seq != known && err == nil {
			err = l.fetch(ctx, name, item)
		}
	}
	p.read = err == nil
	return err
}

// fetch reads a scenario that the store has.
func (l *Library) fetch(ctx context.Context, name string, size store.Item) error {
	text, err := l.posted.store.Item(ctx, textItems+name)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	s, broken := l.parse(text.Value)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.posted.set(name, len(text.Value), func() (*scenario.Scenario, error) { return s, broken })
	l.posted.versions[name] = size.Seq
	return nil
}

func (l *Library) parse(src []byte) (*scenario.Scenario, error) {
	known := l.known
	known.AnyName = true
	return scenario.Parse("scenario.yaml", src, known)
}

func (p *posted) set(name string, size int, open opener) {
	p.scenarios[name], p.sizes[name] = open, size
}

// Post adds a scenario of which only the text is known, and returns its name. It
// replaces the one that was posted under this name before. The error is ErrTaken
// if a built-in scenario or one of a file has the name, ErrFull beyond the bounds
// of package limit, that of the store, or lists the mistakes.
func (l *Library) Post(ctx context.Context, src []byte) (name string, err error) {
	s, err := l.parse(src)
	if err != nil {
		return "", err
	}
	if err := l.Sync(ctx); err != nil {
		return "", err
	}
	l.posted.syncing.Lock() // one after the other, or they would be too many
	defer l.posted.syncing.Unlock()
	if err := l.room(s.Name, len(src)); err != nil {
		return "", err
	}
	if kept := l.posted.store; kept != nil {
		err := kept.Put(ctx, store.Item{Key: textItems + s.Name, Value: src, Seq: store.AnySeq},
			store.Item{Key: sizeItems + s.Name, Value: strconv.AppendInt(nil, int64(len(src)), 10), Seq: store.AnySeq})
		if err != nil {
			return "", err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.posted.set(s.Name, len(src), opened(s))
	return s.Name, nil
}

// room returns an error unless a scenario can be posted.
func (l *Library) room(name string, size int) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.builtin[name] != nil {
		return fmt.Errorf("%w: %s is a built-in scenario; change the name in the file", ErrTaken, name)
	}
	for _, f := range l.custom {
		if f.scenarios[name] != nil {
			return fmt.Errorf("%w: the server has read the scenario %s from a file; change that file, or the name in this one", ErrTaken, name)
		}
	}
	p := &l.posted
	if p.scenarios[name] == nil && len(p.scenarios) >= limit.PostedScenarios {
		return fmt.Errorf("%w: the server keeps %d; one sent under a name that it has replaces that one", ErrFull, limit.PostedScenarios)
	}
	all := size - p.sizes[name]
	for _, n := range p.sizes {
		all += n
	}
	if all > limit.PostedMemory {
		return fmt.Errorf("%w: with this one they have %d bytes, and the server keeps %d; large ones belong into a folder for --scenarios", ErrFull, all, limit.PostedMemory)
	}
	return nil
}
