package api

import (
	"net/http"

	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/wire"
)

type tilesJSON struct {
	Type     string        `json:"type"`
	Features []featureJSON `json:"features"`
}

type featureJSON struct {
	Type       string            `json:"type"`
	StationID  string            `json:"station_id,omitempty"`
	ClusterID  string            `json:"cluster_id,omitempty"`
	Geometry   geometryJSON      `json:"geometry"`
	Properties featureProperties `json:"properties"`
	Custom     featureCustom     `json:"custom_properties"`
	Price      *featurePrice     `json:"price_properties,omitempty"`
}

// geometryJSON has its coordinates as text, latitude first. That is not GeoJSON's
// order, but that of the specification and of the vendor's client.
type geometryJSON struct {
	Type        string    `json:"type"`
	Coordinates [2]string `json:"coordinates"`
}

type featureProperties struct {
	Count         int    `json:"count"`
	ExpansionZoom int    `json:"expansion_zoom,omitempty"`
	Speed         string `json:"speed,omitempty"`
	Status        string `json:"status"`
	OperatorID    string `json:"operator_id,omitempty"`
}

type featureCustom struct {
	IsPartner bool `json:"is_partner"`
}

type featurePrice struct {
	Price    string `json:"price"`
	Type     string `json:"type"`
	Currency string `json:"currency"`
}

// GET /api/v1/stations/tile/
func (a *API) tile(c *call) (wire.Reply, error) {
	f := wire.Read(wire.FromQuery(c.query))
	q := stations.Tile{X: f.Integers("x"), Y: f.Integers("y"), Z: f.Integer("z", true, 0), Filter: readFilter(f)}
	q.Filter.MaxPrice = f.Number("max_price", false)
	q.Filter.PowerGroups = f.Choices("power_groups", []string{stations.Slow, stations.Fast, stations.Turbo})
	if err := a.invalid(f); err != nil {
		return wire.Reply{}, err
	}
	out := tilesJSON{Type: "FeatureCollection", Features: []featureJSON{}}
	for _, feature := range a.cfg.Catalogue.Tile(q, c.state) {
		out.Features = append(out.Features, featureView(feature))
	}
	return wire.JSON(http.StatusOK, out)
}

func featureView(f stations.Feature) featureJSON {
	v := featureJSON{
		Type: "Feature", StationID: f.StationID, ClusterID: f.ClusterID,
		Geometry: geometryJSON{Type: "Point", Coordinates: [2]string{f.Latitude, f.Longitude}},
		Properties: featureProperties{
			Count: f.Count, ExpansionZoom: f.ExpansionZoom, Speed: f.Speed,
			Status: f.Status, OperatorID: f.OperatorID,
		},
		Custom: featureCustom{f.IsPartner},
	}
	if f.HasPrice {
		v.Price = &featurePrice{Price: f.Price, Type: f.PriceType, Currency: f.Currency}
	}
	return v
}
