package cases

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	contract "cariqamock/contracttests"
)

// Where the cases on charging and its money are written down.
const (
	specCharging    = "openapi.yaml, tag Charging Sessions"
	specDebts       = "openapi.yaml, tag Debts"
	specInvoices    = "openapi.yaml, tag Invoices"
	docsCharging    = "docs: Charging Sessions, example"
	docsStart       = "docs: Start Charging Errors"
	docsStop        = "docs: Stop Charging Errors"
	docsOutstanding = "docs: Outstanding Payments"
	docsInvoices    = "docs: Invoices, example"
	docsPoints      = "docs: Environments and Testing"
	docsItaly       = "docs: Country-specific Requirements"
	docsRemoval     = "docs: Payment Method Setup Flow, Removal Restrictions"
)

var (
	energyPattern        = regexp.MustCompile(`^\d{1,5}\.\d{3}$`)
	paymentSecretPattern = regexp.MustCompile(`^pi_[^_]+_secret_[^_]+$`)
	lowerCurrencyPattern = regexp.MustCompile(`^[a-z]{3}$`)
	countryPattern       = regexp.MustCompile(`^[A-Z]{2}$`)
	phonePattern         = regexp.MustCompile(`^\+?[0-9 ()/-]{3,30}$`)
)

// isPaymentSecret takes what Stripe's SDKs take: they stop at a further
// underscore.
func isPaymentSecret(s string) bool { return paymentSecretPattern.MatchString(s) }

// A phase is where in its life a session is.
type phase int

const (
	running phase = iota
	ended         // the final record is not here
	billed        // paid, with an invoice
	unpaid        // the final charge failed
	free          // no energy: nothing charged, no invoice
)

// sessionShape is what a session looks like in a phase, field by field.
func sessionShape(p phase) shape {
	moment := wording{"a time in UTC such as 2026-04-02T13:51:18.754610Z", contract.IsUTC}
	energy := wording{`kWh with three decimals, such as "10.000"`, energyPattern.MatchString}
	return record{
		must: fields{
			"id": wording{"a UUID", contract.IsUUID}, "start_time": moment, "end_time": settled(p > ended, moment),
			"duration": settled(p > ended, counted(0)), "consumed_energy": settled(p > ended, energy),
			"is_active": exactly(p == running), "evse_id": someText(), "station_info": stationInfoShape(),
			"is_partner": truth{}, "logo_url": orNull{link()},
			"user_facing_session_prices": sessionPricesShape(), "session_cost": costShape(p),
		},
		usual: fields{"rates": orNull{number{"1 to 5", func(f float64) bool { return slices.Contains([]float64{1, 2, 3, 4, 5}, f) }}}},
	}
}

// settled is a shape that may be null until it is settled.
func settled(now bool, s shape) shape {
	if now {
		return s
	}
	return orNull{s}
}

// exactly is one truth value.
type exactly bool

func (e exactly) look(c *inspection, at string, v any) {
	if b, ok := v.(bool); !ok || b != bool(e) {
		what := "false"
		if e {
			what = "true"
		}
		c.want(at, what, v)
	}
}

func stationInfoShape() shape {
	text := func(most int) shape {
		return orNull{wording{"a text", func(s string) bool { return isSaid(s) && len([]rune(s)) <= most }}}
	}
	return record{usual: fields{
		"station_name": text(250), "station_address": text(250), "connector_standard": text(40),
		"country":         orNull{wording{"a country such as DE", countryPattern.MatchString}},
		"station_speed":   orNull{oneOf("slow", "fast", "turbo")},
		"connector_power": orNull{number{"a power in kW", func(f float64) bool { return f > 0 }}},
		"support_phone":   orNull{wording{"a phone number", phonePattern.MatchString}},
		"latitude":        orNull{wording{"degrees north", isLatitude}},
		"longitude":       orNull{wording{"degrees east", isLongitude}},
	}}
}

