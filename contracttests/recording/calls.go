package recording

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"time"

	"cariqamock/contracttests/lockstep"
	"cariqamock/internal/wholefile"
)

// Calls returns the calls of a recording, in their order.
func (r *Recording) Calls() []*lockstep.Call {
	var out []*lockstep.Call
	for _, e := range r.entries {
		c := &lockstep.Call{Method: e.Method, URL: e.URL, Header: http.Header{}, Body: []byte(e.Body), As: e.As, Status: e.Status, Answered: e.Header, Answer: []byte(e.Answer)}
		if e.Type != "" {
			c.Header.Set("Content-Type", e.Type)
		}
		if e.Accept != "" {
			c.Header.Set("Accept", e.Accept)
		}
		if c.Answered == nil {
			c.Answered = http.Header{}
		}
		if e.At != nil {
			c.Began, c.Ended = *e.At, e.At.Add(e.Took)
		}
		out = append(out, c)
	}
	return out
}

var errNone = errors.New("no answer")

// A Writer writes calls that others made to a recording.
type Writer struct{ tape *tape }

// NewWriter creates a recording at a path. It replaces the file there when Close
// is called.
func NewWriter(path string, started time.Time) (*Writer, error) {
	file, err := wholefile.Create(path, 0o600)
	if err != nil {
		return nil, err
	}
	return &Writer{&tape{file: file, started: started, hide: newConcealer()}}, nil
}

// Add writes a call without its secrets. The first one names the target.
func (w *Writer) Add(c *lockstep.Call) error {
	req, err := http.NewRequest(c.Method, c.URL, bytes.NewReader(c.Body))
	if err != nil {
		return err
	}
	req.Header = c.Header.Clone()
	if c.As != "" && c.As != "nobody" && req.Header.Get("Authorization") == "" {
		req.Header.Set("Authorization", "Bearer "+strings.ReplaceAll(c.As, " ", "-"))
	}
	took := timing{c.Began, c.Ended.Sub(c.Began)}
	if c.Status == 0 {
		w.tape.note(req, c.Body, took, nil, nil, errNone)
	} else {
		w.tape.note(req, c.Body, took, &http.Response{StatusCode: c.Status, Header: c.Answered}, c.Answer, nil)
	}
	return w.tape.err
}

// Close ends the recording, or leaves the old file as it was if keep is false.
func (w *Writer) Close(keep bool) error { return w.tape.end(keep) }
