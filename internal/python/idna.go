package python

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// ErrNotEncodable is the error of a domain that the codec idna refuses.
var ErrNotEncodable = errors.New("the domain cannot be encoded")

const maxLabel = 63 // bytes

var (
	// labelDots are what separates the labels of a domain (RFC 3490).
	labelDots = regexp.MustCompile(`[.\x{3002}\x{ff0e}\x{ff61}]`)
	// dropped are the characters that count as nothing: table B.1 of RFC 3454.
	dropped = regexp.MustCompile(`[\x{ad}\x{34f}\x{1806}\x{180b}-\x{180d}\x{200b}-\x{200d}\x{2060}\x{fe00}-\x{fe0f}\x{feff}]`)
	// prohibited are those of its tables C.1.2 and C.2.2 to C.9.
	prohibited = regexp.MustCompile(`[\x{80}-\x{a0}\x{340}\x{341}\x{6dd}\x{70f}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}` +
		`\x{205f}-\x{2063}\x{206a}-\x{206f}\x{2ff0}-\x{2ffb}\x{3000}\x{fdd0}-\x{fdef}\x{feff}\x{fff9}-\x{ffff}` +
		`\x{1d173}-\x{1d17a}\x{e0001}\x{e0020}-\x{e007f}\p{Co}]`)
)

// EncodeDomain returns a domain in ASCII as Python's codec idna does, which
// follows RFC 3490. The error is ErrNotEncodable.
func EncodeDomain(domain string) (string, error) {
	labels := labelDots.Split(domain, -1)
	for i, label := range labels {
		encoded, err := encodeLabel(label)
		if err != nil && (label != "" || i < len(labels)-1) { // the last dot needs no label behind it
			return "", err
		}
		labels[i] = encoded
	}
	return strings.Join(labels, "."), nil
}

func encodeLabel(label string) (string, error) {
	if !isASCII(label) {
		var err error
		if label, err = prepare(label); err != nil {
			return "", err
		}
	}
	if !isASCII(label) {
		if strings.HasPrefix(label, "xn--") {
			return "", ErrNotEncodable
		}
		encoded, err := idna.Punycode.ToASCII(label)
		if err != nil {
			return "", ErrNotEncodable
		}
		label = encoded
	}
	if label == "" || len(label) > maxLabel {
		return "", ErrNotEncodable
	}
	return label, nil
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// prepare returns a label as nameprep (RFC 3491) does: folded, normalized, without
// prohibited characters and without a mixture of directions.
func prepare(label string) (string, error) {
	fold := cases.Fold()
	label = norm.NFKC.String(fold.String(norm.NFKC.String(fold.String(dropped.ReplaceAllString(label, "")))))
	if prohibited.MatchString(label) {
		return "", ErrNotEncodable
	}
	var left, right, first, last bool
	for i, r := range label {
		p, _ := bidi.LookupRune(r)
		last = p.Class() == bidi.R || p.Class() == bidi.AL
		first = first || last && i == 0
		left, right = left || p.Class() == bidi.L, right || last
	}
	if right && (left || !first || !last) {
		return "", ErrNotEncodable
	}
	return label, nil
}
