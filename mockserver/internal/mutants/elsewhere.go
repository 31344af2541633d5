package mutants

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// elsewhereMutants change or refuse with a call what only another call shows, or say
// something wrong that nothing in the same answer contradicts.
func elsewhereMutants() []Mutant {
	confirmed := opMethods + " 200"
	out := []Mutant{
		behavior("a deletion deletes another user of an equal email", opDelete+" 204", equalEmails, opDelete),
		behavior("an external id belongs to the newest user", opCreate+" 201", newestID, opCreate),
		behavior("a search finds emails", "users_list ?search", emailSearch, opUsers),
		behavior("the list of users begins with the oldest", opUsers+" 200", oldestFirst, opUsers),
		behavior("a start moves the user to the station's city", opStart+" 201", alsoBilling(opStart, map[string]any{"city": "Stationsstadt"}), opStart),
		behavior("a start clears tax numbers", opStart+" 201", alsoBilling(opStart, map[string]any{"tax_id": nil, "vat_id": nil}), opStart),
		behavior("a postal code is a number", opPutBilling+" 200", everywhere(func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || !r.ok() || c.op != opBilling && c.op != opPutBilling {
				return r
			}
			v, _ := at(r.value(), path{"postal_code"}, func(v any) (any, bool) { s, ok := v.(string); return strings.TrimLeft(s, "0"), ok })
			return r.saying(v)
		}), opBilling, opPutBilling),
		behavior("a removed method returns with the next one", opRemove+" 204", returning, opRemove, opMethods),
		behavior("a method without a name has that of an older one", confirmed, inherited, opMethods),
		behavior("the default cannot be chosen during a session", opDefault+" 204", unlessCharging(opDefault), opDefault),
		behavior("a declined hold hides the method", "rule start-charging/pre-authorization-declined", hiding, opStart, opMethods),
		behavior("a new setup intent ends the earlier ones", confirmed, newestIntent, opSetup),
		behavior("a refused rating clears another session's", opRate+" 400", clearsOthers, opRate),
		behavior("a change of the user clears the ratings", opPatch+" 200", also(opPatch, func(c *call, honest server) { clearRatings(c, honest, "") }), opPatch),
		behavior("a low rating is a refund", opInvoices+" 200 /results/[]", refunded, opRate, opInvoices),
		behavior("a removal hides the invoices", opRemove+" 204", hides(opRemove), opInvoices),
		behavior("a declined payment clears the debt", opDebts+" 200 /results/[]", forgiven, opDebts),
		behavior("a start out of order is counted as a session", "rule start-charging/connector-out-of-order", counted, opSessions),
		behavior("a refused deletion of a user with a bill to come clears the email", "rule delete-user/cdr-pending", withdrawing("email", nil), opDelete),
		behavior("sessions are an hour early", opSession+" 200", eachSession(func(_ string, s map[string]any) {
			for _, name := range []string{"start_time", "end_time"} {
				s[name], _ = later(-time.Hour)(s[name])
			}
		}), opStart, opSession, opSessions),
		behavior("invoices are dated two hours later", opInvoices+" 200 /results/[]", editing(opInvoices, http.StatusOK, path{"results", items, "date"}, later(2*time.Hour)), opInvoices),
		behavior("a HEAD of a session is not allowed", "method HEAD", onMethod(http.MethodHead, func(c *call, honest server) *reply {
			if strings.Contains(c.request.URL.Path, "/charging-sessions/") && !strings.HasSuffix(c.request.URL.Path, "/charging-sessions/") {
				return made(http.StatusMethodNotAllowed, map[string]any{"detail": `Method "HEAD" not allowed.`})
			}
			return honest(c)
		})),
	}
	out = append(out, mapMutants()...)
	for name, v := range map[string]any{"livemode": true, "usage": "on_session", "client_secret": "seti_1_secret_2"} {
		out = append(out, behavior("a confirmed setup intent has another "+name, confirmed, intents("setup_intents", name, always(v))))
	}
	for _, op := range []string{opDefault, opPutBilling, opPatch, opRate} {
		out = append(out, behavior("a debt blocks "+op, opDebts+" 200 /results/[]", unlessOwing(op), op))
	}
	slices.SortFunc(out, func(a, b Mutant) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// equalEmails deletes another user whose email equals that of the deleted one.
func equalEmails() twist {
	known := &memory[string]{}
	return func(c *call, honest server) *reply {
		var email any
		if c.op == opDelete {
			email = honest(c.get(c.user())).object()["email"]
		}
		r := honest(c)
		noteUser(c, r, known)
		if c.op != opDelete || r == nil || !r.ok() || email == nil {
			return r
		}
		for _, id := range known.but(c.vars["user_id"]) {
			if honest(c.get("/users/" + id + "/")).object()["email"] == email {
				honest(c.about(map[string]string{"user_id": id}))
			}
		}
		return r
	}
}

// newestID takes the external id of a new user from those who had it.
func newestID() twist {
	return instead(opCreate, func(c *call, honest server) *reply {
		properties, _ := (&reply{body: c.body}).object()["custom_properties"].(map[string]any)
		for _, u := range found(c, honest, properties["external_id"]) {
			honest(c.to(http.MethodPatch, fmt.Sprintf("/users/%v/", u["id"]), map[string]any{"custom_properties": map[string]any{"external_id": nil}}))
		}
		return honest(c)
	})()
}

// found returns the users that have an external id.
func found(c *call, honest server, id any) []map[string]any {
	if id == nil {
		return nil
	}
	list := c.get("/users/").ask(func(q url.Values) { q.Set("search", fmt.Sprint(id)); q.Set("page_size", "100") })
	return slices.DeleteFunc(objects(honest(list)), func(u map[string]any) bool {
		own, _ := u["custom_properties"].(map[string]any)
		return own["external_id"] != id
	})
}

// emailSearch adds users to what a search finds whose email has the term.
func emailSearch() twist {
	return instead(opUsers, func(c *call, honest server) *reply {
		r, term := honest(c), c.param("search")
		if r == nil || !r.ok() || term == "" || len(objects(r)) > 0 {
			return r
		}
		all := objects(honest(c.get("/users/").ask(func(q url.Values) { q.Set("page_size", "100") })))
		all = slices.DeleteFunc(all, func(u map[string]any) bool { email, _ := u["email"].(string); return !strings.Contains(email, term) })
		if len(all) == 0 {
			return r
		}
		return r.listing(all)
	})()
}

func oldestFirst() twist {
	return paging(opUsers, func(c *call, page map[string]any) {
		if list, ok := page["results"].([]any); ok && c.param("search") == "" {
			slices.Reverse(list)
		}
	})()
}

// alsoBilling sets fields of the billing details of the user of a call.
func alsoBilling(op string, set map[string]any) func() twist {
	return also(op, func(c *call, honest server) {
		details := honest(c.get(c.user() + "billing-details/")).object()
		if details["line1"] == nil {
			return
		}
		for name, v := range set {
			details[name] = v
		}
		honest(c.to(http.MethodPut, c.user()+"billing-details/", details))
	})
}

// returning lists removed methods again once another one has been added.
func returning() twist {
	removed, counts := &memory[map[string]any]{}, &memory[int]{}
	return func(c *call, honest server) *reply {
		user := c.vars["user_id"]
		var before []map[string]any
		if c.op == opRemove {
			before = rows(c, honest, opMethods, user)
		}
		r := honest(c)
		for _, m := range before {
			if m["id"] == c.vars["pm"] && r != nil && r.ok() {
				removed.set(user, m)
				counts.set(user, len(before)-1)
			}
		}
		old, gone := removed.get(user)
		left, _ := counts.get(user)
		if c.op != opMethods || !gone || r == nil || !r.ok() || len(objects(r)) <= left {
			return r
		}
		all := append(objects(r), old)
		return r.listing(all)
	}
}

// inherited shows the name of an older method where a method has none.
func inherited() twist {
	return paging(opMethods, func(_ *call, page map[string]any) {
		list, _ := page["results"].([]any)
		name := any(nil)
		for _, each := range slices.Backward(list) {
			m, _ := each.(map[string]any)
			card, _ := m["card"].(map[string]any)
			if card["cardholder_name"] == nil {
				card["cardholder_name"] = name
			}
			name = card["cardholder_name"]
		}
	})()
}

// unless refuses an operation while a list of the user has an entry.
func unless(op, list string, blocks func(map[string]any) bool) func() twist {
	return instead(op, func(c *call, honest server) *reply {
		if slices.ContainsFunc(rows(c, honest, list, c.vars["user_id"]), blocks) {
			return made(http.StatusConflict, map[string]any{"detail": "Not now."})
		}
		return honest(c)
	})
}

func unlessCharging(op string) func() twist {
	return unless(op, opSessions, func(s map[string]any) bool { return s["is_active"] == true })
}

func unlessOwing(op string) func() twist {
	return unless(op, opDebts, func(map[string]any) bool { return true })
}

// hiding hides a method after a start for which the bank has declined the hold.
func hiding() twist {
	hidden := &memory[bool]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if r != nil && c.op == opStart && r.rule() == "start-charging/pre-authorization-declined" {
			hidden.set(fmt.Sprint((&reply{body: c.body}).object()["payment_method_id"]), true)
		}
		if r == nil || c.op != opMethods || !r.ok() {
			return r
		}
		all := slices.DeleteFunc(objects(r), func(m map[string]any) bool { _, ok := hidden.get(fmt.Sprint(m["id"])); return ok })
		if len(all) == len(objects(r)) {
			return r
		}
		return r.listing(all)
	}
}

