// Package library finds scenarios by name: the built-in ones, custom files,
// and folders of custom files, which it can watch.
package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/text"
)

// ErrUnknown is returned if no scenario has the name asked for.
var ErrUnknown = errors.New("unknown scenario")

// A Library holds scenarios by name. It is safe for concurrent use.
type Library struct {
	known   scenario.Known
	loading sync.Mutex // held while files are read

	mu      sync.RWMutex
	builtin map[string]opener
	custom  []folder // later ones hide earlier ones and the built-in scenarios
	posted  posted
}

// A folder is the content of a directory, or a single file if dir is empty.
type folder struct {
	dir       string
	scenarios map[string]opener
	files     map[string]string // the paths of the scenarios, by name
	broken    map[string]string // the last mistakes reported, by file
}

// An opener returns a scenario, decoding it when first called.
type opener func() (*scenario.Scenario, error)

func opened(s *scenario.Scenario) opener {
	return func() (*scenario.Scenario, error) { return s, nil }
}

// New returns a library of built-in scenarios. It lists their names at once
// and decodes each when it is first asked for.
func New(builtin fs.FS, known scenario.Known) *Library {
	l := &Library{known: known, builtin: map[string]opener{}, posted: posted{
		scenarios: map[string]opener{}, sizes: map[string]int{}, versions: map[string]int64{},
	}}
	files, _ := fs.Glob(builtin, "*.yaml") // fails for malformed patterns only
	for _, file := range files {
		l.builtin[scenario.NameOf(file)] = sync.OnceValues(func() (*scenario.Scenario, error) {
			src, err := fs.ReadFile(builtin, file)
			if err != nil {
				return nil, err
			}
			return scenario.Parse(file, src, known)
		})
	}
	return l
}

// AddDir adds the scenario files of a directory, which hide built-in ones of
// the same name. If any file is broken it adds none, and the error lists every
// mistake of every file. Files that cannot be read as scenarios, such as named
// pipes, are passed over and returned, also with an error. Adding a directory
// again replaces its scenarios.
func (l *Library) AddDir(dir string) (passed []*FileError, err error) {
	l.loading.Lock()
	defer l.loading.Unlock()
	f, events := l.read(folder{dir: dir})
	var broken []error
	for _, e := range events {
		var file *FileError
		if errors.As(e.Err, &file) {
			passed = append(passed, file)
			continue
		}
		broken = append(broken, e.Err)
	}
	if err := errors.Join(broken...); err != nil {
		return passed, err
	}
	l.put(f)
	return passed, nil
}

// AddFile adds a single file, which may have any file name, and returns the
// scenario's name. It hides another scenario of that name.
func (l *Library) AddFile(path string) (name string, err error) {
	src, err := readFile(path)
	if err != nil {
		return "", err
	}
	known := l.known
	known.AnyName = true
	s, err := scenario.Parse(path, src, known)
	if err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.custom = append(l.custom, folder{scenarios: map[string]opener{s.Name: opened(s)}})
	return s.Name, nil
}

// put adds a folder, or replaces the one of the same directory.
func (l *Library) put(f folder) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.IndexFunc(l.custom, func(other folder) bool { return other.dir == f.dir }); i >= 0 {
		l.custom[i] = f
		return
	}
	l.custom = append(l.custom, f)
}

// folder returns the folder of a directory, which must not be changed, or an
// empty one.
func (l *Library) folder(dir string) folder {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, f := range l.custom {
		if f.dir == dir {
			return f
		}
	}
	return folder{dir: dir}
}

// filesIn lists the scenario files of a directory, sorted.
func filesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if scenario.IsFile(e.Name()) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}

// Names lists all scenarios, sorted, with those that have been posted as Sync has
// found them.
func (l *Library) Names() []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	names := maps.Clone(l.builtin)
	maps.Copy(names, l.posted.scenarios)
	for _, f := range l.custom {
		maps.Copy(names, f.scenarios)
	}
	return slices.Sorted(maps.Keys(names))
}

// Get returns a scenario. The error is ErrUnknown, that of the store of posted
// scenarios, or lists the mistakes of a broken file.
func (l *Library) Get(name string) (*scenario.Scenario, error) {
	if !l.own(name) {
		if err := l.Sync(context.Background()); err != nil {
			return nil, err
		}
	}
	if open := l.find(name); open != nil {
		return open()
	}
	return nil, fmt.Errorf("%w %s%s", ErrUnknown, scenario.Quote(name), text.DidYouMean(name, l.Names()))
}

// own reports whether a scenario is built in, or of a file.
func (l *Library) own(name string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.builtin[name] != nil || slices.ContainsFunc(l.custom, func(f folder) bool { return f.scenarios[name] != nil })
}

// find returns nil if there is no such scenario.
func (l *Library) find(name string) opener {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, f := range slices.Backward(l.custom) {
		if open := f.scenarios[name]; open != nil {
			return open
		}
	}
	if open := l.posted.scenarios[name]; open != nil {
		return open
	}
	return l.builtin[name]
}

// Similar lists up to three names similar to one, the most similar first.
func (l *Library) Similar(name string) []string { return text.Similar(name, l.Names()) }

// ProvedBy lists, by rule id, the scenarios that prove it. It decodes every
// scenario.
func (l *Library) ProvedBy() (map[string][]string, error) {
	out := map[string][]string{}
	if err := l.Sync(context.Background()); err != nil {
		return nil, err
	}
	for _, name := range l.Names() {
		s, err := l.Get(name)
		if err != nil {
			return nil, err
		}
		for _, rule := range s.Proves {
			out[rule] = append(out[rule], name)
		}
	}
	return out, nil
}
