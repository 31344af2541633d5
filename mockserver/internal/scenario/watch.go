package scenario

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// An Event is a change of a directory's scenarios.
type Event struct {
	File string // its path; the directory's where that cannot be read
	Name string // of the scenario; empty for the directory
	Gone bool   // the file is; a built-in scenario of its name shows again
	Err  error  // mistakes of a broken file, whose last sound version stays; nil: the file counts from now on
}

// How long a directory must be quiet before it is read again, and how long one
// that never is waits: editors write in several steps.
const (
	quiet    = 100 * time.Millisecond
	patience = time.Second
)

// Watch keeps a directory's scenarios as its files are, and reports every
// change, until the context ends. It begins with a Reload, so that nothing is
// missed since AddDir, and fails where the directory cannot be watched or is
// no longer there.
func (l *Library) Watch(ctx context.Context, dir string, report func(Event)) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watching %s: %w", dir, err)
	}
	defer w.Close()
	for {
		// Each time anew: a directory that was replaced is another one.
		if err := w.Add(dir); err != nil {
			return fmt.Errorf("watching %s: %w", dir, err)
		}
		for _, e := range l.Reload(dir) {
			report(e)
		}
		if err := settled(ctx, w); ctx.Err() != nil {
			return nil
		} else if err != nil {
			report(Event{File: dir, Err: err})
		}
	}
}

// settled returns when something has changed and then nothing more for a
// while; an error of the watcher's counts as a change.
func settled(ctx context.Context, w *fsnotify.Watcher) (failed error) {
	limit := time.NewTimer(patience)
	limit.Stop()
	still := time.NewTimer(quiet)
	still.Stop()
	defer limit.Stop()
	defer still.Stop()
	for waiting := false; ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-still.C:
			return failed
		case <-limit.C:
			return failed
		case e := <-w.Events:
			if e.Op == fsnotify.Chmod {
				continue // the contents are the same
			}
		case err := <-w.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) { // that one says to look at everything
				failed = err
			}
		}
		still.Reset(quiet)
		if !waiting {
			waiting = true
			limit.Reset(patience)
		}
	}
}

// Reload reads a directory's files again. A sound one that has changed counts
// from now on, for new worlds and those that are reset; of a broken one the
// last sound version stays; one that is gone gives back what it hid. It tells
// each change once. A directory that cannot be read stays as it was.
func (l *Library) Reload(dir string) []Event {
	l.loading.Lock()
	defer l.loading.Unlock()
	files, err := filesIn(dir)
	if err != nil {
		return []Event{{File: dir, Err: err}}
	}
	old := l.shelf(dir)
	now, events := shelf{dir: dir, books: map[string]*book{}, broken: map[string]string{}}, []Event(nil)
	for _, file := range files {
		e, changed := l.look(file, old, now)
		if changed {
			events = append(events, e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old.books)) {
		file := filepath.Join(dir, name+".yaml")
		if now.books[name] == nil && !slices.Contains(files, file) {
			events = append(events, Event{File: file, Name: name, Gone: true})
		}
	}
	l.put(now)
	return events
}

// look reads one file into the new shelf, and says what has changed since the
// old one.
func (l *Library) look(file string, old, now shelf) (e Event, changed bool) {
	name := strings.TrimSuffix(filepath.Base(file), ".yaml")
	e = Event{File: file, Name: name}
	kept := old.books[name]
	src, err := source(file)
	if errors.Is(err, fs.ErrNotExist) { // it went while we were looking
		e.Gone = true
		return e, kept != nil
	}
	var s *Scenario
	if err == nil {
		if kept != nil && kept.holds(src) {
			now.books[name] = kept
			return e, old.broken[name] != ""
		}
		s, err = Parse(file, src, l.known)
	}
	if err == nil {
		now.books[name] = newBook(s)
		return e, true
	}
	if kept != nil {
		now.books[name] = kept
	}
	e.Err = err
	now.broken[name] = err.Error()
	return e, old.broken[name] != err.Error()
}

// holds says whether a book has a text.
func (b *book) holds(src []byte) bool {
	s, err := b.open()
	return err == nil && bytes.Equal(s.src, src)
}
