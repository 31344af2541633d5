package stations

import (
	"strings"
	"time"
	_ "time/tzdata" // tariffs go by local time: a static binary in an empty image must know the zones as well
)

// An operator runs stations. Those of the synthetic stations are invented, and
// so are all logo URLs and phone numbers but the one of the vendor's example.
type operator struct {
	country string
	party   string // three letters, as in EVSE ids
	name    string
	phone   string
	partner bool
	fixed   bool // runs fixed stations only
	wide    bool // numbers its points *01, *02
}

func (o *operator) id() string { return o.country + "*" + o.party }

func (o *operator) logo() string {
	if o.phone == "" {
		return "" // an operator that tells little
	}
	return "https://logos.example.com/" + strings.ToLower(o.party) + ".png"
}

func (o *operator) public() Operator {
	return Operator{ID: o.id(), Name: o.name, Phone: o.phone, LogoURL: o.logo(), Partner: o.partner}
}

// Operators of the fixed stations; positions in operators.
const (
	opEVA = iota
	opPWY
	opQRM
	opVIE
	opPWA
	op2GO
	opEUL
	opHTB
	opMCK
	fixedOperators
)

func operators() []operator {
	return []operator{
		opEVA: {country: "DE", party: "CIQ", name: "EVA Charge", phone: "+4971134214480", partner: true, fixed: true},
		opPWY: {country: "IT", party: "PWY", name: "Power Way", phone: "+390294750110", partner: true, fixed: true},
		opQRM: {country: "DE", party: "QRM", name: "QR Mobil", phone: "+493056796210", partner: true, fixed: true},
		opVIE: {country: "AT", party: "VIE", name: "Vienna Energie Laden", phone: "+43140128010", partner: true, fixed: true},
		opPWA: {country: "DE", party: "PWA", name: "Parkwerk", phone: "+493023125200", partner: true, fixed: true},
		op2GO: {country: "DE", party: "2GO", name: "Charge 2 Go", phone: "+498924218900", partner: true, fixed: true},
		opEUL: {country: "DE", party: "EUL", name: "Eule Ladenetz", phone: "+4942133150770", partner: true, fixed: true},
		opHTB: {country: "AT", party: "HTB", name: "Hochtal Energie", phone: "+4366288425100", partner: true, fixed: true},
		opMCK: {country: "DE", party: "MCK", name: "Cariqa Mock", phone: "+49301234567", partner: true, fixed: true},

		{country: "DE", party: "NRD", name: "Nordlicht Laden", phone: "+494028416700", partner: true},
		{country: "DE", party: "SWM", name: "Stadtwerke Mobil", phone: "+498923610450", partner: true},
		{country: "DE", party: "RHS", name: "Rheinstrom", phone: "+4922117830900", partner: true, wide: true},
		{country: "DE", party: "AHK", name: "Autohof Kraft", phone: "+496912409300"},
		{country: "DE", party: "BLZ", name: "Blitzladen", phone: "+493088712300"},
		{country: "DE", party: "HVL", name: "Havelstrom", phone: "+493312894100", wide: true},
		{country: "DE", party: "MKT", name: "Markt & Laden"},
		{country: "DE", party: "ELB", name: "Elbvolt", phone: "+4935143192600", partner: true},
		{country: "AT", party: "ALP", name: "Alpenvolt", phone: "+43512589140", partner: true},
		{country: "AT", party: "DON", name: "Donauladen", phone: "+43732697710", partner: true, wide: true},
		{country: "AT", party: "GLK", name: "Glockner Energie", phone: "+43662449030"},
		{country: "AT", party: "STE", name: "Steirisch Laden"},
		{country: "IT", party: "PAD", name: "Padana Ricarica", phone: "+390245701180", partner: true},
		{country: "IT", party: "TEV", name: "Tevere Energia", phone: "+390645217730", partner: true, wide: true},
		{country: "IT", party: "DOL", name: "Dolomiti Charge", phone: "+390471922840", partner: true},
		{country: "IT", party: "VLT", name: "Voltitalia", phone: "+390115623890"},
		{country: "IT", party: "SOL", name: "Sole Mobilità"},
	}
}

// A country is what stations of it share.
type country struct {
	code      string
	zone      *time.Location
	operators []int // that run synthetic stations there
}

func countries(list []operator) []country {
	all := []country{
		germany: {code: "DE", zone: zone("Europe/Berlin")},
		austria: {code: "AT", zone: zone("Europe/Vienna")},
		italy:   {code: "IT", zone: zone("Europe/Rome")},
	}
	for i := range all {
		for at, o := range list {
			if !o.fixed && o.country == all[i].code {
				all[i].operators = append(all[i].operators, at)
			}
		}
	}
	return all
}

// zone cannot fail with the embedded data; if it did, the offset would still
// be right in winter.
func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.FixedZone("CET", 60*60)
	}
	return z
}
