package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"

	"cariqamock/mockserver/internal/scenario"
)

// An Event is a change of a directory's scenarios.
type Event struct {
	File string // the path of the file, or of the directory if that cannot be read
	Name string // of the scenario; empty for the directory
	Gone bool   // the file was deleted; a built-in scenario of its name is visible again
	Err  error  // why a file is broken, whose last valid version stays, or a *FileError; nil if the file is in effect now, or the directory is back
}

// Editors write in several steps. A directory is read again once it has been
// quiet for a while, and after maxWait even if it never is.
const (
	quiet   = 100 * time.Millisecond
	maxWait = time.Second
	retry   = 500 * time.Millisecond // until a directory that has vanished is looked for again
)

// Watch keeps a directory's scenarios as its files are, and reports every
// change, until the context ends. It begins with a Reload, so that no change
// since AddDir is missed. A directory that vanishes is looked for until it is
// back; meanwhile its scenarios stay. Watch fails if the directory cannot be
// watched.
func (l *Library) Watch(ctx context.Context, dir string, report func(Event)) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watching %s: %w", dir, err)
	}
	defer w.Close()
	for gone := false; ; {
		// Added again each time: the directory may have been replaced.
		switch err := w.Add(dir); {
		case errors.Is(err, fs.ErrNotExist):
			if !gone {
				report(Event{File: dir, Err: fmt.Errorf("the folder %s does not exist; its scenarios stay until it is back: %w", dir, err)})
			}
			gone = true
			if !sleep(ctx, retry) {
				return nil
			}
			continue
		case err != nil:
			return fmt.Errorf("watching %s: %w", dir, err)
		case gone:
			gone = false
			report(Event{File: dir})
		}
		for _, e := range l.Reload(dir) {
			report(e)
		}
		if err := waitForChange(ctx, w); ctx.Err() != nil {
			return nil
		} else if err != nil {
			report(Event{File: dir, Err: err})
		}
	}
}

// sleep waits and reports whether the context has not ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// waitForChange returns when something has changed and then nothing more for
// a while. An error of the watcher counts as a change and is returned.
func waitForChange(ctx context.Context, w *fsnotify.Watcher) (failed error) {
	var still, limit <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-still:
			return failed
		case <-limit:
			return failed
		case e := <-w.Events:
			if e.Op == fsnotify.Chmod {
				continue // the contents are the same
			}
		case err := <-w.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) { // events were dropped; everything is read again anyway
				failed = err
			}
		}
		still = time.After(quiet)
		if limit == nil {
			limit = time.After(maxWait)
		}
	}
}

// Reload reads a directory's files again. A valid file that has changed takes
// effect for new worlds and those that are reset; of a broken one the last
// valid version stays; a deleted one no longer hides others. Each change is
// returned once. A directory that cannot be read stays as it was.
func (l *Library) Reload(dir string) []Event {
	l.loading.Lock()
	defer l.loading.Unlock()
	now, events := l.read(l.folder(dir))
	l.put(now)
	return events
}

// read reads a folder's files again and returns what has changed.
func (l *Library) read(old folder) (now folder, events []Event) {
	files, err := filesIn(old.dir)
	if err != nil {
		return old, []Event{{File: old.dir, Err: err}}
	}
	now = folder{dir: old.dir, scenarios: map[string]opener{}, broken: map[string]string{}}
	for _, file := range files {
		if e, changed := l.reloadFile(file, old, now); changed {
			events = append(events, e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old.scenarios)) {
		file := filepath.Join(old.dir, name+".yaml")
		if now.scenarios[name] == nil && !slices.Contains(files, file) {
			events = append(events, Event{File: file, Name: name, Gone: true})
		}
	}
	return now, events
}

// reloadFile reads one file into the new folder and returns what has changed
// since the old one.
func (l *Library) reloadFile(file string, old, now folder) (e Event, changed bool) {
	name := nameOf(file)
	e = Event{File: file, Name: name}
	kept := old.scenarios[name]
	src, err := readFile(file)
	if _, gone := os.Lstat(file); errors.Is(gone, fs.ErrNotExist) { // deleted since the directory was listed
		e.Gone = true
		return e, kept != nil
	}
	var s *scenario.Scenario
	if err == nil {
		if kept != nil && isFrom(kept, src) {
			now.scenarios[name] = kept
			return e, old.broken[name] != ""
		}
		if s, err = scenario.Parse(file, src, l.known); err != nil && leadsOutside(old.dir, file) {
			err = withoutContents(file)
		}
	}
	if err == nil {
		now.scenarios[name] = opened(s)
		return e, true
	}
	if kept != nil {
		now.scenarios[name] = kept
	}
	e.Err = err
	now.broken[name] = err.Error()
	return e, old.broken[name] != err.Error()
}

// isFrom reports whether a scenario was read from exactly this text.
func isFrom(open opener, src []byte) bool {
	s, err := open()
	return err == nil && bytes.Equal(s.Source(), src)
}
