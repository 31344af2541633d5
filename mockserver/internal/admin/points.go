package admin

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stations"
)

// Kinds of charge points, in the order of listings.
const (
	kindMagic     = "magic"     // of the trouble station
	kindVirtual   = "virtual"   // the vendor's, and the one of its worked example
	kindSynthetic = "synthetic" // all others of the catalogue
	kindScenario  = "scenario"  // only this world knows it
)

// knownPoint is what the catalogue tells of a charge point that testers know.
type knownPoint struct {
	EVSE     string `json:"evse"`
	Station  string `json:"station"`
	Kind     string `json:"kind"`
	Behavior string `json:"behavior"`
	Outcome  string `json:"outcome"`
}

func (h *handler) knownPoints() []knownPoint {
	var out []knownPoint
	add := func(kind string, list []stations.MagicPoint) {
		for _, p := range list {
			point, _ := h.cfg.Catalogue.ChargePoint(p.EVSE) // it is the catalogue's own
			out = append(out, knownPoint{p.EVSE, point.Site.Name, kind, p.Behavior, p.Outcome})
		}
	}
	add(kindMagic, h.cfg.Catalogue.Magic())
	add(kindVirtual, h.cfg.Catalogue.Virtual())
	return out
}

func (h *handler) listKnownPoints(*http.Request) (any, error) {
	return map[string]any{"charge_points": h.knownPoints()}, nil
}

type pointView struct {
	EVSE     string             `json:"evse"`
	Station  string             `json:"station"`
	Kind     string             `json:"kind"`
	Behavior string             `json:"behavior"`
	Status   connect.EVSEStatus `json:"status"` // as the API shows it in the world now
	Override overrideView       `json:"override"`
	Session  *string            `json:"session"` // the one that keeps others away
}

// overrideView is what the world says of a charge point; null: as the catalogue
// has it.
type overrideView struct {
	Status *connect.EVSEStatus `json:"status"`
	Busy   *bool               `json:"busy"`
}

func (h *handler) viewPoint(p connect.PointDetail, known []knownPoint) pointView {
	v := pointView{
		EVSE: p.EVSE, Station: p.Site.Name, Kind: kindSynthetic, Status: p.Status,
		Override: overrideView{p.Override.Status, p.Override.Busy},
	}
	if p.Own {
		v.Kind = kindScenario
	}
	if i := slices.IndexFunc(known, func(k knownPoint) bool { return k.EVSE == p.EVSE }); i >= 0 {
		v.Kind, v.Behavior = known[i].Kind, known[i].Behavior
	}
	if p.SessionID != "" {
		v.Session = &p.SessionID
	}
	return v
}

// listPoints shows the charge points that testers know, and all others that
// the world has changed or uses.
func (h *handler) listPoints(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	known := h.knownPoints()
	evses := make([]string, len(known))
	for i, k := range known {
		evses[i] = k.EVSE
	}
	out := []pointView{}
	for _, p := range w.State.InspectPoints(evses) {
		out = append(out, h.viewPoint(p, known))
	}
	kinds := []string{kindMagic, kindVirtual, kindSynthetic, kindScenario}
	slices.SortStableFunc(out, func(a, b pointView) int { // they come in order of their ids
		return cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind))
	})
	return map[string]any{"charge_points": out}, nil
}

func (h *handler) getPoint(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	p, err := w.State.InspectPoint(mux.Vars(r)["evse"])
	if err != nil {
		return nil, err
	}
	return h.viewPoint(p, h.knownPoints()), nil
}

// putPoint replaces what the world says of a charge point.
func (h *handler) putPoint(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	var body overrideView
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	if s := body.Status; s != nil && !slices.Contains(connect.EVSEStatuses(), *s) {
		return nil, badValue("status", "%q is no status of a charge point.", *s)
	}
	p, err := w.State.SetPoint(mux.Vars(r)["evse"], body.Status, body.Busy)
	if err != nil {
		return nil, err
	}
	return h.viewPoint(p, h.knownPoints()), nil
}
