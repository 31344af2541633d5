package world_test

import (
	"errors"
	"sync"
	"testing"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

// A slowCatalogue makes every world wait that has sessions.
type slowCatalogue struct {
	points
	asked, release chan struct{}
}

func (c slowCatalogue) ChargePoint(id string) (connect.ChargePoint, bool) {
	c.asked <- struct{}{}
	<-c.release
	return c.points.ChargePoint(id)
}

// A world that is being made or reset does not keep calls to other worlds
// waiting, and calls to itself wait for it.
func TestOthersDoNotWaitForAWorldThatIsMade(t *testing.T) {
	slow := slowCatalogue{asked: make(chan struct{}), release: make(chan struct{})}
	s := newServer(func(c *world.Config) { c.Catalogue = slow })
	before := s.token(t, "mock.default.x")
	made := make(chan error)
	go func() {
		_, err := s.Reset("mock.default.x", "dangling")
		made <- err
	}()
	<-slow.asked
	if w := s.token(t, "mock.other.y"); w.ID != "mock.other.y" {
		t.Errorf("got world %s", w.ID)
	}
	if s.token(t, "mock.default.x") != before || s.Len() != 2 || len(s.List()) != 2 {
		t.Error("the world is not there while it is being reset")
	}
	close(slow.release)
	if err := <-made; err == nil {
		t.Error("the scenario is wrong, but there is no error")
	}
	if s.token(t, "mock.default.x") != before {
		t.Error("a reset that failed has replaced the world")
	}
}

// Many calls that come first to a world share it.
func TestAWorldIsMadeOnce(t *testing.T) {
	s := newServer(nil)
	worlds := make(chan *world.World, 50)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			w, err := s.ByToken("mock.default.once")
			if i%10 == 0 && err == nil {
				w, err = s.ByID("mock.default.once")
			}
			if err != nil && !errors.Is(err, world.ErrUnknown) {
				t.Error(err)
			}
			worlds <- w
		})
	}
	all.Wait()
	close(worlds)
	first := <-worlds
	for w := range worlds {
		if w != first {
			t.Fatal("two worlds of one token")
		}
	}
}

// Resets and calls at once leave one world, whose intents lead to it.
func TestResetsAtOnce(t *testing.T) {
	s := newServer(nil)
	s.token(t, "mock.default.x")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				if _, err := s.Reset("mock.default.x", ""); err != nil {
					t.Error(err)
				}
				w, err := s.ByToken("mock.default.x")
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := w.State.NewSetupIntent(userID); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	w, err := s.Reset("mock.default.x", "")
	if err != nil {
		t.Fatal(err)
	}
	i, err := w.State.NewSetupIntent(userID)
	if err != nil {
		t.Fatal(err)
	}
	if found, ok := s.ByIntent(i.ID); !ok || found != w || s.Len() != 1 {
		t.Errorf("the intent leads to %v, %t; %d worlds", found, ok, s.Len())
	}
}
