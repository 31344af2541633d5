package api

import (
	"bytes"
	"slices"
	"strconv"
	"sync"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/wire"
)

// A stationText is the JSON of a station of the catalogue, cut where a world or
// the time decides: before its status, those of its charge points and the time
// of its price groups, in this order.
type stationText struct {
	parts [][]byte
	evses []stations.EVSE
	size  int // about, of the JSON
}

// hole stands in JSON where a text is cut.
const hole = `"\u0000"`

func newStationText(s stations.Station) (*stationText, error) {
	var never time.Time
	v := stationView(s, nil, never)
	v.Status = "\x00"
	for i := range v.EVSEs {
		v.EVSEs[i].Status = "\x00"
	}
	body, err := wire.Marshal(v)
	if err != nil {
		return nil, err
	}
	at, err := wire.Time(never).MarshalJSON()
	if err != nil {
		return nil, err
	}
	parts := bytes.Split(bytes.ReplaceAll(body, at, []byte(hole)), []byte(hole))
	return &stationText{parts, s.EVSEs, len(body) + 8*len(parts)}, nil
}

// appendTo appends the JSON of the station: with the statuses that a world has
// changed, at a time that is in JSON already.
func (x *stationText) appendTo(to []byte, changed map[string]connect.EVSEStatus, now []byte) []byte {
	status := func(i int) connect.EVSEStatus {
		if s, ok := changed[x.evses[i].ID]; ok {
			return s
		}
		return x.evses[i].Status
	}
	to = slices.Grow(to, x.size)
	for i, part := range x.parts {
		to = append(to, part...)
		switch {
		case i == len(x.parts)-1:
		case i == 0:
			to = strconv.AppendQuote(to, stations.StatusOf(len(x.evses), status))
		case i <= len(x.evses):
			to = strconv.AppendQuote(to, string(status(i-1)))
		default:
			to = append(to, now...)
		}
	}
	return to
}

// maxStationTexts is how many stations are kept as text, of 1 to 4 KB each.
const maxStationTexts = 1000

// stationTexts are those of the stations that have been asked for, by number. It
// is safe for concurrent use.
type stationTexts struct {
	mu   sync.RWMutex
	kept map[uint32]*stationText
}

// of returns the text of a station, or nil if it is a world's own.
func (t *stationTexts) of(n stations.Near) (*stationText, error) {
	number, ok := n.Number()
	if !ok {
		return nil, nil
	}
	t.mu.RLock()
	text := t.kept[number]
	t.mu.RUnlock()
	if text != nil {
		return text, nil
	}
	text, err := newStationText(n.Station())
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil || len(t.kept) == maxStationTexts {
		t.kept = map[uint32]*stationText{}
	}
	t.kept[number] = text
	return text, nil
}

// join appends the JSON of stations in a world, separated by commas.
func (t *stationTexts) join(to []byte, page []stations.Near, live *connect.State) ([]byte, error) {
	texts := make([]*stationText, len(page))
	var evses []string
	for i, n := range page {
		text, err := t.of(n)
		if err != nil {
			return nil, err
		}
		if texts[i] = text; text == nil {
			continue
		}
		for _, e := range text.evses {
			evses = append(evses, e.ID)
		}
	}
	changed, now := live.PointStatuses(evses), live.Now()
	at, err := wire.Time(now).MarshalJSON()
	if err != nil {
		return nil, err
	}
	if len(texts) > 0 && texts[0] != nil {
		to = slices.Grow(to, texts[0].size*len(texts))
	}
	for i, n := range page {
		if i > 0 {
			to = append(to, ',')
		}
		if texts[i] != nil {
			to = texts[i].appendTo(to, changed, at)
			continue
		}
		own, err := wire.Marshal(stationView(n.Station(), live, now))
		if err != nil {
			return nil, err
		}
		to = append(to, own...)
	}
	return to, nil
}
