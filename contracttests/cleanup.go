package contracttests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// cleanUpTime is the maximum duration of cleaning up, also after the run has
// been stopped, besides the wait for CDRs.
const cleanUpTime = 30 * time.Second

// cleanUpPause is the time between two attempts to delete.
const cleanUpPause = 2 * time.Second

// RunStamp matches the id of a run and, if there is one, the number after it,
// anywhere in a text, also within a URL.
var RunStamp = regexp.MustCompile(`(?i)\d{8}t\d{6}z-[0-9a-f]{12}(?:(?:/|%2f|-)\d+)?`)

// UnescapeSlashes returns part of a URL as it stands outside of one.
func UnescapeSlashes(part string) string {
	return strings.NewReplacer("%2F", "/", "%2f", "/").Replace(part)
}

// tag returns the external id of the next user: the run's id and a number. All
// have the same length, so that calls of two runs are equally long.
func (s *suite) tag() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	return fmt.Sprintf("%s%s/%04d", tagPrefix, s.runID, s.count)
}

func (s *suite) made(token, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created = append(s.created, createdUser{token, user})
}

// forget removes the users of a world that is dropped from the list: asking for
// them would create the world again.
func (s *suite) forget(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created = slices.DeleteFunc(s.created, func(c createdUser) bool { return c.token == token })
}

// cleanUp stops sessions and deletes the users of the run. A user whose CDR is
// pending cannot be deleted yet; those come last, within the target's CDRWait.
// Worlds of the fake that a case created are dropped by the case.
func (s *suite) cleanUp(ctx context.Context) {
	patience := s.client.target.CDRWait
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime+patience)
	defer cancel()
	todo, deadline := s.created, now().Add(patience)
	for {
		var waiting []createdUser
		for _, c := range todo {
			err := s.remove(ctx, c)
			switch {
			case errors.Is(err, errPending):
				waiting = append(waiting, c)
			case err != nil:
				s.left = append(s.left, fmt.Sprintf("user %s: %v", c.user, err))
			}
		}
		if len(waiting) == 0 {
			return
		}
		s.progress(fmt.Sprintf("%d users can be deleted", len(waiting)))
		if err := s.letTimePass(ctx, waiting); err != nil || now().After(deadline) {
			for _, c := range waiting {
				s.left = append(s.left, fmt.Sprintf("user %s: %v", c.user, errPending))
			}
			return
		}
		todo = waiting
	}
}

// letTimePass moves the clock where that is possible, and otherwise waits.
func (s *suite) letTimePass(ctx context.Context, waiting []createdUser) error {
	if s.capabilities.Lacking(Clock) != 0 {
		if s.client.target.Replayed {
			return ctx.Err()
		}
		return sleep(ctx, cleanUpPause)
	}
	moved := map[string]bool{}
	for _, c := range waiting {
		if moved[c.token] {
			continue
		}
		moved[c.token] = true
		a, err := s.plain(ctx, http.MethodGet, c.token, "/users/?page_size=1")
		if err != nil {
			return err
		}
		r := request{
			method: http.MethodPut, header: bearer(s.client.target.AdminToken), body: []byte(`{"advance":"10m"}`),
			url: s.client.target.Admin + "/__admin/worlds/" + a.Header.Get("X-Cariqa-Mock-World") + "/clock",
		}
		if _, err := s.client.send(ctx, r); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// errPending means that a user cannot be deleted yet.
var errPending = errors.New("cannot be deleted yet: run cariqa-contract sweep later")

// remove stops a user's sessions and deletes the user.
func (s *suite) remove(ctx context.Context, c createdUser) error {
	if err := s.stopAll(ctx, c); err != nil {
		return err
	}
	a, err := s.plain(ctx, http.MethodDelete, c.token, "/users/"+c.user+"/")
	switch {
	case err != nil:
		return err
	case a.Status == http.StatusNoContent, a.Status == http.StatusNotFound:
		return nil
	case a.Status == http.StatusBadRequest:
		return errPending
	}
	return fmt.Errorf("cannot be deleted (status %d): run cariqa-contract sweep later", a.Status)
}

// stopAll stops the running sessions of a user.
func (s *suite) stopAll(ctx context.Context, c createdUser) error {
	a, err := s.plain(ctx, http.MethodGet, c.token, "/users/"+c.user+"/charging-sessions/?page_size=100")
	if err != nil || a.Status != http.StatusOK {
		return err
	}
	var list Page[struct {
		ID     string `json:"id"`
		Active bool   `json:"is_active"`
	}]
	if err := json.Unmarshal(a.Body, &list); err != nil {
		return err
	}
	for _, session := range list.Results {
		if !session.Active {
			continue
		}
		if _, err := s.plain(ctx, http.MethodPost, c.token, "/users/"+c.user+"/charging/stop/"+session.ID+"/"); err != nil {
			return err
		}
	}
	return nil
}

func (s *suite) plain(ctx context.Context, method, token, path string) (*Answer, error) {
	return s.client.send(ctx, request{method: method, url: s.client.target.Base + path, header: bearer(token), vendor: true})
}

// Sweep deletes the users that earlier runs left behind, found by their tag, if
// they are older than age. It returns the ids of the deleted ones, and those
// that could not be deleted with the reason.
func Sweep(ctx context.Context, t Target, age time.Duration, o Options) (deleted, left []string, err error) {
	s, err := newSuite(t, o)
	if err != nil {
		return nil, nil, err
	}
	if dead := s.probe(ctx, &Run{}); dead != "" {
		return nil, nil, errors.New(dead)
	}
	users, err := s.tagged(ctx, now().Add(-age))
	if err != nil {
		return nil, nil, err
	}
	for _, id := range users {
		if err := s.remove(ctx, createdUser{t.Key, id}); err != nil {
			left = append(left, fmt.Sprintf("%s: %v", id, err))
			continue
		}
		deleted = append(deleted, id)
	}
	return deleted, left, nil
}

// tagged returns the suite's users that were created before a time. All pages
// are read before anything is deleted, as deleting would move entries.
func (s *suite) tagged(ctx context.Context, before time.Time) ([]string, error) {
	var out []string
	for page := 1; ; page++ {
		a, err := s.plain(ctx, http.MethodGet, s.client.target.Key, fmt.Sprintf("/users/?page_size=100&page=%d&search=%s", page, tagPrefix))
		if err != nil {
			return nil, err
		}
		if a.Status != http.StatusOK {
			return nil, fmt.Errorf("list of users: status %d", a.Status)
		}
		var list Page[User]
		if err := json.Unmarshal(a.Body, &list); err != nil {
			return nil, err
		}
		for _, u := range list.Results {
			if u.Custom != nil && u.Custom.ExternalID != nil && madeBefore(*u.Custom.ExternalID, before) {
				out = append(out, u.ID)
			}
		}
		if list.Next == nil {
			return out, nil
		}
	}
}

// madeBefore reports whether a tag is the suite's and was made before a time.
func madeBefore(tag string, t time.Time) bool {
	rest, ours := strings.CutPrefix(tag, tagPrefix)
	stamp, _, _ := strings.Cut(rest, "-")
	at, err := time.Parse("20060102T150405Z", stamp)
	return ours && err == nil && at.Before(t)
}
