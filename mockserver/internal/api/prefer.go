package api

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/spec"
)

// prefer returns the documented answer that a client asked for. Nothing
// changes in the world. An answer that is not documented is a 400 that lists
// those that are.
func (a *API) prefer(op string, p wire.Preference) (wire.Reply, error) {
	documented, err := a.documented(op)
	if err != nil {
		return wire.Reply{}, err
	}
	var known []string
	for _, d := range documented {
		status := strconv.Itoa(d.Status)
		if (p.Code == "" || p.Code == status) && (p.Error == "" || p.Error == d.Type) {
			applied := "code=" + status
			if p.Error != "" {
				applied += ", error=" + p.Error
			}
			return wire.Reply{
				Status: d.Status, Body: d.Body, Rule: wire.RulePrefer, Header: http.Header{"Preference-Applied": {applied}},
			}, nil
		}
		text := "code=" + status
		if d.Type != "" {
			text += ", error=" + d.Type
		}
		if !slices.Contains(known, text) {
			known = append(known, text)
		}
	}
	return wire.Reply{}, a.refuse("request/invalid", fmt.Sprintf("Prefer: %s has no such documented answer; the documented ones are: %s.",
		op, strings.Join(known, "; ")))
}

// documented returns an operation's answers: the examples of openapi.yaml, and
// the answers of its rules that have another type.
func (a *API) documented(op string) ([]spec.Example, error) {
	out, err := a.cfg.Spec.Examples(op)
	if err != nil {
		return nil, err
	}
	for i, e := range out {
		if e.Status >= http.StatusBadRequest {
			out[i].Body = wire.Ordered(e.Body)
		}
	}
	for _, r := range a.cfg.Rules.Of(connect.Operation(op)) {
		known := slices.ContainsFunc(out, func(e spec.Example) bool {
			return e.Status == r.Status && e.Type == string(r.Type)
		})
		if !known {
			reply := wire.Refused(&connect.Refusal{Rule: r})
			out = append(out, spec.Example{Status: r.Status, Type: string(r.Type), Body: reply.Body})
		}
	}
	return out, nil
}
