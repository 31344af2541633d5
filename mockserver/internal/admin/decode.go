package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// decode reads the JSON body of a validated call. An empty body leaves v as it
// is.
func decode(r *http.Request, v any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return adminapi.NewProblem(http.StatusBadRequest, "Reading the body failed: %s.", err)
	}
	for round, whole := 0, true; whole && round < mostNumbers; round++ {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		dec.DisallowUnknownFields() // the validator does not check objects without any fields
		err = dec.Decode(v)
		body, whole = wholeNumber(body, err)
	}
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	text := strings.TrimPrefix(err.Error(), "json: ")
	field, unknown := strings.CutPrefix(text, "unknown field ")
	var mismatch *json.UnmarshalTypeError
	switch {
	case unknown:
		return adminapi.BadValue(strings.Trim(field, `"`), "Unknown field %s.", field)
	case errors.As(err, &mismatch):
		return adminapi.BadValue(mismatch.Field, "Invalid %s: got a %s, want a %s.", mismatch.Field, mismatch.Value, mismatch.Type)
	}
	return adminapi.NewProblem(http.StatusBadRequest, "The body is not JSON: %s.", text)
}

// mostNumbers is more than any body has fields that are whole numbers, unless one
// is there again and again.
const mostNumbers = 32

// wholeNumber writes a number such as 1.0 or 5e2, which was refused for a field
// that is an integer, as encoding/json reads integers. It reports whether it did.
func wholeNumber(body []byte, err error) ([]byte, bool) {
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return body, false
	}
	number, ok := strings.CutPrefix(mismatch.Value, "number ")
	f, err := strconv.ParseFloat(number, 64)
	end := min(int(mismatch.Offset), len(body))
	start := end - len(number)
	if !ok || err != nil || f != math.Trunc(f) || math.Abs(f) > 1e15 || !strings.ContainsAny(number, ".eE") ||
		start < 0 || string(body[start:end]) != number {
		return body, false
	}
	return slices.Concat(body[:start], strconv.AppendInt(nil, int64(f), 10), body[end:]), true
}
