package lockstep

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// The forms of ids that scenario files can have.
var (
	uuidForm   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	methodForm = regexp.MustCompile(`^pm_[A-Za-z0-9]+$`)
)

// notYet returns when a CDR comes that has not come.
func notYet() time.Time { return time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC) }

type object = map[string]any

// A scene is a scenario file that is being written.
type scene struct {
	*names
	now    time.Time
	points map[string]object
	own    map[string]object // stations, by the EVSE id of their charge point
}

func newScene(n *names) *scene {
	return &scene{names: n, points: map[string]object{}, own: map[string]object{}}
}

// later moves the clock of the scene, so that nothing in it is in the future.
func (s *scene) later(t time.Time) time.Time {
	if t.After(s.now) {
		s.now = t
	}
	return t
}

// file returns the scenario file of some users. JSON is YAML.
func (s *scene) file(name string, users []object) ([]byte, error) {
	f := object{"name": name, "title": "What is known of the users", "users": users}
	if s.now.IsZero() {
		s.now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	f["clock"] = object{"start": stamp(s.now.Add(time.Second)), "frozen": true}
	var points, stations []object
	for _, p := range s.points {
		points = append(points, p)
	}
	for _, st := range s.own {
		stations = append(stations, st)
	}
	if points != nil {
		f["charge_points"] = points
	}
	if stations != nil {
		f["stations"] = stations
	}
	return json.Marshal(f)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// user returns a user with everything that is known, or only the profile.
func (s *scene) user(u *user, whole bool) object {
	out := object{"id": s.alias(u.id, uuidForm)}
	if v := str(u.profile["email"]); v != "" {
		out["email"] = v
	}
	if v := str(u.profile["locale"]); v != "" {
		out["locale"] = v
	}
	if custom, ok := u.profile["custom_properties"].(map[string]any); ok {
		out["external_id"] = custom["external_id"]
	}
	if !whole {
		return out
	}
	details := object{}
	for name, v := range u.billing {
		if v != nil {
			details[name] = v
		}
	}
	if len(details) > 0 {
		out["billing"] = details
	}
	out["payment_methods"] = s.methods(u)
	list := []object{}
	for i, each := range slices.Backward(u.sessions) { // a file has the oldest first
		if i > 0 { // only one session can run at a time
			if next := u.sessions[i-1].start; each.stop == nil || each.stop.After(next) {
				ended := *each
				ended.stop = new(latest(next, each.start))
				each = &ended
			}
		}
		list = append(list, s.session(u, each))
	}
	out["sessions"] = list
	return out
}

// methods returns the payment methods of a user, and those that sessions name.
func (s *scene) methods(u *user) []object {
	out := []object{}
	listed := map[string]bool{}
	def := u.hasDefault()
	for _, m := range u.methods {
		o := s.method(m)
		if !def && !m.removed { // another one is, which was not seen
			out, def = append(out, object{"id": "pm_unseen" + short(u), "default": true}), true
		}
		out, listed[m.id] = append(out, o), true
	}
	for _, each := range u.sessions {
		if !listed[each.method] {
			out, listed[each.method] = append(out, object{"id": s.payer(u, each), "removed": true}), true
		}
	}
	return out
}

func (s *scene) method(m *method) object {
	o := object{"id": s.alias(m.id, methodForm)}
	if !m.created.IsZero() {
		o["created"] = stamp(s.later(m.created))
	}
	if m.removed {
		o["removed"] = true
	} else if m.def {
		o["default"] = true
	}
	if v := str(m.fields["type"]); v != "" && v != "card" {
		o["type"] = v
	}
	for name, field := range map[string]string{"brand": "brand", "last4": "last4", "expires": "expiration_date", "name": "cardholder_name"} {
		if v := str(at(m.fields, "card/"+field)); v != "" {
			o[name] = v
		}
	}
	return o
}

// short returns what tells a user's unknown methods from those of others.
func short(u *user) string { return notInIDs.ReplaceAllString(u.id, "") }

var notInIDs = regexp.MustCompile(`[^A-Za-z0-9]`)

// payer returns the method of a session. Which one it was is known only if the
// start was seen.
func (s *scene) payer(u *user, each *session) string {
	if each.method == "" {
		return "pm_unknown" + short(u)
	}
	return s.alias(each.method, methodForm)
}

func (s *scene) session(u *user, each *session) object {
	o := object{
		"id": s.alias(each.id, uuidForm), "evse": s.evse(each), "payment_method": s.payer(u, each), "start": stamp(s.later(each.start)),
	}
	if each.energy != "" {
		o["kwh"] = each.energy
	}
	if r, ok := each.rates.(json.Number); ok {
		o["rates"] = r
	}
	if each.stop == nil {
		return o
	}
	o["stop"] = stamp(s.later(*each.stop))
	if !each.byUser {
		o["stopped_by"] = "station"
	}
	cdr := object{"at": stamp(notYet())}
	if each.arrived {
		came := latest(each.cdr, *each.stop)
		cdr = object{"at": stamp(s.later(came)), "charge": "succeed"}
		if each.energy != "" {
			cdr["kwh"] = each.energy
		}
		if each.failed {
			cdr["charge"] = "fail"
			if !each.final {
				cdr["kwh"] = "100.000" // enough for a debt
			}
		}
		if each.settled != nil {
			cdr["settled"] = stamp(s.later(latest(*each.settled, came)))
		}
	}
	o["cdr"] = cdr
	return o
}

// evse returns the charge point of a session: one of the catalogue's, or one of a
// station with the prices that the target shows.
func (s *scene) evse(each *session) string {
	prices, _ := each.shown["user_facing_session_prices"].(map[string]any)
	if prices == nil || !s.foreign[each.evse] {
		s.point(each.evse, nil)
		if each.noStart {
			s.point(each.evse, object{"reports_start": false})
		}
		return s.alias(each.evse, nil)
	}
	key, _ := json.Marshal([]any{each.evse, prices, each.shown["is_partner"]})
	id := s.alias(string(key), never)
	s.back[id] = each.evse
	partner, _ := each.shown["is_partner"].(bool)
	s.own[id] = object{
		"id": "st" + strings.ReplaceAll(id, "*", ""), "name": "unknown", "address": "unknown", "latitude": "52.5", "longitude": "13.4", "country": "DE",
		"operator": object{"name": "unknown", "id": "unknown", "partner": partner}, "tariff": tariff(prices),
		"charge_points": []object{{"evse": id, "connector": "IEC_62196_T2", "power": 22, "status": "AVAILABLE"}},
	}
	if each.noStart {
		s.point(id, object{"reports_start": false})
	}
	return id
}

// point adds what a charge point does to the file.
func (s *scene) point(evse string, does object) {
	p := s.points[evse]
	if p == nil {
		p = object{"evse": s.alias(evse, nil)}
	}
	for name, v := range does {
		p[name] = v
	}
	if len(does) > 0 {
		s.points[evse] = p
	}
}

// tariff returns net prices that are shown as the target shows them. They are
// exact to half a cent of what is shown.
func tariff(shown object) object {
	t := object{"currency": str(shown["currency"])}
	if t["currency"] == "" {
		delete(t, "currency")
	}
	add := func(name, from string, units int64, more object) {
		gross, err := decimal.NewFromString(str(shown[from]))
		if err != nil {
			return
		}
		line := object{"net": gross.Mul(decimal.NewFromInt(units*100)).DivRound(decimal.NewFromInt(119), 6).String()}
		for k, v := range more {
			line[k] = v
		}
		t[name] = []object{line}
	}
	add("kwh", "kwh_price", 1, nil)
	add("time", "time_price", 60, nil)
	add("session_fee", "session_fee", 1, nil)
	add("starting_fee", "starting_fee", 1, nil)
	late := object{}
	if g, ok := shown["grace_period_minutes"].(json.Number); ok {
		late["grace"] = g
	}
	if c := str(shown["blocking_cap"]); c != "" {
		late["cap"] = c
	}
	add("blocking", "blocking_fee", 60, late)
	return t
}

// names are the ids that a scenario file cannot have, and those that stand for
// them there.
type names struct {
	of, back map[string]string
	foreign  map[string]bool // charge points whose prices are not those of the fake's catalogue
}

func newNames() *names {
	return &names{of: map[string]string{}, back: map[string]string{}, foreign: map[string]bool{}}
}

var never = regexp.MustCompile(`^\b$`)

// alias returns an id if it has a form, and else one that stands for it.
func (n *names) alias(id string, form *regexp.Regexp) string {
	if form == nil || form.MatchString(id) {
		return id
	}
	if known, ok := n.of[id]; ok {
		return known
	}
	short := fmt.Sprintf("%04d", len(n.of)+1)
	alias := "00000000-0000-4000-8000-00000000" + short
	switch form {
	case methodForm:
		alias = "pm_alias" + short
	case never:
		alias = "DE*ZZZ*E" + short
		n.of[id] = alias
		return alias
	}
	n.of[id], n.back[alias] = alias, id
	return alias
}

// there returns a text with the ids of the target as the fake has them; here is
// the reverse.
func (n *names) there(s string) string {
	for id, alias := range n.of {
		if len(id) < 100 {
			s = strings.ReplaceAll(s, id, alias)
		}
	}
	return s
}

func (n *names) here(s string) string {
	for alias, id := range n.back {
		s = strings.ReplaceAll(s, alias, id)
	}
	return s
}
