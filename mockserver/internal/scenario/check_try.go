package scenario

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// RulePrefer is the rule of answers that the call's Prefer header asked for.
const RulePrefer = "prefer"

func (c *checker) steps() {
	if len(c.f.Users) > 0 {
		c.saved[varUser] = true
	}
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
		c.call(path, s)
		for _, name := range slices.Sorted(maps.Keys(s.Save)) {
			here := path + ".save." + name
			c.require(isVariable(name) && name != varUser && name != varWorld, here,
				"expected a name of lower-case letters, digits and underscores other than user and world, got %s", Quote(name))
			c.require(s.Save[name] != "", here, "expected the path of a value in the answer, such as results.0.id")
			c.saved[name] = true
		}
	}
}

func (c *checker) advance(path string, s *Step) {
	c.require(*s.Advance > 0, path+".advance", "expected more than 0s")
	c.require(reflect.DeepEqual(*s, Step{Advance: s.Advance}), path, "expected advance alone: a call is a separate step")
}

func (c *checker) call(path string, s *Step) {
	for _, e := range s.checkForm() {
		c.fail(join(path, e.Field), "%s", e.Text)
	}
	if _, _, ok := splitCall(s.Call); !ok {
		return
	}
	s.eachText(func(at, text string) { c.uses(join(path, at), text) })
	if s.Want == nil {
		c.fail(path, "expected the key want, which is missing")
		return
	}
	c.require(s.Want.Status >= 100 && s.Want.Status <= 599, path+".want.status",
		"expected a status from 100 to 599, got %d", s.Want.Status)
	if r := s.Want.Rule; r != "" && r != RulePrefer && !strings.HasPrefix(r, "fault/") {
		c.rule(path+".want.rule", r)
	}
	eachText(path+".want.body", s.Want.Body, c.uses)
}

// uses checks that the names in braces of a text are saved by then.
func (c *checker) uses(path, text string) {
	_, err := expand(text, func(name string) (string, bool) {
		return "", c.saved[strings.TrimSuffix(name, intentSuffix)]
	})
	if err != nil {
		c.fail(path, "%s; expected one of {%s}", err, strings.Join(slices.Sorted(maps.Keys(c.saved)), "}, {"))
	}
}
