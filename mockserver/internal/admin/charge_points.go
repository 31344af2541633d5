package admin

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/world"
)

// Kinds of charge points besides those of stations.KnownPoint.
const (
	kindSynthetic = "synthetic" // any other in the catalogue
	kindScenario  = "scenario"  // in this world only
)

// kinds are those of stations.KnownPoint, in the order of lists.
var kinds = []string{"magic", "virtual"}

func (h *handler) listKnownPoints(r *http.Request) (result, error) {
	return showPage(r, "charge_points", pageOfAll, h.cfg.Catalogue.Known(), func(k stations.KnownPoint) string { return k.EVSE }, same)
}

// listPoints lists the charge points with known behavior, and all others that
// the world overrides or uses.
func (h *handler) listPoints(w *world.World, r *http.Request) (result, error) {
	known := h.cfg.Catalogue.Known()
	inOrder := slices.SortedFunc(slices.Values(known), func(a, b stations.KnownPoint) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(a.EVSE, b.EVSE))
	})
	limit, after := pageQuery(r, pageOfAll)
	points, more, ok := w.State.InspectPoints(views(inOrder, func(k stations.KnownPoint) string { return k.EVSE }), after, limit)
	if !ok {
		return nil, unknownAfter(after)
	}
	page := views(points, func(p connect.PointDetail) adminapi.Point { return viewPoint(p, known) })
	return showCut("charge_points", page, more, func(p adminapi.Point) string { return p.EVSE })
}

func (h *handler) getPoint(w *world.World, r *http.Request) (result, error) {
	p, err := w.State.InspectPoint(mux.Vars(r)["evse"])
	if err != nil {
		return nil, err
	}
	return show(viewPoint(p, h.cfg.Catalogue.Known()))
}

// putPoint replaces the world's override of a charge point.
func (h *handler) putPoint(w *world.World, r *http.Request, body adminapi.Override) (result, error) {
	p, err := w.State.SetPoint(mux.Vars(r)["evse"], body.Status, body.Busy)
	if err != nil {
		return nil, err
	}
	return show(viewPoint(p, h.cfg.Catalogue.Known()))
}

func viewPoint(p connect.PointDetail, known []stations.KnownPoint) adminapi.Point {
	v := adminapi.Point{
		EVSE: p.EVSE, Station: p.Site.Name, Kind: kindSynthetic, Status: string(p.Status),
		Override: adminapi.Override{Status: p.Override.Status, Busy: p.Override.Busy},
	}
	if p.Own {
		v.Kind = kindScenario
	}
	if i := slices.IndexFunc(known, func(k stations.KnownPoint) bool { return k.EVSE == p.EVSE }); i >= 0 {
		v.Kind, v.Behavior = known[i].Kind, known[i].Behavior
	}
	if p.SessionID != "" {
		v.Session = &p.SessionID
	}
	return v
}
