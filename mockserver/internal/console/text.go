package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"
)

// functions are what templates may call.
func functions() template.FuncMap {
	return template.FuncMap{
		"clock": func(t time.Time) string { return t.UTC().Format("15:04:05") },
		"day":   func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05") },
		"stamp": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"when":  when,
		"state": stateName,
		"upper": strings.ToUpper,
		"short": short,
		"brief": brief,
		"json":  pretty,
		"status": func(code int) string {
			switch {
			case code == 0 || code >= 500:
				return "broken"
			case code >= 400:
				return "refused"
			}
			return "good"
		},
		"query":  url.QueryEscape,
		"path":   path,
		"join":   strings.Join,
		"deed":   newDeed,
		"effect": effect,
		"has":    slices.Contains[[]string],
		"dict":   dict,
		"marked": marked,
		"speeds": func() []float64 { return []float64{1, 10, 60, 600, 3600} },
	}
}

// dict makes a map of names and values, for templates that need more than one
// value.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: %d values, want pairs", len(pairs))
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// when says how far a time is from another, as people would.
func when(now, t time.Time) string {
	d := t.Sub(now).Round(time.Second)
	switch {
	case d == 0:
		return "now"
	case d > 0:
		return "in " + span(d)
	}
	return span(-d) + " ago"
}

func span(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

func stateName(s string) string {
	if s == "cdr-pending" {
		return "CDR pending"
	}
	return strings.ToUpper(s[:min(len(s), 1)]) + s[min(len(s), 1):]
}

// short is an id that people can tell from others.
func short(id string) string {
	if len(id) <= 13 {
		return id
	}
	return id[:8] + "…"
}

// brief is the beginning of a text, enough to know which one it is.
func brief(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// pretty indents JSON; what is none is shown as it is.
func pretty(raw json.RawMessage) string {
	var out bytes.Buffer
	var text string
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return ""
	case json.Unmarshal(raw, &text) == nil:
		return text
	case json.Indent(&out, raw, "", "  ") != nil:
		return string(raw)
	}
	return out.String()
}

// effect says what a fault does.
func effect(f fault) string {
	switch {
	case f.Status != nil && f.Error != nil:
		return fmt.Sprintf("responds with %d %s", *f.Status, *f.Error)
	case f.Status != nil:
		return fmt.Sprintf("responds with %d", *f.Status)
	case f.Delay != nil:
		return "delays by " + *f.Delay
	case f.Drop != nil:
		return "drops the connection"
	case f.Truncate != nil:
		return "truncates the body"
	case f.RateLimit != nil:
		return "responds with 429, Retry-After " + *f.RateLimit
	}
	return "unknown effect"
}

// marked shows what stands between backticks as code.
func marked(text string) template.HTML {
	var out strings.Builder
	for i, part := range strings.Split(text, "`") {
		part = template.HTMLEscapeString(part)
		if i%2 == 1 {
			part = "<code>" + part + "</code>"
		}
		out.WriteString(part)
	}
	return template.HTML(out.String())
}

// unitNames spells out the units of a Go duration.
var unitNames = strings.NewReplacer("ms", " ms ", "us", " µs ", "µs", " µs ", "ns", " ns ", "h", " h ", "m", " min ", "s", " s ")

// durationText writes a Go duration for people, such as "1 h 30 min".
func durationText(d string) string { return strings.TrimSpace(unitNames.Replace(d)) }
