package wire

import (
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/internal/django"
	"cariqamock/mockserver/internal/connect"
)

// read returns a text, a choice and a nested text of a body, and what is wrong
// with it.
func read(contentType, body string) (fields map[string]any, problem string) {
	in, err := FromBody(contentType, []byte(body))
	if err != nil {
		return nil, err.Error()
	}
	f := Read(in)
	fields = map[string]any{}
	note := func(name string, v connect.Optional[*string]) {
		switch {
		case !v.Set:
		case v.Value == nil:
			fields[name] = nil
		default:
			fields[name] = *v.Value
		}
	}
	note("text", f.Text("text", Text{Null: true, Max: 5}))
	note("choice", f.Choice("choice", []string{"a", "5"}, false, true))
	if nested, set := f.Object("nested"); set && nested != nil {
		note("nested.text", nested.Text("text", Text{Null: true}))
	} else if set {
		fields["nested"] = nil
	}
	return fields, f.Err()
}

const (
	asJSON = "application/json"
	asForm = "application/x-www-form-urlencoded"

	asMultipart = "multipart/form-data; boundary=b"
	end         = "--b--\r\n"
)

// part returns a field of a multipart form, or a file.
func part(name, file, value string) string {
	if file != "" {
		file = `; filename="` + file + `"`
	}
	return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"" + file + "\r\n\r\n" + value + "\r\n"
}

