package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// An action is something that a visitor does to a world. A problem that the
// visitor can mend is said on the page; the world is as before.
type action func(v *visit, world string) (flash, error)

func actions() map[string]action {
	return map[string]action{
		"clock": (*visit).moveClock, "reset": (*visit).reset, "drop": (*visit).drop,
		"start": (*visit).startSession, "stop": (*visit).stopSession, "station-stop": (*visit).stationStop,
		"cdr": (*visit).cdr, "meter": (*visit).meter,
		"debt": (*visit).makeDebt, "pay": (*visit).pay, "authenticate": (*visit).authenticate,
		"create-user": (*visit).createUser,
		"billing":     (*visit).fillBilling, "remove": (*visit).remove, "default": (*visit).makeDefault, "add-card": (*visit).addCard,
		"point": (*visit).setPoint,
		"fault": (*visit).addFault, "fault-remove": (*visit).removeFault, "faults-clear": (*visit).clearFaults,
		"forget": (*visit).forget,
	}
}

// act does what a form asks for and leads back to the page it is on.
func (v *visit) act() (flash, string, error) {
	world, name := v.r.PathValue("world"), v.r.PathValue("action")
	do := actions()[name]
	if do == nil {
		return flash{}, "", &problem{Status: http.StatusNotFound, Title: "Not Found", Detail: fmt.Sprintf("Unknown action %q.", name)}
	}
	s, err := do(v, world)
	to := v.back(world, name)
	if err != nil {
		return mendable(err, to)
	}
	return s, to, nil
}

// back is the page that an action's form is on, or one that is still there.
func (v *visit) back(world, action string) string {
	switch user := v.field("user"); {
	case action == "drop":
		return "/"
	case action == "forget":
		return path(world, "journal")
	case action == "reset" || user == "":
		return path(world)
	default:
		return path(world) + "?" + url.Values{"user": {user}}.Encode()
	}
}

// mendable has a problem said on a page, where the visitor can do better; one
// that stands in the way of every page stays an error.
func mendable(err error, to string) (flash, string, error) {
	var p *problem
	if errors.As(err, &p) && p.Status != http.StatusUnauthorized && p.Status != http.StatusForbidden {
		return flash{Kind: "failed", Text: p.Detail}, to, nil
	}
	return flash{}, to, err
}

func (v *visit) field(name string) string { return strings.TrimSpace(v.r.PostForm.Get(name)) }

// given puts a field into a body if the form has something in it.
func (v *visit) given(body map[string]any, names ...string) map[string]any {
	for _, name := range names {
		if value := v.field(name); value != "" {
			body[name] = value
		}
	}
	return body
}

func (v *visit) moveClock(world string) (flash, error) {
	body := v.given(map[string]any{}, "advance", "set")
	text := "Clock updated."
	if f := v.field("freeze"); f != "" {
		body["freeze"] = f == "true"
		text = map[bool]string{true: "Clock frozen.", false: "Clock running."}[f == "true"]
	}
	if s := v.field("speed"); s != "" {
		speed, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return flash{}, &problem{Status: http.StatusUnprocessableEntity, Detail: fmt.Sprintf("Invalid speed %q: want a number, such as 60.", s)}
		}
		body["speed"], body["freeze"] = speed, false
		text = "Clock running at " + s + " ×."
	}
	if a := v.field("advance"); a != "" {
		text = "Clock advanced by " + durationText(a) + "."
	}
	return done(text), v.admin.do(http.MethodPut, path(world, "clock"), body, nil)
}

func (v *visit) reset(world string) (flash, error) {
	err := v.admin.do(http.MethodPost, path(world, "reset"), v.given(map[string]any{}, "scenario"), nil)
	return done("World reset."), err
}

func (v *visit) drop(world string) (flash, error) {
	err := v.admin.do(http.MethodDelete, path(world), nil, nil)
	return done("World " + world + " dropped. Its token creates a new one when it is next used."), err
}

// call makes a call of the vendor's API in the world, as an app would, and
// says what came of it.
func (v *visit) call(world, done string, body map[string]any) (callResult, flash, error) {
	var got callResult
	if err := v.admin.do(http.MethodPost, path(world, "calls"), body, &got); err != nil {
		return got, flash{}, err
	}
	s := flash{Kind: "done", Text: done}
	// The world of a revoked token does not hear of its calls.
	if got.Request != "" && v.admin.get(path(world, "requests", got.Request), nil) == nil {
		s.LinkText, s.Link = "See request", path(world, "journal", got.Request)
	}
	if got.Status == 0 || got.Status >= http.StatusBadRequest {
		s.Kind, s.LinkText = "refused", "See why"
		s.Text = fmt.Sprintf("Refused with %d: %s", got.Status, reason(got.Body))
	}
	if got.Status == 0 {
		s.Text = "The connection was dropped without a response."
	}
	return got, s, nil
}

// reason is what an answer of the vendor's or of Stripe's says is wrong.
func reason(body json.RawMessage) string {
	var vendor struct {
		Detail string
		Error  struct{ Type, Details, Message string }
	}
	if json.Unmarshal(body, &vendor) != nil {
		return "the response is not JSON."
	}
	for _, text := range []string{vendor.Error.Message, vendor.Error.Details, vendor.Detail, vendor.Error.Type} {
		if text != "" {
			return text
		}
	}
	return "no reason given."
}

func (v *visit) userPath(format string, ids ...string) string {
	escaped := []any{url.PathEscape(v.field("user"))}
	for _, id := range ids {
		escaped = append(escaped, url.PathEscape(v.field(id)))
	}
	return fmt.Sprintf(format, escaped...)
}

