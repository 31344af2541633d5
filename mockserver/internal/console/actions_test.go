package console_test

import (
	"regexp"
	"strings"
	"testing"
)

const (
	pointFree = "DE*PWA*EALP22541X01617*01"
	card      = "pm_1TD1LuHtgZxQ1KXxNj5sKkKM"
)

func (b *browser) find(page, pattern string) string {
	b.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if m == nil {
		b.t.Fatalf("no match for %s in the page:\n%s", pattern, page)
	}
	return m[1]
}

const sessionField = `name="session" value="([0-9a-f-]{36})"`

// A session from start to bill, controlled by hand.
func TestSessionByHand(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.default.hand"
	b.get(w)
	b.flashes(b.post(w+"/clock", "freeze", "true"), "done", "frozen")
	page := b.post(w+"/start", "user", user, "evse", pointFree, "method", card)
	b.flashes(page, "done", "started")
	b.contains(page, "The session is Active.", "Stop by station")
	s := b.find(page, sessionField)
	b.flashes(b.post(w+"/start", "user", user, "evse", pointFree, "method", card), "refused", "409")

	page = b.post(w+"/clock", "user", user, "advance", "1m")
	b.contains(page, "The meter rises to 4.000 kWh.")
	b.contains(b.post(w+"/meter", "user", user, "session", s, "kwh", "7.250"), "The meter rises to 7.250 kWh.")
	b.flashes(b.post(w+"/meter", "user", user, "session", s, "kwh", "1"), "failed", "does not fall")
	page = b.post(w+"/stop", "user", user, "session", s)
	b.contains(page, "The session is CDR pending.", "Deliver CDR")
	page = b.post(w+"/cdr", "user", user, "session", s, "kwh", "7.500", "charge", "fail")
	b.contains(page, "The session is Debt.", "Debt of 4.05 EUR")
	intent := b.find(page, `name="intent" value="(pi_[^"]+)"`)
	b.flashes(b.post(w+"/pay", "user", user, "intent", intent, "card", "pm_card_visa_chargeDeclined"), "refused", "declined")
	page = b.post(w+"/pay", "user", user, "intent", intent, "card", "pm_card_visa")
	b.flashes(page, "done", "confirmed")
	b.contains(page, "The session is Settled.")
}

// Consistency is checked on request.
func TestCheck(t *testing.T) {
	b := open(t)
	b.contains(b.get("/worlds/mock.rich-user"), "Consistency", "Check")
	b.flashes(b.post("/worlds/mock.rich-user/check"), "done", "Consistent")
}

func TestStopByStationAndDebt(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.active-session"
	s := b.find(b.get(w), sessionField)
	b.contains(b.post(w+"/station-stop", "user", user, "session", s), "by the station")
	b.contains(b.post(w+"/debt", "user", user, "kwh", "20"), "Debt of 10.78 EUR")
	b.flashes(b.post(w+"/debt", "user", user, "kwh", "lots"), "failed", "lots")
}

func TestCards(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.default.cards"
	b.get(w)
	page := b.post(w+"/add-card", "user", user, "card", "pm_card_mastercard")
	b.flashes(page, "done", "added")
	b.contains(page, "Mastercard •••• 4444")
	b.flashes(b.post(w+"/add-card", "user", user, "card", "pm_card_visa_chargeDeclined"), "refused", "declined")
	page = b.post(w+"/add-card", "user", user, "card", "pm_card_authenticationRequired")
	b.flashes(page, "done", "3-D Secure")
	intent := b.find(page, `name="intent" value="(seti_[^"]+)"`)
	b.flashes(b.post(w+"/authenticate", "user", user, "intent", intent, "outcome", "fail"), "refused", "setup_intent_authentication_failure")
	intent = b.find(b.post(w+"/add-card", "user", user, "card", "pm_card_authenticationRequired"), `name="intent" value="(seti_[^"]+)"`)
	page = b.post(w+"/authenticate", "user", user, "intent", intent, "outcome", "succeed")
	b.flashes(page, "done", "completed")
	b.contains(page, "Visa •••• 3184")

	method := b.find(page, `<b>Mastercard •••• 4444</b> [^<]*<br><code>(pm_[^<]+)`)
	page = b.post(w+"/default", "user", user, "method", method)
	if got := b.find(page, `<b>([^<]+)</b> <span class="chip">default`); got != "Mastercard •••• 4444" {
		t.Errorf("the default is %s", got)
	}
}

func TestBilling(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.billing-data-required"
	b.contains(b.get(w), "billing incomplete", "Fill in billing details")
	page := b.post(w+"/billing", "user", user)
	b.flashes(page, "done", "Billing details")
	b.contains(page, "billing complete")
}

// A start that requires 3-D Secure, from refusal to session.
func TestHold(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.sca-required.hold"
	b.get(w)
	b.flashes(b.post(w+"/start", "user", user, "evse", pointFree, "method", card), "refused", "402")
	page := b.get(w)
	b.contains(page, "Waiting for confirmation", "Confirm hold")
	intent := b.find(page, `name="intent" value="(pi_[^"]+)"`)
	page = b.post(w+"/pay", "user", user, "intent", intent, "card", card)
	b.flashes(page, "done", "3-D Secure")
	b.contains(page, "Waiting for 3-D Secure")
	b.flashes(b.post(w+"/authenticate", "user", user, "intent", intent, "outcome", "succeed"), "done", "completed")
	b.flashes(b.post(w+"/start", "user", user, "evse", pointFree, "method", card), "done", "started")
}

