package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/text"
)

// functions returns the functions that templates may call.
func functions() template.FuncMap {
	return template.FuncMap{
		"clock": func(t time.Time) string { return t.UTC().Format("15:04:05") },
		"day":   func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05") },
		"real":  func(t time.Time) string { return t.UTC().Format("15:04:05.000") },
		"took":  took,
		"stamp": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"when":  when,
		"state": stateName,
		"unfinished": func(state string) bool {
			return slices.Contains([]string{"starting", "active", "cdr-pending", "debt"}, state)
		},
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
		"path":   worldPath,
		"join":   strings.Join,
		"effect": effect,
		"dict":   dict,
		"marked": marked,
		"speeds": func() []float64 { return []float64{1, 10, 60, 600, 3600} },

		"button":     newButton(""),
		"mainButton": newButton("main"),
		"payButton": func(u adminapi.UserDetail, world, action, label, about string, pairs ...string) button {
			class := "main"
			if len(u.Waiting) > 0 { // which comes first
				class = ""
			}
			return newButton(class)(world, action, label, about, pairs...)
		},
		"dangerButton": newButton("danger"),
		"methodName":   methodName,
		"remedies":     remedies,
		"newDefault":   newDefault,
		"blockers":     blockers,
		"ownRules":     ownRules,
		"lifecycle":    lifecycle,
		"meterChart":   chartMeter,
		"costChart":    chartCost,
	}
}

// took writes milliseconds, such as "1.5 ms" or "2.1 s".
func took(ms float64) string {
	switch {
	case ms >= 1000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 10:
		return fmt.Sprintf("%.0f ms", ms)
	case ms < 0.1:
		return "< 0.1 ms"
	}
	return fmt.Sprintf("%.1f ms", ms)
}

// statusText returns a status with its name, such as "404 Not Found".
func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprint(status, " ", http.StatusText(status)))
}

// dict returns a map of names and values in pairs, to pass several values to a
// template.
func dict(pairs ...any) map[string]any {
	m := map[string]any{}
	for pair := range slices.Chunk(pairs, 2) {
		m[fmt.Sprint(pair[0])] = pair[1]
	}
	return m
}

// when describes how far t is from now, such as "in 6 min".
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

// short shortens an id, so that it can still be distinguished from others.
func short(id string) string {
	if len(id) <= 13 {
		return id
	}
	return id[:8] + "…"
}

// brief returns at most the first 40 characters of a text.
func brief(s string) string { return text.Shorten(s, 40) }

// pretty indents JSON. It returns a JSON string as its text, null as "", and
// anything that is not JSON as it is.
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

// effect describes what a fault does.
func effect(f adminapi.Fault) string {
	switch {
	case f.Status != nil && f.Error != nil:
		return fmt.Sprintf("responds with %d %s", *f.Status, *f.Error)
	case f.Status != nil:
		return fmt.Sprintf("responds with %d", *f.Status)
	case f.Delay != nil:
		return fmt.Sprintf("delays by %v", *f.Delay)
	case f.Drop != nil && *f.Drop == "reset":
		return "closes the connection without a byte"
	case f.Drop != nil:
		return "drops the connection"
	case f.Truncate != nil:
		return "truncates the body"
	case f.RateLimit != nil:
		return fmt.Sprintf("responds with 429, Retry-After %v", *f.RateLimit)
	}
	return "unknown effect"
}

// marked renders text between backticks as code.
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
