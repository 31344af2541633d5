package scenario_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/scenario"
)

const withoutIDs = `name: mine
title: Two users without ids
users:
- payment_methods: [{id: pm_1, default: true}]
  sessions:
  - {evse: "DE*PWA*EALP22541X01617*01", payment_method: pm_1, start: -30min, stop: -10 min}
  - {id: 5f2d8f6c-52a5-4a3e-9a4e-0d6f3b7c1a11, evse: "DE*PWA*EALP22541X01617*01", payment_method: pm_1, start: -1d, stop: -23h}
- locale: de`

// TestIDsLeftOut reads a file several times: its users and sessions have the
// same ids each time, and other ones under another name.
func TestIDsLeftOut(t *testing.T) {
	read := func(name, src string) (ids []string, shown string) {
		s, err := scenario.Parse(name+".yaml", []byte(src), scenario.Known{})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range s.Seed(time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)).Users {
			ids = append(ids, u.User.ID)
			for _, o := range u.Sessions {
				ids = append(ids, o.ID)
			}
		}
		return ids, string(s.Shown())
	}
	ids, shown := read("mine", withoutIDs)
	again, _ := read("mine", withoutIDs)
	if diff := cmp.Diff(ids, again); diff != "" {
		t.Error("read again:", diff)
	}
	want := withoutIDs + "\n# The ids that this file leaves out:\n#   users[0]: " + ids[0] + "\n#   users[0].sessions[0]: " + ids[1] + "\n#   users[1]: " + ids[3] + "\n"
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	if ids[2] != "5f2d8f6c-52a5-4a3e-9a4e-0d6f3b7c1a11" {
		t.Errorf("an id of the file is %s", ids[2])
	}
	other, _ := read("other", strings.Replace(withoutIDs, "mine", "other", 1))
	seen := map[string]bool{}
	for _, id := range append(append([]string{}, ids...), other[0], other[1], other[3]) {
		if seen[id] {
			t.Errorf("%s is there twice", id)
		}
		seen[id] = true
	}
	if fromShown, same := read("mine", shown); !cmp.Equal(ids, fromShown) || same != shown {
		t.Errorf("what is shown, read: %v\n%s", fromShown, same)
	}
	// An id that was copied is there twice, at the line of the copy.
	copied := strings.Replace(withoutIDs, "- locale", "- id: "+ids[0]+"\n  locale", 1)
	if _, err := scenario.Parse("mine.yaml", []byte(copied), scenario.Known{}); err == nil || !strings.Contains(err.Error(), "mine.yaml:8:") {
		t.Errorf("an id that is there twice: %v", err)
	}
}
