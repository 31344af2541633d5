package connect

import (
	"time"

	"github.com/shopspring/decimal"
)

var hundred = decimal.NewFromInt(100)

// An Amount is one component of a cost.
type Amount struct {
	Net, VAT decimal.Decimal
}

// Gross is the amount with VAT.
func (a Amount) Gross() decimal.Decimal { return a.Net.Add(a.VAT) }

// A Cost is the cost of a session by component.
type Cost struct {
	KWh, Time, SessionFee, Blocking, Starting Amount
}

// Parts returns the components in the order of the vendor's session_cost.
func (c Cost) Parts() []Amount {
	return []Amount{c.KWh, c.Time, c.SessionFee, c.Blocking, c.Starting}
}

// Total is the sum of the parts, VAT included.
func (c Cost) Total() decimal.Decimal { return c.sum(Amount.Gross) }

// VAT is the VAT within the total.
func (c Cost) VAT() decimal.Decimal { return c.sum(func(a Amount) decimal.Decimal { return a.VAT }) }

func (c Cost) sum(of func(Amount) decimal.Decimal) decimal.Decimal {
	sum := decimal.Zero
	for _, a := range c.Parts() {
		sum = sum.Add(of(a))
	}
	return sum
}

// Cost returns the cost of a session from its energy in kWh, the time from its
// start to its end, and whether the station is a partner's, where Cariqa asks
// no starting fee. Without energy nothing is charged (vendor's help pages on
// refunds).
func (p Prices) Cost(kwh decimal.Decimal, d time.Duration, partner bool) Cost {
	if !kwh.IsPositive() {
		return Cost{}
	}
	c := Cost{
		KWh:        p.KWh.times(kwh),
		Time:       p.Time.over(d),
		SessionFee: p.SessionFee.times(decimal.NewFromInt(1)),
		Blocking:   p.Blocking.blocking(d),
	}
	if !partner {
		c.Starting = p.StartingFee.times(decimal.NewFromInt(1))
	}
	return c
}

// times is the amount for a quantity. It rounds the net amount half up to
// cents, then its VAT likewise: the order that fits the vendor's worked example
// (the rounding is assumed).
func (p *Price) times(quantity decimal.Decimal) Amount {
	return p.part(quantity, decimal.NewFromInt(1))
}

// over is the amount of a per-hour component for a time.
func (p *Price) over(d time.Duration) Amount {
	return p.part(decimal.NewFromInt(d.Microseconds()), decimal.NewFromInt(time.Hour.Microseconds()))
}

// part is the amount for quantity/per. It multiplies first: twenty minutes are
// not a decimal fraction of an hour, and half a cent has to stay half a cent.
func (p *Price) part(quantity, per decimal.Decimal) Amount {
	if p == nil {
		return Amount{}
	}
	net := p.Net.Mul(quantity).DivRound(per, 2)
	return Amount{Net: net, VAT: net.Mul(p.Tax).Div(hundred).Round(2)}
}

// blocking is the amount for the time after the grace period, up to the cap.
// That the time runs from the session's start and that the cap includes VAT is
// assumed.
func (p *Price) blocking(d time.Duration) Amount {
	if p == nil {
		return Amount{}
	}
	a := p.over(max(d-time.Duration(p.Grace)*time.Minute, 0))
	if p.Cap == nil || a.Gross().LessThanOrEqual(*p.Cap) {
		return a
	}
	net := p.Cap.Mul(hundred).Div(hundred.Add(p.Tax)).Round(2)
	return Amount{Net: net, VAT: p.Cap.Sub(net)}
}
