package scenario

import (
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// Station is a charging station that the catalogue does not have. What the
// vendor's data lacks is null. It can be charged at: a session draws the power of
// its charge point and reports each kWh.
type Station struct {
	// ID of the station; made from the first charge point if left out, null in
	// the API if null.
	ID **string `yaml:"id,omitempty" form:"station"`
	// Name, or null: sessions then have null, and the station the empty text.
	Name *string `yaml:"name" need:"yes" max:"250"`
	// Address in one line, or null, likewise.
	Address *string `yaml:"address" need:"yes" max:"250"`
	// Latitude in degrees north. A station with null is on no map.
	Latitude *string `yaml:"latitude" need:"yes" form:"latitude"`
	// Longitude in degrees east, likewise.
	Longitude *string `yaml:"longitude" need:"yes" form:"longitude"`
	// Country code; that of the first EVSE id if left out.
	Country **string `yaml:"country,omitempty" form:"country"`
	// Zone is the time zone in which hours and prices apply; Europe/Berlin if
	// left out.
	Zone string `yaml:"zone,omitempty" form:"zone"`
	// Operator runs the station.
	Operator Operator `yaml:"operator" need:"yes"`
	// Hours of opening; it is always open if left out.
	Hours []Hours `yaml:"hours,omitempty"`
	// Amenities nearby.
	Amenities []string `yaml:"amenities,omitempty" form:"amenity"`
	// LastUpdated is when the data last changed; a day before the world's start
	// if left out.
	LastUpdated *Moment `yaml:"last_updated,omitempty" form:"moment"`
	// Tariff of the charge points; that of the virtual charging points if left
	// out. With null no price is known, and nothing is charged.
	Tariff **Tariff `yaml:"tariff,omitempty"`
	// ChargePoints of the station, at least one. How they behave is in the file's
	// charge_points.
	ChargePoints []StationPoint `yaml:"charge_points" need:"yes"`
}

// Operator runs stations.
type Operator struct {
	// Name to filter by.
	Name string `yaml:"name" need:"yes" max:"250"`
	// ID as the map shows it; the beginning of the first EVSE id if left out.
	ID string `yaml:"id,omitempty" form:"operator"`
	// Partner is true for partners of the vendor.
	Partner bool `yaml:"partner,omitempty"`
	// Phone number of support. With null there is a contact without one; there
	// is no contact at all if left out.
	Phone **string `yaml:"phone,omitempty" form:"text" max:"30"`
	// Logo is its address, or null.
	Logo *string `yaml:"logo,omitempty" form:"url"`
}

// Hours are opening hours, in local time.
type Hours struct {
	// Weekday in capital letters; ALL if left out.
	Weekday string `yaml:"weekday,omitempty" form:"weekday"`
	// Begin is the time of opening, or null.
	Begin *string `yaml:"begin" need:"yes" form:"clock"`
	// End is the time of closing, or null.
	End *string `yaml:"end" need:"yes" form:"clock"`
}

// StationPoint is a charge point of a station.
type StationPoint struct {
	// EVSE id, which the catalogue does not have.
	EVSE string `yaml:"evse" need:"yes" form:"evse"`
	// Connector is its type, or null.
	Connector *string `yaml:"connector" need:"yes" form:"connector"`
	// Power in kW, from 1 to 1000, or null.
	Power *float64 `yaml:"power" need:"yes"`
	// Status that the operator reports; AVAILABLE if left out.
	Status connect.EVSEStatus `yaml:"status,omitempty" form:"status"`
	// Tariff of this charge point; that of the station if left out.
	Tariff **Tariff `yaml:"tariff,omitempty"`
}

// Tariff holds the prices of charge points. A component that is left out is not
// charged.
type Tariff struct {
	// Currency in lower case; eur if left out.
	Currency string `yaml:"currency,omitempty" form:"currency"`
	// PreAuthorization is the amount of the hold; 50.00 if left out.
	PreAuthorization *decimal.Decimal `yaml:"pre_authorization,omitempty" form:"money"`
	// Fallback is true for prices that Cariqa set because the operator has none.
	Fallback bool `yaml:"fallback,omitempty"`
	// KWh is charged per kWh. Of a component's prices the first that applies
	// counts.
	KWh []Price `yaml:"kwh,omitempty"`
	// Time is charged per hour.
	Time []Price `yaml:"time,omitempty"`
	// Blocking is charged per hour after the grace period.
	Blocking []Price `yaml:"blocking,omitempty"`
	// SessionFee is the operator's, once.
	SessionFee []Price `yaml:"session_fee,omitempty"`
	// StartingFee is Cariqa's, once, at stations of operators that are no
	// partners.
	StartingFee []Price `yaml:"starting_fee,omitempty"`
}

// Price is one line of a tariff, and when it applies: always, if nothing else is
// said.
type Price struct {
	// Net is the price without VAT.
	Net decimal.Decimal `yaml:"net" need:"yes" form:"price"`
	// Tax is the VAT in percent; 19 if left out.
	Tax *decimal.Decimal `yaml:"tax,omitempty" form:"percent"`
	// Weekday in capital letters; ALL if left out.
	Weekday string `yaml:"weekday,omitempty" form:"weekday"`
	// From is the local time from which it applies.
	From string `yaml:"from,omitempty" form:"clock"`
	// To is the local time before which it applies.
	To string `yaml:"to,omitempty" form:"clock"`
	// DateFrom is the first day.
	DateFrom string `yaml:"date_from,omitempty" form:"date"`
	// DateTo is the last day.
	DateTo string `yaml:"date_to,omitempty" form:"date"`
	// Grace is the number of minutes before blocking is charged.
	Grace *int `yaml:"grace,omitempty"`
	// Cap is the most that blocking may cost in one session, VAT included.
	Cap *decimal.Decimal `yaml:"cap,omitempty" form:"money"`
}
