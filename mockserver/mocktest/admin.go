package mocktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// admin calls the admin API about the world and fails the test if it refuses.
func (w *World) admin(method, path string, body, answer any) {
	w.s.t.Helper()
	if err := w.call(method, path, body, answer); err != nil {
		w.s.t.Fatalf("mocktest: %v", err)
	}
}

// call calls the admin API about the world. A nil body sends none, a nil answer
// is not read, a *[]byte takes the answer as it is, and anything else decodes
// it. The error quotes the server's message.
func (w *World) call(method, path string, body, answer any) error {
	what := fmt.Sprintf("%s %s in world %s", method, path, w.ID)
	if path == "" {
		what = fmt.Sprintf("%s world %s", method, w.ID)
	}
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	r, err := http.NewRequest(method, w.s.URL+"/__admin/worlds/"+url.PathEscape(w.ID)+path, &sent)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if w.s.adminToken != "" {
		r.Header.Set("Authorization", "Bearer "+w.s.adminToken)
	}
	res, err := w.s.client.Do(r)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s: %s (%s)", what, sentence(text), res.Status)
	}
	switch into := answer.(type) {
	case nil:
		return nil
	case *[]byte:
		*into = text
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// sentence returns the detail of a problem document, and other texts as they
// are.
func sentence(text []byte) string {
	var problem struct{ Field, Detail string }
	if err := json.Unmarshal(text, &problem); err != nil || problem.Detail == "" {
		return string(text)
	}
	if problem.Field != "" {
		return problem.Field + ": " + problem.Detail
	}
	return problem.Detail
}
