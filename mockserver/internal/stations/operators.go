package stations

import (
	"strings"
	"time"
	_ "time/tzdata" // tariffs depend on local time: a static binary in an empty image must know the zones, too
)

// An operator runs stations; see operators.yaml.
type operator struct {
	Country string // ISO 3166 alpha-2
	Party   string
	Name    string
	Phone   string
	Partner bool
	Fixed   bool // runs fixed stations only
	Padded  bool // numbers its charge points *01, *02
}

func (o *operator) id() string { return o.Country + "*" + o.Party }

// logo returns a URL, or "" for operators that publish no phone number either.
func (o *operator) logo() string {
	if o.Phone == "" {
		return ""
	}
	return "https://logos.example.com/" + strings.ToLower(o.Party) + ".png"
}

// A country is what stations of it share; see countries.yaml.
type country struct {
	Code      string // ISO 3166 alpha-2
	Zone      string // IANA name
	Language  string
	VAT       int64          // percent
	Energy    [classes]int64 // cents per kWh
	ExtraHold int64          `yaml:"extra_hold"` // euros

	zone      *time.Location
	operators []int // positions of those that run synthetic stations there
}
