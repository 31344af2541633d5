package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// gone returns a problem if a page of a world that is not open any more has sent
// the request: to serve it would create the world again.
func (r *request) gone() error {
	world := r.PathValue("world")
	from, err := url.Parse(r.Referer())
	home := "/worlds/" + world
	ours := err == nil && from.Host == r.Host && (from.Path == home || strings.HasPrefix(from.Path, home+"/"))
	if world == "" || !ours && r.Header.Get(pollHeader) == "" || r.URL.Query().Has("again") {
		return nil
	}
	var p *adminapi.Problem
	err = r.admin.get("/worlds?"+pageQuery("1", world), nil)
	if !errors.As(err, &p) || p.Status != http.StatusUnprocessableEntity { // which is the answer for an unknown world
		return nil
	}
	return adminapi.NewProblem(http.StatusNotFound, "World %s is gone: it was dropped, or the server was restarted. What was done in it is lost.", world)
}

// destructive are the actions that ask first, by name: the question and the
// label of the button that answers it.
var destructive = map[string][2]string{
	"reset":        {"Reset this world? What has been done in it is lost.", "Reset"},
	"rewind":       {"Take this world back? What has been done since is undone; this can be undone, too.", "Go back"},
	"drop":         {"Drop this world? What has been done in it is lost.", "Drop"},
	"forget":       {"Clear the journal? Its requests are lost.", "Clear journal"},
	"faults-clear": {"Delete all faults?", "Delete all"},
}

// A question is what an action asks first. As an error it stops the action.
type question struct {
	World, Action, Text, Label string
	Fields                     []field
}

func (q *question) Error() string { return q.Text }

// confirmed returns a question if an action that destroys is not confirmed yet.
// The script asks by itself.
func (r *request) confirmed(world, action string) error {
	ask, ok := destructive[action]
	if !ok || r.field("confirm") != "" {
		return nil
	}
	q := &question{World: world, Action: action, Text: ask[0], Label: ask[1]}
	for _, name := range []string{"scenario", "user", "to"} {
		if v := r.field(name); v != "" {
			q.Fields = append(q.Fields, field{name, v})
		}
	}
	return q
}
