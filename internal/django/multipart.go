package django

import (
	"bytes"
	"encoding/base64"
	"html"
	"strings"
	"unicode/utf8"

	"cariqamock/internal/python"
)

// Bounds of Django, whose defaults are assumed to be the vendor's.
const (
	maxFields   = 1000
	maxFiles    = 100
	maxPartHead = 1024 // bytes of the headers of a part
	maxBoundary = 201  // bytes
)

// A multipartForm is a form in multipart/form-data as Django reads it: a boundary
// counts wherever it stands, what is no field is passed over, and the last part
// may lack its end.
type multipartForm struct {
	form  python.Form
	files map[string]string // the names of the last file of each field
}

// parseMultipart reads a form whose media type has come with the body.
func parseMultipart(contentType string, body []byte) (multipartForm, error) {
	f := multipartForm{files: map[string]string{}}
	_, params := parseHeader(contentType)
	boundary, declared := params["boundary"]
	switch {
	case !strings.HasPrefix(contentType, "multipart/"): // *, or in upper case
		return f, formError("Invalid Content-Type: " + python.FromLatin1(contentType))
	case strings.ContainsFunc(contentType, func(r rune) bool { return r >= utf8.RuneSelf }):
		return f, formError("Invalid non-ASCII Content-Type in multipart: " + python.FromLatin1(contentType))
	case !declared:
		return f, formError("Invalid boundary in multipart: None")
	case !validBoundary(boundary):
		return f, formError("Invalid boundary in multipart: " + boundary)
	}
	err := f.read(body, []byte("--"+boundary), python.LookupCharset(params["charset"]))
	return f, err
}

// validBoundary reports whether Django takes a boundary: printable ASCII that does
// not end in a blank.
func validBoundary(s string) bool {
	unprintable := func(r rune) bool { return r < ' ' || r > '~' }
	return s != "" && len(s) <= maxBoundary && !strings.HasSuffix(s, " ") && !strings.ContainsFunc(s, unprintable)
}

func formError(text string) error { return &ParseError{"Multipart form parse error - " + text} }

// read reads the parts between the boundaries, with what stands before the first
// and after the last one.
func (f *multipartForm) read(body, boundary []byte, c python.Charset) error {
	fields, files := 0, 0
	for more := true; more && len(body) > 0; {
		var raw []byte
		if raw, body, more = bytes.Cut(body, boundary); more {
			raw = bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r"))
		}
		p := readPart(raw, c)
		if p.file {
			files++
		} else {
			fields++
		}
		switch {
		case fields > maxFields+2: // what surrounds the boundaries counts
			return &ParseError{"The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."}
		case files > maxFiles:
			return &ParseError{"The number of files exceeded settings.DATA_UPLOAD_MAX_NUMBER_FILES."}
		case !p.named, p.file && p.filename == "":
			continue
		case p.file && p.encoded && !validBase64(p.value):
			return formError("Could not decode base64 data.")
		case !p.file:
			f.form.Add(p.name, p.text(c))
		case len(body) > 0: // a file is complete when something follows its boundary
			f.files[p.name] = p.filename
		}
	}
	return nil
}

// A formPart is what stands between two boundaries.
type formPart struct {
	named    bool // has a name; others are passed over
	name     string
	file     bool
	filename string // without folders; may be empty for a file
	encoded  bool   // in base64
	value    []byte
}

func readPart(raw []byte, c python.Charset) (p formPart) {
	head, _, ok := bytes.Cut(raw[:min(len(raw), maxPartHead)], []byte("\r\n\r\n"))
	if !ok {
		return p
	}
	p.value = raw[len(head)+len("\r\n\r\n"):]
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		full, params := parseHeader(string(line))
		switch name, v, _ := strings.Cut(full, ":"); name {
		case "content-disposition":
			p.name, p.named = params["name"]
			p.name = c.Replace([]byte(strings.TrimSpace(p.name)))
			p.filename = c.Replace([]byte(params["filename"]))
			p.file = p.filename != ""
			p.filename = baseName(p.filename)
		case "content-transfer-encoding":
			p.encoded = strings.TrimSpace(v) == "base64"
		}
	}
	return p
}

// baseName returns the name that Django leaves of a file's, or "" for a file that
// it passes over.
func baseName(name string) string {
	name = html.UnescapeString(name)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if name == "." || name == ".." {
		return ""
	}
	return name
}

// text returns the value of a field.
func (p formPart) text(c python.Charset) string {
	if p.encoded {
		if decoded, ok := decodeBase64(p.value); ok {
			return c.Replace(decoded)
		}
	}
	return c.Replace(p.value)
}

// decodeBase64 decodes as Python does: foreign characters do not count, and
// nothing counts after the padding.
func decodeBase64(raw []byte) ([]byte, bool) {
	var clean []byte
	pads, ended := 0, false
	for _, b := range raw {
		switch rest := len(clean) % 4; {
		case b == '=':
			pads++
			ended = rest >= 2 && rest+pads >= 4
		case b >= 'A' && b <= 'Z', b >= 'a' && b <= 'z', b >= '0' && b <= '9', b == '+', b == '/':
			clean = append(clean, b)
			pads = 0
		}
		if ended {
			break
		}
	}
	if !ended && len(clean)%4 != 0 {
		return nil, false
	}
	out, err := base64.RawStdEncoding.AppendDecode(nil, clean)
	return out, err == nil
}

// validBase64 reports whether a file is in base64, of which Django takes only
// whole groups of four.
func validBase64(raw []byte) bool {
	raw = bytes.Join(bytes.Fields(raw), nil)
	_, ok := decodeBase64(raw)
	return ok && len(raw)%4 == 0
}
