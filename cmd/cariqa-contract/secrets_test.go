package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// secretAnswers are the kinds of secrets that a target may send, with a text to
// look for in the place of each $.
var secretAnswers = []string{
	"eyJhbGciOiJIUzI1NiJ9.$.$", "Bearer $", "https://anna:$@example.org/x", "seti_1x_secret_$", "sk_test_$", "rk_live_$", "whsec_$", "ek_test_$",
	"-----BEGIN PRIVATE KEY-----$-----END PRIVATE KEY-----", "password=$", "https://example.org/?access_token=$", "card 4242 4242 4242 4242",
}

// TestSecretsOfTheTargetStayOut has a target that answers secrets in all
// places of its answers, and looks for them in all that the commands write.
func TestSecretsOfTheTargetStayOut(t *testing.T) {
	planted := 0
	plant := func(form string) string {
		planted++
		return strings.ReplaceAll(form, "$", fmt.Sprintf("hUsh%04dx", planted))
	}
	srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
		if r.Method == http.MethodPost && r.URL.Path == "/api/v1/users/" || r.Method == http.MethodDelete {
			form := secretAnswers[planted%len(secretAnswers)]
			h := w.Header()
			h.Set("Content-Type", "application/json")
			h.Set("Location", "/x?token="+plant("$")+"&a="+plant(form))
			h.Set("X-Secret", plant("$"))
			h.Set("Set-Cookie", "a="+plant("$"))
			w.WriteHeader(http.StatusConflict)
			body, _ := json.Marshal(map[string]any{
				"detail": plant(form), "client_secret": plant("$"), "a": []any{map[string]any{"apiKey": plant("$"), "deep": plant(form)}}, plant(form): 1,
			})
			if planted%3 == 0 {
				body = body[:len(body)-1]
			}
			_, _ = w.Write(body)
			return
		}
		rec := httptest.NewRecorder()
		fake.ServeHTTP(rec, r)
		if listed(r) {
			users, _ := json.Marshal([]any{tagged(plant("sk_test_$"), 1), map[string]any{"id": "b", "email": plant("password=$"), "secret": plant("$")}})
			rec.Body.Reset()
			fmt.Fprintf(rec.Body, `{"count":2,"next":null,"previous":null,"results":%s}`, users)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	})
	dir := t.TempDir()
	out := map[string]string{}
	for _, args := range [][]string{
		{"run", "--record", filepath.Join(dir, "record"), "--report-exchanges", "all", "--report", "junit=" + filepath.Join(dir, "junit"), "--report", "json=" + filepath.Join(dir, "json"), "--report", "html=" + filepath.Join(dir, "html")},
		{"sweep"}, {"diff"}, {"run", "--admin", srv.URL},
	} {
		got := invoke(t, on(srv.URL), args...)
		out[strings.Join(args[:1], " ")+fmt.Sprint(len(out))] = got.stdout + got.stderr
	}
	for _, name := range []string{"record", "junit", "json", "html"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || len(text) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = string(text)
	}
	if planted < 100 {
		t.Errorf("only %d secrets were sent", planted)
	}
	for name, text := range out {
		for _, secret := range []string{"hUsh", "4242 4242 4242 4242"} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s shows a secret: …%s", name, text[max(0, i-200):min(len(text), i+50)])
			}
		}
	}
}
