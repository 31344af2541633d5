package scenario

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// The types below read themselves from text. Their errors say what was
// expected; the decoder adds what was found and where.

// Name of a scenario.
type Name string

// UnmarshalText reads a name.
func (n *Name) UnmarshalText(b []byte) error {
	if !isName(string(b)) {
		return errors.New("expected a name of 1 to 40 lower-case letters, digits and hyphens")
	}
	*n = Name(b)
	return nil
}

func isName(s string) bool {
	return s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// UUID in its usual form, lower case.
type UUID string

// UnmarshalText reads a UUID.
func (u *UUID) UnmarshalText(b []byte) error {
	id, err := uuid.ParseBytes(b)
	if err != nil || id.String() != string(b) {
		return errors.New("expected a UUID in lower case, such as 9405cf8c-8375-4373-b4d3-b61f9a0c01eb")
	}
	*u = UUID(b)
	return nil
}

// Email address.
type Email string

const maxEmail = 320 // as in the API

// UnmarshalText reads an address, less strictly than the API: what that lets
// in must come out of an export and in again.
func (e *Email) UnmarshalText(b []byte) error {
	at := strings.LastIndexByte(string(b), '@')
	if at < 1 || len(b) > maxEmail || !solid(string(b[at+1:])) || b[0] != '"' && !solid(string(b[:at])) {
		return fmt.Errorf("expected an email address of at most %d characters, such as a@example.com", maxEmail)
	}
	*e = Email(b)
	return nil
}

// solid says whether a text is there and has neither blanks nor controls.
func solid(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
}

// MethodID is the id of a payment method.
type MethodID string

// UnmarshalText reads an id.
func (m *MethodID) UnmarshalText(b []byte) error {
	rest, found := strings.CutPrefix(string(b), "pm_")
	if !found || rest == "" || len(rest) > 60 || !alphanumeric(rest) {
		return errors.New("expected pm_ and up to 60 letters and digits, such as pm_abc123")
	}
	*m = MethodID(b)
	return nil
}

// EVSE id of a charge point.
type EVSE string

// UnmarshalText reads an id.
func (e *EVSE) UnmarshalText(b []byte) error {
	s := string(b)
	if len(s) < 5 || len(s) > 48 || !alphanumeric(strings.ReplaceAll(s, "*", "")) || !isCountry(s[:2]) {
		return errors.New("expected an EVSE id: a country, letters, digits and asterisks, such as DE*PWA*EALP22541X01617*01")
	}
	*e = EVSE(b)
	return nil
}

func isCountry(s string) bool { return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" }

func alphanumeric(s string) bool {
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') {
			return false
		}
	}
	return true
}

// Brand of a card.
type Brand string

// UnmarshalText reads a brand.
func (v *Brand) UnmarshalText(b []byte) error {
	if len(b) == 0 || len(b) > 30 || strings.Trim(string(b), "abcdefghijklmnopqrstuvwxyz0123456789_-") != "" {
		return errors.New("expected a brand in lower case, such as visa or mastercard")
	}
	*v = Brand(b)
	return nil
}

// Last4 are the last digits of a card's number.
type Last4 string

// UnmarshalText reads four digits.
func (l *Last4) UnmarshalText(b []byte) error {
	if len(b) != 4 || strings.Trim(string(b), "0123456789") != "" {
		return errors.New(`expected four digits, such as "4242"`)
	}
	*l = Last4(b)
	return nil
}

// ExternalID is the integrator's id of a user; nil: custom properties without
// one.
type ExternalID struct{ Value *string }

const maxExternalID = 250 // as in the API

// UnmarshalText reads an id.
func (e *ExternalID) UnmarshalText(b []byte) error {
	s := string(b)
	if len([]rune(s)) > maxExternalID {
		return fmt.Errorf("expected at most %d characters", maxExternalID)
	}
	e.Value = &s
	return nil
}

// null keeps the key's null apart from a key left out.
func (e *ExternalID) null() { e.Value = nil }

// Expiry is a card's last month.
type Expiry struct{ Month, Year int }

// UnmarshalText reads MM/YYYY.
func (e *Expiry) UnmarshalText(b []byte) error {
	t, err := time.Parse("01/2006", string(b))
	if err != nil || t.Year() < firstYear || t.Year() > 2099 {
		return errors.New("expected a month as MM/YYYY, such as 12/2030")
	}
	e.Month, e.Year = int(t.Month()), t.Year()
	return nil
}

// MarshalText writes MM/YYYY.
func (e Expiry) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%02d/%04d", e.Month, e.Year), nil
}

// Bounds that keep times and sums of times within what JSON can show.
const (
	firstYear = 2000
	lastYear  = 2099
	longest   = 10 * 365 * 24 * time.Hour
)

// Duration as Go writes it, never negative.
type Duration time.Duration

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil || v < 0 || v > longest {
		return errors.New("expected a duration, such as 90s, 10m or 1h30m (not negative, at most ten years)")
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes the duration without needless zeros: 10m, not 10m0s.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d Duration) String() string { return brief(time.Duration(d)) }

func brief(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Moment is a time: absolute, or relative to the world's start.
type Moment struct {
	absolute time.Time // zero: relative
	offset   time.Duration
}

// At is the moment in a world that starts at a time.
func (m Moment) At(start time.Time) time.Time {
	if m.absolute.IsZero() {
		return start.Add(m.offset)
	}
	return m.absolute
}

// Absolute says whether the moment is the same in every world.
func (m Moment) Absolute() bool { return !m.absolute.IsZero() }

// UnmarshalText reads a moment.
func (m *Moment) UnmarshalText(b []byte) error {
	s := string(b)
	if d, err := time.ParseDuration(s); err == nil {
		if d.Abs() > longest {
			return errors.New("expected a time at most ten years from the world's start")
		}
		*m = Moment{offset: d}
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return errors.New("expected a time: RFC 3339 such as 2026-04-02T14:00:00Z, or relative to the world's start such as -25m or 5m")
	}
	if y := t.UTC().Year(); y < firstYear || y > lastYear {
		return fmt.Errorf("expected a year from %d to %d", firstYear, lastYear)
	}
	*m = Moment{absolute: t.UTC()}
	return nil
}

// MarshalText writes the moment as a file has it.
func (m Moment) MarshalText() ([]byte, error) {
	if m.Absolute() {
		return []byte(m.absolute.Format(time.RFC3339Nano)), nil
	}
	return []byte(brief(m.offset)), nil
}

// Decimal is a number of kWh, not negative.
type Decimal struct{ decimal.Decimal }

// decimalForm bounds what is read: exponents would make huge numbers of short
// texts.
const decimalForm = `^[0-9]{1,6}(\.[0-9]{1,6})?$`

// UnmarshalText reads a number.
func (d *Decimal) UnmarshalText(b []byte) error {
	if fine, _ := regexp.Match(decimalForm, b); !fine {
		return errors.New(`expected a number of kWh, not negative and with at most six places, such as "10.000"`)
	}
	v, err := decimal.NewFromString(string(b))
	if err != nil {
		return errors.New("expected a number")
	}
	d.Decimal = v
	return nil
}

// MarshalText writes at least three places, as the API does.
func (d Decimal) MarshalText() ([]byte, error) {
	return []byte(d.StringFixed(max(3, -d.Exponent()))), nil
}
