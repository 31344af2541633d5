package scenario

// AddFile adds one file, whatever its own name, and gives the scenario's, which
// hides another one of that name.
func (l *Library) AddFile(path string) (name string, err error) {
	known := l.known
	known.AnyName = true
	s, err := read(path, known)
	if err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.own = append(l.own, shelf{books: map[string]*book{s.Name: newBook(s)}})
	return s.Name, nil
}

// ProvedBy lists, by rule id, the scenarios that prove it. It decodes every
// scenario.
func (l *Library) ProvedBy() (map[string][]string, error) {
	out := map[string][]string{}
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
