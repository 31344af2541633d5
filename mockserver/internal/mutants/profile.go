package mutants

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"runtime"

	"cariqamock/contracttests"
)

func parallel() int { return runtime.GOMAXPROCS(0) }

// A profile is what each case sees on the honest fake and what it costs.
type profile []sight

type sight struct {
	seen map[string]bool // hints of mutants whose lies show in it
	cost int
}

// look reads a run of one case.
func look(run contracttests.Run) sight {
	s := sight{seen: map[string]bool{}}
	for _, result := range run.Results {
		for _, x := range result.Exchanges {
			s.cost += 2000 + len(x.Answer) + len(x.Request)/4
			s.exchange(x)
		}
	}
	return s
}

func (s sight) exchange(x contracttests.Exchange) {
	s.see("rule %s", x.Header["X-Cariqa-Mock-Rule"])
	s.see("method %s", x.Method)
	if x.Operation == "" {
		return
	}
	s.see("%s %d", x.Operation, x.Status)
	if u, err := url.Parse(x.URL); err == nil {
		for name := range u.Query() {
			s.see("%s ?%s", x.Operation, name)
		}
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(x.Answer)))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) == nil {
		s.paths(fmt.Sprintf("%s %d ", x.Operation, x.Status), v)
	}
	if page, ok := v.(map[string]any); ok {
		for _, name := range []string{"next", "previous"} {
			if page[name] != nil {
				s.see("%s %d /%s linked", x.Operation, x.Status, name)
			}
		}
		if list, ok := page["results"].([]any); ok && len(list) > 1 {
			s.see("%s %d /several", x.Operation, x.Status)
		}
	}
}

func (s sight) see(format string, args ...any) { s.seen[fmt.Sprintf(format, args...)] = true }

// paths notes the path of every field of an answer.
func (s sight) paths(at string, v any) {
	switch v := v.(type) {
	case nil:
		s.seen[at+" null"] = true
	default:
		s.seen[at+" set"] = true
	case map[string]any:
		for name, member := range v {
			s.seen[at+"/"+name] = true
			s.paths(at+"/"+name, member)
			s.seen[at+"/"+values] = true
			s.paths(at+"/"+values, member)
		}
	case []any:
		for _, item := range v {
			s.seen[at+"/"+items] = true
			s.paths(at+"/"+items, item)
		}
	}
}