func sessionPricesShape() shape {
	price := orNull{wording{`a price such as "0.54"`, isAmount}}
	return record{
		must: fields{
			"kwh_price": price, "time_price": price, "session_fee": price, "blocking_fee": price,
			"starting_fee": price, "grace_period_minutes": orNull{counted(0)}, "blocking_cap": price,
		},
		usual: fields{"currency": currencyShape()},
	}
}

func currencyShape() shape {
	return wording{"a currency in lower case, such as eur", lowerCurrencyPattern.MatchString}
}

func costShape(p phase) shape {
	amount := wording{`an amount such as "5.39"`, isAmount}
	part := settled(p > ended, amount)
	return record{must: fields{
		"kwh_cost": part, "time_cost": part, "session_fee_cost": part, "blocking_fee_cost": part, "starting_fee_cost": part,
		"invoice_download": settled(p == billed, link()),
		"invoice_vat":      amount, "invoice_summary": amount, "invoice_credits": amount, "invoice_discount": amount,
		"currency": currencyShape(),
	}}
}

// debtShape knows both names of the secret: servers of 1.0.0 may leave out the
// former one.
func debtShape() shape {
	secret := wording{"a client secret that Stripe's SDKs take, pi_…_secret_…", isPaymentSecret}
	return record{
		must: fields{
			"session_id": wording{"a UUID", contract.IsUUID}, "payment_intent_client_secret": secret,
			"amount":   wording{"an amount above zero", func(s string) bool { return isAmount(s) && s > "0.00" && s[0] != '-' }},
			"currency": wording{"a currency", isCurrency},
		},
		rare: fields{"client_secret": secret},
	}
}

func invoiceShape() shape {
	return record{
		must: fields{
			"link": link(), "total": wording{"an amount", isAmount}, "date": wording{"a time in UTC", contract.IsUTC},
			"refund": truth{}, "currency": currencyShape(),
		},
		usual: fields{"charging_session_id": orNull{wording{"a UUID", contract.IsUUID}}},
	}
}

// object is an answer as it is, for comparing whole answers.
type object = map[string]any

// results are the objects of a page of a list.
func results(a *contract.API, answer *contract.Answer) []object {
	a.Helper()
	return contract.Into[contract.Page[object]](a, answer).Results
}

// but leaves out fields of an object.
func but(names ...string) cmp.Option {
	return cmp.FilterPath(func(p cmp.Path) bool {
		if len(p) < 2 {
			return false
		}
		key, ok := p.Index(1).(cmp.MapIndex)
		return ok && slices.Contains(names, key.Key().String())
	}, cmp.Ignore())
}

func sessionPath(user, id string) string { return "/users/" + user + "/charging-sessions/" + id + "/" }

func listSessions(a *contract.API, user string) *contract.Answer {
	a.Helper()
	return a.Want(a.Get("/users/"+user+"/charging-sessions/?page_size=100"), http.StatusOK)
}

func listDebts(a *contract.API, user string) []debt {
	a.Helper()
	return contract.Into[contract.Page[debt]](a, a.Want(a.Get("/users/"+user+"/charging/debts/?page_size=100"), http.StatusOK)).Results
}

func listInvoices(a *contract.API, user string) []invoice {
	a.Helper()
	return contract.Into[contract.Page[invoice]](a, a.Want(a.Get("/users/"+user+"/invoices/?page_size=100"), http.StatusOK)).Results
}

// onlySession is the id of the one session that a user has.
func onlySession(a *contract.API, user string) string {
	a.Helper()
	ids := sessionIDs(a, user)
	if len(ids) != 1 {
		a.Fatalf("sessions: wanted one, got %d", len(ids))
	}
	return ids[0]
}

// onlyInvoice is the one invoice that a user has.
func onlyInvoice(a *contract.API, user string) invoice {
	a.Helper()
	list := listInvoices(a, user)
	if len(list) != 1 {
		a.Fatalf("invoices: wanted one, got %d", len(list))
	}
	return list[0]
}