// newestIntent refuses cards for setup intents that are not the user's newest.
func newestIntent() twist {
	newest, owners := &memory[string]{}, &memory[string]{}
	return func(c *call, honest server) *reply {
		if rest, ok := strings.CutPrefix(c.request.URL.Path, "/v1/setup_intents/"); ok {
			id, _, _ := strings.Cut(rest, "/")
			user, known := owners.get(id)
			if last, _ := newest.get(user); known && last != id {
				return made(http.StatusBadRequest, map[string]any{"error": map[string]any{"type": "invalid_request_error", "message": "This SetupIntent is canceled."}})
			}
		}
		r := honest(c)
		if c.op == opSetup && r != nil && r.ok() {
			id, _, _ := strings.Cut(fmt.Sprint(r.object()["setup_intent_client_secret"]), "_secret_")
			newest.set(c.vars["user_id"], id)
			owners.set(id, c.vars["user_id"])
		}
		return r
	}
}

// clearRatings clears the ratings of a user's sessions but one.
func clearRatings(c *call, honest server, but string) {
	for _, s := range rows(c, honest, opSessions, c.vars["user_id"]) {
		if s["rates"] != nil && s["id"] != but {
			honest(c.to(http.MethodPatch, fmt.Sprintf("%scharging-sessions/%v/", c.user(), s["id"]), map[string]any{"rates": nil}))
		}
	}
}

