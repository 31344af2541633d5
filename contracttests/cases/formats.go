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
// SDKs.
var (
	amountPattern      = regexp.MustCompile(`^-?\d+\.\d{2}$`)
	decimalPattern     = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	methodIDPattern    = regexp.MustCompile(`^pm_[A-Za-z0-9]{6,}$`)
	setupSecretPattern = regexp.MustCompile(`^seti_[^_]+_secret_[^_]+$`)
	expirationPattern  = regexp.MustCompile(`^(0[1-9]|1[0-2])/2\d{3}$`)
	last4Pattern       = regexp.MustCompile(`^\d{4}$`)
	brandPattern       = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	currencyPattern    = regexp.MustCompile(`^[A-Za-z]{3}$`)
	timeOfDayPattern   = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$|^24:00$`)
	datePattern        = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// isAmount reports whether a text is a decimal with two places.
func isAmount(s string) bool { return amountPattern.MatchString(s) }

// isDecimal reports whether a text is a decimal with any number of places.
func isDecimal(s string) bool { return decimalPattern.MatchString(s) }

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil && datePattern.MatchString(s)
}

// isTimeOfDay reports whether a text is hh:mm, from 00:00 to 24:00.
func isTimeOfDay(s string) bool { return timeOfDayPattern.MatchString(s) }

func isEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s
}

func isMethodID(s string) bool { return methodIDPattern.MatchString(s) }

// isSetupSecret reports whether Stripe's SDKs accept a secret: they fail on a
// further underscore.
func isSetupSecret(s string) bool { return setupSecretPattern.MatchString(s) }

// isExpiration reports whether a text is MM/YYYY.
func isExpiration(s string) bool { return expirationPattern.MatchString(s) }

func isLast4(s string) bool { return last4Pattern.MatchString(s) }

func isBrand(s string) bool { return brandPattern.MatchString(s) }

func isCurrency(s string) bool { return currencyPattern.MatchString(s) }

func isLatitude(s string) bool { return within(s, 90) }

func isLongitude(s string) bool { return within(s, 180) }

// within reports whether a text is in degrees, from -limit to limit.
func within(s string, limit float64) bool {
	n, err := strconv.ParseFloat(s, 64)
	return err == nil && isDecimal(s) && math.Abs(n) <= limit
}

// notBlank reports whether a text is not blank.
func notBlank(s string) bool { return strings.TrimSpace(s) != "" }
