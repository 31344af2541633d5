package library

import (
	"errors"
	"fmt"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/scenario"
)

// Errors of Post, besides mistakes in the file.
var (
	ErrTaken = errors.New("the name is taken")
	ErrFull  = errors.New("there are too many posted scenarios")
)

// posted are the scenarios that came without a file. They are gone with the
// process.
type posted struct {
	scenarios map[string]opener
	sizes     map[string]int // bytes of the text of each
	bytes     int            // of all
}

// Post adds a scenario of which only the text is known, and returns its name. It
// replaces the one that was posted under this name before. The error is ErrTaken
// if a built-in scenario or one of a file has the name, ErrFull beyond the bounds
// of package limit, or lists the mistakes.
func (l *Library) Post(src []byte) (name string, err error) {
	known := l.known
	known.AnyName = true
	s, err := scenario.Parse("scenario.yaml", src, known)
	if err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.builtin[s.Name] != nil {
		return "", fmt.Errorf("%w: %s is a built-in scenario; change the name in the file", ErrTaken, s.Name)
	}
	for _, f := range l.custom {
		if f.scenarios[s.Name] != nil {
			return "", fmt.Errorf("%w: the server has read the scenario %s from a file; change that file, or the name in this one", ErrTaken, s.Name)
		}
	}
	p := &l.posted
	if p.scenarios[s.Name] == nil && len(p.scenarios) == limit.PostedScenarios {
		return "", fmt.Errorf("%w: the server keeps %d; one sent under a name that it has replaces that one", ErrFull, limit.PostedScenarios)
	}
	all := p.bytes - p.sizes[s.Name] + len(src)
	if all > limit.PostedMemory {
		return "", fmt.Errorf("%w: with this one they have %d bytes, and the server keeps %d; large ones belong into a folder for --scenarios", ErrFull, all, limit.PostedMemory)
	}
	p.scenarios[s.Name], p.sizes[s.Name], p.bytes = opened(s), len(src), all
	return s.Name, nil
}