func clearsOthers() twist {
	return instead(opRate, func(c *call, honest server) *reply {
		r := honest(c)
		if r != nil && r.status == http.StatusBadRequest {
			clearRatings(c, honest, c.vars["session_id"])
		}
		return r
	})()
}

// refunded shows the invoices of sessions that were rated with one star as refunds.
func refunded() twist {
	low := &memory[bool]{}
	lie := paging(opInvoices, func(_ *call, page map[string]any) {
		list, _ := page["results"].([]any)
		for _, each := range list {
			bill, _ := each.(map[string]any)
			if is, _ := low.get(fmt.Sprint(bill["charging_session_id"])); is {
				bill["refund"] = true
			}
		}
	})()
	return func(c *call, honest server) *reply {
		r := lie(c, honest)
		if c.op == opRate && r != nil && r.ok() {
			low.set(c.vars["session_id"], fmt.Sprint(r.object()["rates"]) == "1")
		}
		return r
	}
}

// hides shows no invoices of a user after an operation.
func hides(op string) func() twist {
	return func() twist {
		done := &memory[bool]{}
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || !r.ok() {
				return r
			}
			if c.op == op {
				done.set(c.vars["user_id"], true)
			}
			if _, ok := done.get(c.vars["user_id"]); ok && c.op == opInvoices {
				return emptyPage(c, honest)
			}
			return r
		}
	}
}

