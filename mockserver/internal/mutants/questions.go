package mutants

import (
	"net/http"
	"strings"
)

// onMethod lies about the calls of a method.
func onMethod(method string, do func(c *call, honest server) *reply) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			if c.request.Method != method {
				return honest(c)
			}
			return do(c, honest)
		}
	}
}

// questionMutants are wrong about what proxies, caches and browsers ask.
func questionMutants() []Mutant {
	const head, options = "method HEAD", "method OPTIONS"
	refuse := func(status int) func(*call, server) *reply {
		return func(*call, server) *reply {
			return made(status, map[string]any{"detail": "Method not allowed."})
		}
	}
	return []Mutant{
		behavior("a HEAD is not allowed", head, onMethod(http.MethodHead, refuse(http.StatusMethodNotAllowed))),
		behavior("a HEAD is always a success", head, onMethod(http.MethodHead, func(c *call, honest server) *reply { return honest(c).as(http.StatusOK) })),
		behavior("a HEAD has another length", head, onMethod(http.MethodHead, headered("Content-Length", "0"))),
		behavior("an OPTIONS is not allowed", options, onMethod(http.MethodOptions, refuse(http.StatusMethodNotAllowed))),
		behavior("an OPTIONS lists GET only", options, onMethod(http.MethodOptions, headered("Allow", "GET, HEAD, OPTIONS"))),
		behavior("a preflight requires a token", options, onMethod(http.MethodOptions, func(c *call, honest server) *reply {
			if c.request.Header.Get("Authorization") == "" {
				return made(http.StatusUnauthorized, map[string]any{"detail": "Authentication credentials were not provided."})
			}
			return honest(c)
		})),
		behavior("a preflight does not allow the token", options, onMethod(http.MethodOptions, headered("Access-Control-Allow-Headers", "content-type"))),
		behavior("answers do not depend on the origin for caches", opUser+" 200", everywhere(headered("Vary", "Accept"))),
		behavior("any page may use cookies", opUser+" 200", everywhere(func(c *call, honest server) *reply {
			r := honest(c)
			if origin := c.request.Header.Get("Origin"); r != nil && origin != "" {
				r.header.Set("Access-Control-Allow-Origin", origin)
				r.header.Set("Access-Control-Allow-Credentials", "true")
			}
			return r
		})),
		behavior("a GET without the last slash is not found", opUser+" 301", slashless(func(string) *reply { return notFound() })),
		behavior("a GET without the last slash loses its query", opUser+" 301", slashless(func(path string) *reply {
			return &reply{status: http.StatusMovedPermanently, header: http.Header{"Location": {path + "/"}}}
		})),
		behavior("JSON is sent in another encoding", opUser+" 200", everywhere(headered("Content-Type", "application/json; charset=iso-8859-1"))),
		behavior("answers may be kept by shared caches", opUser+" 200", everywhere(headered("Cache-Control", "public, max-age=60"))),
		behavior("an old copy is confirmed", opUser+" 200", everywhere(func(c *call, honest server) *reply {
			if c.request.Header.Get("If-None-Match") != "" {
				return &reply{status: http.StatusNotModified, header: http.Header{}}
			}
			return honest(c)
		}), opUser),
		behavior("a part is sent as the whole", opUser+" 200", everywhere(func(c *call, honest server) *reply {
			r := honest(c)
			if r != nil && c.request.Header.Get("Range") != "" && len(r.body) > 5 {
				r.body = r.body[:5]
			}
			return r
		}), opUser),
	}
}

