package wire

import (
	"io"
	"iter"
	"mime/multipart"
)

// A Part is a field or a file of a multipart form.
type Part struct {
	Name  string
	File  string // the name of the file; empty for a field
	Value string
}

// Parts returns the parts of a multipart form in their order. The last element
// has an error if the form cannot be read to its end.
func Parts(body io.Reader, boundary string) iter.Seq2[Part, error] {
	return func(yield func(Part, error) bool) {
		r := multipart.NewReader(body, boundary)
		for {
			part, err := r.NextPart()
			if err == io.EOF { //nolint:errorlint // a form that breaks off has an error that wraps io.EOF
				return
			}
			if err != nil {
				yield(Part{}, err)
				return
			}
			value, err := io.ReadAll(part)
			if !yield(Part{Name: part.FormName(), File: part.FileName(), Value: string(value)}, err) || err != nil {
				return
			}
		}
	}
}
