package redact

import (
	"slices"
	"strings"
	"unicode"
)

// Names that mean a secret: those that contain one of the parts, written
// together, or that have one of the words.
var (
	secretParts = []string{
		"token", "secret", "password", "passwd", "passphrase", "passcode", "credential", "authorization", "apikey", "privatekey", "accesskey",
		"signature", "cookie", "passkey", "passwort", "kennwort", "privkey", "secretkey", "signingkey", "encryptionkey", "sessionkey", "keydata", "keymaterial",
		"sessionid", "sessid", "codeverifier", "samlresponse", "samlrequest", "samlassertion", "securitycode", "cardcode", "cvccode", "cvvcode", "pincode",
		"verificationcode", "onetimecode", "recoverycode", "backupcode", "verificationvalue",
	}
	secretWords = []string{
		"pass", "pwd", "auth", "oauth", "jwt", "sig", "otp", "totp", "hotp", "mfa", "pin", "csc", "cred", "creds", "hmac", "assertion", "csrf", "xsrf", "bearer",
	}
)

// publicKeys are words before "key" in names that mean no secret.
var publicKeys = []string{"public", "publishable", "idempotency", "primary", "foreign", "sort", "partition"}

// plainWords end names of what is about a secret, such as token_type.
var plainWords = []string{"amount", "currency", "status", "type", "count", "at", "required"}

// IsSecret reports whether a name of a header, parameter or field means that
// its value is a secret, at any level of the name of a form's field.
func IsSecret(name string) bool {
	return slices.ContainsFunc(levels(name), func(level string) bool {
		words := words(level)
		if n := len(words); n > 0 && slices.Contains(plainWords, words[n-1]) {
			return false
		}
		if level = strings.ToLower(level); level == "session_id" || level == "charging_session_id" {
			return false // what the vendor's API calls the id of a charging session
		}
		together := strings.ReplaceAll(strings.Join(words, ""), "preauthorization", "") // a hold on a card
		for _, part := range secretParts {
			if strings.Contains(together, part) {
				return true
			}
		}
		if n := len(words); n > 0 && words[n-1] == "key" {
			return n == 1 || !slices.Contains(publicKeys, words[n-2])
		}
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(secretWords, w) })
	})
}

// isCode reports whether a name is that of a card's code.
func isCode(name string) bool {
	return slices.ContainsFunc(levels(name), func(level string) bool {
		kind := strings.TrimSuffix(strings.ToLower(level), "2")
		return strings.HasSuffix(kind, "cvc") || strings.HasSuffix(kind, "cvv")
	})
}

// isCardNumber reports whether a name is that of a card's number.
func isCardNumber(name string) bool {
	all := levels(name)
	if len(all) == 0 {
		return false
	}
	last := strings.Join(words(all[len(all)-1]), "")
	return last == "number" || last == "cardnumber" || last == "pan"
}

// levels splits the name of a form's field: payment_method_data[card][cvc] and
// card.cvc. It reads a name as it is shown.
func levels(name string) []string {
	simple := func(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("_-[]", r) }
	if !containsOnly(name, simple) {
		name = Text(name)
	}
	return strings.FieldsFunc(name, func(r rune) bool { return r == '[' || r == ']' || r == '.' })
}

// words splits a name at capitals and at everything that is neither a letter
// nor a digit. They are in lower case.
func words(name string) []string {
	var out []string
	start, lower := -1, false
	end := func(i int) {
		if start >= 0 {
			out = append(out, strings.ToLower(strings.TrimRight(name[start:i], "0123456789")))
		}
		start = -1
	}
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end(i)
		case start < 0:
			start = i
		case unicode.IsUpper(r) && lower:
			end(i)
			start = i
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
	}
	end(len(name))
	return out
}

func containsOnly(s string, f func(rune) bool) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !f(r) }) < 0
}
