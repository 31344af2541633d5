package scenario

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/jsonmatch"
)

// A Made call is a recorded call with its answer.
type Made struct {
	ID string // of the call, for errors
	Recorded
	At     time.Time       // of its world
	Answer json.RawMessage // its body, redacted; nil if there was none
}

// WithCalls returns the file of a scenario that starts as s does and makes
// calls, in their order and with the answers that they got. start is when the
// world of the calls started, in its own time; the clock advances between
// calls as it did there, in whole seconds. What an answer has made, such as an
// id or a client secret, is saved for the calls that use it. The error is an
// ErrNoStep.
func (s *Scenario) WithCalls(name, title string, start time.Time, calls []Made) ([]byte, error) {
	own, err := Parse(s.Name+".yaml", s.src, Known{AnyName: true}) // a copy to change
	if err != nil {
		return nil, err
	}
	f := own.file
	f.Name, f.Title, f.Proves, f.Replay, f.Try = name, title, nil, false, nil
	if *f.Clock == (Clock{}) {
		f.Clock = nil
	}
	if *f.Tokens == (Tokens{}) {
		f.Tokens = nil
	}
	redacted := f.redact()
	w := &writer{}
	w.block("", "", reflect.ValueOf(*f))
	made := newMadeValues(w.Bytes())
	for _, c := range calls {
		c.User = s.Values("")[varUser]
		step, err := c.step()
		if err != nil {
			return nil, fmt.Errorf("request %s: %w", c.ID, err)
		}
		if d := c.At.Sub(start).Truncate(time.Second); d > 0 {
			f.Try = append(f.Try, Step{Advance: new(Duration(d))})
			start = start.Add(d)
		}
		f.Try = append(f.Try, made.use(f.Try, step))
		made.add(len(f.Try)-1, c.Answer)
	}
	w = &writer{}
	if redacted {
		w.WriteString(redactedNote)
	}
	w.block("", "", reflect.ValueOf(*f))
	return w.Bytes(), nil
}

// madeValues are the values that answers have made and that later calls use.
type madeValues struct {
	own    map[string]struct{} // what the file has without its steps: it was not made
	places map[string]place    // by value
	names  map[string]string   // under which values are saved
}

// newMadeValues takes a file without its steps.
func newMadeValues(file []byte) *madeValues {
	m := &madeValues{own: map[string]struct{}{}, names: map[string]string{}, places: map[string]place{}}
	for _, id := range madeForm.FindAll(file, -1) {
		m.own[string(id)] = struct{}{}
	}
	return m
}

// redactedMark stands for the random part of a client secret.
const redactedMark = "[redacted]"

// A place is where an answer has a value.
type place struct {
	step int // from 0
	path string
}

var (
	// madeForm matches ids: UUIDs, and those of Stripe's form.
	madeForm = regexp.MustCompile(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z]{2,12}_[A-Za-z0-9]{8,}`)
	// isIntentSecret matches client secrets as they are redacted.
	isIntentSecret = regexp.MustCompile(`^(?:pi|seti)_[A-Za-z0-9]+_secret_\[redacted\]$`).MatchString
)

// add notes what the answer of a step has made.
func (m *madeValues) add(step int, answer json.RawMessage) {
	body, err := jsonmatch.Decode(answer)
	if err != nil {
		return // nothing can be saved from it
	}
	eachText("", body, func(path, text string) {
		if _, known := m.places[text]; known || !m.isMade(text) {
			return
		}
		path = strings.TrimPrefix(strings.NewReplacer("[", ".", "]", "").Replace(path), ".")
		if found, err := jsonmatch.At(body, path); err == nil && found == text { // else a name has a dot
			m.places[text] = place{step, path}
		}
	})
}

// isMade reports whether a text is an id or a secret that the file does not have.
func (m *madeValues) isMade(text string) bool {
	if isIntentSecret(text) {
		return true
	}
	_, own := m.own[text]
	return !own && madeForm.FindString(text) == text && text != ""
}

// use returns a step that refers to the values that earlier ones have saved, and
// makes these save them.
func (m *madeValues) use(earlier []Step, s Step) Step {
	values := slices.SortedFunc(maps.Keys(m.places), func(a, b string) int { // a secret before its intent's id
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	replace := func(text string) (string, error) {
		for _, v := range values {
			text = m.replace(earlier, text, v, v, "")
			if isIntentSecret(v) {
				id, _, _ := strings.Cut(v, "_secret_")
				text = m.replace(earlier, text, id, v, intentSuffix)
			}
		}
		return text, nil
	}
	s.Call, _ = replace(s.Call)
	s.JSON, _ = mapTexts(s.JSON, replace)
	if s.Form != nil {
		form, _ := mapTexts(s.Form, replace)
		s.Form, _ = form.(map[string]any)
	}
	return s
}

// replace writes the name of a saved value for a part of a text.
func (m *madeValues) replace(earlier []Step, text, part, value, suffix string) string {
	if !strings.Contains(text, part) {
		return text
	}
	return strings.ReplaceAll(text, part, m.name(earlier, value, suffix))
}

// name returns what stands for a value, and has the step that makes it save it.
func (m *madeValues) name(earlier []Step, value, suffix string) string {
	at := m.places[value]
	if m.names[value] == "" {
		m.names[value] = fmt.Sprintf("made_%d", len(m.names)+1)
		if earlier[at.step].Save == nil {
			earlier[at.step].Save = map[string]string{}
		}
		earlier[at.step].Save[m.names[value]] = at.path
	}
	return "{" + m.names[value] + suffix + "}"
}

// want returns what another world's answer has in common with one: without texts
// that were redacted or that it makes itself, and with the names of what earlier
// ones have made. ok is false if that is nothing.
func (m *madeValues) want(earlier []Step, v any) (out any, ok bool) {
	switch v := v.(type) {
	case string:
		return m.wantText(earlier, v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			if list[i], ok = m.want(earlier, v[i]); !ok {
				return nil, false
			}
		}
		return list, true
	case map[string]any:
		object := map[string]any{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if field, ok := m.want(earlier, v[key]); ok {
				object[key] = field
			}
		}
		return object, true
	}
	return v, true
}

func (m *madeValues) wantText(earlier []Step, text string) (named any, ok bool) {
	secret := text + "_secret_" + redactedMark
	switch {
	case m.places[text] != place{}:
		return m.name(earlier, text, ""), true
	case m.places[secret] != place{}:
		return m.name(earlier, secret, intentSuffix), true
	case m.isMade(text), redact.Is(text), variable.MatchString(text):
		return nil, false
	}
	return text, true
}
