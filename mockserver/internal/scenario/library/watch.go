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

	"cariqamock/mockserver/internal/scenario"
)

// An Event is a change of a directory's scenarios.
type Event struct {
	File string // the path of the file, or of the directory if that cannot be read
	Name string // of the scenario; empty for the directory
	Gone bool   // the file was deleted; a built-in scenario of its name is visible again
	Err  error  // why a file is broken, whose last valid version stays, or a *FileError; nil if the file is in effect now, or the directory is back
}

// interval is the time between two looks at a directory, and unsettled the looks
// after which it is read although its files still change.
const (
	interval  = 200 * time.Millisecond
	unsettled = 10
)

// Watch keeps a directory's scenarios as its files are, and reports every
// change, until the context ends. It begins with a Reload, so that no change
// since AddDir is missed. A directory that cannot be read, such as one that has
// vanished, is looked for until it is back; meanwhile its scenarios stay.
//
// It looks at the directory again and again: notifications of the system do not
// show changes behind symbolic links, of a folder above that is replaced, and
// in many mounted folders. Editors write in several steps, so files are read
// when two looks are alike.
func (l *Library) Watch(ctx context.Context, dir string, report func(Event)) {
	var read, last map[string]fs.FileInfo // when the files were read, and at the last look
	gone, changing := false, 0
	for {
		now, err := glance(dir)
		if err != nil && !gone {
			report(Event{File: dir, Err: fmt.Errorf("the folder %s cannot be read; its scenarios stay until it is back: %w", dir, err)})
		}
		if err == nil && gone {
			report(Event{File: dir})
		}
		gone, changing = err != nil, changing+1
		if !gone && !alike(read, now) && (read == nil || alike(last, now) || changing > unsettled) {
			read, changing = now, 0
			for _, e := range l.Reload(dir) {
				report(e)
			}
		} else if alike(read, now) {
			changing = 0
		}
		last = now
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
		}
	}
}

// glance returns what tells versions of a directory's scenario files apart, by
// path. Files that cannot be looked at, such as broken links, have nil.
func glance(dir string) (map[string]fs.FileInfo, error) {
	files, err := filesIn(dir)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]fs.FileInfo, len(files))
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			info = nil
		}
		seen[file] = info
	}
	return seen, nil
}

// alike reports whether two looks have seen the same versions of the same files.
func alike(a, b map[string]fs.FileInfo) bool {
	return (a == nil) == (b == nil) && maps.EqualFunc(a, b, func(a, b fs.FileInfo) bool {
		if a == nil || b == nil {
			return a == b
		}
		return os.SameFile(a, b) && a.Mode() == b.Mode() && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
	})
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
	now = folder{dir: old.dir, scenarios: map[string]opener{}, files: map[string]string{}, broken: map[string]string{}}
	for _, file := range files {
		if e, changed := l.reloadFile(file, old, now); changed {
			events = append(events, e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old.scenarios)) {
		if now.scenarios[name] == nil {
			events = append(events, Event{File: old.files[name], Name: name, Gone: true})
		} else if now.files[name] == "" { // the last valid version of a broken file
			now.files[name] = old.files[name]
		}
	}
	return now, events
}

// reloadFile reads one file into the new folder and returns what has changed
// since the old one.
func (l *Library) reloadFile(file string, old, now folder) (e Event, changed bool) {
	name := scenario.NameOf(file)
	e = Event{File: file, Name: name}
	kept := old.scenarios[name]
	src, err := readVisible(file)
	if _, gone := os.Lstat(file); errors.Is(gone, fs.ErrNotExist) { // deleted since the directory was listed
		return e, false
	}
	if other := now.files[name]; other != "" && err == nil {
		err = &FileError{file, "the scenario " + name + " is in " + filepath.Base(other) + " already", nil}
		kept = nil
	}
	var s *scenario.Scenario
	if err == nil {
		now.files[name] = file
		if kept != nil && isFrom(kept, src) {
			now.scenarios[name] = kept
			return e, old.broken[file] != "" || old.files[name] != file
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
	now.broken[file] = err.Error()
	return e, old.broken[file] != err.Error()
}

// isFrom reports whether a scenario was read from exactly this text.
func isFrom(open opener, src []byte) bool {
	s, err := open()
	return err == nil && bytes.Equal(s.Source(), src)
}
