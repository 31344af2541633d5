package journal

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"cariqamock/mockserver/spec"
)

// An Exchange is a request and its answer, raw, for Record.
type Exchange struct {
	ID        string // of the request, unique
	Time      time.Time
	Began     time.Time     // when the call arrived, by the wall clock
	Took      time.Duration // until its answer was ready, by the wall clock
	Operation string        // operationId; empty: no operation was found
	Method    string
	URL       *url.URL
	Request   Message
	Status    int // 0: the connection was dropped without an answer
	Response  Message
	Seq       int64  // the number of the world's last change when the answer was ready
	User      string // id of the user in the path or of the intent; may be empty
	First     string // id of the user who was listed first after the call; may be empty
	Rule      string // id of the rule that refused, if any did
	Fault     string // id of the fault that was applied, if any was
	Findings  []spec.Finding

	// For Explain.
	Facts  []string // what made the rule hold, one sentence each
	Remedy string   // what clears the rule
	// Before and After are the state around a write; nil: not known. They are
	// encoded as JSON when they are read, so nothing may change them. Against
	// the bound on bytes a json.RawMessage counts with its length, anything
	// else with a flat rate and what its Size method returns, if it has one.
	Before, After any
}

// A Message is one half of an exchange, raw.
type Message struct {
	Header http.Header
	Body   []byte
}

// An Entry is what the journal shows of an exchange: redacted, and cut to a
// length that people can read.
type Entry struct {
	ID        string         `json:"id"`
	Time      time.Time      `json:"time"`        // the world's
	Wall      time.Time      `json:"wall"`        // when the call arrived, by the wall clock
	Duration  float64        `json:"duration_ms"` // until the answer was ready, in milliseconds
	Operation string         `json:"operation"`
	Method    string         `json:"method"`
	Path      string         `json:"path"`  // decoded
	Query     string         `json:"query"` // as sent, without the question mark
	Status    int            `json:"status"`
	Request   Half           `json:"request"`
	Response  Half           `json:"response"`
	Rule      string         `json:"rule"`
	Findings  []spec.Finding `json:"findings"`
	Fault     string         `json:"fault"`
	User      string         `json:"user"`
}

// A Half is one half of an exchange as shown. A JSON body is shown as it is, a
// form as an object with its fields, any other body as a string, and no body
// as null.
type Half struct {
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// An Explanation is why an exchange got its answer.
type Explanation struct {
	Rule   string          `json:"rule"`
	Facts  []string        `json:"facts"`
	Remedy string          `json:"remedy"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}
