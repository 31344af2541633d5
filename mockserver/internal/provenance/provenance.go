// Package differences holds what is known to be uncertain about the fake:
// where the public sources contradict each other and which side it takes, and
// what none of them decides. The README and the admin API show the same lists.
//
// Texts are Markdown of a line: code in backquotes, emphasis in stars.
package provenance

// A Difference is a contradiction between sources.
type Difference struct {
	Topic   string
	Sources string // what each of them says
	Fake    string // the side that the fake takes
}

// Known lists the contradictions. Those of them that a run against the real
// sandbox decides leave the list.
func Known() []Difference {
	return []Difference{
		{
			Topic:   "secret of a setup intent",
			Sources: "`client_secret` (docs, spring 2026); `setup_intent_client_secret` (1.0.0)",
			Fake:    "both, equal; `--api-generation` pins one",
		},
		{
			Topic:   "secret of a debt",
			Sources: "`client_secret` (docs, spring 2026); `payment_intent_client_secret` (1.0.0)",
			Fake:    "both, equal; `--api-generation` pins one",
		},
		{
			Topic:   "failed start",
			Sources: "400 with a flat body (before 1.0.0); 402, 404, 409, 424, 500 (1.0.0)",
			Fake:    "1.0.0",
		},
		{
			Topic:   "blocked by debt",
			Sources: "400 with `\"status\": \"unpaid_debts\"`, or 402",
			Fake:    "402",
		},
		{
			Topic:   "`session_cost.invoice_view`",
			Sources: "older docs only",
			Fake:    "left out",
		},
		{
			Topic:   "invoice list",
			Sources: "own envelope with `next_page_id` (docs); pages (1.0.0)",
			Fake:    "pages",
		},
		{
			Topic:   "VAT number",
			Sources: "`vat_number` (getting started); `vat_id` elsewhere",
			Fake:    "`vat_id`; the other is ignored as unknown",
		},
		{
			Topic:   "`tax_id` in billing details",
			Sources: "absent in older docs",
			Fake:    "present",
		},
		{
			Topic:   "stop, provider fails",
			Sources: "409 (docs page); 424 (specification)",
			Fake:    "424; a charge point can be told 409",
		},
		{
			Topic:   "`expiration_date`",
			Sources: "`MM/YY` (specification); `12/2027` (example)",
			Fake:    "`MM/YYYY`",
		},
		{
			Topic:   "`pm_type=paypal`",
			Sources: "named on one docs page; not in the specification",
			Fake:    "400",
		},
		{
			Topic:   "`rates`",
			Sources: "integer (specification); the vendor's client sends `\"5\"`",
			Fake:    "both taken, integer answered",
		},
		{
			Topic:   "401",
			Sources: "in no specification; in the docs",
			Fake:    "401 for missing or malformed, 403 for invalid",
		},
		{
			Topic:   "start, missing field",
			Sources: "no 400 in the specification",
			Fake:    "400 `validation_error`",
		},
		{
			Topic:   "created user's properties",
			Sources: "`external_id: {…}` in one docs answer",
			Fake:    "`custom_properties`",
		},
		{
			Topic:   "`line1`, `postal_code`",
			Sources: "never null (specification); null on a fresh user (docs)",
			Fake:    "null until the first update",
		},
		{
			Topic:   "blank billing texts",
			Sources: "the framework refuses them; the vendor's client sends them",
			Fake:    "taken where null is allowed",
		},
		{
			Topic:   "user ids",
			Sources: "`123` on older pages; UUIDs",
			Fake:    "UUIDs; anything else is a 404",
		},
		{
			Topic:   "currency",
			Sources: "`eur` in examples; \"EUR\" in one description",
			Fake:    "lower case",
		},
		{
			Topic:   "`max_price=` on `around`",
			Sources: "not a parameter there; the vendor's client sends it",
			Fake:    "ignored",
		},
		{
			Topic:   "country code",
			Sources: "`de` (docs); `DE` (vendor's client)",
			Fake:    "any case, kept as sent",
		},
		{
			Topic:   "default method and start",
			Sources: "one text wants a default; start names its method",
			Fake:    "the default does not matter",
		},
		{
			Topic:   "stop's `detail`",
			Sources: "a placeholder in the docs",
			Fake:    "`Charging Error`, as for start",
		},
		{
			Topic:   "cost components",
			Sources: "nullable; `\"0.00\"` in the example",
			Fake:    "null until the CDR, then `\"0.00\"` where not charged",
		},
	}
}

// Assumptions lists what no public source decides, besides the rules that are
// marked assumed.
func Assumptions() []string {
	return []string{
		"Detail texts other than `Charging Error` and the 404 of stop; `error.type` of removals and deletions.",
		"`consumed_energy` is null until a reading, `\"0.000\"` at once where the charge point sends readings; `duration` is null while active.",
		"After a stop `is_active` is false and `end_time` set at once; costs come with the CDR, 60 seconds later (`--cdr-delay`).",
		"Each cost component is rounded half up to cents without VAT, then its VAT; the total is their sum.",
		"Every virtual charging point's CDR says 10.000 kWh at 0.4530 net and 19 % VAT: 5.39, of that 0.86 VAT. The hold is 50.00.",
		"No invoice while in debt and none without energy; a debt is the cost minus what was captured; a failing final charge captures nothing.",
		"A retry after authentication uses the authorised hold; it fits any charge point that asks the same amount.",
		"Lists are newest first; user search is \"contains\", in any case; a user who brings no locale gets `en`.",
		"A session may be rated at any time, again, and `null` clears the rating.",
		"A deleted user answers 404 and is not listed; its external id may be used again.",
		"Tariff weekdays are the keys of the price objects; the prices that held at the start hold for the whole session; blocking counts from the session's start, after the grace period, up to a cap that includes VAT.",
		"Map clusters: a 64-pixel grid up to zoom 13, single stations from zoom 14; `x` and `y` pair by position.",
		"Operators, addresses, phones and logos of synthetic stations are invented.",
	}
}
