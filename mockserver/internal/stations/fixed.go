package stations

import (
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// A fixed station is written by hand and there whatever the seed.
type fixed struct {
	id            string
	name, address string
	at            position
	country       int
	operator      int
	layout        int
	amenities     []string
	points        []fixedPoint // as many as the layout has
}

// A fixedPoint is a charge point that testers know by its id.
type fixedPoint struct {
	evse     string
	does     string // one sentence
	outcome  string // the documented answer or state
	status   connect.EVSEStatus
	progress bool // reports energy
	empty    bool // the final record says 0 kWh
	script   connect.Script
}

// virtualKWh is what the final record of a virtual point says, from the
// vendor's worked example.
func virtualKWh() decimal.Decimal { return decimal.New(10_000, -3) }

// finish fills in what the kinds of points have in common. The two kinds are
// the vendor's: shared virtual points are exclusive and silent, those with
// progress serve anybody.
func (p *fixedPoint) finish(meter []connect.Reading) {
	kwh := virtualKWh()
	if p.empty {
		kwh = decimal.New(0, -3)
	}
	p.script.CDRKWh = &kwh
	if p.progress {
		p.script.Open, p.script.Meter, p.script.AfterStop = true, meter, true
	}
	if p.status == "" {
		p.status = connect.Available
	}
}

func fixedStations() []fixed {
	list := append(sharedStations(), progressStations()...)
	list = append(list, troubleStation())
	meter := virtualMeter()
	for i := range list {
		for j := range list[i].points {
			list[i].points[j].finish(meter)
		}
	}
	return list
}

func shared(evse string) []fixedPoint {
	return []fixedPoint{{
		evse:    evse,
		does:    "Starts, stops and sends a final record of 10 kWh, without progress; serves one user at a time.",
		outcome: "201, later a final cost of 5.39",
	}}
}

// sharedStations are the vendor's shared virtual points, and the point of its
// worked example, which it lists nowhere but which behaves like one (assumed).
// Only the example's site is published; the others are invented.
func sharedStations() []fixed {
	return []fixed{
		{
			id: "6241f0a7c3b58e19d4a70101", name: "EVA Charge", address: "Ludwigstraße, 9, 67547, Worms",
			at: position{49630383, 8368902}, country: germany, operator: opEVA, layout: layoutSlow,
			amenities: []string{"TRAIN_STATION", "CAFE"}, points: shared("DE*CIQ*EELDF6XWZU41P*2"),
		}, {
			id: "6241f0a7c3b58e19d4a70102", name: "EVA Charge Ostbahnhof", address: "Koppenstraße, 3, 10243, Berlin",
			at: position{52511900, 13435600}, country: germany, operator: opEVA, layout: layoutSlow,
			amenities: []string{"TRAIN_STATION", "HOTEL"}, points: shared("DE*CIQ*EWBNHHLM82TLA*1"),
		}, {
			id: "6241f0a7c3b58e19d4a70103", name: "Parcheggio Porta Nuova", address: "Via Melchiorre Gioia, 8, 20124, Milano",
			at: position{45483100, 9191700}, country: italy, operator: opPWY, layout: layoutSlow,
			amenities: []string{"MALL", "RESTAURANT"}, points: shared("IT*PWY*EP0078*01*02"),
		}, {
			id: "6241f0a7c3b58e19d4a70104", name: "QR Mobil Stadtpark", address: "Hindenburgstraße, 1, 22303, Hamburg",
			at: position{53594600, 10022300}, country: germany, operator: opQRM, layout: layoutSlow,
			amenities: []string{"RECREATION_AREA", "BUS_STOP"}, points: shared("DEQRMEF7GRC21"),
		}, {
			id: "6241f0a7c3b58e19d4a70105", name: "Ladehof Praterstern", address: "Lassallestraße, 2, 1020, Wien",
			at: position{48219300, 16393700}, country: austria, operator: opVIE, layout: layoutSlow,
			amenities: []string{"TRAIN_STATION", "SUPERMARKET"}, points: shared("AT*VIE*E2334770022*2"),
		},
	}
}

func progress(evse string) []fixedPoint {
	return []fixedPoint{{
		evse:     evse,
		does:     "Reports one more kWh every 15 seconds, ten times, then a final record of 10 kWh; serves any number of users.",
		outcome:  "201, rising consumed_energy, later a final cost of 5.39",
		progress: true,
	}}
}

// progressStations are the vendor's virtual points with progress. One stands
// next to the trouble station: the vendor's client takes any station it finds
// there and starts to charge.
func progressStations() []fixed {
	return []fixed{
		{
			id: "6241f0a7c3b58e19d4a70201", name: "Parkwerk Frankfurter Tor", address: "Warschauer Straße, 80, 10243, Berlin",
			at: position{52511200, 13452100}, country: germany, operator: opPWA, layout: layoutFast,
			amenities: []string{"RESTAURANT", "CAFE", "WIFI"}, points: progress("DE*PWA*EALP22541X01617*01"),
		}, {
			id: "6241f0a7c3b58e19d4a70202", name: "Charge 2 Go Sendlinger Tor", address: "Lindwurmstraße, 4, 80337, München",
			at: position{48132900, 11564200}, country: germany, operator: op2GO, layout: layoutFast,
			amenities: []string{"MALL", "TAXI_STAND"}, points: progress("DE*2GO*EMCD1520*1B*3"),
		}, {
			id: "6241f0a7c3b58e19d4a70203", name: "Schnellladehof Bremer Kreuz", address: "Osterholzer Heerstraße, 220, 28325, Bremen",
			at: position{53057700, 8941500}, country: germany, operator: opEUL, layout: layoutTurbo,
			amenities: []string{"FUEL_STATION", "RESTAURANT", "WIFI"}, points: progress("DE*EUL*EAUT0002*01"),
		}, {
			id: "6241f0a7c3b58e19d4a70204", name: "Hochtal Energie Salzburg Süd", address: "Alpenstraße, 107, 5020, Salzburg",
			at: position{47781400, 13068300}, country: austria, operator: opHTB, layout: layoutTurbo,
			amenities: []string{"CARPOOL_PARKING", "SUPERMARKET"}, points: progress("AT*HTB*EOCPI1*1"),
		},
	}
}

// magicCount is how many points the trouble station has.
const magicCount = 11

// troubleStation is ours: one point for each documented way to fail, so that a
// tester picks the failure on the map. It stands where the vendor's client
// looks, in tile 14/8803/5374 and within 500 m of 52.51, 13.45.
func troubleStation() fixed {
	return fixed{
		id: "6241f0a7c3b58e19d4a70301", name: "Trouble station (Cariqa Mock)", address: "Marchlewskistraße, 101, 10243, Berlin",
		at: position{52507800, 13446200}, country: germany, operator: opMCK, layout: layoutTrouble,
		amenities: []string{"BUS_STOP"}, points: magicPoints(),
	}
}

func magicPoints() []fixedPoint {
	const itself = 2 * time.Minute
	list := []fixedPoint{
		{evse: "DE*MCK*E402*DECLINED", does: "The hold is declined.", outcome: "402 pre_authorization_failed, no secret",
			script: connect.Script{Start: connect.StartDeclined}},
		{evse: "DE*MCK*E402*SCA", does: "The hold needs the card holder's consent.", outcome: "402 pre_authorization_failed with payment_intent_client_secret",
			script: connect.Script{Start: connect.StartSCA}},
		{evse: "DE*MCK*E409*OUTOFORDER", does: "The connector is out of order.", outcome: "409 station_availability_issue",
			status: connect.OutOfOrder},
		{evse: "DE*MCK*E424*STATION", does: "The station's data cannot be fetched.", outcome: "424 station_availability_issue",
			script: connect.Script{Start: connect.StartNoStation}},
		{evse: "DE*MCK*E424*START", does: "The provider does not start the session.", outcome: "424 charging_provider_error at start",
			script: connect.Script{Start: connect.StartFails}},
		{evse: "DE*MCK*E424*STOP", does: "Starts, but the provider does not stop the session.", outcome: "424 charging_provider_error at stop",
			script: connect.Script{Stop: connect.StopFails}},
		{evse: "DE*MCK*E500", does: "Starting ends in an internal error.", outcome: "500 unexpected_error",
			script: connect.Script{Start: connect.StartUnexpected}},
		{evse: "DE*MCK*CDR*NEVER", does: "The final record never comes.", outcome: "the session stays unbilled, payment methods cannot be removed",
			script: connect.Script{NeverCDR: true}},
		{evse: "DE*MCK*CDR*ZERO", does: "The final record says that no energy was delivered.", outcome: "no charge, the hold is released",
			empty: true},
		{evse: "DE*MCK*CHARGE*FAILS", does: "The final charge fails.", outcome: "a debt of 5.39",
			script: connect.Script{Charge: connect.ChargeFails}},
		{evse: "DE*MCK*STOPS*ITSELF", does: "The station ends the session by itself after two minutes.", outcome: "409 already_stopped at stop",
			script: connect.Script{EndsAfter: itself}},
	}
	for i := range list {
		list[i].progress = true
	}
	return list
}