func (v *visit) startSession(world string) (flash, error) {
	_, s, err := v.call(world, "Session started.", map[string]any{
		"call": v.userPath("POST /users/%s/charging/start/"),
		"json": map[string]string{"evse_id": v.field("evse"), "payment_method_id": v.field("method")},
	})
	return s, err
}

func (v *visit) stopSession(world string) (flash, error) {
	_, s, err := v.call(world, "Session stopped. Its CDR arrives later.", map[string]any{
		"call": v.userPath("POST /users/%s/charging/stop/%s/", "session"),
	})
	return s, err
}

func (v *visit) remove(world string) (flash, error) {
	_, s, err := v.call(world, "Payment method removed.", map[string]any{
		"call": v.userPath("DELETE /users/%s/payment-methods/%s/", "method"),
	})
	return s, err
}

func (v *visit) makeDefault(world string) (flash, error) {
	_, s, err := v.call(world, "Default payment method changed.", map[string]any{
		"call": v.userPath("POST /users/%s/payment-methods/%s/default/", "method"),
	})
	return s, err
}

// fillBilling gives the user the details without which charging is refused.
func (v *visit) fillBilling(world string) (flash, error) {
	_, s, err := v.call(world, "Billing details completed.", map[string]any{
		"call": v.userPath("PUT /users/%s/billing-details/"),
		"json": map[string]string{
			"country": "de", "city": "Berlin", "line1": "Weg 1", "postal_code": "10243", "first_name": "Jo", "last_name": "Driver",
		},
	})
	return s, err
}

// createUser makes a user and goes on with that one.
func (v *visit) createUser(world string) (flash, error) {
	got, s, err := v.call(world, "User created (no billing details or payment method yet).", map[string]any{
		"call": "POST /users/", "json": v.given(map[string]any{}, "email"),
	})
	var made struct{ ID string }
	if err == nil && s.Kind == "done" && json.Unmarshal(got.Body, &made) == nil {
		v.r.PostForm.Set("user", made.ID)
	}
	return s, err
}

// addCard does what an app does: it asks the vendor for a setup intent and
// confirms it with Stripe.
func (v *visit) addCard(world string) (flash, error) {
	got, s, err := v.call(world, "", map[string]any{"call": v.userPath("GET /users/%s/setup-intents/")})
	if err != nil || s.Kind == "refused" {
		return s, err
	}
	var intent struct {
		Secret string `json:"setup_intent_client_secret"`
		Old    string `json:"client_secret"` // the only one with --api-generation 2026-03
	}
	if err := json.Unmarshal(got.Body, &intent); err != nil {
		return flash{}, err
	}
	if intent.Secret == "" {
		intent.Secret = intent.Old
	}
	id, _, _ := strings.Cut(intent.Secret, "_secret_")
	return v.confirm(world, "setup_intents", id, intent.Secret, "Card added.")
}

func (v *visit) pay(world string) (flash, error) {
	return v.confirm(world, "payment_intents", v.field("intent"), v.field("secret"), "Payment confirmed.")
}

// confirm confirms an intent with the chosen test card.
func (v *visit) confirm(world, kind, id, secret, done string) (flash, error) {
	got, s, err := v.call(world, done, map[string]any{
		"call": "POST /v1/" + kind + "/" + url.PathEscape(id) + "/confirm",
		"form": map[string]string{"client_secret": secret, "payment_method": v.field("card")},
	})
	var intent struct{ Status string }
	if err == nil && s.Kind == "done" && json.Unmarshal(got.Body, &intent) == nil && intent.Status == "requires_action" {
		s.Text = "The bank requires 3-D Secure: complete it or let it fail under the user."
	}
	return s, err
}

func (v *visit) authenticate(world string) (flash, error) {
	var intent struct {
		Status string
		Error  string `json:"last_error"`
	}
	err := v.admin.do(http.MethodPost, path(world, "intents", v.field("intent"), "authenticate"), map[string]any{"outcome": v.field("outcome")}, &intent)
	if intent.Error != "" {
		return flash{Kind: "refused", Text: "3-D Secure failed: " + intent.Error + "."}, err
	}
	return done("3-D Secure completed."), err
}

func (v *visit) onSession(world, what, done string, body map[string]any) (flash, error) {
	err := v.admin.do(http.MethodPost, path(world, "sessions", v.field("session"), what), body, nil)
	return flash{Kind: "done", Text: done}, err
}

func (v *visit) stationStop(world string) (flash, error) {
	return v.onSession(world, "stop", "Session stopped by the station. Its CDR arrives later.", map[string]any{})
}

func (v *visit) cdr(world string) (flash, error) {
	return v.onSession(world, "cdr", "CDR delivered.", v.given(map[string]any{}, "kwh", "charge"))
}

func (v *visit) meter(world string) (flash, error) {
	return v.onSession(world, "meter", "Meter reading sent.", v.given(map[string]any{}, "kwh"))
}

func (v *visit) makeDebt(world string) (flash, error) {
	err := v.admin.do(http.MethodPost, path(world, "users", v.field("user"), "debts"), v.given(map[string]any{}, "kwh"), nil)
	return done("Debt created: the final charge of a past session failed."), err
}

// setPoint blocks a charge point or leaves it to the catalogue again.
func (v *visit) setPoint(world string) (flash, error) {
	body, text := map[string]any{}, v.field("evse")+" has its default status again."
	switch status := v.field("status"); status {
	case "":
	case "busy":
		body["busy"], text = true, v.field("evse")+" is in use by someone else."
	default:
		body["status"], text = status, v.field("evse")+" is "+status+"."
	}
	return done(text), v.admin.do(http.MethodPut, path(world, "charge-points", v.field("evse")), body, nil)
}
