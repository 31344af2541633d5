package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// An action changes a world. Its error leaves the world as it was.
type action func(r *request, world string) (flash, error)

// actions are the actions by the last segment of their path.
var actions = map[string]action{
	"clock": (*request).changeClock, "reset": (*request).resetWorld, "drop": (*request).dropWorld,
	"start": (*request).startSession, "stop": (*request).stopSession, "station-stop": (*request).stopByStation,
	"cdr": (*request).deliverCDR, "meter": (*request).sendReading,
	"debt": (*request).createDebt, "pay": (*request).pay, "authenticate": (*request).authenticate,
	"create-user": (*request).createUser, "billing": (*request).completeBilling,
	"remove": (*request).removeMethod, "default": (*request).makeDefault, "add-card": (*request).addCard,
	"point": (*request).overridePoint,
	"fault": (*request).addFault, "fault-remove": (*request).removeFault, "faults-clear": (*request).clearFaults,
	"forget": (*request).clearJournal,
}

// act performs the action of a form and returns to the page that has the form.
func (r *request) act() (flash, string, error) {
	world, name := r.PathValue("world"), r.PathValue("action")
	perform := actions[name]
	if perform == nil {
		return flash{}, "", adminapi.NewProblem(http.StatusNotFound, "Unknown action %q.", name)
	}
	f, err := perform(r, world)
	return flashError(f, r.formPage(world, name), err)
}

// formPage returns the path of the page that has an action's form, or of one
// that exists after the action.
func (r *request) formPage(world, action string) string {
	switch user := r.field("user"); {
	case action == "drop":
		return "/"
	case action == "forget":
		return worldPath(world, "journal")
	case action == "reset" || user == "":
		return worldPath(world)
	default:
		return worldPath(world) + "?" + url.Values{"user": {user}}.Encode()
	}
}

// flashError turns a problem that the user can fix into a flash on the page to
// return to. One that every page would meet stays an error.
func flashError(f flash, to string, err error) (flash, string, error) {
	var p *adminapi.Problem
	if errors.As(err, &p) && p.Status != http.StatusUnauthorized && p.Status != http.StatusForbidden {
		return flash{Kind: "failed", Text: p.Detail}, to, nil
	}
	return f, to, err
}

// field returns the value of a form's field.
func (r *request) field(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }

// addFields adds the fields that have a value to a JSON body.
func (r *request) addFields(body map[string]any, names ...string) map[string]any {
	for _, name := range names {
		if value := r.field(name); value != "" {
			body[name] = value
		}
	}
	return body
}

// number returns the value of a field that is a whole number.
func (r *request) number(name string) (int, error) {
	n, err := strconv.Atoi(r.field(name))
	if err != nil {
		return 0, adminapi.BadValue(name, "Invalid %s %q: want a whole number.", name, r.field(name))
	}
	return n, nil
}

// change makes a call of the admin API, whose success the text describes.
func (r *request) change(text, method, path string, body any) (flash, error) {
	if err := r.admin.do(method, path, body, nil); err != nil {
		return flash{}, err
	}
	return flash{Kind: "done", Text: text}, nil
}

// changeClock takes any of the clock's forms.
func (r *request) changeClock(world string) (flash, error) {
	body := r.addFields(map[string]any{}, "advance", "set")
	text := "Clock updated."
	switch freeze := r.field("freeze"); freeze {
	case "true":
		body["freeze"], text = true, "Clock frozen."
	case "false":
		body["freeze"], text = false, "Clock running."
	}
	if s := r.field("speed"); s != "" {
		speed, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return flash{}, adminapi.BadValue("speed", "Invalid speed %q: want a number, such as 60.", s)
		}
		body["speed"], body["freeze"], text = speed, false, "Clock running at "+s+" ×."
	}
	if a := r.field("advance"); a != "" {
		text = "Clock advanced by " + durationText(a) + "."
	}
	return r.change(text, http.MethodPut, worldPath(world, "clock"), body)
}

