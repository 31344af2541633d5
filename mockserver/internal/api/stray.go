package api

// StrayHost counts a host that the proxy has refused, and logs it when it is
// refused first. No world can be named for it: its request was never read.
func (a *API) StrayHost(host string) {
	counted, isNew := a.stray.add(host)
	a.meters.stray(counted)
	if isNew {
		a.cfg.Log.Warn("the proxy has refused a host that is neither faked nor allowed; --proxy-allow lets it through", "host", host)
	}
}
