package scenario

import (
	"regexp"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/text"
)

// A form is what a file may have as the value of a scalar key, in quotes or
// not.
type form struct {
	want    string         // what is accepted, as the end of "expected …"
	values  []string       // the values accepted, or
	pattern *regexp.Regexp // what a value must match, before it is decoded
	number  string         // the JSON Schema type of values without quotes that YAML takes for numbers
}

func pattern(want, expression string) form {
	return form{want: want, pattern: regexp.MustCompile("^" + expression + "$")}
}

// or adds the JSON Schema type of values that YAML takes for numbers.
func (f form) or(number string) form {
	f.number = number
	return f
}

func enum[T ~string](values ...T) form {
	var f form
	for _, v := range values {
		f.values = append(f.values, string(v))
	}
	f.want = text.OneOf(f.values)
	return f
}

// What a file writes that the domain does not have, or has as "".
const (
	outcomeOK          = "ok"
	holdAuthorised     = "authorised"
	holdAuthenticating = "authenticating"
)

// forms are the values of the tag form.
var forms = map[string]form{
	"brand":    pattern("a brand in lower case, such as visa or mastercard", `[a-z0-9_-]{1,30}`),
	"duration": pattern(wantDuration, `([+-]?0|\+?(`+durationPattern+`)+)`).or("integer"),
	"email": pattern("an email address of at most 320 characters, such as a@example.com",
		`("[\s\S]*|[^"\x00-\x20\x7f-\xa0][^\x00-\x20\x7f-\xa0]*)@[^@\x00-\x20\x7f-\xa0]+`),
	"evse":   pattern("an EVSE id: a country, letters, digits and asterisks, such as DE*PWA*EALP22541X01617*01", `[A-Z]{2}[A-Za-z0-9*]{3,46}`),
	"expiry": pattern(wantExpiry, `(0?[1-9]|1[0-2])/20[0-9]{2}`),
	"kwh": pattern(`a number of kWh, not negative and with at most six places, such as "10.000"`,
		`[0-9]{1,6}(\.[0-9]{1,6})?`).or("number"),
	"last4":  pattern(`four digits, such as "4242"`, `[0-9]{4}`).or("integer"),
	"method": pattern("pm_ and up to 60 letters and digits, such as pm_abc123", `pm_[A-Za-z0-9]{1,60}`),
	"moment": pattern(wantMoment, `([+-]?0|[+-]?(`+durationPattern+`)+|`+timePattern+`)`).or("integer"),
	"name":   pattern("a name of 1 to 40 lower-case letters, digits and hyphens", `[a-z0-9-]{1,40}`),
	"text":   form{want: "a text"}.or("number"),
	"uuid": pattern("a UUID in lower case, such as 9405cf8c-8375-4373-b4d3-b61f9a0c01eb",
		`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`),

	"account_type": enum(connect.Personal, connect.Business),
	"charge":       enum(connect.ChargeSucceeds, connect.ChargeFails, connect.ChargeAuthenticates),
	"drop":         enum(fault.DropOnce, fault.DropReset),
	"error": form{
		want:   "one of the vendor's error types, such as payment_error, or for Stripe's operations one of its error codes, such as card_declined",
		values: fault.Errors(),
	},
	"hold":        enum(holdAuthorised, holdAuthenticating),
	"locale":      enum(connect.English, connect.German),
	"method_type": enum(connect.TypeCard, connect.TypeApplePay, connect.TypeGooglePay),
	"start": enum(outcomeOK, connect.StartFails, connect.StartNoStation, connect.StartDeclined,
		connect.StartSCA, connect.StartUnexpected),
	"status":     enum(connect.EVSEStatuses()...),
	"stop":       enum(outcomeOK, connect.StopFails, connect.StopUnexpected),
	"stopped_by": enum(connect.ByUser, connect.ByStation),
}

const (
	durationPattern = `([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)`
	timePattern     = `[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})`
)
