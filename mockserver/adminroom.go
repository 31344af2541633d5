package mockserver

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"sync"

	"cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/internal/console"
	"cariqamock/mockserver/internal/world"
)

// Admin answers what a server with SplitAdmin leaves out: the admin API and
// the console. api is the origin at which the vendor's API is reached, which
// they show to people and put into links, unless there is a public URL.
func (s *Server) Admin(api string) (http.Handler, error) {
	if s.cfg.PublicURL != "" {
		return s.adminRoom(s.base, s.call), nil
	}
	u, err := url.Parse(api)
	if err != nil {
		return nil, err
	}
	call := func(w *world.World, r *http.Request) (admin.Answer, error) {
		r.Host, r.TLS = u.Host, nil
		if u.Scheme == "https" {
			r.TLS = &tls.ConnectionState{}
		}
		r.Header.Del("X-Forwarded-Proto") // of whatever stands before the admin address
		r.Header.Del("X-Forwarded-Host")
		return s.call(w, r)
	}
	return s.adminRoom(func(*http.Request) string { return api }, call), nil
}

// adminRoom is what is for people and tools of our own: /__admin and the
// console.
func (s *Server) adminRoom(base func(*http.Request) string, call func(*world.World, *http.Request) (admin.Answer, error)) http.Handler {
	steer := admin.New(admin.Config{
		Version: s.cfg.Version, Token: s.cfg.AdminToken, Loopback: s.cfg.Loopback,
		Rules: s.cfg.Rules, Library: s.library, Worlds: s.worlds, Catalogue: s.catalogue, Log: s.cfg.Log,
		Metrics: s.api.meters.write, Operation: knownOperation, Cases: s.cfg.Cases, Call: call, Base: base,
	})
	var operations []string
	for _, op := range s.api.spec.Operations() {
		operations = append(operations, op.ID)
	}
	pages := sync.OnceValue(func() http.Handler { // reading its templates can wait until somebody looks
		return console.New(console.Config{
			Admin: steer, Base: base, Operations: operations,
			Cookie: func(token string) (name, value string) { return admin.CookieName, admin.Cookie(token) },
		})
	})
	rooms := http.NewServeMux()
	rooms.Handle("/__admin/", steer)
	rooms.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { pages().ServeHTTP(w, r) })
	return rooms
}
