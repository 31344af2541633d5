package browsertest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// A bidi is a session of WebDriver BiDi: commands and events as JSON over one
// WebSocket (https://w3c.github.io/webdriver-bidi/).
type bidi struct {
	conn      *websocket.Conn
	mu        sync.Mutex
	last      int
	waiting   map[int]chan bidiMessage
	listeners map[string]func(bidiEvent) // by window
	frames    map[string]string          // the window or frame that contains a frame
	failure   error                      // of the connection
}

// A bidiMessage is an answer to a command, or an event.
type bidiMessage struct {
	ID             *int
	Method         string
	Params, Result json.RawMessage
	Error, Message string
}

func dialBidi(address string) (*bidi, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, address, nil)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(-1) // pictures
	b := &bidi{conn: conn, waiting: map[int]chan bidiMessage{}, listeners: map[string]func(bidiEvent){}, frames: map[string]string{}}
	go b.read()
	return b, nil
}

func (b *bidi) close() { b.conn.CloseNow() }

func (b *bidi) read() {
	for {
		var m bidiMessage
		if err := wsjson.Read(context.Background(), b.conn, &m); err != nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.failure = err
			for _, answer := range b.waiting {
				close(answer)
			}
			b.waiting = nil
			return
		}
		if m.ID == nil {
			b.event(m)
			continue
		}
		b.mu.Lock()
		answer := b.waiting[*m.ID]
		delete(b.waiting, *m.ID)
		b.mu.Unlock()
		if answer != nil {
			answer <- m
		}
	}
}

// call sends a command and decodes its result.
func (b *bidi) call(method string, params, result any) error {
	answer := make(chan bidiMessage, 1)
	b.mu.Lock()
	if b.failure != nil {
		b.mu.Unlock()
		return b.failure
	}
	b.last++
	id := b.last
	b.waiting[id] = answer
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := wsjson.Write(ctx, b.conn, step{"id": id, "method": method, "params": params}); err != nil {
		return err
	}
	select {
	case m, ok := <-answer:
		switch {
		case !ok:
			return b.failure
		case m.Error != "":
			return fmt.Errorf("%s: %s: %s", method, m.Error, m.Message)
		case result == nil:
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// A bidiEvent is the part of all events that a watch reads.
type bidiEvent struct {
	Name    string `json:"-"`
	Context string
	Source  struct{ Context string }
	Request struct{ Request, Method, URL string }
	// network.responseStarted, network.fetchError
	Response  struct{ Status int }
	ErrorText string
	// log.entryAdded
	Type, Level, Method, Text string
	// browsingContext.contextCreated
	UserContext, URL string
	Parent           *string
}

// listen sends the events of a window to a function, or to none. Windows that
// pages open are sent to all: only the listener knows its own.
func (b *bidi) listen(context string, to func(bidiEvent)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if to == nil {
		delete(b.listeners, context)
	} else {
		b.listeners[context] = to
	}
}

func (b *bidi) event(m bidiMessage) {
	e := bidiEvent{Name: m.Method}
	if json.Unmarshal(m.Params, &e) != nil {
		return
	}
	if e.Context == "" {
		e.Context = e.Source.Context
	}
	b.mu.Lock()
	if e.Parent != nil {
		b.frames[e.Context] = *e.Parent
	}
	for parent, ok := b.frames[e.Context]; ok && m.Method != "browsingContext.contextCreated"; parent, ok = b.frames[e.Context] {
		e.Context = parent
	}
	var to []func(bidiEvent)
	for context, listener := range b.listeners {
		if context == e.Context || m.Method == "browsingContext.contextCreated" {
			to = append(to, listener)
		}
	}
	b.mu.Unlock()
	for _, listener := range to {
		listener(e)
	}
}

// bidiListener returns the function that handles the events of a window.
func (w *watch) bidiListener(context, user string) func(bidiEvent) {
	return func(e bidiEvent) {
		request := e.Request.Method + " " + short(e.Request.URL)
		switch e.Name {
		case "network.beforeRequestSent":
			w.sent(e.Request.Method, e.Request.URL)
		case "network.responseStarted":
			if e.Response.Status >= 400 {
				w.note(fmt.Sprintf("%d %s", e.Response.Status, request))
			}
		case "network.fetchError":
			if e.ErrorText != "NS_BINDING_ABORTED" { // by the page, or because it was left
				w.note("failed " + request + ": " + e.ErrorText)
			}
		case "browsingContext.contextCreated":
			if e.UserContext == user && e.Context != context && e.Parent == nil {
				w.note("opened page " + e.URL)
			}
		case "log.entryAdded":
			w.logged(e)
		}
	}
}

func (w *watch) logged(e bidiEvent) {
	switch {
	case e.Type == "javascript" && strings.HasPrefix(e.Text, "Cross-Origin Request Blocked"):
		w.note("browser: " + e.Text)
	case e.Type == "javascript" && e.Level == "error":
		w.note("uncaught: " + e.Text)
	case e.Level == "error":
		w.note("console." + e.Method + ": " + e.Text)
	case e.Level == "warn" && !strings.HasPrefix(e.Text, "[JavaScript Warning"):
		w.warn(e.Text)
	}
}
