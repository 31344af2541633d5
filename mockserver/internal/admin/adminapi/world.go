package adminapi

import (
	"encoding/json"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/journal"
)

// A World is one isolated universe.
type World struct {
	ID        string    `json:"id"`
	Scenario  string    `json:"scenario"`
	CreatedAt time.Time `json:"created_at"` // wall time
	Now       time.Time `json:"now"`        // the world's time
	Users     int       `json:"users"`
	Sessions  int       `json:"sessions"`
	Seq       int64     `json:"seq"`   // number of the last change
	Store     string    `json:"store"` // memory, sqlite or postgres
}

// A Change is one step of a world's history.
type Change struct {
	Seq     int64     `json:"seq"`
	Time    time.Time `json:"time"` // of the world's clock, after the change
	Wall    time.Time `json:"wall"`
	What    string    `json:"what"`    // such as "DELETE /users/…" or "clock advance 10m"
	Request string    `json:"request"` // id in the journal; empty if no call of the vendor's API or of Stripe's made it
	User    string    `json:"user"`    // whom it is about; may be empty
}

// History is the answer of GET /worlds/{world}/history.
type History struct {
	Changes []Change `json:"changes"` // newest first
}

// Replay is the answer of POST /worlds/{world}/replay.
type Replay struct {
	Steps int    `json:"steps"`           // of the scenario
	Made  int    `json:"made"`            // that got the answer that they want
	Wrong string `json:"wrong,omitempty"` // the step after these and what it got instead
}

// Clock is the time of a world.
type Clock = clock.Reading

// Invariants lists the inconsistencies of a world.
type Invariants struct {
	OK         bool     `json:"ok"`
	Violations []string `json:"violations"`
}

// A Point is a charge point in a world.
type Point struct {
	EVSE     string   `json:"evse"`
	Station  string   `json:"station"`
	Kind     string   `json:"kind"` // magic, virtual, synthetic or scenario
	Behavior string   `json:"behavior"`
	Status   string   `json:"status"` // as the vendor's API shows it in the world
	Override Override `json:"override"`
	Session  *string  `json:"session"` // the one that blocks others
}

// An Override is what a world changes about a charge point; nil fields are as
// in the catalogue.
type Override struct {
	Status *connect.EVSEStatus `json:"status"`
	Busy   *bool               `json:"busy"`
}

// A Fault is a queued fault.
type Fault = fault.Fault

// An Entry is a recorded request with its response.
type Entry = journal.Entry

// An Explanation is the reason for a response.
type Explanation struct {
	journal.Explanation
	Sentence string `json:"sentence,omitempty"` // of the rule that refused
	Source   string `json:"source,omitempty"`
	Assumed  bool   `json:"assumed"`
}

// A CallResult is the response to a call made in a world.
type CallResult struct {
	Request string            `json:"request"` // its id in the journal; empty if the client had left
	Status  int               `json:"status"`  // 0 if the connection was dropped
	Rule    string            `json:"rule"`    // id of the rule that refused; empty if none did
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}
