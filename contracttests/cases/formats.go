package cases

import (
	"math"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The formats of the API's texts, from openapi.yaml, its examples, and Stripe's
// SDKs, which fail on a further underscore in a secret.
var (
	isAmount        = matches(`^-?\d+\.\d{2}$`)
	isDecimal       = matches(`^-?\d+(\.\d+)?$`)
	isEnergy        = matches(`^\d{1,5}\.\d{3}$`)
	isMethodID      = matches(`^pm_[A-Za-z0-9]{6,}$`)
	isSetupSecret   = matches(`^seti_[^_]+_secret_[^_]+$`)
	isPaymentSecret = matches(`^pi_[^_]+_secret_[^_]+$`)
	isExpiration    = matches(`^(0[1-9]|1[0-2])/2\d{3}$`)
	isLast4         = matches(`^\d{4}$`)
	isBrand         = matches(`^[a-z][a-z0-9_]*$`)
	isCurrency      = matches(`^[A-Za-z]{3}$`)
	isLowerCurrency = matches(`^[a-z]{3}$`)
	isCountry       = matches(`^[A-Z]{2}$`)
	isPhone         = matches(`^\+?[0-9 ()/-]{3,30}$`)
	isTimeOfDay     = matches(`^([01]\d|2[0-3]):[0-5]\d$|^24:00$`)
)

// matches returns a function that reports whether a text matches a pattern.
func matches(pattern string) func(string) bool { return regexp.MustCompile(pattern).MatchString }

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func isEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s
}

func isLatitude(s string) bool { return within(s, 90) }

func isLongitude(s string) bool { return within(s, 180) }

// within reports whether a text is in degrees, from -limit to limit.
func within(s string, limit float64) bool {
	n, err := strconv.ParseFloat(s, 64)
	return err == nil && isDecimal(s) && math.Abs(n) <= limit
}

// notBlank reports whether a text is not blank.
func notBlank(s string) bool { return strings.TrimSpace(s) != "" }
