package contracttests

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// cleanUpTime is the maximum duration of cleaning up, also after the run has
// been stopped, besides the wait for CDRs.
const cleanUpTime = 30 * time.Second

// stoppedPatience is how long a run that has been stopped waits for CDRs. CI
// systems kill a program some ten seconds after the first signal.
const stoppedPatience = 3 * time.Second

// mostRounds is how often deletions are tried at most; each time the clock is moved
// by ten minutes where that is possible, so that no CDR is pending for longer.
const mostRounds = 200

// hopelessPatience is how long cleaning up takes at most on a target that has
// stopped answering.
const hopelessPatience = 5 * time.Second

func (s *suite) cleanUpTime() time.Duration {
	if s.hopeless.Load() {
		return hopelessPatience
	}
	return cleanUpTime
}

// cleanUpPause is the time between two attempts to delete in real time.
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
// pending cannot be deleted yet; those come last, within the target's CDRWait, or
// for some seconds only if the run is stopped. Worlds of the fake that a case
// created are dropped by the case.
func (s *suite) cleanUp(run context.Context) {
	limit := s.cleanUpTime()
	if !s.hopeless.Load() {
		limit += s.client.target.CDRWait
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(run), limit)
	defer cancel()
	todo, began := s.created, now()
	reported := began.Add(-progressInterval)
	for round := 0; ; round++ {
		var waiting []createdUser
		for _, c := range todo {
			err := s.remove(ctx, c, round > 0 || s.client.running.any(c.user))
			switch {
			case errors.Is(err, errPending):
				waiting = append(waiting, c)
			case err != nil:
				s.left = append(s.left, fmt.Sprintf("user %s: %v", shownID(c.user), err))
			}
		}
		if len(waiting) == 0 {
			return
		}
		waited, patience := now().Sub(began), s.client.target.CDRWait
		if run.Err() != nil && s.capabilities.Lacking(Clock) != 0 {
			patience = min(patience, stoppedPatience)
		}
		if now().Sub(reported) >= progressInterval {
			reported = now()
			s.progress(fmt.Sprintf("%s can be deleted: CDRs of sessions are pending (%s of at most %s)", users(len(waiting)), waited.Round(time.Second), patience))
		}
		if waited+s.pause() > patience || round > mostRounds || s.letTimePass(ctx, waiting) != nil {
			for _, c := range waiting {
				s.left = append(s.left, fmt.Sprintf("user %s: %v", shownID(c.user), errPending))
			}
			return
		}
		todo = waiting
	}
}

func users(n int) string {
	if n == 1 {
		return "1 user"
	}
	return fmt.Sprintf("%d users", n)
}

// pause returns the time between two attempts to delete: none where the clock
// can be moved.
func (s *suite) pause() time.Duration {
	if s.capabilities.Lacking(Clock) == 0 || s.client.target.Replayed {
		return 0
	}
	return cleanUpPause
}

// letTimePass moves the clock where that is possible, and otherwise waits.
func (s *suite) letTimePass(ctx context.Context, waiting []createdUser) error {
	if s.capabilities.Lacking(Clock) != 0 {
		return sleep(ctx, s.pause())
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
			url: s.client.target.Admin + "/__admin/worlds/" + url.PathEscape(a.Header.Get("X-Cariqa-Mock-World")) + "/clock",
		}
		if _, err := s.client.send(ctx, r); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// errPending means that a user cannot be deleted yet.
var errPending = errors.New("cannot be deleted yet: run cariqa-contract sweep later")

// remove deletes a user, whose sessions it stops before if some may be running.
func (s *suite) remove(ctx context.Context, c createdUser, running bool) error {
	id, err := segment(c.user)
	if err != nil {
		return err
	}
	user := "/users/" + id + "/"
	if running {
		if err := s.stopAll(ctx, c.token, user); err != nil {
			return err
		}
	}
	a, err := s.plain(ctx, http.MethodDelete, c.token, user)
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

// stopAll stops the running sessions of a user, whose path is given.
func (s *suite) stopAll(ctx context.Context, token, user string) error {
	a, err := s.plain(ctx, http.MethodGet, token, user+"charging-sessions/?page_size=100")
	if err != nil || a.Status != http.StatusOK {
		return err
	}
	var list Page[struct {
		ID     string `json:"id"`
		Active bool   `json:"is_active"`
	}]
	if err := Decode(a.Body, &list); err != nil {
		return fmt.Errorf("list of sessions: %w%s", err, declared(a))
	}
	for _, session := range list.Results {
		if !session.Active {
			continue
		}
		id, err := segment(session.ID)
		if err != nil {
			return fmt.Errorf("session %s: %w", shownID(session.ID), err)
		}
		if _, err := s.plain(ctx, http.MethodPost, token, user+"charging/stop/"+id+"/"); err != nil {
			return err
		}
	}
	return nil
}

// plain calls a path of the API.
func (s *suite) plain(ctx context.Context, method, token, path string) (*Answer, error) {
	a, err := s.client.send(ctx, request{method: method, url: s.client.target.Base + path, header: bearer(token), vendor: true})
	if err == nil && a.Cut {
		return nil, ErrTooLong
	}
	return a, err
}
