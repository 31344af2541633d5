package contracttests

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxSweepPages is how many pages of 100 users Sweep reads at most.
const maxSweepPages = 200

// Sweep deletes the users that earlier runs left behind, found by their tag, if
// they are older than age. It returns the ids of the deleted ones, redacted, and those
// that could not be deleted with the reason. An error may come with both: what
// was found before it is deleted.
func Sweep(ctx context.Context, t Target, age time.Duration, o Options) (deleted, left []string, err error) {
	s, err := newSuite(t, o)
	if err != nil {
		return nil, nil, err
	}
	if o.Budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.Budget, fmt.Errorf("the budget of %s is exhausted", o.Budget))
		defer cancel()
	}
	if dead := s.probe(ctx, &Run{}); dead != "" {
		return nil, nil, errors.New(dead)
	}
	users, err := s.tagged(ctx, now().Add(-age))
	for _, id := range users {
		if err := s.remove(ctx, createdUser{t.Key, id}, true); err != nil {
			left = append(left, fmt.Sprintf("%s: %v", shownID(id), err))
			continue
		}
		deleted = append(deleted, shownID(id))
	}
	return deleted, left, err
}

// tagged returns the suite's users that were created before a time. All pages
// are read before anything is deleted, as deleting would move entries. A list
// that does not end, or brings nothing new, is an error.
func (s *suite) tagged(ctx context.Context, before time.Time) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	for page := 1; page <= maxSweepPages; page++ {
		a, err := s.plain(ctx, http.MethodGet, s.client.target.Key, fmt.Sprintf("/users/?page_size=100&page=%d&search=%s", page, tagPrefix))
		if err != nil {
			return out, fmt.Errorf("list of users, page %d: %w", page, err)
		}
		if a.Status != http.StatusOK {
			return out, fmt.Errorf("list of users, page %d: status %d", page, a.Status)
		}
		var list Page[User]
		if err := Decode(a.Body, &list); err != nil {
			return out, fmt.Errorf("list of users, page %d: %w%s", page, err, declared(a))
		}
		known := len(seen)
		for _, u := range list.Results {
			if id := u.ID[:min(len(u.ID), maxID+1)]; !seen[id] { // longer ones are refused, so the rest need not be kept
				seen[id] = true
				if u.Custom != nil && u.Custom.ExternalID != nil && madeBefore(*u.Custom.ExternalID, before) {
					out = append(out, id)
				}
			}
		}
		switch {
		case list.Next == nil:
			return out, nil
		case len(seen) == known:
			return out, fmt.Errorf("list of users: page %d has no new users, but names a next page", page)
		case len(seen) > 100*maxSweepPages:
			return out, fmt.Errorf("list of users: more than %d users in %d pages", 100*maxSweepPages, page)
		}
	}
	return out, fmt.Errorf("list of users: it does not end after %d pages", maxSweepPages)
}

// madeBefore reports whether a tag is the suite's and was made before a time.
func madeBefore(tag string, t time.Time) bool {
	rest, ours := strings.CutPrefix(tag, tagPrefix)
	stamp, _, _ := strings.Cut(rest, "-")
	at, err := time.Parse("20060102T150405Z", stamp)
	return ours && err == nil && at.Before(t)
}
