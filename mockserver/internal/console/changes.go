package console

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

const (
	changesShown = 8    // of a page
	changesKept  = 1000 // of a world, at most
)

// addChanges adds a page of the world's history, newest first.
func (r *request) addChanges(page *worldPage) error {
	skip := max(0, r.number("changes"))
	var history adminapi.History
	limit := min(skip+changesShown+1, changesKept)
	if err := r.admin.shown(fmt.Sprintf("%s?limit=%d", worldPath(r.PathValue("world"), "history"), limit), &history); err != nil {
		return err
	}
	if skip >= len(history.Changes) {
		skip = 0
	}
	to, next := min(skip+changesShown, len(history.Changes)), ""
	if to < len(history.Changes) {
		next = strconv.Itoa(to)
	}
	for i, c := range history.Changes[skip:to] {
		page.Changes = append(page.Changes, shownChange{c, skip+i+1 < len(history.Changes)})
	}
	page.Pages["changes"] = newPager(r.URL, r.URL.Query(), "changes", next)
	return nil
}

// A shownChange is a change of a world.
type shownChange struct {
	adminapi.Change
	Undoable bool // the one before it is kept
}

// Before returns the number of the change before.
func (c shownChange) Before() int64 { return c.Seq - 1 }

// number returns a number of the address, or 0.
func (r *request) number(name string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(name))
	return min(n, changesKept)
}

// rewind takes the world back to what it was after a change.
func (r *request) rewind(world string) (flash, error) {
	to, err := strconv.ParseInt(r.field("to"), 10, 64)
	if err != nil {
		return flash{}, adminapi.BadValue("to", "Invalid change %q: want its number.", r.field("to"))
	}
	text := fmt.Sprintf("The world is as it was after change %d. To undo this, go back to before the newest change.", to)
	return r.change(text, http.MethodPost, worldPath(world, "rewind"), map[string]int64{"to": to})
}

// copyWorld makes a new world of one as it was after a change, and opens it.
func (r *request) copyWorld() (flash, string, error) {
	id := r.PathValue("world")
	var w adminapi.World
	at, err := strconv.ParseInt(r.field("at"), 10, 64)
	if err != nil {
		return flashError(flash{}, worldPath(id), adminapi.BadValue("at", "Invalid change %q: want its number.", r.field("at")))
	}
	if err := r.admin.get(worldPath(id), &w); err != nil {
		return flashError(flash{}, worldPath(id), err)
	}
	copied := r.newWorld(w.Scenario)
	if err := r.admin.do(http.MethodPost, worldPath(id, "fork"), map[string]any{"as": copied, "at": at}, nil); err != nil {
		return flashError(flash{}, worldPath(id), err)
	}
	text := fmt.Sprintf("This is a copy of %s as it was after change %d. What is done here does not change the other.", id, at)
	return flash{Kind: "done", Text: text}, worldPath(copied), nil
}

// newWorld returns the id of a world that is not open yet.
func (r *request) newWorld(scenario string) string {
	for {
		id := "mock." + scenario + "." + strconv.FormatInt(r.h.opened.Add(1), 10)
		if !r.isOpen(id) {
			return id
		}
	}
}

// report sends a bug report of a world.
func (h *handler) report(w http.ResponseWriter, req *http.Request) {
	r := h.request(req)
	if err := r.gone(); err != nil {
		r.fail(w, err)
		return
	}
	var file string
	if err := r.admin.do(http.MethodPost, worldPath(r.PathValue("world"), "report"), nil, &file); err != nil {
		r.fail(w, err)
		return
	}
	download(w, file)
}

// replay makes the calls of a bug report in a fresh world of it.
func (r *request) replay(world, name string) (flash, error) {
	var done adminapi.Replay
	if err := r.admin.do(http.MethodPost, worldPath(world, "replay"), nil, &done); err != nil {
		return flash{}, err
	}
	if done.Wrong != "" {
		text := fmt.Sprintf("Bug report %s: %d of %d steps were made. Then came another answer than in the report: %s", name, done.Made, done.Steps, done.Wrong)
		return flash{Kind: "failed", Text: strings.TrimRight(text, ".") + "."}, nil
	}
	return flash{Kind: "done", Text: fmt.Sprintf("Bug report %s opened: its %d steps were made with the same answers. The journal has them.", name, done.Steps)}, nil
}
