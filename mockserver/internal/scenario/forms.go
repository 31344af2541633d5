package scenario

import (
	"regexp"
	"sync"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/text"
)

// A form is what a file may have as the value of a scalar key, in quotes or
// not.
type form struct {
	want    string                // what is accepted, as the end of "expected …"
	values  []string              // the values accepted, or
	pattern func() *regexp.Regexp // what a value must match, before it is decoded
	number  string                // the JSON Schema type of values without quotes that YAML takes for numbers
	limit   float64               // of the absolute value of such numbers; 0: 1,000,000 and not negative
}

// pattern compiles the expression when it is needed: most runs of the program
// need few of them.
func pattern(want, expression string) form {
	return form{want: want, pattern: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^" + expression + "$") })}
}

// or adds the JSON Schema type of values that YAML takes for numbers.
func (f form) or(number string) form {
	f.number = number
	return f
}

// within sets the limit.
func (f form) within(limit float64) form {
	f.limit = limit
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
	"amenity":   enum(amenities...),
	"clock":     pattern(`a time of day as hh:mm, such as "22:00", at most 24:00`, `(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)`),
	"connector": enum(connect.ConnectorTypes()...),
	"country":   pattern("a country code of two capital letters, such as DE", `[A-Z]{2}`),
	"currency":  enum(connect.Currencies()...),
	"date":      pattern("a day as YYYY-MM-DD, such as 2026-06-01", `20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`),
	"latitude":  pattern("degrees north from -85 to 85 with at most six places, such as 52.511200", `-?[0-9]{1,2}(\.[0-9]{1,6})?`).or("number").within(85),
	"longitude": pattern("degrees east from -180 to 180 with at most six places, such as 13.452100", `-?[0-9]{1,3}(\.[0-9]{1,6})?`).or("number").within(180),
	"money":     pattern(`an amount, not negative and with at most two places, such as "50.00"`, `[0-9]{1,6}(\.[0-9]{1,2}0?)?`).or("number"),
	"operator":  pattern("an id of 1 to 40 letters, digits, hyphens, underscores and asterisks, such as DE*ABC", `[A-Za-z0-9_*-]{1,40}`),
	"percent":   pattern("a rate in percent from 0 to 99.9, such as 19", `[0-9]{1,2}(\.[0-9])?`).or("number"),
	"price":     pattern(`a price without VAT, not negative and with at most six places, such as "0.4530"`, `[0-9]{1,6}(\.[0-9]{1,6})?`).or("number"),
	"station":   pattern("an id of 1 to 40 letters, digits, hyphens and underscores, such as my-station", `[A-Za-z0-9_-]{1,40}`),
	"url":       pattern("an address that begins with https:// or http://, of at most 500 characters", `https?://[^\s"<>\\^{|}\x00-\x20\x60\x7f-\xa0]{1,492}`),
	"weekday":   enum("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY", connect.AllDays),
	"zone":      form{want: "a time zone of the IANA list, such as Europe/Berlin"},
	"brand":     pattern("a brand in lower case, such as visa or mastercard", `[a-z0-9_-]{1,30}`),
	"duration":  pattern(wantDuration, `([+-]?0|\+?`+text.DurationPattern+`)`).or("integer"),
	"email": pattern("an email address of at most 320 characters, such as a@example.com",
		`("[\s\S]*|[^"\x00-\x20\x7f-\xa0][^\x00-\x20\x7f-\xa0]*)@[^@\x00-\x20\x7f-\xa0]+`),
	"evse":   pattern("an EVSE id: a country, letters, digits and asterisks, such as DE*PWA*EALP22541X01617*01", `[A-Z]{2}[A-Za-z0-9*]{3,46}`),
	"expiry": pattern(wantExpiry, `(0?[1-9]|1[0-2])/20[0-9]{2}`),
	"kwh": pattern(`a number of kWh, not negative and with at most six places, such as "10.000"`,
		`[0-9]{1,6}(\.[0-9]{1,6})?`).or("number"),
	"last4":  pattern(`four digits, such as "4242"`, `[0-9]{4}`).or("integer"),
	"method": pattern("pm_ and up to 60 letters and digits, such as pm_abc123", `pm_[A-Za-z0-9]{1,60}`),
	"moment": pattern(wantMoment, `([+-]?0|[+-]?`+text.DurationPattern+`|`+text.TimePattern+`)`).or("integer"),
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

// amenities are those of the specification.
var amenities = []string{
	"HOTEL", "RESTAURANT", "CAFE", "MALL", "SUPERMARKET", "SPORT", "RECREATION_AREA", "NATURE", "MUSEUM", "BUS_STOP", "TAXI_STAND",
	"TRAIN_STATION", "AIRPORT", "CARPOOL_PARKING", "FUEL_STATION", "WIFI",
}
