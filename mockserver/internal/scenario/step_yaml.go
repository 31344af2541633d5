package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// step writes one step as an item of a list, in blocks.
func (w *writer) step(s Step) {
	call := s.Call
	if strings.HasSuffix(call, ":") {
		call = quoted(call)
	}
	w.out.WriteString("- call: " + call + "\n")
	const indent = "  "
	if s.JSON != nil {
		w.field(indent, "json", s.JSON)
	}
	if s.Form != nil {
		w.field(indent, "form", s.Form)
	}
	if s.Headers != nil {
		headers := map[string]any{}
		for name, v := range s.Headers {
			headers[name] = v
		}
		w.field(indent, "headers", headers)
	}
	w.out.WriteString(indent + "want:\n")
	fmt.Fprintf(&w.out, "%s  status: %d\n", indent, s.Want.Status)
	if s.Want.Rule != "" {
		w.out.WriteString(indent + "  rule: " + text(s.Want.Rule) + "\n")
	}
}

// field writes a key and a value of any shape: objects in blocks, all else
// within the line.
func (w *writer) field(indent, key string, v any) {
	w.out.WriteString(indent + text(key) + ":")
	object, is := v.(map[string]any)
	if !is || len(object) == 0 {
		w.out.WriteByte(' ')
		w.free(v)
		w.out.WriteByte('\n')
		return
	}
	w.out.WriteByte('\n')
	for _, k := range slices.Sorted(maps.Keys(object)) {
		w.field(indent+"  ", k, object[k])
	}
}

// free writes a value of any shape, as JSON has it, within one line.
func (w *writer) free(v any) {
	switch v := v.(type) {
	case map[string]any:
		w.out.WriteByte('{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				w.out.WriteString(", ")
			}
			w.out.WriteString(quoted(k) + ": ")
			w.free(v[k])
		}
		w.out.WriteByte('}')
	case []any:
		w.out.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				w.out.WriteString(", ")
			}
			w.free(e)
		}
		w.out.WriteByte(']')
	case string:
		w.out.WriteString(text(v))
	case json.Number:
		w.out.WriteString(v.String())
	case nil:
		w.out.WriteString("null")
	default:
		fmt.Fprint(&w.out, v) // true or false
	}
}
