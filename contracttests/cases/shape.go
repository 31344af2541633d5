package cases

import (
	contract "cariqamock/contracttests"
	"cariqamock/contracttests/shape"
)

// is reports whether a text has a format of shapes.yaml.
func is(format, text string) bool { return shape.Is(format, text) }

// shaped fails the case if an answer does not match a shape.
func shaped(a *contract.API, answer *contract.Answer, name string) *contract.Answer {
	return inspect(a, answer, name, false)
}

// complete is shaped, and requires the usual fields as well.
func complete(a *contract.API, answer *contract.Answer, name string) *contract.Answer {
	return inspect(a, answer, name, true)
}

func inspect(a *contract.API, answer *contract.Answer, name string, usual bool) *contract.Answer {
	if wrong := shape.Check(name, a.Content(answer), usual); len(wrong) > 0 {
		a.Misshapen(answer, wrong)
	}
	return answer
}
