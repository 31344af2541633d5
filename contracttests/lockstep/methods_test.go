package lockstep_test

import (
	"net/http"
	"strings"
	"testing"

	"cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
)

// A shopper is an app with its user, who has billing details and no card.
type shopper struct {
	*storm        // whose calls are judged
	stripe *storm // whose calls may be judged
	hidden *storm // whose calls are not
	user   string // the path of the user
}

func shop(t *testing.T, j judging, stripeSeen bool) *shopper {
	t.Helper()
	target := faketest.Target(t, nil)
	j.next = target.Transport
	storms := func(client http.RoundTripper) *storm {
		return &storm{t: t, target: target, client: client, token: "mock.default.shop"}
	}
	s := &shopper{storm: storms(j), hidden: storms(target.Transport)}
	if s.stripe = s.hidden; stripeSeen {
		s.stripe = s.storm
	}
	s.user = "/users/" + str(s.do("POST", "/users/", `{"locale":"de"}`)["id"]) + "/"
	s.do("PUT", s.user+"billing-details/", `{"country":"de","city":"Bonn","line1":"Am Hof 1","postal_code":"53113","first_name":"A","last_name":"B"}`)
	return s
}

func (s *shopper) api(method, path, body string) map[string]any {
	return s.do(method, s.user+path, body)
}

func (s *shopper) list(query string) { s.api("GET", "payment-methods/"+query, "") }

// later lets two seconds go by, of which the judge sees nothing.
func (s *shopper) later() {
	s.hidden.send("PUT", s.target.Admin+"/__admin/worlds/"+s.token+"/clock", "application/json", `{"advance":"2s"}`)
}

// card adds a card and returns its id, as Stripe's answer has it.
func (s *shopper) card() string {
	secret := str(s.api("GET", "setup-intents/?pm_type=card", "")["setup_intent_client_secret"])
	id, _, _ := strings.Cut(secret, "_secret_")
	s.later()
	return str(s.stripe.send("POST", s.target.Admin+"/v1/setup_intents/"+id+"/confirm", "application/x-www-form-urlencoded", "client_secret="+secret+"&payment_method=pm_card_visa&key=pk_test_shop")["payment_method"])
}

func (s *shopper) start(card string) {
	s.api("POST", "charging/start/", `{"evse_id":"`+point+`","payment_method_id":"`+card+`"}`)
}

// TestUnlistedMethods has an app use payment methods before they were listed, or list
// them page by page. Nothing may be found, and all that follows from rules afterwards
// is judged.
func TestUnlistedMethods(t *testing.T) {
	empty := faketest.Replies(func(*http.Request) faketest.Reply {
		return faketest.Reply{Status: http.StatusOK, Body: `{"count":0,"next":null,"previous":null,"results":[]}`}
	})
	for name, act := range map[string]func(s *shopper){
		"start":                 func(s *shopper) { s.start(s.card()); s.list("") },
		"start with the second": func(s *shopper) { s.card(); s.start(s.card()); s.list("") },
		"default":               func(s *shopper) { s.card(); s.api("POST", "payment-methods/"+s.card()+"/default/", ""); s.list("") },
		"remove the only one":   func(s *shopper) { s.api("DELETE", "payment-methods/"+s.card()+"/", ""); s.list("") },
		"remove the second":     func(s *shopper) { s.card(); s.api("DELETE", "payment-methods/"+s.card()+"/", ""); s.list("") },
		"remove a third": func(s *shopper) {
			s.card()
			s.card()
			s.list("")
			s.api("DELETE", "payment-methods/"+s.card()+"/", "")
			s.list("")
		},
		"confirmed after the list": func(s *shopper) {
			s.api("GET", "setup-intents/?pm_type=card", "")
			s.list("")
			s.start(s.card())
			s.list("")
		},
		"pages": func(s *shopper) {
			s.card()
			s.card()
			s.list("?page_size=1")
			s.list("?page_size=1&page=2")
			s.list("")
		},
		"pages from the last": func(s *shopper) {
			s.card()
			s.card()
			s.list("?page_size=1&page=2")
			s.list("?page_size=1")
			s.list("")
		},
		"remove between pages": func(s *shopper) {
			s.card()
			second := s.card()
			s.list("?page_size=1")
			s.api("DELETE", "payment-methods/"+second+"/", "")
			s.list("")
		},
	} {
		for sight, seen := range map[string]bool{"with Stripe": true, "without Stripe": false} {
			t.Run(strings.ReplaceAll(name+" "+sight, " ", "-"), func(t *testing.T) {
				j := judge(t, contracttests.Target{Base: overlapBase, Name: "shop", Key: "none"})
				s := shop(t, judging{nil, j}, seen)
				act(s)
				honest(t, j)
				s.api("DELETE", "payment-methods/pm_nobodys/", "")
				s.list("")
				lying := &storm{t: t, target: s.target, token: s.token, client: judging{empty, j}}
				lying.do("GET", s.user+"payment-methods/", "")
				if got := j.Run().Groups(); len(got) != 1 || got[0].Operation != "users_payment_methods_list" {
					t.Errorf("found %v of a list that is empty, want that", got)
				}
			})
		}
	}
}
