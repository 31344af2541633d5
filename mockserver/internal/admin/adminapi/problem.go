package adminapi

import (
	"fmt"
	"net/http"
)

// A Problem is an error of the admin API (RFC 9457).
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"` // the one that is wrong
}

func (p *Problem) Error() string { return p.Detail }

// NewProblem returns a problem with a status and a formatted detail.
func NewProblem(status int, format string, args ...any) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// BadValue returns a 422 that names the field.
func BadValue(field, format string, args ...any) *Problem {
	p := NewProblem(http.StatusUnprocessableEntity, format, args...)
	p.Field = field
	return p
}