// whole ends the case unless a session that is over has its times and energy.
func whole(a *contract.API, s contract.Session) contract.Session {
	a.Helper()
	if s.StartTime == nil || s.EndTime == nil || s.Duration == nil || s.Energy == nil || len(s.EVSE) < 2 {
		a.Fatalf("start_time, end_time, duration, consumed_energy and evse_id of a finished session: one of them is missing")
	}
	return s
}

// none is a text of an answer that is null.
func none() *string { return nil }

// refused ends the case unless an answer is the refusal of a rule: status,
// error.type and texts, and no secret that nobody asked for.
func refused(a *contract.API, answer *contract.Answer, status int, errorType, rule string) contract.APIError {
	a.Helper()
	p := a.Refused(answer, status, errorType)
	a.RuleIs(answer, rule)
	if p.Error != nil {
		a.True(isSaid(p.Error.Details), "error.details says nothing: %s", answer)
	}
	if rule != ruleSCA {
		a.True(!strings.Contains(string(answer.Body), "client_secret"), "a client secret where nobody has to authenticate: %s", answer)
	}
	return p
}

// notFound is refused for an object that is not there or another user's.
func notFound(a *contract.API, answer *contract.Answer) {
	a.Helper()
	refused(a, answer, http.StatusNotFound, "", "request/not-found")
}

// invalid is refused for a field that is not acceptable.
func invalid(a *contract.API, answer *contract.Answer) {
	a.Helper()
	refused(a, answer, http.StatusBadRequest, "validation_error", "request/invalid")
}

// noContent ends the case unless an answer is a 204 without a body.
func noContent(a *contract.API, answer *contract.Answer) {
	a.Helper()
	a.Want(answer, http.StatusNoContent)
	if len(answer.Body) > 0 {
		a.ErrorAt(answer, "a 204 has no body, got %s", answer)
	}
}

// nobody is an id that no object has.
const nobody = "00000000-0000-4000-8000-00000000dead"

// What the fake's scenarios hold.
const (
	someone      = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	usualMethod  = "pm_1TD1LuHtgZxQ1KXxNj5sKkKM"
	spareMethod  = "pm_abc123"
	sharedPoint  = "DE*CIQ*EWBNHHLM82TLA*1"
	italianPoint = "IT*PWY*EP0078*01*02"
)

// frozen is a world of the case's own whose time only moves when told to.
func frozen(a *contract.API, scenario string) *contract.API {
	a.Helper()
	w := a.Scenario(scenario)
	w.Admin(http.MethodPut, "/clock", map[string]bool{"freeze": true})
	return w
}

// operate does something to a session from the operator's side: meter, stop or
// cdr.
func operate(a *contract.API, id, what string, body object) {
	a.Helper()
	if body == nil {
		body = object{}
	}
	a.Admin(http.MethodPost, "/sessions/"+id+"/"+what, body)
}

// authenticate ends the 3-D Secure step of an intent, as the card holder would
// on the bank's page.
func authenticate(a *contract.API, secret, outcome string) {
	a.Helper()
	id, _, _ := strings.Cut(secret, "_secret_")
	a.Admin(http.MethodPost, "/intents/"+id+"/authenticate", object{"outcome": outcome})
}

// chargeAt starts a session at a certain point, which must work there.
func chargeAt(a *contract.API, user, evse, method string) contract.Session {
	a.Helper()
	s := contract.Into[contract.Session](a, a.Want(a.Start(user, evse, method), http.StatusCreated))
	a.StopAtEnd(user, s.ID)
	return s
}

// seconds is a session's length as its times have it.
func seconds(s contract.Session) int {
	return int(s.EndTime.Sub(*s.StartTime) / time.Second)
}

// ptr is where a value is.
func ptr[T any](v T) *T { return &v }
