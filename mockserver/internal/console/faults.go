package console

import (
	"fmt"
	"net/http"
	"strconv"
)

// addFault queues what the form describes: one effect, and how often.
func (v *visit) addFault(world string) (flash, error) {
	body := v.given(map[string]any{}, "operation")
	switch kind := v.field("effect"); kind {
	case "status":
		status, err := v.number("status")
		if err != nil {
			return flash{}, err
		}
		body["status"] = status
		v.given(body, "error")
	case "delay", "rate_limit":
		body[kind] = v.field("duration")
	case "drop", "truncate":
		body[kind] = true
	}
	for _, name := range []string{"times", "skip"} {
		if v.field(name) == "" {
			continue
		}
		n, err := v.number(name)
		if err != nil {
			return flash{}, err
		}
		body[name] = n
	}
	if v.field("only") != "" {
		body["user"] = v.field("user")
	}
	return done("Fault queued."), v.admin.do(http.MethodPost, path(world, "faults"), body, nil)
}

func (v *visit) number(name string) (int, error) {
	n, err := strconv.Atoi(v.field(name))
	if err != nil {
		return 0, &problem{Status: http.StatusUnprocessableEntity, Detail: fmt.Sprintf("Invalid %s %q: want a whole number.", name, v.field(name))}
	}
	return n, nil
}

func (v *visit) removeFault(world string) (flash, error) {
	err := v.admin.do(http.MethodDelete, path(world, "faults", v.field("fault")), nil, nil)
	return done("Fault deleted."), err
}

func (v *visit) clearFaults(world string) (flash, error) {
	err := v.admin.do(http.MethodDelete, path(world, "faults"), nil, nil)
	return done("All faults deleted."), err
}
