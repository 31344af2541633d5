package testcard

import (
	"regexp"
	"slices"
	"strings"
)

// A Group is the test cards that behave alike, for people who choose one.
type Group struct {
	Title string   `json:"title"`
	Cards []Choice `json:"cards"`
}

// A Choice is one card.
type Choice struct {
	Token  string `json:"token"`
	Number string `json:"number"` // as it is printed on a card, in groups of four digits
	Text   string `json:"text"`   // what is special about it
}

// Groups returns every card once, by what it does.
func Groups() []Group {
	groups := []Group{
		{Title: "Succeeds"}, {Title: "Requires 3-D Secure"}, {Title: "Requires 3-D Secure, then is declined"}, {Title: "Is declined"}, {Title: "Can be saved, then fails"},
		{Title: "Succeeds, for special tests"}, {Title: "Succeeds, by country"},
	}
	add := func(i int, e *entry, text string) {
		groups[i].Cards = append(groups[i].Cards, Choice{e.Token, printed(e.Numbers[0]), text})
	}
	for i := range cards().Cards {
		e := &cards().Cards[i]
		switch name := words(strings.TrimPrefix(e.Token, "pm_card_")); {
		case e.asks() && e.Always.Decline+e.OnSession.Decline == "":
			add(1, e, e.occasions())
		case e.asks():
			add(2, e, e.occasions())
		case e.Always.Decline != "" || e.Setup.Decline != "":
			text := spelled(e.Always.Decline + e.Setup.Decline)
			if strings.Contains(name, "3-D Secure") {
				text = name + "; " + text
			}
			add(3, e, text)
		case e.OffSession.Decline != "":
			add(4, e, spelled(e.OffSession.Decline))
		case e.Token == "pm_card_"+e.Brand || strings.HasPrefix(e.Token, "pm_card_"+e.Brand+"_") && e.CoBrand == "":
			add(0, e, name)
		default:
			add(5, e, name)
		}
	}
	for i := range foreign().Cards {
		e := &foreign().Cards[i]
		add(6, e, e.Country+" ("+words(e.Brand)+")")
	}
	return groups
}

// asks reports whether the card requires 3-D Secure on any occasion.
func (e *entry) asks() bool {
	return slices.ContainsFunc([]answer{e.Always, e.Setup, e.OffSession, e.OnSession}, func(a answer) bool { return a.Authenticate })
}

// occasions describes when a card requires 3-D Secure, and what follows.
func (e *entry) occasions() string {
	text, decline := "on every occasion", e.Always.Decline
	switch {
	case e.Always.Authenticate:
	case e.Setup.Authenticate && e.OnSession.Authenticate:
		text, decline = "when it is saved and when the customer pays", e.OnSession.Decline
		if decline != "" && e.Setup.Decline == "" {
			text = "when it is saved, which succeeds, and when the customer pays"
		}
	case e.OnSession.Authenticate:
		text, decline = "when the customer pays", e.OnSession.Decline
	}
	if decline != "" {
		text += "; then " + spelled(decline)
	}
	return text
}

func spelled(word string) string { return strings.ReplaceAll(word, "_", " ") }

var (
	capital = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	threeDS = regexp.MustCompile(`three dsecure2? ?(.*)`)
)

// words returns the words of a token, such as "create dispute".
func words(token string) string {
	name := spelled(strings.ToLower(capital.ReplaceAllString(token, "$1 $2")))
	return threeDS.ReplaceAllString(name, "3-D Secure $1")
}

// printed returns a number in groups of four digits.
func printed(number string) string {
	var groups []string
	for group := range slices.Chunk([]byte(number), 4) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, " ")
}