func TestFromBody(t *testing.T) {
	type m = map[string]any
	cases := map[string]struct {
		kind, body string
		want       m
		problem    string
	}{
		"empty, whatever its type":   {"text/plain", "", m{}, ""},
		"JSON":                       {asJSON, `{"text":"x","choice":5,"nested":{"text":"y"}}`, m{"text": "x", "choice": "5", "nested.text": "y"}, ""},
		"JSON nulls":                 {asJSON, `{"text":null,"choice":null,"nested":null}`, m{"text": nil, "choice": nil, "nested": nil}, ""},
		"other case of the name":     {asJSON, `{"TEXT":"x"}`, m{}, ""},
		"form":                       {asForm, "text=x&choice=5&nested.text=y", m{"text": "x", "choice": "5", "nested.text": "y"}, ""},
		"form, empty":                {asForm, "text=&choice=&nested.text=", m{"text": nil, "choice": nil, "nested.text": nil}, ""},
		"form, brackets":             {asForm, "nested[text]=y", m{}, ""},
		"form, last value":           {asForm, "text=x&text=z", m{"text": "z"}, ""},
		"other type":                 {"text/csv; a=b", "x", nil, `Unsupported media type "text/csv; a=b" in request.`},
		"no type":                    {"", "x", nil, `Unsupported media type "" in request.`},
		"type with a broken end":     {asJSON + ";=", `{"text":"x"}`, m{"text": "x"}, ""},
		"spaces only":                {asJSON, "  ", nil, "JSON parse error - Expecting value: line 1 column 3 (char 2)"},
		"half":                       {asJSON, "{\"a\":\n", nil, "JSON parse error - Expecting value: line 2 column 1 (char 6)"},
		"more than one":              {asJSON, "{}\n{}", nil, "JSON parse error - Extra data: line 2 column 1 (char 3)"},
		"place counts characters":    {asJSON, `{"ä":x}`, nil, "JSON parse error - Expecting value: line 1 column 6 (char 5)"},
		"not UTF-8":                  {asJSON, "{\"a\":\"\xff\"}", nil, "JSON parse error - 'utf-8' codec can't decode byte 0xff in position 6: invalid start byte"},
		"form that is not UTF-8":     {asForm, "text=%ff\xff", m{"text": "\ufffdÿ"}, ""},
		"form, cut off":              {asForm, "text=Ren\xe9", m{"text": "René"}, ""},
		"form, cut off in UTF-8":     {asForm, "text=\xe2\x82", m{"text": "â\u0082"}, ""},
		"form, replaced before":      {asForm, "text=\xef\xbf\xbd", m{"text": "\ufffd"}, ""},
		"form, ASCII with others":    {asForm + "; charset=ascii", "text=\xc3\xa9", m{"text": "Ã©"}, ""},
		"form, UTF-16":               {asForm + "; charset=utf-16", "t\x00e\x00x\x00t\x00=\x00a\x00", m{"text": "a"}, ""},
		"form, no UTF-16":            {asForm + "; charset=utf-16", "text=a", m{}, ""},
		"form, UTF-16 with a BOM":    {asForm + "; charset=utf-16", "\xfe\xff\x00t\x00e\x00x\x00t\x00=\x00a", m{"text": "a"}, ""},
		"form, nested twice":         {asForm, "nested.text=x&nested.text%0a=y", m{"nested.text": "y"}, ""},
		"form, nested twice, other":  {asForm, "nested.text%0a=y&nested.text=x", m{"nested.text": "x"}, ""},
		"form, semicolon":            {asForm, "text=a;b&choice=a", m{"text": "a;b", "choice": "a"}, ""},
		"form, bad escapes":          {asForm, "text=%zz%4", m{"text": "%zz%4"}, ""},
		"form, plus and blanks":      {asForm, "text=+a+%2b+", m{"text": "a +"}, ""},
		"form, last of several":      {asForm, "text=a&text=b&choice=x&choice=5", m{"text": "b", "choice": "5"}, ""},
		"form, last is blank":        {asForm, "text=a&text=", m{"text": nil}, ""},
		"form, too many fields":      {asForm, strings.Repeat("a&", 1000), nil, "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."},
		"form, as many as accepted":  {asForm, "text=b" + strings.Repeat("&", 999), m{"text": "b"}, ""},
		"form, nested":               {asForm, "nested.text=y&nested=z", m{"nested.text": "y"}, ""},
		"form, nested in brackets":   {asForm, "nested[text]=y", m{}, ""},
		"form, nested, line break":   {asForm, "nested.text%0a=y", m{"nested.text": "y"}, ""},
		"form, nested nothing":       {asForm, "nested.=y&nested.%0a=z", m{}, ""},
		"form, nested other":         {asForm, "nested.other=y", m{}, ""},
		"list":                       {asJSON, `[1]`, m{}, "non_field_errors: Invalid data. Expected a dictionary, but got list."},
		"null":                       {asJSON, `null`, m{}, "non_field_errors: No data provided"},
		"wrong, each in its words":   {asJSON, `{"text":"123456","choice":"b","nested":3}`, m{}, `text: Ensure this field has no more than 5 characters. choice: "b" is not a valid choice. nested.non_field_errors: Invalid data. Expected a dictionary, but got int.`},
		"wrong within":               {asJSON, `{"nested":{"text":" "}}`, m{}, "nested.text: This field may not be blank."},
		"multipart":                  {asMultipart, part("text", "", "x") + part("choice", "", "5") + part("nested.text", "", "y") + end, m{"text": "x", "choice": "5", "nested.text": "y"}, ""},
		"multipart with a file":      {asMultipart, part("text", "a.txt", "x") + part("choice", "a.txt", "a") + end, m{}, `text: Not a valid string. choice: "a.txt" is not a valid choice.`},
		"multipart, file at the end": {asMultipart, part("text", "a.txt", "x") + "--b", m{}, ""},
		"multipart, blank file name": {asMultipart, part("text", " ", "x") + end, m{}, "text: This field may not be blank."},
		"multipart, no file name":    {asMultipart, strings.Replace(part("text", "..", "x"), "\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1) + end, m{}, ""},
		"multipart, odd type":        {"Multipart/form-data; boundary=\xe9", "x", nil, "Multipart form parse error - Invalid Content-Type: Multipart/form-data; boundary=é"},
		"multipart that breaks off":  {asMultipart, part("text", "", "x"), m{"text": "x"}, ""},
		"multipart, no boundary":     {"multipart/form-data", "x", nil, "Multipart form parse error - Invalid boundary in multipart: None"},
		"two things wrong with one":  {asJSON, `{"text":"12345\u0000"}`, m{}, "text: Ensure this field has no more than 5 characters. text: Null characters are not allowed."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, problem := read(c.kind, c.body)
			if diff := cmp.Diff(c.want, got); diff != "" || problem != c.problem {
				t.Errorf("problem %q, want %q; fields (-want +got):\n%s", problem, c.problem, diff)
			}
		})
	}
}

func TestRequiredFields(t *testing.T) {
	for body, want := range map[string]string{
		`{}`: "text: This field is required. choice: This field is required.", `{"text":"x","choice":"a"}`: "",
		`{"text":"","choice":""}`: `text: This field may not be blank. choice: "" is not a valid choice.`,
		`[]`:                      "non_field_errors: Invalid data. Expected a dictionary, but got list.",
	} {
		in, err := FromBody(asJSON, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, partial := range []bool{false, true} {
			want := want
			if partial && body == "{}" {
				in, want = in.Partial(), ""
			}
			f := Read(in)
			f.Text("text", Text{Required: true})
			f.Choice("choice", []string{"a"}, true, false)
			if got := f.Err(); got != want {
				t.Errorf("%s, partial %v: %q, want %q", body, partial, got, want)
			}
		}
	}
}

// FuzzBody reads random bodies: nothing panics, and the error of one that cannot
// be read is one of two.
func FuzzBody(f *testing.F) {
	for _, body := range []string{`{"text":"x"}`, `{"nested":{"text":null}}`, `[`, "text=x&nested.text=%00", "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nx\r\n--b--\r\n"} {
		for _, kind := range []string{asJSON, asForm, "multipart/form-data; boundary=b", "multipart/form-data", "text/plain", "a/b;c"} {
			f.Add(kind, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		_, err := FromBody(contentType, body)
		var media *django.MediaTypeError
		var parse *django.ParseError
		if err != nil && !errors.As(err, &media) && !errors.As(err, &parse) {
			t.Fatalf("%T %v", err, err)
		}
		fields, problem := read(contentType, string(body))
		if problem == "" && fields == nil {
			t.Fatal("neither fields nor a problem")
		}
		if text, ok := fields["text"].(string); ok && (len([]rune(text)) > 5 || strings.ContainsRune(text, 0)) {
			t.Fatalf("text %q", text)
		}
	})
}

// An ending notes whether its reader has come to the end.
type ending struct {
	io.Reader
	ended bool
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	e.ended = e.ended || errors.Is(err, io.EOF)
	return n, err
}

func TestReadBody(t *testing.T) {
	long := strings.Repeat("x", MaxBody+2)
	for name, c := range map[string]struct {
		body     string
		declared int64
		want     int
		err      error
	}{
		"of known length":   {`{"a":1}`, 7, 7, nil},
		"of unknown length": {`{"a":1}`, -1, 7, nil},
		"shorter":           {`{"a"`, 7, 4, nil}, // the server's own reader says that it is cut off
		"missing":           {"", 7, 0, nil},
		"longer":            {`{"a":1,"b":2}`, 7, 13, nil},
		"long":              {long, int64(len(long)), MaxBody + 1, nil},
		"endless":           {long, -1, MaxBody + 1, nil},
	} {
		in := &ending{Reader: strings.NewReader(c.body)}
		r := httptest.NewRequest("POST", "/", io.NopCloser(in))
		r.ContentLength = c.declared
		body, err := ReadBody(r)
		if string(body) != c.body[:c.want] || !errors.Is(err, c.err) {
			t.Errorf("a body %s: got %d bytes and %v, want %d and %v", name, len(body), err, c.want, c.err)
		}
		if len(c.body) <= MaxBody && !in.ended { // over HTTP/2 the end comes by itself
			t.Errorf("a body %s: its end has not been read", name)
		}
		if c.declared == 7 && len(body) <= 7 && cap(body) > 8 {
			t.Errorf("a body %s: %d bytes of room", name, cap(body))
		}
	}
}