// forgiven shows no debt whose payment was declined.
func forgiven() twist {
	declined := &memory[bool]{}
	return func(c *call, honest server) *reply {
		r := honest(c)
		if rest, ok := strings.CutPrefix(c.request.URL.Path, "/v1/payment_intents/"); ok && r != nil && r.status == http.StatusPaymentRequired {
			id, _, _ := strings.Cut(rest, "/")
			declined.set(id, true)
		}
		if r == nil || c.op != opDebts || !r.ok() {
			return r
		}
		all := slices.DeleteFunc(objects(r), func(d map[string]any) bool {
			id, _, _ := strings.Cut(fmt.Sprint(d["payment_intent_client_secret"]), "_secret_")
			_, ok := declined.get(id)
			return ok
		})
		if len(all) == len(objects(r)) {
			return r
		}
		return r.listing(all)
	}
}

// counted counts a session for each start that was refused as out of order.
func counted() twist {
	tried := &memory[bool]{}
	lie := paging(opSessions, func(c *call, page map[string]any) {
		if _, ok := tried.get(c.vars["user_id"]); ok {
			page["count"] = add1(page["count"], 1)
		}
	})()
	return func(c *call, honest server) *reply {
		r := lie(c, honest)
		if r != nil && r.rule() == "start-charging/connector-out-of-order" {
			tried.set(c.vars["user_id"], true)
		}
		return r
	}
}

// mapMutants contradict, on tiles and in searches, what the other shows of a station.
func mapMutants() []Mutant {
	single := func(change func(f, properties map[string]any)) func() twist {
		return editing(opTile, http.StatusOK, path{"features", items}, func(v any) (any, bool) {
			f, _ := v.(map[string]any)
			properties, _ := f["properties"].(map[string]any)
			if f["station_id"] != nil {
				change(f, properties)
			}
			return v, f["station_id"] != nil
		})
	}
	station := func(change func(s map[string]any)) func() twist {
		return editing(opAround, http.StatusOK, path{"results", items}, func(v any) (any, bool) {
			s, ok := v.(map[string]any)
			change(s)
			return v, ok
		})
	}
	tiles := func(change func(url.Values)) func() twist { return asking(opTile, change) }
	return []Mutant{
		behavior("a tile draws stations a street away", opTile+" 200", single(func(f, _ map[string]any) {
			f["geometry"], _ = at(f["geometry"], path{"coordinates", items}, func(v any) (any, bool) { return fmt.Sprint(v)[:6] + "000", true })
		}), opTile),
		behavior("a tile has one operator for all", opTile+" 200", single(func(_, p map[string]any) { p["operator_id"] = "DE*XYZ" }), opTile),
		behavior("a tile has prices of partners only", opTile+" 200", single(func(f, _ map[string]any) {
			if custom, _ := f["custom_properties"].(map[string]any); custom["is_partner"] != true {
				delete(f, "price_properties")
			}
		}), opTile),
		behavior("a station that is taken is free", opAround+" 200", station(func(s map[string]any) { s["status"] = "free" }), opAround),
		behavior("a station was updated in the future", opAround+" 200", station(func(s map[string]any) { s["last_updated"] = "2099-01-01T00:00:00Z" }), opAround),
		behavior("a charge point is in all price groups", opAround+" 200", station(func(s map[string]any) {
			groups, _ := s["price_groups"].([]any)
			for _, g := range groups[min(1, len(groups)):] {
				g.(map[string]any)["evse_ids"] = groups[0].(map[string]any)["evse_ids"]
			}
		}), opAround),
		behavior("x and y of two tiles are crossed", opTile+" 200", tiles(func(q url.Values) {
			if y := q["y"]; len(y) == 2 {
				y[0], y[1] = y[1], y[0]
			}
		}), opTile),
		behavior("the last of four tiles is left out", opTile+" 200", tiles(func(q url.Values) {
			if len(q["x"]) == 4 && len(q["y"]) == 4 {
				q["x"], q["y"] = q["x"][:3], q["y"][:3]
			}
		}), opTile),
		behavior("the count of a search ignores connector types", opAround+" ?connector_types", instead(opAround, func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || !r.ok() || c.param("connector_types") == "" {
				return r
			}
			page := r.object()
			page["count"] = honest(c.ask(func(q url.Values) { q.Del("connector_types") })).object()["count"]
			return r.saying(page)
		}), opAround),
	}
}
