package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// RulePrefer is the rule of answers that the call's Prefer header asked for.
const RulePrefer = "prefer"

func (c *checker) steps() {
	saved := map[string]bool{varWorld: true, varUser: len(c.f.Users) > 0}
	for i := range c.f.Try {
		path, s := fmt.Sprintf("try[%d]", i), &c.f.Try[i]
		if s.Advance != nil {
			c.advance(path, s)
			continue
		}
		if s.Call == "" {
			c.fail(path, "expected call or advance")
			continue
		}
		c.call(path, s, saved)
		for _, name := range slices.Sorted(maps.Keys(s.Save)) {
			if !isVariable(name) || name == varUser || name == varWorld {
				c.fail(path+".save."+name, "expected a name of lower-case letters, digits and underscores other than user and world, got %s", Quote(name))
			}
			if s.Save[name] == "" {
				c.fail(path+".save."+name, "expected the path of a value in the answer, such as results.0.id")
			}
			saved[name] = true
		}
	}
}

func (c *checker) advance(path string, s *Step) {
	if *s.Advance == 0 {
		c.fail(path+".advance", "expected more than 0s")
	}
	if s.Call != "" || s.JSON != nil || s.Form != nil || s.Headers != nil || s.Want != nil || s.Save != nil {
		c.fail(path, "expected advance alone: a call is a separate step")
	}
}

func (c *checker) call(path string, s *Step, saved map[string]bool) {
	for _, e := range s.checkForm() {
		c.fail(join(path, e.Field), "%s", e.Text)
	}
	_, target, ok := splitCall(s.Call)
	if !ok {
		return
	}
	c.uses(path+".call", target, saved)
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		c.uses(join(path+".headers", name), s.Headers[name], saved)
	}
	c.walk(path+".json", s.JSON, saved)
	for _, key := range slices.Sorted(maps.Keys(s.Form)) {
		c.walk(join(path+".form", key), s.Form[key], saved)
	}
	if s.Want == nil {
		c.fail(path, "expected the key want, which is missing")
		return
	}
	if s.Want.Status < 100 || s.Want.Status > 599 {
		c.fail(path+".want.status", "expected a status from 100 to 599, got %d", s.Want.Status)
	}
	if r := s.Want.Rule; r != "" && r != RulePrefer && !strings.HasPrefix(r, "fault/") {
		c.rule(path+".want.rule", r)
	}
	c.walk(path+".want.body", s.Want.Body, saved)
}

// walk checks all texts of a value.
func (c *checker) walk(path string, v any, saved map[string]bool) {
	switch v := v.(type) {
	case string:
		c.uses(path, v, saved)
	case []any:
		for i, e := range v {
			c.walk(fmt.Sprintf("%s[%d]", path, i), e, saved)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			c.walk(join(path, key), v[key], saved)
		}
	}
}

// uses checks that the names in braces of a text are saved by then.
func (c *checker) uses(path, text string, saved map[string]bool) {
	_, err := expand(text, func(name string) (string, bool) {
		return "", saved[strings.TrimSuffix(name, intentSuffix)]
	})
	if err != nil {
		var names []string
		for _, name := range slices.Sorted(maps.Keys(saved)) {
			if saved[name] {
				names = append(names, "{"+name+"}")
			}
		}
		c.fail(path, "%s; expected one of %s", err, strings.Join(names, ", "))
	}
}
