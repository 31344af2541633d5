package wire

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"cariqamock/internal/django"
	"cariqamock/mockserver/internal/connect"
)

// createUser reads a body as the framework's serializer of a user does, and
// returns what the framework answers.
func createUser(contentType string, body []byte) (status int, answer any) {
	in, err := FromBody(contentType, body)
	var media *django.MediaTypeError
	switch {
	case errors.As(err, &media):
		return 415, map[string]any{"detail": err.Error()}
	case err != nil:
		return 400, map[string]any{"detail": err.Error()}
	}
	f := Read(in)
	user := map[string]any{}
	note := func(to map[string]any, name string, v connect.Optional[*string]) {
		switch {
		case v.Set && v.Value == nil:
			to[name] = nil
		case v.Set:
			to[name] = *v.Value
		}
	}
	note(user, "email", f.Text("email", Text{Null: true, Email: true}))
	note(user, "locale", f.Choice("locale", []string{"en", "de"}, false, false))
	if nested, set := f.Object("custom_properties"); set && nested == nil {
		user["custom_properties"] = nil
	} else if set {
		properties := map[string]any{}
		note(properties, "external_id", nested.Text("external_id", Text{Null: true, Max: 250}))
		user["custom_properties"] = properties
	}
	if text := f.Err(); text != "" {
		return 400, text
	}
	return 201, user
}

// fieldErrors joins the framework's field errors as Fields does.
func fieldErrors(answer map[string]any) any {
	if answer["detail"] != nil {
		return answer
	}
	var out []string
	add := func(name string, texts any) {
		list, _ := texts.([]any)
		for _, text := range list {
			out = append(out, fmt.Sprintf("%s: %s", name, text))
		}
	}
	for _, name := range []string{"non_field_errors", "email", "locale"} {
		add(name, answer[name])
	}
	if nested, ok := answer["custom_properties"].(map[string]any); ok {
		add("custom_properties.non_field_errors", nested["non_field_errors"])
		add("custom_properties.external_id", nested["external_id"])
	}
	return strings.Join(out, " ")
}

// TestFramework compares with what the framework answered to POST /users/: each
// line of the file is a media type, a body (a character a byte), and the answer's
// status and body.
func TestFramework(t *testing.T) {
	file, err := os.Open("testdata/framework.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := 0
	for scan := bufio.NewScanner(file); scan.Scan(); lines++ {
		var line [4]any
		if err := json.Unmarshal(scan.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		contentType, err := charmap.ISO8859_1.NewEncoder().String(line[0].(string)) // a byte a character
		if err != nil {
			t.Fatal(err)
		}
		body, err := charmap.ISO8859_1.NewEncoder().Bytes([]byte(line[1].(string)))
		if err != nil {
			t.Fatal(err)
		}
		want := line[3]
		if line[2] == 400.0 {
			want = fieldErrors(want.(map[string]any))
		}
		status, got := createUser(contentType, body)
		if diff := cmp.Diff(want, got); diff != "" || float64(status) != line[2] {
			t.Errorf("%q %q: %d, want %v (-want +got):\n%s", contentType, body, status, line[2], diff)
		}
	}
	if lines < 600 {
		t.Errorf("%d lines", lines)
	}
}

// TestFrameworkBounds has what would be long in the file.
func TestFrameworkBounds(t *testing.T) {
	ones := strings.Repeat("1", 4301)
	many := func(n int, file string) string { return strings.Repeat(part("x", file, ""), n) }
	tooLong := "JSON parse error - Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit"
	tooMany := "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."
	tooFull := "The number of files exceeded settings.DATA_UPLOAD_MAX_NUMBER_FILES."
	for i, c := range []struct{ kind, body, want string }{
		{asJSON, `{"x":` + ones[1:] + `}`, ""},
		{asJSON, `{"x":` + ones + `}`, tooLong},
		{asJSON, `{"x":[-` + ones + `]}`, tooLong},
		{asJSON, `{"x":` + ones + `.0}`, ""},
		{asJSON, `{"x":` + ones + `e1}`, ""},
		{asJSON, `{"x":` + strings.Repeat("[", 950) + strings.Repeat("]", 950) + `}`, ""},
		{asJSON, strings.Repeat("[", 20_000), "JSON parse error - maximum recursion depth exceeded while decoding a JSON array from a unicode string"},
		{asJSON, strings.Repeat(`{"a":`, 20_000), "JSON parse error - maximum recursion depth exceeded while decoding a JSON object from a unicode string"},
		{asMultipart, many(1000, "") + end, ""},
		{asMultipart, many(1001, "") + end, tooMany},
		{asMultipart, many(1001, ""), ""},
		{asMultipart, many(1002, ""), tooMany},
		{asMultipart, many(100, "f") + end, ""},
		{asMultipart, many(101, "f") + end, tooFull},
		{asMultipart, many(1000, "") + many(100, "f") + end, ""},
	} {
		_, err := FromBody(c.kind, []byte(c.body))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}
