package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// An action changes a world. Its error leaves the world as it was.
type action func(r *request, world string) (flash, error)

// actions are the actions by the last segment of their path.
var actions = map[string]action{
	"clock":  (*request).changeClock,
	"reset":  adminCall("World reset.", "POST /reset", "scenario"),
	"drop":   (*request).dropWorld,
	"rewind": (*request).rewind,
	"check":  (*request).checkWorld,

	"start":        (*request).startSession,
	"stop":         vendorCall("Session stopped. Its CDR arrives later.", "POST /users/{user}/charging/stop/{session}/"),
	"station-stop": adminCall("Session stopped by the station. Its CDR arrives later.", "POST /sessions/{session}/stop"),
	"cdr":          adminCall("CDR delivered.", "POST /sessions/{session}/cdr", "kwh", "charge"),
	"meter":        adminCall("Meter reading sent.", "POST /sessions/{session}/meter", "kwh"),
	"debt":         adminCall("Debt created: the final charge of a past session failed.", "POST /users/{user}/debts", "kwh"),

	"create-user":  (*request).createUser,
	"billing":      (*request).completeBilling,
	"add-card":     (*request).addCard,
	"remove":       vendorCall("Payment method removed.", "DELETE /users/{user}/payment-methods/{method}/"),
	"default":      vendorCall("Default payment method changed.", "POST /users/{user}/payment-methods/{method}/default/"),
	"pay":          (*request).pay,
	"authenticate": (*request).authenticate,

	"point":        (*request).overridePoint,
	"fault":        (*request).addFault,
	"fault-remove": adminCall("Fault deleted.", "DELETE /faults/{fault}"),
	"faults-clear": adminCall("All faults deleted.", "DELETE /faults"),
	"forget":       adminCall("Journal cleared.", "DELETE /requests"),
}

// adminCall returns an action that makes one call of the admin API, to a path
// below the world's. {name} stands for a field of the form; the body has the
// fields named last. The text describes the success.
func adminCall(text, call string, fields ...string) action {
	return func(r *request, world string) (flash, error) {
		method, path, _ := strings.Cut(call, " ")
		return r.change(text, method, worldPath(world)+r.expand(path), r.addFields(map[string]any{}, fields...))
	}
}

// vendorCall returns an action that makes one call of the vendor's API, without
// a body.
func vendorCall(text, call string) action {
	return func(r *request, world string) (flash, error) { return r.callVendor(world, text, call, nil) }
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// expand replaces each {name} in a path by the value of that field.
func (r *request) expand(path string) string {
	return placeholder.ReplaceAllStringFunc(path, func(name string) string { return url.PathEscape(r.field(strings.Trim(name, "{}"))) })
}

// act performs the action of a form and returns to the page that has the form.
func (r *request) act() (flash, string, error) {
	world, name := r.PathValue("world"), r.PathValue("action")
	perform := actions[name]
	if perform == nil {
		return flash{}, "", adminapi.NewProblem(http.StatusNotFound, "Unknown action %q.", name)
	}
	if err := r.confirmed(world, name); err != nil {
		return flash{}, "", err
	}
	f, err := perform(r, world)
	return flashError(f, r.formPage(world, name), err)
}

// formPage returns the address of the page that has an action's form, or of one
// that exists after the action.
func (r *request) formPage(world, action string) string {
	switch action {
	case "drop":
		return "/"
	case "forget":
		return worldPath(world, "journal")
	case "reset":
		return worldPath(world)
	}
	query := url.Values{}
	if from, err := url.Parse(r.Referer()); err == nil && from.Path == "/worlds/"+world {
		query = from.Query() // the pages of its lists
		query.Del("again")
	}
	if user := r.field("user"); user != "" && user != query.Get("user") {
		query.Set("user", user)
		query.Del("methods")
		query.Del("sessions")
	}
	to := url.URL{Path: "/worlds/" + world, RawPath: worldPath(world), RawQuery: query.Encode()}
	return to.String()
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

func (r *request) dropWorld(world string) (flash, error) {
	text := fmt.Sprintf("World %s dropped. Its token creates a new one when it is next used.", world)
	return r.change(text, http.MethodDelete, worldPath(world), nil)
}

// shownViolations is how many inconsistencies a flash names.
const shownViolations = 3

// checkWorld looks for inconsistencies, for which it reads all of the world.
func (r *request) checkWorld(world string) (flash, error) {
	var found adminapi.Invariants
	if err := r.admin.get(worldPath(world, "invariants"), &found); err != nil {
		return flash{}, err
	}
	n := len(found.Violations)
	if n == 0 {
		return flash{Kind: "done", Text: "Consistent: costs match their parts, debts match unpaid sessions, and every invoice belongs to a session."}, nil
	}
	text := fmt.Sprintf("Inconsistencies found: %d, such as %s.", n, strings.Join(found.Violations[:min(n, shownViolations)], "; "))
	return flash{Kind: "failed", Text: text}, nil
}

// authenticate completes or fails the 3-D Secure step of an intent.
func (r *request) authenticate(world string) (flash, error) {
	var intent adminapi.Intent
	body := map[string]any{"outcome": r.field("outcome")}
	if err := r.admin.do(http.MethodPost, worldPath(world, "intents", r.field("intent"), "authenticate"), body, &intent); err != nil {
		return flash{}, err
	}
	switch {
	case intent.LastError != "" && r.field("outcome") == "succeed":
		return flash{Kind: "refused", Text: "3-D Secure completed, then refused by the bank: " + intent.LastError + "."}, nil
	case intent.LastError != "":
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
	case "reset":
		body["drop"] = effect
	}
	for _, name := range numbers {
		text := r.field(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return flash{}, adminapi.BadValue(name, "Invalid %s %q: want a whole number.", name, text)
		}
		body[name] = n
	}
	if r.field("only") != "" {
		body["user"] = r.field("user")
	}
	return r.change("Fault queued.", http.MethodPost, worldPath(world, "faults"), body)
}