// The remedies that the buttons offer work.
func TestRemediesOfALateCDR(t *testing.T) {
	b := open(t)
	if page := b.get("/worlds/mock.cdr-never"); strings.Contains(page, "Advance the clock 10") || !strings.Contains(page, "Deliver CDR now") {
		t.Error("a CDR that never arrives has the wrong buttons")
	}
	const w = "/worlds/mock.late-cdr"
	b.get(w)
	page := b.get(w)
	advance := b.find(page, `name="advance" value="([0-9]{2,}h[^"]*)"`)
	b.contains(b.post(w+"/clock", "user", user, "advance", advance), "removable")
}

func TestNewUser(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.default.new"
	b.get(w)
	page := b.post(w+"/create-user", "user", user, "email", "new@example.com")
	b.flashes(page, "done", "User created")
	b.contains(page, `<h2 id="user-title">new@example.com`, "billing incomplete")
	id := b.find(page, `name="user" value="([0-9a-f-]{36})"`)
	b.flashes(b.post(w+"/create-user", "user", id, "email", "no email"), "refused", "400")
	b.contains(b.post(w+"/add-card", "user", id, "card", "pm_card_visa"), "Visa •••• 4242", "new@example.com</h2>")
}

func TestPointsAndFaults(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.default.trouble"
	b.get(w)
	b.flashes(b.post(w+"/point", "user", user, "evse", pointFree, "status", "OUTOFORDER"), "done", "OUTOFORDER")
	b.flashes(b.post(w+"/start", "user", user, "evse", pointFree, "method", card), "refused", "409")
	b.flashes(b.post(w+"/point", "user", user, "evse", pointFree, "status", ""), "done", "default status")
	b.flashes(b.post(w+"/point", "user", user, "evse", "DE*NO*WHERE", "status", "BLOCKED"), "failed", "No such charge point")
	for _, evse := range []string{"..", "DE/1", "", "../../../mock.default.trouble/reset"} {
		b.flashes(b.post(w+"/point", "user", user, "evse", evse, "status", "busy"), "failed", "empty or invalid")
	}
	b.flashes(b.post(w+"/point", "user", user, "evse", "DE*CIQ*EWBNHHLM82TLA*1", "status", "busy"), "done", "someone else")
	b.flashes(b.post(w+"/start", "user", user, "evse", "DE*CIQ*EWBNHHLM82TLA*1", "method", card), "refused", "424")

	page := b.post(w+"/fault", "user", user, "operation", "users_charging_start_create", "effect", "status", "status", "424", "error", "charging_provider_error", "only", "yes")
	b.contains(page, "responds with 424 charging_provider_error", "hit 0 times, 1 left")
	b.flashes(b.post(w+"/start", "user", user, "evse", pointFree, "method", card), "refused", "424")
	b.flashes(b.post(w+"/start", "user", user, "evse", pointFree, "method", card), "done", "started")
	for _, effect := range []string{"delay", "rate_limit", "drop", "reset", "truncate"} {
		b.flashes(b.post(w+"/fault", "user", user, "operation", "*", "effect", effect, "duration", "5s", "times", "2", "skip", "1"), "done", "Fault queued")
	}
	b.contains(b.get(w), "drops the connection", "closes the connection without a byte", "truncates the body")
	b.flashes(b.post(w+"/fault", "operation", "nothing", "effect", "drop"), "failed", "nothing")
	b.flashes(b.post(w+"/fault", "operation", "users_destroy", "effect", "truncate"), "failed", "without a body")
	b.flashes(b.post(w+"/fault", "operation", "*", "effect", "status", "status", "many"), "failed", "many")
	id := b.find(page, `name="fault" value="([^"]+)"`)
	if page = b.post(w+"/fault-remove", "user", user, "fault", id); strings.Contains(page, "responds with 424 charging_provider_error") {
		t.Error("the fault still exists")
	}
	b.contains(b.post(w+"/faults-clear", "user", user, "confirm", "yes"), "No faults queued.")
}

func TestWorldAsAWhole(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.debt.whole"
	b.get(w)
	b.flashes(b.post(w+"/clock", "speed", "60"), "done", "60 ×")
	b.flashes(b.post(w+"/clock", "advance", "-1m"), "failed", "")
	b.flashes(b.post(w+"/clock", "speed", "fast"), "failed", "fast")
	b.flashes(b.post(w+"/reset", "confirm", "yes", "scenario", "cdr-pending"), "done", "World reset")
	b.contains(b.get(w), "(cdr-pending)")
	b.flashes(b.post(w+"/reset", "confirm", "yes", "scenario", "nonsense"), "failed", "nonsense")
	b.flashes(b.post(w+"/remove", "user", user, "method", "pm_abc123"), "refused", "400")
	b.contains(b.post(w+"/forget", "confirm", "yes"), "No requests yet")
	b.flashes(b.post(w+"/drop", "confirm", "yes"), "done", "dropped")
	if page := b.get("/"); strings.Contains(page, `href="`+w+`"`) {
		t.Error("the world is still listed")
	}
	r := b.request("POST", w+"/explode", map[string][]string{})
	if res, _ := b.do(r); res.StatusCode != 404 {
		t.Errorf("an unknown action: %d", res.StatusCode)
	}
}

func TestRevokedToken(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.token-revoked"
	b.get(w)
	page := b.post(w+"/start", "user", user, "evse", pointFree, "method", card)
	b.flashes(page, "refused", "403")
	if strings.Contains(page, "See why") {
		t.Error("a link to a request that is not in the journal")
	}
}

func TestUserWithoutAToken(t *testing.T) {
	b := open(t)
	r := b.request("GET", "/api/v1/users/", nil)
	r.Header.Set("Authorization", "Bearer some-real-looking-token")
	res, _ := b.do(r)
	w := "/worlds/" + res.Header.Get("X-Cariqa-Mock-World")
	b.contains(b.get("/"), w)
	b.flashes(b.post(w+"/start", "user", user, "evse", pointFree, "method", card), "done", "started")
}
