package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// noise is where the HTTP library logs what no caller sees. Its lines may have bytes of
// a target, so each kind that matters is worded, once, and the others are left out: the
// calls that they are about are judged anyway.
type noise struct {
	out io.Writer

	mu   sync.Mutex
	said map[string]bool
}

// Write takes one line.
func (n *noise) Write(p []byte) (int, error) {
	sentence := worded(string(p))
	n.mu.Lock()
	defer n.mu.Unlock()
	if sentence == "" || n.said[sentence] {
		return len(p), nil
	}
	if n.said == nil {
		n.said = map[string]bool{}
	}
	n.said[sentence] = true
	fmt.Fprintf(n.out, "cariqa-contract: %s\n", sentence)
	return len(p), nil
}

// worded returns what a line of the library means for the user, or "".
func worded(line string) string {
	first, _, _ := strings.Cut(line, "\n")
	_, panicked, isBug := strings.Cut(first, "panic serving ")
	switch {
	case strings.Contains(first, "Unsolicited response"):
		return "the target sent bytes that no call had asked for; they are dropped, and so are later ones"
	case isBug:
		return "panic serving " + panicked + ": this is a bug of cariqa-contract"
	case strings.Contains(first, "Accept error"):
		return "connections of the app cannot be accepted: too many open files?"
	}
	return ""
}
