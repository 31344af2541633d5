package wire

import (
	"cmp"
	"encoding/json"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/connect"
)

// A Reply is a complete answer before any of it is written.
type Reply struct {
	Status int
	Header http.Header // besides Content-Type; may be nil
	Body   []byte
	Rule   string // id of the rule that refused; empty for any other answer
}

// JSON returns a reply with the JSON of a value, see Marshal.
func JSON(status int, v any) (Reply, error) {
	body, err := Marshal(v)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Status: status, Body: body}, nil
}

// Empty returns the reply of a 204.
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
		body.Detail = cmp.Or(r.Details, body.Detail)
	} else {
		body.Error = &errorBody{Type: r.Rule.Type, Details: cmp.Or(r.Details, r.Rule.Details), Secret: r.Secret}
	}
	reply, err := JSON(r.Rule.Status, body)
	if err != nil { // strings always encode
		reply = Reply{Status: http.StatusInternalServerError}
	}
	reply.Rule = r.Rule.ID
	return reply
}

// Ordered returns an error body with its fields in the vendor's order, whatever
// order they came in. It returns any other body unchanged.
func Ordered(body []byte) []byte {
	var e detailBody
	if json.Unmarshal(body, &e) != nil || e.Detail == "" {
		return body
	}
	ordered, err := Marshal(e)
	if err != nil {
		return body
	}
	return ordered
}

// A Time is a timestamp that is written as the framework writes it: in UTC with
// Z, with six digits of fraction or none where it is zero (measured).
type Time time.Time

// MarshalJSON returns the timestamp as a JSON string.
func (t Time) MarshalJSON() ([]byte, error) {
	at := time.Time(t).UTC()
	layout := `"2006-01-02T15:04:05Z"`
	if at.Nanosecond()/1000 != 0 {
		layout = `"2006-01-02T15:04:05.000000Z"`
	}
	return at.AppendFormat(make([]byte, 0, len(layout)), layout), nil
}

// String returns the timestamp as it is in an answer.
func (t Time) String() string {
	quoted, _ := t.MarshalJSON() // it never fails
	return string(quoted[1 : len(quoted)-1])
}
