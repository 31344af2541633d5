package connect

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Restore replaces the content of the state by what has been kept. Begin is
// called with the state locked, before anything is replaced, and returns what to
// restore; if it returns an error, nothing changes. Starts that wait fail if the
// world has been rewound since.
func (s *State) Restore(begin func() ([]Record, Position, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.replace(begin)
}

func (s *State) replace(begin func() ([]Record, Position, error)) error {
	records, at, err := begin()
	if err != nil || records == nil {
		return err
	}
	p, err := parse(records)
	if err != nil {
		return err
	}
	for _, i := range s.intents {
		if s.cfg.Intents != nil {
			s.cfg.Intents.Remove(i.ID)
		}
	}
	s.room.methods = 0
	s.room.take(int(-s.room.bytes.Load()))
	s.empty()
	s.restore(p)
	s.created = at.Users
	s.ids.count = max(s.ids.count, at.IDs)
	s.occupy(s.cfg.Clock.Now())
	s.noteNewest()
	k := &s.keeping
	clear(k.touched)
	k.changed, k.ids = false, s.ids.count
	k.restored++
	k.moves++
	if k.era != at.Era {
		k.era = at.Era
		s.endEra()
	}
	return nil
}

// parsed are records in their types.
type parsed struct {
	users    []userRecord
	methods  []methodRecord
	intents  []intentRecord
	starts   []startRecord
	sessions map[string]sessionRecord
	points   []PointOverride
	stations []stationRecord
	taken    []string
	zones    zones
}

func parse(records []Record) (p parsed, err error) {
	p.sessions, p.zones = map[string]sessionRecord{}, zones{}
	for _, r := range records {
		kind, id, _ := strings.Cut(r.Key, "/")
		switch kind + "/" {
		case userPrefix:
			err = appendTo(&p.users, r.Value)
		case methodPrefix:
			err = appendTo(&p.methods, r.Value)
		case intentPrefix:
			err = appendTo(&p.intents, r.Value)
		case startPrefix:
			err = appendTo(&p.starts, r.Value)
		case sessionPrefix:
			var v sessionRecord
			err = json.Unmarshal(r.Value, &v)
			p.sessions[id] = v
		case pointPrefix:
			err = appendTo(&p.points, r.Value)
		case stationPrefix:
			err = appendTo(&p.stations, r.Value)
		case takenKey + "/":
			err = json.Unmarshal(r.Value, &p.taken)
		}
		if err != nil {
			return p, fmt.Errorf("record %s: %w", r.Key, err)
		}
	}
	slices.SortFunc(p.users, func(a, b userRecord) int { return cmp.Compare(a.Created, b.Created) })
	slices.SortFunc(p.methods, func(a, b methodRecord) int { return cmp.Compare(a.Nth, b.Nth) })
	slices.SortFunc(p.intents, func(a, b intentRecord) int { return cmp.Compare(a.Drawn, b.Drawn) })
	slices.SortFunc(p.starts, func(a, b startRecord) int { return cmp.Or(a.Requested.Compare(b.Requested), cmp.Compare(a.Nth, b.Nth)) })
	slices.SortFunc(p.stations, func(a, b stationRecord) int { return cmp.Compare(a.Nth, b.Nth) })
	for i := range p.stations {
		if err := p.zones.locate(&p.stations[i]); err != nil {
			return p, err
		}
	}
	return p, nil
}

func appendTo[T any](list *[]T, value []byte) error {
	var v T
	err := json.Unmarshal(value, &v)
	*list = append(*list, v)
	return err
}

// locate fills in what is written by name.
func (z zones) locate(r *stationRecord) (err error) {
	r.Station.Site, err = z.site(siteRecord{r.Station.Site, r.Zone})
	for _, p := range r.Points {
		point, failed := z.point(p)
		r.Station.Points, err = append(r.Station.Points, point), cmp.Or(err, failed)
	}
	return err
}

// restore adds to an empty state what has been kept.
func (s *State) restore(p parsed) {
	for _, id := range p.taken {
		s.ids.Take(id)
	}
	for _, r := range p.stations {
		s.stations = append(s.stations, ownStation{&r.Station, r.Nth})
		s.room.take(r.Station.bytes())
	}
	for _, o := range p.points {
		s.overrides.Set(o.EVSE, o)
	}
	for _, r := range p.users {
		u := &user{profile: profileOf(r.User, r.Created), looks: &s.looks, billing: r.Billing}
		u.methods.looks = u.looks
		s.add(u)
	}
	for _, r := range p.methods {
		if u := s.users[r.User]; u != nil {
			r.Method.Default = false // the user knows
			s.count(&r.Method)
			u.methods.last = r.Nth - 1
			u.methods.add(&r.Method)
		}
	}
	intents := map[string]*intent{}
	for _, r := range p.intents {
		intents[r.ID] = s.restoreIntent(r)
	}
	for _, r := range p.starts {
		s.restoreSession(r, p, intents)
	}
	for _, r := range p.users {
		u := s.users[r.User.ID]
		u.requests, u.methods.last = r.Requests, r.LastMethod
		if m := u.method(r.Default); m != nil {
			u.methods.setDefault(m)
		}
	}
}

func (s *State) restoreIntent(r intentRecord) *intent {
	i := &intent{Intent: r.Intent, user: s.users[r.UserID], drawn: r.Drawn, evse: r.EVSE, authenticate: r.Authenticate}
	if i.user == nil {
		return nil
	}
	if s.cfg.Intents != nil {
		s.cfg.Intents.Add(i.ID)
	}
	s.intents[i.ID] = i
	s.room.take(intentSize + i.Method.textBytes() + i.Failed.textBytes())
	switch {
	case i.Setup:
		i.user.setups = append(i.user.setups, i)
	case r.Session == "" && r.UsedBy == "":
		i.user.holds = append(i.user.holds, i)
	}
	return i
}

func (s *State) restoreSession(r startRecord, p parsed, intents map[string]*intent) {
	u := s.users[r.User]
	point, err := p.zones.point(r.Point)
	if u == nil || err != nil {
		return
	}
	fields := p.sessions[r.ID]
	o := &session{
		id: r.ID, user: u, point: point, prices: r.Prices, hold: r.Hold, methodID: r.Method, card: r.Card,
		requested: r.Requested, answer: r.Answer, refused: r.Refused, cdrDelay: r.CDRDelay,
		abandoned: fields.Abandoned, stopped: fields.Stopped, stoppedBy: fields.StoppedBy, readings: fields.Readings,
		record: fields.CDR, settled: fields.Settled, rates: fields.Rates, preauth: intents[r.Preauth], debt: intents[r.Debt],
	}
	if o.preauth != nil {
		o.preauth.usedBy = o
	}
	if o.debt != nil {
		o.debt.session = o
	}
	u.requests = r.Nth - 1
	s.keep(o)
}
