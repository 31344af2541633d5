package console

// A trustPage is how far the fake can be believed.
type trustPage struct {
	Groups      []ruleGroup
	Total       int
	Assumed     int
	Evidence    evidence
	Differences differences
}

// A ruleGroup is the rules of one operation.
type ruleGroup struct {
	Operation string
	Rules     []rule
}

func (v *visit) trust() (view, error) {
	var page trustPage
	var rules struct{ Rules []rule }
	for path, into := range map[string]any{"/rules": &rules, "/evidence": &page.Evidence, "/differences": &page.Differences} {
		if err := v.admin.get(path, into); err != nil {
			return view{}, err
		}
	}
	page.Total = len(rules.Rules)
	for _, r := range rules.Rules {
		if r.Assumed {
			page.Assumed++
		}
		if last := len(page.Groups) - 1; last < 0 || page.Groups[last].Operation != r.Operation {
			page.Groups = append(page.Groups, ruleGroup{Operation: r.Operation})
		}
		last := &page.Groups[len(page.Groups)-1]
		last.Rules = append(last.Rules, r)
	}
	return view{Page: "trust", Title: "Trust", Data: page}, nil
}
