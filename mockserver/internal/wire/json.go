package wire

import (
	"bytes"
	"encoding/json"
)

// Marshal returns the JSON of a value: compact, and with <, > and & as they
// are, as the vendor's framework and Stripe write it (measured).
func Marshal(v any) ([]byte, error) { return encode(v, "") }

// MarshalIndent is Marshal with a line for each value, indented by indent.
func MarshalIndent(v any, indent string) ([]byte, error) { return encode(v, indent) }

func encode(v any, indent string) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