func (r *request) resetWorld(world string) (flash, error) {
	return r.change("World reset.", http.MethodPost, worldPath(world, "reset"), r.addFields(map[string]any{}, "scenario"))
}

func (r *request) dropWorld(world string) (flash, error) {
	text := fmt.Sprintf("World %s dropped. Its token creates a new one when it is next used.", world)
	return r.change(text, http.MethodDelete, worldPath(world), nil)
}

func (r *request) stopByStation(world string) (flash, error) {
	return r.change("Session stopped by the station. Its CDR arrives later.",
		http.MethodPost, worldPath(world, "sessions", r.field("session"), "stop"), nil)
}

func (r *request) deliverCDR(world string) (flash, error) {
	return r.change("CDR delivered.",
		http.MethodPost, worldPath(world, "sessions", r.field("session"), "cdr"), r.addFields(map[string]any{}, "kwh", "charge"))
}

func (r *request) sendReading(world string) (flash, error) {
	return r.change("Meter reading sent.",
		http.MethodPost, worldPath(world, "sessions", r.field("session"), "meter"), r.addFields(map[string]any{}, "kwh"))
}

func (r *request) createDebt(world string) (flash, error) {
	return r.change("Debt created: the final charge of a past session failed.",
		http.MethodPost, worldPath(world, "users", r.field("user"), "debts"), r.addFields(map[string]any{}, "kwh"))
}

// authenticate completes or fails the 3-D Secure step of an intent.
func (r *request) authenticate(world string) (flash, error) {
	var intent adminapi.Intent
	body := map[string]any{"outcome": r.field("outcome")}
	if err := r.admin.do(http.MethodPost, worldPath(world, "intents", r.field("intent"), "authenticate"), body, &intent); err != nil {
		return flash{}, err
	}
	if intent.LastError != "" {
		return flash{Kind: "refused", Text: "3-D Secure failed: " + intent.LastError + "."}, nil
	}
	return flash{Kind: "done", Text: "3-D Secure completed."}, nil
}

// overridePoint sets the status of a charge point, makes it busy, or clears
// both.
func (r *request) overridePoint(world string) (flash, error) {
	evse := r.field("evse")
	body, text := map[string]any{}, evse+" has its default status again."
	switch status := r.field("status"); status {
	case "":
	case "busy":
		body["busy"], text = true, evse+" is in use by someone else."
	default:
		body["status"], text = status, evse+" is "+status+"."
	}
	return r.change(text, http.MethodPut, worldPath(world, "charge-points", evse), body)
}

// addFault queues the fault that the form describes.
func (r *request) addFault(world string) (flash, error) {
	body := r.addFields(map[string]any{}, "operation")
	numbers := []string{"times", "skip"}
	switch effect := r.field("effect"); effect {
	case "status":
		numbers = append(numbers, "status")
		r.addFields(body, "error")
	case "delay", "rate_limit":
		body[effect] = r.field("duration")
	case "drop", "truncate":
		body[effect] = true
	}
	for _, name := range numbers {
		if r.field(name) == "" {
			continue
		}
		n, err := r.number(name)
		if err != nil {
			return flash{}, err
		}
		body[name] = n
	}
	if r.field("only") != "" {
		body["user"] = r.field("user")
	}
	return r.change("Fault queued.", http.MethodPost, worldPath(world, "faults"), body)
}

func (r *request) removeFault(world string) (flash, error) {
	return r.change("Fault deleted.", http.MethodDelete, worldPath(world, "faults", r.field("fault")), nil)
}

func (r *request) clearFaults(world string) (flash, error) {
	return r.change("All faults deleted.", http.MethodDelete, worldPath(world, "faults"), nil)
}

func (r *request) clearJournal(world string) (flash, error) {
	return r.change("Journal cleared.", http.MethodDelete, worldPath(world, "requests"), nil)
}
