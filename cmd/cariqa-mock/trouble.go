package main

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// summaryEvery is how often the log has a summary of what http.Server reports.
const summaryEvery = time.Minute

// maxKinds bounds the kinds of lines that are told apart; the rest count as one.
const maxKinds = 20

// A kind is what lines of http.Server have in common.
type kind struct {
	has     []string // parts of the line
	message string
	remedy  string // empty if nothing can be done here
}

// kinds are the known ones; the first that fits counts.
func kinds() []kind {
	const accept, handshake = "Accept error", "TLS handshake error"
	return []kind{
		{[]string{accept, "too many open files"}, "connections cannot be accepted: too many open files", "Raise the limit of open files, such as with ulimit -n 65536, or let clients close connections."},
		{[]string{accept}, "connections cannot be accepted", ""},
		{[]string{handshake, "client sent an HTTP request to an HTTPS server"}, "a client speaks plain HTTP to the HTTPS port", "Call https:// addresses, or start the server without --tls and --tls-cert."},
		{[]string{handshake, "remote error", "certificate"}, "a client does not accept the certificate", "Let the client trust it, as with curl --cacert or -k, or name one that it trusts with --tls-cert."},
		{[]string{handshake, "EOF"}, "a client left during the TLS handshake", ""},
		{[]string{handshake}, "a TLS handshake failed", ""},
		{[]string{"panic serving"}, "panic while serving a connection", "This is a bug of cariqa-mock."},
	}
}

// trouble is where an http.Server logs what no handler sees: connections that
// it cannot accept, failed TLS handshakes, and mistakes in answers. The first
// line of each kind is logged at once, and how many followed in a summary, so
// that a flood of them stays a few lines.
type trouble struct {
	log   *slog.Logger
	kinds []kind
	mu    sync.Mutex
	since map[string]*tally // since the last summary, by message
}

type tally struct {
	kind
	more int    // lines after the one that was logged
	last string // of them
}

func newTrouble(log *slog.Logger) *trouble {
	return &trouble{log: log, kinds: kinds(), since: map[string]*tally{}}
}

// Write takes one line.
func (t *trouble) Write(p []byte) (int, error) {
	line := strings.TrimPrefix(string(bytes.TrimSpace(p)), "http: ")
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.kindOf(line)
	if seen := t.since[k.message]; seen != nil {
		seen.more++
		seen.last = line
		return len(p), nil
	}
	t.since[k.message] = &tally{kind: k}
	t.log.Warn(k.message, k.details(line)...)
	return len(p), nil
}

// kindOf returns the kind of a line. Lines of no known kind are of the same if
// they differ in digits only.
func (t *trouble) kindOf(line string) kind {
	for _, k := range t.kinds {
		if !slices.ContainsFunc(k.has, func(part string) bool { return !strings.Contains(line, part) }) {
			return k
		}
	}
	first, _, _ := strings.Cut(line, "\n")
	message := "the HTTP server reports: " + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, first)
	if t.since[message] == nil && len(t.since) >= maxKinds {
		message = "the HTTP server reports more"
	}
	return kind{message: message}
}

// details returns the attributes of a log record.
func (k kind) details(line string) []any {
	attrs := []any{"error", line}
	if k.remedy != "" {
		attrs = append(attrs, "remedy", k.remedy)
	}
	return attrs
}

// summarize logs how many lines of each kind have come since the last summary,
// besides the first. A kind of which none came is logged at once again.
func (t *trouble) summarize() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for message, seen := range t.since {
		if seen.more == 0 {
			delete(t.since, message)
			continue
		}
		t.log.Warn(message, append([]any{"more", seen.more}, seen.details(seen.last)...)...)
		seen.more = 0
	}
}

// start summarizes every minute until the returned function is called, and
// then once more.
func (t *trouble) start() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ticker, done := time.NewTicker(summaryEvery), make(chan struct{})
	go func() {
		defer close(done)
		t.run(ctx, ticker.C)
	}()
	return func() {
		ticker.Stop()
		cancel()
		<-done
	}
}

// run summarizes with each tick, and once more when the context ends.
func (t *trouble) run(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ticks:
			t.summarize()
		case <-ctx.Done():
			t.summarize()
			return
		}
	}
}
