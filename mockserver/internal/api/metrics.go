package api

import (
	"io"
	"strconv"
	"sync"

	"github.com/VictoriaMetrics/metrics"

	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/spec"
)

// meters count what the server does, for Prometheus. The name of a counter is
// built once: there are no more than operations, statuses and rules.
type meters struct {
	set      *metrics.Set
	requests sync.Map // of requestKey to *metrics.Counter
	refusals sync.Map // of rule id to *metrics.Counter
	findings map[spec.Side]*metrics.Counter
	panics   *metrics.Counter
}

type requestKey struct {
	operation string
	status    int
}

func newMeters(worlds func() int) *meters {
	set := metrics.NewSet()
	set.NewGauge("cariqa_mock_worlds", func() float64 { return float64(worlds()) })
	m := &meters{set: set, findings: map[spec.Side]*metrics.Counter{}, panics: set.NewCounter("cariqa_mock_panics_total")}
	for _, side := range []spec.Side{spec.SideRequest, spec.SideAnswer} {
		m.findings[side] = set.NewCounter(`cariqa_mock_findings_total{side="` + string(side) + `"}`)
	}
	return m
}

// count counts an answered call to the vendor's API. Its operation is empty if
// the path or the method has none.
func (m *meters) count(c *call, reply wire.Reply) {
	key := requestKey{c.op.ID, reply.Status}
	counter(m.set, &m.requests, key, func() string {
		return `cariqa_mock_requests_total{operation="` + key.operation + `",status="` + strconv.Itoa(key.status) + `"}`
	}).Inc()
	if reply.Rule != "" && c.fault == nil {
		counter(m.set, &m.refusals, reply.Rule, func() string {
			return `cariqa_mock_refusals_total{rule="` + reply.Rule + `"}`
		}).Inc()
	}
	for _, f := range c.findings {
		m.findings[f.Side].Inc()
	}
}

// unserved counts a call of Stripe's API that is not faked. There are few kinds.
func (m *meters) unserved(kind string) {
	m.set.GetOrCreateCounter(`cariqa_mock_stripe_not_faked_total{call="` + kind + `"}`).Inc()
}

// stray counts a host that the proxy has refused. There are few.
func (m *meters) stray(host string) {
	m.set.GetOrCreateCounter(`cariqa_mock_proxy_refused_total{host="` + host + `"}`).Inc()
}

func counter(set *metrics.Set, known *sync.Map, key any, name func() string) *metrics.Counter {
	if c, ok := known.Load(key); ok {
		return c.(*metrics.Counter)
	}
	c := set.GetOrCreateCounter(name())
	known.Store(key, c)
	return c
}

// write writes all meters and those of the process in the text format.
func (m *meters) write(w io.Writer) {
	m.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}
