package mocktest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// admin calls the admin API about the world and fails the test if it refuses.
// The message begins with the Go call, such as Fail("users_list", 503, "").
func (w *World) admin(verb, method, path string, body, answer any) {
	w.s.t.Helper()
	if err := w.call(method, path, body, answer); err != nil {
		w.s.t.Fatalf("mocktest: %s: %v", verb, err)
	}
}

// verb returns a Go call for a message: strings are quoted, options shortened to
// an ellipsis.
func verb[Option any](name string, opts []Option, args ...any) string {
	var shown []string
	for _, arg := range args {
		if s, ok := arg.(string); ok {
			arg = strconv.Quote(s)
		}
		shown = append(shown, fmt.Sprint(arg))
	}
	if len(opts) > 0 {
		shown = append(shown, "...")
	}
	return name + "(" + strings.Join(shown, ", ") + ")"
}

// call calls the admin API about the world. A nil body sends none, a nil answer
// is not read, a *[]byte takes the answer as it is, and anything else decodes
// it. The error quotes the server's message.
func (w *World) call(method, path string, body, answer any) error {
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return err
		}
	}
	r, err := http.NewRequest(method, w.s.URL+"/__admin/worlds/"+url.PathEscape(w.ID)+path, &sent)
	if err != nil {
		return err
	}
	if w.s.adminToken != "" {
		r.Header.Set("Authorization", "Bearer "+w.s.adminToken)
	}
	res, err := w.s.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusBadRequest {
		return errors.New(cmp.Or(message(text), res.Status))
	}
	switch into := answer.(type) {
	case nil:
		return nil
	case *[]byte:
		*into = text
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("the answer of the admin API: %w", err)
	}
	return nil
}

// message returns the detail of a problem document, and other texts as they
// are.
func message(text []byte) string {
	var problem struct{ Field, Detail string }
	if err := json.Unmarshal(text, &problem); err != nil || problem.Detail == "" {
		return string(text)
	}
	if problem.Field != "" {
		return problem.Field + ": " + problem.Detail
	}
	return problem.Detail
}
