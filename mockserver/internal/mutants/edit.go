package mutants

// An edit returns the new value and whether it differs from the old one.
type edit func(any) (any, bool)

// at applies an edit to everything that a path leads to.
func at(v any, p path, change edit) (any, bool) {
	if len(p) == 0 {
		return change(v)
	}
	changed := false
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if name != p[0] && p[0] != values {
				continue
			}
			to, ok := at(member, p[1:], change)
			if changed = changed || ok; ok {
				v[name] = to
			}
		}
	case []any:
		if p[0] != items {
			return v, false
		}
		for i := range v {
			to, ok := at(v[i], p[1:], change)
			if changed = changed || ok; ok {
				v[i] = to
			}
		}
	}
	return v, changed
}

// dropped removes a member of an object, or renames it if other is not "".
func dropped(name, other string) edit {
	return func(v any) (any, bool) {
		object, ok := v.(map[string]any)
		if !ok {
			return v, false
		}
		member, there := object[name]
		if !there {
			return v, false
		}
		delete(object, name)
		if other != "" {
			object[other] = member
		}
		return object, true
	}
}

// always replaces any value.
func always(to any) edit { return func(any) (any, bool) { return to, true } }

// where replaces a value that is not null.
func where(to any) edit {
	return func(v any) (any, bool) {
		if v == nil {
			return v, false
		}
		return to, true
	}
}

// editing is a twist that edits the answers of an operation and a status.
// Status 0 means any success.
func editing(op string, status int, p path, change edit) func() twist {
	return func() twist {
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || c.op != op || status != r.status && (status != 0 || !r.ok()) {
				return r
			}
			if v, changed := at(r.value(), p, change); changed {
				return r.saying(v)
			}
			return r
		}
	}
}
