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
	amountPattern        = regexp.MustCompile(`^-?\d+\.\d{2}$`)
	decimalPattern       = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	energyPattern        = regexp.MustCompile(`^\d{1,5}\.\d{3}$`)
	methodIDPattern      = regexp.MustCompile(`^pm_[A-Za-z0-9]{6,}$`)
	setupSecretPattern   = regexp.MustCompile(`^seti_[^_]+_secret_[^_]+$`)
	paymentSecretPattern = regexp.MustCompile(`^pi_[^_]+_secret_[^_]+$`)
	expirationPattern    = regexp.MustCompile(`^(0[1-9]|1[0-2])/2\d{3}$`)
	last4Pattern         = regexp.MustCompile(`^\d{4}$`)
	brandPattern         = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	currencyPattern      = regexp.MustCompile(`^[A-Za-z]{3}$`)
	lowerCurrencyPattern = regexp.MustCompile(`^[a-z]{3}$`)
	countryPattern       = regexp.MustCompile(`^[A-Z]{2}$`)
	phonePattern         = regexp.MustCompile(`^\+?[0-9 ()/-]{3,30}$`)
	timeOfDayPattern     = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$|^24:00$`)
)

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
	return err == nil && decimalPattern.MatchString(s) && math.Abs(n) <= limit
}

// notBlank reports whether a text is not blank.
func notBlank(s string) bool { return strings.TrimSpace(s) != "" }
