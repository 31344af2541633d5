package lockstep

import (
	"cmp"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// sent returns the fields of a request's body.
func (c *Call) sent() map[string]any {
	media, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if media == "application/x-www-form-urlencoded" {
		values, err := url.ParseQuery(string(c.Body))
		if err != nil {
			return nil
		}
		out := map[string]any{}
		for name := range values {
			out[name] = values.Get(name)
		}
		return out
	}
	var out map[string]any
	if contracttests.Decode(c.Body, &out) != nil {
		return nil
	}
	return out
}

// ask loads the fake with what is known, and returns its answer to the call and
// the rule by which it refuses.
func (j *Judge) ask(s *step, o outcomes) (target, string, error) {
	sc := newScene(j.names)
	users := []object{}
	switch {
	case s.u != nil && !s.u.gone:
		users = append(users, sc.user(s.u, true))
	case s.operation == "users_list":
		users = s.page(sc)
	}
	switch s.operation {
	case "users_charging_start_create":
		if evse := str(s.call.sent()["evse_id"]); evse != "" && s.t.status != http.StatusNotFound {
			sc.point(evse, object{"status": "AVAILABLE", "busy": false, "start": "ok", "start_delay": "0s"})
			sc.point(evse, does(o, s))
		}
	case "users_charging_stop_create":
		if each := s.session(); each != nil {
			sc.point(sc.evse(each), object{"stop": "ok"})
			sc.point(sc.evse(each), does(o, s))
		}
	}
	file, err := sc.file(sceneName, users)
	if err != nil {
		return target{}, "", err
	}
	if err := j.fake.load(file); err != nil {
		return target{}, "", err
	}
	t, by := j.fake.ask(s.call, j.names)
	if t.status >= http.StatusInternalServerError && s.t.status < http.StatusInternalServerError {
		return t, by, fmt.Errorf("it answers %d", t.status)
	}
	return t, by, nil
}

// page returns the users of a page, with others in place of those on other pages.
func (s *step) page(sc *scene) []object {
	out := []object{}
	_, query := s.call.place()
	other := func(n float64) {
		for range int(min(n, mostOthers)) {
			out = append(out, object{"id": fmt.Sprintf("00000000-0000-4000-9000-%012d", len(out)), "external_id": strings.TrimSpace(query.Get("search"))})
		}
	}
	listed := s.t.results()
	known := map[string]bool{} // a user who is there twice is once in the fake
	page := number(query.Get("page"))
	before := max(0, page-1) * cmp.Or(number(query.Get("page_size")), defaultSize)
	other(before)
	for _, item := range listed {
		if u := s.users[str(item["id"])]; u != nil && !u.gone && !known[u.id] {
			known[u.id] = true
			out = append(out, sc.user(u, false))
		}
	}
	other(number(s.t.object()["count"]) - before - float64(len(listed)))
	return out
}

const (
	mostOthers  = 10000
	defaultSize = 20 // entries of a page
)

// session returns the session that the call names, if it is known.
func (s *step) session() *session {
	if s.u == nil {
		return nil
	}
	return s.u.session(s.id)
}

// does returns what the charge point of a call did, as the answer shows.
func does(o outcomes, s *step) object {
	i := slices.IndexFunc(o.Points, func(p outcome) bool { return p.fits(s.operation, s.t) })
	if i < 0 {
		return nil
	}
	return o.Points[i].Point
}

// foreign notes which charge points have other prices than in the fake's
// catalogue, and reports whether there are any that were not known.
func (j *Judge) foreign(s *step, want target) (fresh bool) {
	if s.u == nil || !s.t.ok() {
		return false
	}
	theirs := map[string]map[string]any{}
	for _, item := range append(want.results(), want.object()) {
		theirs[str(item["id"])] = item
	}
	for _, item := range append(s.t.results(), s.t.object()) {
		mine := theirs[str(item["id"])]
		evse := str(item["evse_id"])
		if mine == nil || evse == "" || j.names.foreign[evse] {
			continue
		}
		if written(mine["user_facing_session_prices"]) != written(item["user_facing_session_prices"]) || mine["is_partner"] != item["is_partner"] {
			j.names.foreign[evse], fresh = true, true
		}
	}
	return fresh
}

// Scenario returns what is known of the users of one token as the scenario file of a
// path: the one with the most calls.
func (j *Judge) Scenario(path string) ([]byte, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	sc := newScene(j.names)
	users := []object{}
	most := newWorld()
	for _, as := range slices.Sorted(maps.Keys(j.worlds)) {
		if w := j.worlds[as]; w.calls > most.calls {
			most = w
		}
	}
	for _, id := range slices.Sorted(maps.Keys(most.users)) {
		if u := most.users[id]; !u.gone {
			users = append(users, sc.user(u, true))
		}
	}
	file, err := sc.file(sceneName, users)
	if err != nil {
		return nil, err
	}
	if err := j.fake.load(file); err != nil {
		return nil, err
	}
	if rec := j.fake.serve(http.MethodGet, "/api/v1/users/", http.Header{"Authorization": {"Bearer " + token}}, nil); rec.Code != http.StatusOK {
		return nil, fmt.Errorf("the fake answers %d: %s", rec.Code, rec.Body)
	}
	text, err := j.fake.export()
	if name := nameOf(path); err == nil && name != "" {
		text = exported.ReplaceAll(text, []byte("name: "+name))
	}
	return text, err
}

var (
	exported     = regexp.MustCompile(`(?m)^name: .*$`)
	scenarioFile = regexp.MustCompile(`^([a-z0-9-]{1,40})\.ya?ml$`)
)

// nameOf returns the name that a scenario file must have: that of the file itself, or
// "" if no scenario can have it.
func nameOf(path string) string {
	if m := scenarioFile.FindStringSubmatch(filepath.Base(path)); m != nil {
		return m[1]
	}
	return ""
}
