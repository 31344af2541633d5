package scenario

import (
	"bytes"
	"regexp"
	"time"

	"cariqamock/mockserver/internal/connect"
)

// applied is the name of what is applied to a world and has no name itself.
const applied = "applied"

var (
	named  = regexp.MustCompile(`(?m)^name:|^\{\s*"?name"?:`)
	titled = regexp.MustCompile(`(?m)^title:|[{,]\s*"?title"?:`)
)

// ReadApplied reads users, stations and charge points, written as in a scenario
// file but without name and title, in YAML or JSON, for a world that exists. Times
// are relative to now. The error joins an *Error for each mistake.
func ReadApplied(src []byte, known Known, now time.Time) (connect.Seed, error) {
	known.AnyName, known.applied = true, true
	text := bytes.TrimRight(src, " \t\r\n")
	object := bytes.HasPrefix(text, []byte("{")) && bytes.HasSuffix(text, []byte("}"))
	if object {
		text = bytes.TrimRight(text[:len(text)-1], ", \t\r\n")
	}
	text = bytes.Clone(text)
	for key, form := range map[string]*regexp.Regexp{"name": named, "title": titled} {
		switch {
		case form.Match(src):
		case object && len(text) == 1:
			text = append(text, `"`+key+`": "`+applied+`"`...)
		case object:
			text = append(text, `, "`+key+`": "`+applied+`"`...)
		default:
			text = append(text, "\n"+key+": "+applied...)
		}
	}
	if object {
		text = append(text, '}')
	}
	s, err := Parse("fragment.yaml", append(text, '\n'), known)
	if err != nil {
		return connect.Seed{}, err
	}
	return s.Seed(now), nil
}

// onlyState checks that there is nothing that only a whole world can have.
func (c *checker) onlyState() {
	const want = "expected users, stations and charge_points only: the world exists already"
	c.require(len(c.f.Proves) == 0, "proves", want)
	c.require(len(c.f.Faults) == 0, "faults", want)
	c.require(len(c.f.Try) == 0, "try", want)
	c.require(!c.f.Replay, "replay", want)
	c.require(c.f.Clock.Start == nil && c.f.Clock.Speed == nil && !c.f.Clock.Frozen, "clock", want)
	c.require(!c.f.Tokens.Revoked, "tokens", want)
	c.require(len(c.f.Users)+len(c.f.Stations)+len(c.f.ChargePoints) > 0, "name", "expected users, stations or charge_points")
}
