package cases

import (
	"math"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The formats of the API's texts. openapi.yaml names some of them, examples
// and Stripe's SDKs the others.
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

// isAmount takes money: a decimal with two places.
func isAmount(s string) bool { return amountPattern.MatchString(s) }

// isDecimal takes any number of places.
func isDecimal(s string) bool { return decimalPattern.MatchString(s) }

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil && datePattern.MatchString(s)
}

// isTimeOfDay takes hh:mm, midnight at either end of the day.
func isTimeOfDay(s string) bool { return timeOfDayPattern.MatchString(s) }

func isEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s
}

func isMethodID(s string) bool { return methodIDPattern.MatchString(s) }

// isSetupSecret takes what Stripe's SDKs take: they stop at a further
// underscore.
func isSetupSecret(s string) bool { return setupSecretPattern.MatchString(s) }

// isExpiration takes MM/YYYY.
func isExpiration(s string) bool { return expirationPattern.MatchString(s) }

func isLast4(s string) bool { return last4Pattern.MatchString(s) }

func isBrand(s string) bool { return brandPattern.MatchString(s) }

func isCurrency(s string) bool { return currencyPattern.MatchString(s) }

func isLatitude(s string) bool { return within(s, 90) }

func isLongitude(s string) bool { return within(s, 180) }

// within takes decimal degrees up to a limit on either side.
func within(s string, limit float64) bool {
	n, err := strconv.ParseFloat(s, 64)
	return err == nil && isDecimal(s) && math.Abs(n) <= limit
}

// isSaid takes any text that is not blank.
func isSaid(s string) bool { return strings.TrimSpace(s) != "" }
