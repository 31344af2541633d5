package connect

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// AllDays is the Weekday of a price line that applies every day.
const AllDays = "ALL"

// A PriceLine is one line of a tariff component: a price and when it applies.
// It is the vendor's TimePriceItem without the figures that follow from it.
type PriceLine struct {
	Weekday  string          // MONDAY to SUNDAY, or AllDays
	From, To string          // local time of day, "hh:mm"; To is exclusive, "24:00" or "00:00" is the day's end; From after To spans midnight
	DateFrom string          // first local day, "YYYY-MM-DD"; may be empty
	DateTo   string          // last local day; may be empty
	Net      decimal.Decimal // per unit, without VAT
	Tax      decimal.Decimal // VAT in percent

	Grace *int             // minutes before a blocking fee starts; blocking fees only
	Cap   *decimal.Decimal // most that blocking may cost in one session, VAT included; blocking fees only
}

// A Tariff holds the prices of an operator and Cariqa at a charge point. Each
// component is a list of lines, of which the first that matches applies; if
// none does, the component is not charged.
//
// Net prices are without VAT and keep at least four places: the vendor's worked
// example (10 kWh shown at 0.54 cost 5.39) needs an unrounded net price.
type Tariff struct {
	Currency         string          // lower case, as the vendor's sessions show it
	PreAuthorization decimal.Decimal // the hold placed at start, VAT included
	Fallback         bool            // set by Cariqa because the operator has no price
	Unknown          bool            // no price group shows it

	KWh         []PriceLine // per kWh
	Time        []PriceLine // per hour
	Blocking    []PriceLine // per hour, after Grace
	SessionFee  []PriceLine // once, the operator's
	StartingFee []PriceLine // once, Cariqa's; only at non-partner stations and only with energy
}

// A Price is one component of a Tariff as it applies at a moment.
type Price struct {
	Net   decimal.Decimal
	Tax   decimal.Decimal
	Grace int              // minutes, blocking only
	Cap   *decimal.Decimal // VAT included, blocking only
}

// Prices are the components of a Tariff as they apply at a moment; nil means
// not charged. A session keeps those of its start whatever the tariff does
// later (assumed: the vendor shows one price per component and session).
type Prices struct {
	Currency                                     string
	KWh, Time, Blocking, SessionFee, StartingFee *Price
}

// At returns the prices that apply at a time, which has to be in the time zone
// of the station.
func (t *Tariff) At(local time.Time) Prices {
	return Prices{
		Currency:    t.Currency,
		KWh:         firstApplying(t.KWh, local),
		Time:        firstApplying(t.Time, local),
		Blocking:    firstApplying(t.Blocking, local),
		SessionFee:  firstApplying(t.SessionFee, local),
		StartingFee: firstApplying(t.StartingFee, local),
	}
}

func firstApplying(lines []PriceLine, local time.Time) *Price {
	for _, l := range lines {
		if !l.applies(local) {
			continue
		}
		p := &Price{Net: l.Net, Tax: l.Tax, Cap: l.Cap}
		if l.Grace != nil {
			p.Grace = *l.Grace
		}
		return p
	}
	return nil
}

// applies compares text: "hh:mm" and "YYYY-MM-DD" sort as they should. A line
// that spans midnight belongs to the day on which it began.
func (l PriceLine) applies(local time.Time) bool {
	clock := local.Format("15:04")
	day := local
	switch {
	case l.From == "" && l.To == "":
	case l.To == "" || l.To == "00:00" || l.To == "24:00":
		if clock < l.From {
			return false
		}
	case l.From <= l.To:
		if clock < l.From || clock >= l.To {
			return false
		}
	case clock >= l.From:
	case clock < l.To:
		day = local.AddDate(0, 0, -1)
	default:
		return false
	}
	date := day.Format(time.DateOnly)
	if l.DateFrom != "" && date < l.DateFrom || l.DateTo != "" && date > l.DateTo {
		return false
	}
	return l.Weekday == "" || l.Weekday == AllDays || l.Weekday == strings.ToUpper(day.Weekday().String())
}

// UserFacing returns the price as shown to users: VAT included, rounded to
// cents.
func (p Price) UserFacing() decimal.Decimal { return p.gross(p.Net) }

// UserFacingPerMinute returns the price of a per-hour component as shown to
// users: per minute, VAT included, rounded to cents.
func (p Price) UserFacingPerMinute() decimal.Decimal {
	return p.gross(p.Net.Div(decimal.NewFromInt(60)))
}

func (p Price) gross(net decimal.Decimal) decimal.Decimal {
	return net.Mul(hundred.Add(p.Tax)).Div(hundred).Round(2)
}
