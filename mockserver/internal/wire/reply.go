package wire

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/connect"
)

// A Reply is an answer, whole, before anything of it is written.
type Reply struct {
	Status int
	Header http.Header // besides Content-Type; may be nil
	Body   []byte
	Rule   string // id of the rule that refused; empty: none did
}

// JSON makes a reply of a value: compact and with <, > and & as they are, as
// the vendor's framework writes it (measured).
func JSON(status int, v any) (Reply, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return Reply{}, err
	}
	return Reply{Status: status, Body: bytes.TrimSuffix(buf.Bytes(), []byte("\n"))}, nil
}

// Empty is a 204.
func Empty() Reply { return Reply{Status: http.StatusNoContent} }

type detailBody struct {
	Detail string     `json:"detail"`
	Error  *errorBody `json:"error,omitempty"`
}

type errorBody struct {
	Type    connect.ErrorType `json:"type"`
	Details string            `json:"details"`
	Secret  string            `json:"payment_intent_client_secret,omitempty"`
}

// Refused renders a refusal in the vendor's shape: {"detail"} alone for rules
// without a type, {"detail", "error"} for the others.
func Refused(r *connect.Refusal) Reply {
	body := detailBody{Detail: r.Rule.Detail}
	if r.Rule.Type == "" {
		if r.Details != "" {
			body.Detail = r.Details
		}
	} else {
		body.Error = &errorBody{Type: r.Rule.Type, Details: r.Rule.Details, Secret: r.Secret}
		if r.Details != "" {
			body.Error.Details = r.Details
		}
	}
	reply, err := JSON(r.Rule.Status, body)
	if err != nil { // strings always encode
		reply = Reply{Status: http.StatusInternalServerError}
	}
	reply.Rule = r.Rule.ID
	return reply
}

// Ordered gives an error body with its fields in the vendor's order, whatever
// order they came in. Anything else stays as it is.
func Ordered(body []byte) []byte {
	var e detailBody
	if json.Unmarshal(body, &e) != nil || e.Detail == "" {
		return body
	}
	reply, err := JSON(0, e)
	if err != nil {
		return body
	}
	return reply.Body
}

// Time is a timestamp as the framework writes it: UTC as Z, six digits of
// fraction, none where it is zero (measured).
type Time time.Time

// MarshalJSON renders the timestamp.
func (t Time) MarshalJSON() ([]byte, error) {
	at := time.Time(t).UTC()
	layout := `"2006-01-02T15:04:05Z"`
	if at.Nanosecond()/1000 != 0 {
		layout = `"2006-01-02T15:04:05.000000Z"`
	}
	return at.AppendFormat(make([]byte, 0, len(layout)), layout), nil
}

// TimeOf is Time for a time that may be missing.
func TimeOf(t *time.Time) *Time {
	if t == nil {
		return nil
	}
	w := Time(*t)
	return &w
}
