package scenario_test

import (
	"fmt"
	"strings"
)

type mistake struct {
	name string
	edit edit
}

func mistakes() []mistake {
	user := edit{"  email: null", ""}
	with := func(text string) edit { return edit{user.old, text} }
	pm := func(rest string) edit {
		return edit{"{id: pm_abc123, default: true}", "{id: pm_abc123, default: true, " + rest + "}"}
	}
	point := func(points string) edit { return edit{"charge_points: []", "charge_points:\n" + points} }
	return []mistake{
		{"empty file", edit{"", "# nothing\n"}},
		{"blanks after the mistake", edit{"name: m", "name: M_1  "}},
		{"comment after the mistake", edit{"name: m", "name: M_1  # why"}},
		{"too many keys", edit{"email: null", "zz: {}" + manyKeys()}},
		{"not a mapping", edit{"", "- a\n"}},
		{"syntax", edit{"title: A title", "title: A: title"}},
		{"braces in braces", try("- {call: GET /users/{user}/, want: {status: 200}}")},
		{"tab", edit{"title: A title", "title: A title\n\tx: y"}},
		{"control character", edit{"A title", "A \x00 title"}},
		{"not UTF-8", edit{"A title", "A \xff title"}},
		{"two documents", edit{"try: []", "try: []\n---\na: b"}},
		{"key twice", edit{"title: A title", "title: A title\ntitle: B"}},
		{"anchor", edit{"title: A title", "title: &a A title"}},
		{"alias", edit{"title: A title", "title: *a"}},
		{"tag", edit{"title: A title", "title: !!str A title"}},
		{"merge", edit{"  email: null", "  <<: {locale: de}"}},
		{"deep", edit{"try: []", "try: " + strings.Repeat("[", 70) + strings.Repeat("]", 70)}},
		{"indented", edit{"try: []", "try:\n" + strings.Repeat(" ", 300) + "- a"}},

		{"unknown key", edit{"proves:", "prove:"}},
		{"unknown key without suggestion", with("  zzzzzzzz: 1")},
		{"unknown key within braces", edit{"clock: {frozen: true}", "clock: {forzen: true}"}},
		{"missing title", edit{"title: A title\n", ""}},
		{"missing id", edit{"{id: pm_abc123, default: true}", "{default: true}"}},
		{"list for text", edit{"title: A title", "title: [A]"}},
		{"number for text", edit{"title: A title", "title: 12"}},
		{"null for text", edit{"title: A title", "title:"}},
		{"text for list", edit{"proves: [remove-payment-method/debt]", "proves: remove-payment-method/debt"}},
		{"text for mapping", edit{"clock: {frozen: true}", "clock: now"}},
		{"text for bool", edit{"{frozen: true}", "{frozen: yes}"}},
		{"text for number", session("start: -9m, rates: \"5\"")},
		{"postal code without quotes", with("  billing: {postal_code: 10243}")},
		{"mapping for time", edit{"{frozen: true}", "{start: {a: b}}"}},
		{"long title", edit{"A title", strings.Repeat("title ", 40)}},
		{"blank title", edit{"A title", "\" \""}},
		{"two lines of title", edit{"A title", "\"a\\nb\""}},
		{"long line", edit{"try: []", "try: [" + strings.Repeat("{advance: 1m}, ", 20) + "{advance: never}]"}},

		{"name pattern", edit{"name: m", "name: M_1"}},
		{"name of another file", edit{"name: m", "name: n"}},
		{"unknown rule", edit{"remove-payment-method/debt", "remove-payment-method/debts"}},
		{"rule twice", edit{"[remove-payment-method/debt]", "[remove-payment-method/debt, remove-payment-method/debt]"}},
		{"relative clock", edit{"{frozen: true}", "{start: -5m}"}},
		{"bad time", edit{"{frozen: true}", "{start: yesterday}"}},
		{"far time", edit{"{frozen: true}", "{start: 9999-01-01T00:00:00Z}"}},
		{"speed", edit{"{frozen: true}", "{speed: 0}"}},
		{"text for speed", edit{"{frozen: true}", "{speed: fast}"}},

		{"bad UUID", edit{"id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb", "id: 9405cf8c"}},
		{"upper-case UUID", edit{"id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb", "id: 9405CF8C-8375-4373-B4D3-B61F9A0C01EB"}},
		{"user twice", edit{"charge_points: []", "- id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb"}},
		{"bad email", edit{"email: null", "email: nobody"}},
		{"bad locale", with("  locale: fr")},
		{"long external id", with("  external_id: " + strings.Repeat("x", 251))},
		{"long city", with("  billing: {city: " + strings.Repeat("x", 51) + "}")},
		{"bad account type", with("  billing: {account_type: busines}")},

		{"bad method id", edit{"{id: pm_abc123, default: true}", "{id: card_1, default: true}"}},
		{"bad method type", pm("type: paypal")},
		{"bad brand", pm("brand: Visa Card")},
		{"bad last4", pm("last4: 42")},
		{"bad expiry", pm("expires: 13/2030")},
		{"unknown test card", pm("behaves: pm_card_vias")},
		{"created later", pm("created: 5m")},
		{"two defaults", edit{"{id: pm_abc123, default: true}", "{id: pm_abc123, default: true}\n  - {id: pm_2, default: true}"}},
		{"method twice", edit{"{id: pm_abc123, default: true}", "{id: pm_abc123, default: true}\n  - {id: pm_abc123}"}},

		{"missing start", session("stop: -1m")},
		{"null start", session("start: null")},
		{"start later", session("start: 5m")},
		{"stop before start", session("start: -9m, stop: -10m")},
		{"record before stop", session("start: -9m, stop: -5m, cdr: {at: -6m}")},
		{"record without stop", session("start: -9m, cdr: {at: -6m}")},
		{"stopped by nobody", session("start: -9m, stop: -5m, stopped_by: usr")},
		{"stopped by without stop", session("start: -9m, stopped_by: user")},
		{"negative energy", session("start: -9m, stop: -5m, cdr: {at: -1m, kwh: -1}")},
		{"huge energy", session("start: -9m, stop: -5m, cdr: {at: -1m, kwh: 1e99}")},
		{"bad charge", session("start: -9m, stop: -5m, cdr: {at: -1m, charge: fails}")},
		{"bad rating", session("start: -9m, rates: 6")},
		{"dangling method", edit{"  sessions: []", strings.Replace(session("start: -9m").new, "payment_method: pm_abc123", "payment_method: pm_abc124", 1)}},
		{"dangling charge point", edit{"  sessions: []", strings.Replace(session("start: -9m").new, progress, "DE*X*E9", 1)}},
		{"bad EVSE", edit{"  sessions: []", strings.Replace(session("start: -9m").new, progress, "somewhere else", 1)}},
		{"two sessions at once", edit{"  sessions: []", session("start: -9m").new + "\n  - {id: 3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d02, evse: \"" + shared + "\", payment_method: pm_abc123, start: -5m}"}},
		{"session twice", edit{"  sessions: []", session("start: -9m, stop: -8m").new + "\n  - {id: 3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d01, evse: \"" + shared + "\", payment_method: pm_abc123, start: -5m}"}},
		{"refused and gone", edit{"  sessions: []\ncharge_points: []", session("start: -9m").new + "\ncharge_points: [{evse: \"" + progress + "\", start: fail}]"}},
		{"refused and stopped", edit{"  sessions: []\ncharge_points: []", session("start: -9m, stop: -1m").new + "\ncharge_points: [{evse: \"" + progress + "\", start: fail, start_delay: 20m}]"}},
		{"stopped before it began", edit{"  sessions: []\ncharge_points: []", session("start: -9m, stop: -8m").new + "\ncharge_points: [{evse: \"" + progress + "\", start_delay: 5m}]"}},

		{"bad reported energy", session("start: -9m, kwh: -1")},
		{"settled before the record", session("start: -9m, stop: -5m, cdr: {at: -4m, charge: fail, settled: -5m}")},
		{"settled later", session("start: -9m, stop: -5m, cdr: {at: -4m, charge: fail, settled: 5m}")},
		{"settled without debt", session("start: -9m, stop: -5m, cdr: {at: -4m, charge: succeed, settled: -1m}")},
		{"failing charge without energy", session("start: -9m, stop: -5m, cdr: {at: -4m, kwh: 0, charge: fail}")},
		{"failing charge of less than a cent", session("start: -9m, stop: -5m, cdr: {at: -4m, kwh: \"0.001\", charge: authenticate}")},
		{"failing charge below the minimum", session("start: -9m, stop: -5m, cdr: {at: -4m, kwh: \"0.910\", charge: fail}")},
		{"settled although the card pays", session("start: -9m, stop: -5m, cdr: {at: -4m, settled: -1m}")},
		{"settled without a cost", session("start: -9m, stop: -5m, cdr: {at: -4m, kwh: 0, settled: -1m}")},
		{"removed default", edit{"{id: pm_abc123, default: true}", "{id: pm_abc123, default: true, removed: true}"}},
		{"bad hold", edit{"  sessions: []", "  holds: [{evse: \"" + progress + "\", payment_method: pm_abc123, state: authorized}]"}},
		{"hold of nobody", edit{"  sessions: []", "  holds: [{evse: \"" + progress + "\", payment_method: pm_abc124}]"}},
		{"hold nowhere", edit{"  sessions: []", "  holds: [{evse: DE*X*E9, payment_method: pm_abc123}]"}},
		{"hold of a removed method", edit{"default: true}\n  sessions: []", "default: true}\n  - {id: pm_2, removed: true}\n  holds: [{evse: \"" + progress + "\", payment_method: pm_2}]"}},

		{"fault of no operation", faults("{drop: true}")},
		{"fault of an unknown operation", faults("{operation: users_lits, drop: true}")},
		{"fault without effect", faults("{operation: users_list}")},
		{"fault with two effects", faults("{operation: users_list, drop: true, delay: 1s}")},
		{"unknown key of a fault", faults("{operation: users_list, statsu: 500}")},
		{"bad fault status", faults("{operation: users_list, status: 200}")},
		{"bad error type", faults("{operation: users_list, status: 500, error: unexpected}")},
		{"error without status", faults("{operation: users_list, drop: true, error: unexpected_error}")},
		{"bad delay", faults("{operation: users_list, delay: soon}")},
		{"long delay", faults("{operation: users_list, delay: 1h}")},
		{"bad rate limit", faults("{operation: users_list, rate_limit: 1500ms}")},
		{"bad times", faults("{operation: users_list, drop: true, times: 0}")},
		{"bad skip", faults("{operation: users_list, drop: true, skip: -1}")},
		{"bad probability", faults("{operation: users_list, drop: true, probability: 1.5}")},
		{"text for probability", faults("{operation: users_list, drop: true, probability: half}")},
		{"drop nothing", faults("{operation: users_list, drop: false}")},
		{"drop in a way that is not known", faults("{operation: users_list, drop: Reset}")},
		{"drop with a list", faults("{operation: users_list, drop: [true]}")},
		{"truncate without a body", faults("{operation: users_destroy, truncate: true}")},
		{"fault of a user that no call is about", faults("{operation: users_list, user: u, drop: true}")},
		{"too many faults", faults(strings.Repeat("{operation: users_list, drop: true}, ", 1001))},

		{"station without a name", station("", "name: A, ", "")},
		{"station of no mapping", edit{"stations: []", "stations: [a]"}},
		{"unknown key of a station", station("", "name: A, ", "names: A, ")},
		{"unknown key of an operator", station("", "{name: O}", "{name: O, fone: x}")},
		{"operator without a name", station("", "{name: O}", "{}")},
		{"null operator", station("", "{name: O}", "null")},
		{"bad latitude", station("", "52.51", "N52")},
		{"latitude beyond the map", station("", "52.51", "89.5")},
		{"longitude beyond the map", station("", "13.4", "-180.5")},
		{"half a place", station("", "52.51", "null")},
		{"bad country", station("country: Germany, ", "", "")},
		{"bad zone", station("zone: Europe/Berlim, ", "", "")},
		{"bad weekday", station("hours: [{weekday: SUNDY, begin: null, end: null}], ", "", "")},
		{"hours without an end", station("hours: [{begin: \"08:00\"}], ", "", "")},
		{"bad hour", station("hours: [{begin: \"8:00\", end: \"25:00\"}], ", "", "")},
		{"bad amenity", station("amenities: [CAFÉ], ", "", "")},
		{"amenity of no list", station("amenities: CAFE, ", "", "")},
		{"updated later", station("last_updated: 5m, ", "", "")},
		{"bad logo", station("", "{name: O}", "{name: O, logo: logo.png}")},
		{"bad station id", station("id: \"a b\", ", "", "")},
		{"station id of the catalogue", station("id: known, ", "", "")},
		{"station without charge points", station("", "[{evse: DE*X*S1, connector: CHADEMO, power: 50}]", "[]")},
		{"bad connector", station("", "CHADEMO", "CHADMEO")},
		{"no connector", station("", "connector: CHADEMO, ", "")},
		{"no power", station("", "power: 50", "power: 0")},
		{"power as a text", station("", "power: 50", "power: \"50\"")},
		{"charge point of the catalogue", station("", "DE*X*S1", shared)},
		{"charge point of two stations", edit{"stations: []", "stations:\n- " + oneStation + "\n- " + strings.Replace(oneStation, "name: A", "id: other, name: B", 1)}},
		{"station twice", edit{"stations: []", "stations:\n- " + oneStation + "\n- " + strings.Replace(strings.Replace(oneStation, "DE*X*S1", "DE*X*S2", 1), "name: A", "id: station-DE-X-S1, name: A", 1)}},
		{"bad currency", station("tariff: {currency: EUR}, ", "", "")},
		{"currency without cents", station("tariff: {currency: jpy}, ", "", "")},
		{"hold below the minimum", station("tariff: {pre_authorization: 0.49}, ", "", "")},
		{"price with a sign", station("tariff: {kwh: [{net: -1}]}, ", "", "")},
		{"price without net", station("tariff: {kwh: [{tax: 19}]}, ", "", "")},
		{"unknown key of a price", station("tariff: {kwh: [{net: 1, gross: 2}]}, ", "", "")},
		{"bad tax", station("tariff: {kwh: [{net: 1, tax: 190}]}, ", "", "")},
		{"no such day", station("tariff: {kwh: [{net: 1, date_from: 2026-02-30}]}, ", "", "")},
		{"days in the wrong order", station("tariff: {kwh: [{net: 1, date_from: 2026-03-01, date_to: 2026-02-01}]}, ", "", "")},
		{"grace without blocking", station("tariff: {kwh: [{net: 1, grace: 5}]}, ", "", "")},
		{"cap without blocking", station("tariff: {time: [{net: 1, cap: 5}]}, ", "", "")},
		{"negative grace", station("tariff: {blocking: [{net: 1, grace: -5}]}, ", "", "")},

		{"charge point twice", point("- {evse: DE*X*E1}\n- {evse: DE*X*E1}")},
		{"bad status", point("- {evse: DE*X*E1, status: OUT_OF_ORDER}")},
		{"bad start", point("- {evse: DE*X*E1, start: fails}")},
		{"negative delay", point("- {evse: DE*X*E1, start_delay: -5m}")},
		{"bad stop status", point("- {evse: DE*X*E1, stop: fail, stop_status: 400}")},
		{"stop status alone", point("- {evse: DE*X*E1, stop_status: 409}")},
		{"meter out of time", point("- {evse: DE*X*E1, meter: [{at: 30s, kwh: 1}, {at: 30s, kwh: 2}]}")},
		{"meter falls", point("- {evse: DE*X*E1, meter: [{at: 15s, kwh: 2}, {at: 30s, kwh: 1}]}")},

		{"empty step", try("- {}")},
		{"call and advance", try("- {call: GET /, advance: 1m}")},
		{"advance by nothing", try("- {advance: 0s}")},
		{"call without path", try("- {call: GET, want: {status: 200}}")},
		{"call of no method", try("- {call: FETCH /users/, want: {status: 200}}")},
		{"call without want", try("- {call: GET /users/}")},
		{"want without status", try("- {call: GET /users/, want: {body: {}}}")},
		{"impossible status", try("- {call: GET /users/, want: {status: 42}}")},
		{"unknown rule wanted", try("- {call: GET /users/, want: {status: 400, rule: a/b}}")},
		{"json and form", try("- {call: POST /users/, json: {a: 1}, form: {a: 1}, want: {status: 200}}")},
		{"json for Stripe", try("- {call: POST /v1/payment_methods, json: {a: 1}, want: {status: 200}}")},
		{"bad header", try("- {call: GET /users/, headers: {\"a b\": c}, want: {status: 200}}")},
		{"broken header", try("- {call: GET /users/, headers: {Prefer: \"a\\nb\"}, want: {status: 200}}")},
		{"header of the connection", try("- {call: GET /users/, headers: {host: example.org}, want: {status: 200}}")},
		{"unknown value in a header", try("- {call: GET /users/, headers: {Prefer: \"{x}\"}, want: {status: 200}}")},
		{"header and advance", try("- {advance: 1m, headers: {Prefer: x}}")},
		{"unknown value in path", try("- {call: \"GET /users/{usr}/\", want: {status: 200}}")},
		{"unknown value in body", try("- {call: GET /users/, want: {status: 200, body: {a: [\"{debt.id}\"]}}}")},
		{"used before it is saved", try("- {call: \"GET /users/{a}/\", want: {status: 200}, save: {a: id}}")},
		{"save under a taken name", try("- {call: GET /users/, want: {status: 200}, save: {user: id}}")},
		{"save nothing", try("- {call: GET /users/, want: {status: 200}, save: {a: \"\"}}")},
		{"no number of JSON", try("- {call: POST /users/, json: {a: 0x10}, want: {status: 200}}")},
	}
}

// oneStation is a valid station.
const oneStation = "{name: A, address: B, latitude: 52.51, longitude: 13.4, operator: {name: O}, charge_points: [{evse: DE*X*S1, connector: CHADEMO, power: 50}]}"

// station adds a station with more keys, and one part replaced, to the valid file.
func station(more, old, changed string) edit {
	text := oneStation
	if old != "" {
		text = strings.Replace(text, old, changed, 1)
	}
	return edit{"stations: []", "stations:\n- {" + more + text[1:]}
}

func faults(list string) edit { return edit{"faults: []", "faults: [" + list + "]"} }

func manyKeys() string {
	var b strings.Builder
	for i := range 600 {
		fmt.Fprintf(&b, "\n  k%d: v", i)
	}
	return b.String()
}
