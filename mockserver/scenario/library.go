package scenario

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// ErrUnknown says that there is no scenario of a name.
var ErrUnknown = errors.New("unknown scenario")

// A Library holds scenarios by name. It is safe for concurrent use.
type Library struct {
	known Known

	mu      sync.RWMutex
	builtin map[string]*book
	own     []shelf // later ones hide earlier ones and the built-in ones
}

// shelf is what one directory holds.
type shelf struct {
	dir   string
	books map[string]*book
}

// book is a scenario that is decoded when somebody asks for it.
type book struct{ open func() (*Scenario, error) }

// NewLibrary knows the names of the built-in files at once; each is decoded
// when first asked for, and kept.
func NewLibrary(builtin fs.FS, known Known) *Library {
	l := &Library{known: known, builtin: map[string]*book{}}
	files, _ := fs.Glob(builtin, "*.yaml") // the pattern is sound, and an unreadable directory holds nothing
	for _, file := range files {
		l.builtin[strings.TrimSuffix(file, ".yaml")] = &book{sync.OnceValues(func() (*Scenario, error) {
			src, err := fs.ReadFile(builtin, file)
			if err != nil {
				return nil, err
			}
			return Parse(file, src, known)
		})}
	}
	return l
}

// AddDir adds a directory's own scenarios, which hide built-in ones of the
// same name, and fails with every mistake of every file, adding none. Adding
// a directory again replaces what it gave before.
func (l *Library) AddDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	books, broken := map[string]*book{}, []error(nil)
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) != ".yaml" {
			continue
		}
		s, err := l.read(filepath.Join(dir, e.Name()))
		if err != nil {
			broken = append(broken, err)
			continue
		}
		books[s.Name] = &book{func() (*Scenario, error) { return s, nil }}
	}
	if err := errors.Join(broken...); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.IndexFunc(l.own, func(s shelf) bool { return s.dir == dir }); i >= 0 {
		l.own[i].books = books
		return nil
	}
	l.own = append(l.own, shelf{dir, books})
	return nil
}

func (l *Library) read(path string) (*Scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, err
	}
	return Parse(path, src, l.known)
}

// Names lists all scenarios, sorted.
func (l *Library) Names() []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	names := map[string]bool{}
	for name := range l.builtin {
		names[name] = true
	}
	for _, s := range l.own {
		for name := range s.books {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Get finds a scenario; ErrUnknown, or the mistakes of a broken file.
func (l *Library) Get(name string) (*Scenario, error) {
	if b := l.find(name); b != nil {
		return b.open()
	}
	return nil, fmt.Errorf("%w %s%s", ErrUnknown, shorten(name), didYouMean(name, l.Names()))
}

func (l *Library) find(name string) *book {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, s := range slices.Backward(l.own) {
		if b := s.books[name]; b != nil {
			return b
		}
	}
	return l.builtin[name]
}

// Near lists up to three names that look like one, the closest first.
func (l *Library) Near(name string) []string { return near(name, l.Names()) }
