package connect

import (
	"math"
	"sort"
	"strings"
)

// A profile is what lists and searches need of a user. It never changes: an
// update replaces it. So a search reads a copy of the list without a lock.
type profile struct {
	User
	created              int    // in order of creation
	idKey, externalIDKey string // in lower case
}

func byCreation(a, b *profile) bool { return a.created < b.created }

func (s *State) newProfile(v User) *profile {
	s.created++
	return profileOf(v, s.created)
}

func profileOf(v User, created int) *profile {
	p := &profile{User: v, created: created, idKey: strings.ToLower(v.ID)}
	if v.Custom != nil && v.Custom.ExternalID != nil {
		p.externalIDKey = strings.ToLower(*v.Custom.ExternalID)
	}
	return p
}

// updated returns the user after an update.
func (v User) updated(c UserUpdate) User {
	c.Email.apply(&v.Email)
	c.Locale.apply(&v.Locale)
	switch {
	case !c.Custom.Set:
	case c.Custom.Value == nil:
		v.Custom = nil
	default:
		props := CustomProperties{}
		if v.Custom != nil {
			props = *v.Custom
		}
		c.Custom.Value.ExternalID.apply(&props.ExternalID)
		v.Custom = &props // a new value: callers may hold the old one
	}
	return v
}

// Users returns the number of users whose id or external id contains search in
// any case (assumed), and a page of them, newest first (assumed).
func (s *State) Users(search string, offset, limit int) (int, []User) {
	found := s.search(search)
	return page(found, offset, limit, func(p *profile) User { return p.User })
}

// UsersAfter is Users for the page after a user, or for the first page if
// after is empty. It reports whether there is such a user, and whether there
// are more after the page.
func (s *State) UsersAfter(search, after string, limit int) (n int, users []User, more, ok bool) {
	last := &profile{created: math.MaxInt}
	if after != "" {
		if last, ok = s.profile(after); !ok {
			return 0, nil, false, false
		}
	}
	found := s.search(search)
	older := sort.Search(found.n, func(i int) bool { return found.at(i).created >= last.created })
	n, users = page(found, found.n-older, limit, func(p *profile) User { return p.User })
	return n, users, len(users) < older, true
}

func (s *State) profile(id string) (*profile, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[id]; u != nil {
		return u.profile, true
	}
	return nil, false
}

// search returns the users that Users lists, oldest first. It compares without
// the lock.
func (s *State) search(text string) rows[*profile] {
	s.mu.Lock()
	all := s.listed.Copy()
	s.mu.Unlock()
	if text == "" {
		return rows[*profile]{all.Len(), func(i int) *profile {
			s.looks.Add(1)
			p, _ := all.GetAt(i)
			return p
		}}
	}
	text = strings.ToLower(text)
	var found []*profile
	s.looks.Add(int64(all.Len()))
	all.Scan(func(p *profile) bool {
		if strings.Contains(p.idKey, text) || strings.Contains(p.externalIDKey, text) {
			found = append(found, p)
		}
		return true
	})
	return rowsOf(&s.looks, found)
}
