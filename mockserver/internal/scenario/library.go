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
	known   Known
	loading sync.Mutex // one reads files at a time

	mu      sync.RWMutex
	builtin map[string]*book
	own     []shelf // later ones hide earlier ones and the built-in ones
}

// shelf is what one directory holds.
type shelf struct {
	dir    string
	books  map[string]*book
	broken map[string]string // mistakes that have been told, by name
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
	l.loading.Lock()
	defer l.loading.Unlock()
	files, err := filesIn(dir)
	if err != nil {
		return err
	}
	books, broken := map[string]*book{}, []error(nil)
	for _, file := range files {
		s, err := read(file, l.known)
		if err != nil {
			broken = append(broken, err)
			continue
		}
		books[s.Name] = newBook(s)
	}
	if err := errors.Join(broken...); err != nil {
		return err
	}
	l.put(shelf{dir: dir, books: books})
	return nil
}

// put sets up a shelf, in the place of the one of the same directory.
func (l *Library) put(s shelf) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.IndexFunc(l.own, func(o shelf) bool { return o.dir == s.dir }); i >= 0 {
		l.own[i] = s
		return
	}
	l.own = append(l.own, s)
}

// shelf finds the shelf of a directory; it is not changed once it is set up.
func (l *Library) shelf(dir string) shelf {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, s := range l.own {
		if s.dir == dir {
			return s
		}
	}
	return shelf{}
}

func newBook(s *Scenario) *book { return &book{func() (*Scenario, error) { return s, nil }} }

// filesIn lists the scenario files of a directory, sorted.
func filesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".yaml" {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}

func read(path string, known Known) (*Scenario, error) {
	src, err := source(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, src, known)
}

// source gives a file's bytes, of one that is too big just enough to see it.
func source(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxBytes+1))
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
