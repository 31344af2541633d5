package stations

// maxSamples is how many members at most determine where a cluster is drawn:
// enough for its middle, few enough to cost the same for a hundred and for a
// million.
const maxSamples = 16

// A group is what a cluster needs from its members: every stride-th of them,
// where stride is the least power of two that leaves at most maxSamples.
type group struct {
	count       int
	first, last entry
	stride      int
	sampled     int
	samples     [maxSamples]entry
}

// group collects the accepted entries. Without a filter it only looks at the
// samples; either way the same members make the same group.
func (m *matcher) group(entries stationIndex) group {
	g := group{stride: 1}
	if m.all {
		for (len(entries)-1)/g.stride >= maxSamples {
			g.stride *= 2
		}
		for i := 0; i < len(entries); i += g.stride {
			g.samples[g.sampled] = entries[i]
			g.sampled++
		}
		g.count, g.first, g.last = len(entries), entries[0], entries[len(entries)-1]
		return g
	}
	for i := range entries {
		if m.accepts(entries[i]) {
			g.add(entries[i])
		}
	}
	return g
}

func (g *group) add(e entry) {
	if g.count == 0 {
		g.first = e
	}
	g.last = e
	if g.count%g.stride == 0 {
		if g.sampled == maxSamples {
			g.thin()
		}
		if g.count%g.stride == 0 {
			g.samples[g.sampled] = e
			g.sampled++
		}
	}
	g.count++
}

// thin drops every other sample.
func (g *group) thin() {
	g.stride *= 2
	g.sampled = maxSamples / 2
	for i := range g.sampled {
		g.samples[i] = g.samples[2*i]
	}
}