// moreQuestionMutants are wrong about the same, in ways that fewer ask for.
func moreQuestionMutants() []Mutant {
	const options = "method OPTIONS"
	return []Mutant{
		behavior("an OPTIONS has every method", options, onMethod(http.MethodOptions, headered("Allow", "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"))),
		behavior("an OPTIONS is not JSON", options, onMethod(http.MethodOptions, headered("Content-Type", "text/html"))),
		behavior("a preflight allows some methods only", options, onMethod(http.MethodOptions, headered("Access-Control-Allow-Methods", "GET, PATCH, DELETE"))),
		behavior("a refusal of the token does not name the scheme", opUser+" 401", everywhere(headered("Www-Authenticate", ""))),
		behavior("secrets may be kept", opSetup+" 200", instead(opSetup, headered("Cache-Control", "max-age=3600")), opSetup),
		behavior("what changed last is older than the change", opUser+" 200", everywhere(func(c *call, honest server) *reply {
			if c.request.Header.Get("If-Modified-Since") == "Thu, 01 Jan 2026 00:00:00 GMT" {
				return &reply{status: http.StatusNotModified, header: http.Header{}}
			}
			r := honest(c)
			if r != nil {
				r.header.Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
			}
			return r
		})),
		behavior("a header replaces the method", opUser+" 200", everywhere(func(c *call, honest server) *reply {
			if method := c.request.Header.Get("X-HTTP-Method-Override"); method != "" {
				c.request.Method = method
			}
			return honest(c)
		})),
		behavior("a page may not read what its write was answered", opPatch+" 200", instead(opPatch, headered("Access-Control-Allow-Origin", "")), opPatch),
		behavior("answers may be framed", opUser+" 200", everywhere(headered("X-Frame-Options", ""))),
		behavior("types may be guessed", opUser+" 200", everywhere(headered("X-Content-Type-Options", ""))),
	}
}

// accessMutants are wrong about tokens where something exists, or hide what exists
// from everybody.
func accessMutants() []Mutant {
	out := []Mutant{
		behavior("the tile has no stations", opTile+" 200", editing(opTile, http.StatusOK, path{"features"}, always([]any{})), opTile),
		behavior("a search for stations finds none", opAround+" 200", instead(opAround, emptyPage), opAround),
		behavior("a filter of tiles finds none", opTile+" ?only_partners", instead(opTile, func(c *call, honest server) *reply {
			r := honest(c)
			if r != nil && r.ok() && c.param("only_partners") == "true" {
				return r.saying(map[string]any{"type": "FeatureCollection", "features": []any{}})
			}
			return r
		}), opTile),
	}
	for _, op := range []string{opUser, opSession, opSessions, opMethods, opInvoices, opBilling} {
		out = append(out, behavior("what exists is shown without a token: "+op, op+" 200", lax(op, "", false), op),
			behavior("what exists is shown to an invalid token: "+op, op+" 200", lax(op, "Bearer revoked", false), op))
	}
	for _, op := range []string{opRate, opPatch, opPutBilling, opDefault} {
		out = append(out, behavior("a refused write without a token is done: "+op, op+" 200", lax(op, "", true), op))
	}
	for _, op := range []string{opSession, opSessions, opMethods, opInvoices, opBilling} {
		out = append(out, behavior("another client reads what exists: "+op, op+" 200", clientless(op), op))
	}
	return out
}

// everywhere is a twist of all answers of the vendor's API.
func everywhere(do func(c *call, honest server) *reply) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			if !strings.HasPrefix(c.request.URL.Path, "/api/v1/") {
				return honest(c)
			}
			return do(c, honest)
		}
	}
}

// headered sets a header of an answer, or deletes it if value is "".
func headered(name, value string) func(*call, server) *reply {
	return func(c *call, honest server) *reply {
		r := honest(c)
		switch {
		case r == nil:
		case value == "":
			r.header.Del(name)
		case r.header.Get(name) != "" || name == "Cache-Control":
			r.header.Set(name, value)
		}
		return r
	}
}

// slashless answers GETs without the last slash.
func slashless(answer func(path string) *reply) func() twist {
	return everywhere(func(c *call, honest server) *reply {
		if c.request.Method != http.MethodGet || strings.HasSuffix(c.request.URL.Path, "/") {
			return honest(c)
		}
		return answer(c.request.URL.Path)
	})
}

// lax is a twist that answers an operation's calls with a wrong token as with the one that was used
// before for the same user. If quietly, it does what the call asks for, but refuses.
func lax(op, wrong string, quietly bool) func() twist {
	return func() twist {
		tokens := &memory[string]{}
		return func(c *call, honest server) *reply {
			token, user := c.request.Header.Get("Authorization"), c.vars["user_id"]
			r := honest(c)
			if r == nil || user == "" {
				return r
			}
			if r.ok() {
				tokens.once(user, token)
			}
			good, known := tokens.get(user)
			if c.op != op || token != wrong || !known || r.status != http.StatusUnauthorized && r.status != http.StatusForbidden {
				return r
			}
			again := c.with(*c.request.URL)
			again.request.Header.Set("Authorization", good)
			done := honest(again)
			if quietly {
				return r
			}
			return done
		}
	}
}
