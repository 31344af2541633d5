package fault

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
)

func mustSpec(t testing.TB, source string) Spec {
	t.Helper()
	var s Spec
	dec := json.NewDecoder(strings.NewReader(source))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return s
}

var known = []Operation{
	{ID: "users_list", Body: true}, {ID: "users_destroy", User: true},
	{ID: "stripe_setup_intents_confirm", User: true, Body: true}, {ID: "stripe_tokens_create", Body: true, Worldless: true},
}

func TestValidateRefuses(t *testing.T) {
	for name, c := range map[string]struct{ spec, field, text string }{
		"no operation":      {`{"status":500}`, "operation", `expected an operationId, "stripe_*" for all of Stripe's, or "*" for all`},
		"unknown operation": {`{"operation":"users_lits","status":500}`, "operation", `unknown operation "users_lits"; did you mean users_list? Expected an operationId`},
		"no such operation": {`{"operation":"xxxxxxxxxx","status":500}`, "operation", `unknown operation "xxxxxxxxxx": expected an operationId`},
		"endless user":      {`{"operation":"*","status":500,"user":"` + strings.Repeat("u", 201) + `"}`, "user", "at most 200"},
		"negative skip":     {`{"operation":"*","status":500,"skip":-1}`, "skip", "0 to 1000000, got -1"},
		"huge skip":         {`{"operation":"*","status":500,"skip":1000001}`, "skip", "0 to 1000000"},
		"no times":          {`{"operation":"*","status":500,"times":0}`, "times", "1 to 1000000, got 0"},
		"probability 0":     {`{"operation":"*","status":500,"probability":0}`, "probability", "more than 0 and at most 1, got 0"},
		"probability 1.5":   {`{"operation":"*","status":500,"probability":1.5}`, "probability", "got 1.5"},
		"no effect":         {`{"operation":"*"}`, "status", "exactly one of status, delay, drop, truncate and rate_limit; got none"},
		"two effects":       {`{"operation":"*","status":500,"drop":true}`, "drop", "got status and drop"},
		"error alone":       {`{"operation":"*","error":"payment_error"}`, "error", "a status beside it"},
		"error with delay":  {`{"operation":"*","error":"payment_error","delay":"1s"}`, "error", "a status beside it"},
		"status 399":        {`{"operation":"*","status":399}`, "status", "400 to 599, got 399"},
		"status 600":        {`{"operation":"*","status":600}`, "status", "400 to 599, got 600"},
		"unknown of Stripe's": {
			`{"operation":"stripe_setup_intent_confirm","status":500}`, "operation",
			`unknown operation "stripe_setup_intent_confirm"; did you mean stripe_setup_intents_confirm`,
		},
		"unknown group":    {`{"operation":"users_*","status":500}`, "operation", `unknown operation "users_*"`},
		"worldless":        {`{"operation":"stripe_tokens_create","drop":true}`, "operation", "calls of stripe_tokens_create name no intent"},
		"type for Stripe":  {`{"operation":"stripe_*","status":402,"error":"payment_error"}`, "error", `"payment_error" is an error type of the vendor's API; expected one of Stripe's`},
		"code for vendor":  {`{"operation":"users_list","status":402,"error":"card_declined"}`, "error", `"card_declined" is an error code of Stripe's; expected one of the vendor's error types (validation_error,`},
		"unknown code":     {`{"operation":"stripe_*","status":402,"error":"card_declind"}`, "error", `one of Stripe's error codes, such as card_declined (GET /__admin/options lists them), got "card_declind" (did you mean card_declined?)`},
		"unknown type":     {`{"operation":"users_list","status":402,"error":"payment_eror"}`, "error", `got "payment_eror" (did you mean payment_error?)`},
		"unknown of both":  {`{"operation":"*","status":402,"error":"expired_crad"}`, "error", `or one of Stripe's error codes, such as card_declined (GET /__admin/options lists them), got "expired_crad" (did you mean expired_card`},
		"unknown error":    {`{"operation":"*","status":402,"error":"no_money"}`, "error", "payment_error, temporary_locked"},
		"drop false":       {`{"operation":"*","drop":false}`, "drop", `expected true, or "reset" to close the connection without a byte, got false`},
		"drop text":        {`{"operation":"*","drop":"true"}`, "drop", `got "true"`},
		"drop other text":  {`{"operation":"*","drop":"Reset"}`, "drop", `got "Reset"`},
		"drop number":      {`{"operation":"*","drop":1}`, "drop", "got 1"},
		"drop object":      {`{"operation":"*","drop":{}}`, "drop", "got {}"},
		"truncate no body": {`{"operation":"users_destroy","truncate":true}`, "truncate", "users_destroy answers without a body when it succeeds, so there is nothing to truncate: use drop"},
		"user of no user":  {`{"operation":"users_list","user":"u","status":500}`, "user", "calls of users_list are about no user"},
		"truncate false":   {`{"operation":"*","truncate":false}`, "truncate", "expected true"},
		"delay 0":          {`{"operation":"*","delay":"0s"}`, "delay", "above 0 and at most 10m"},
		"delay too long":   {`{"operation":"*","delay":"10m1s"}`, "delay", `got "10m1s"`},
		"delay a number":   {`{"operation":"*","delay":"30"}`, "delay", "a duration such as 250ms"},
		"rate limit 0":     {`{"operation":"*","rate_limit":"0s"}`, "rate_limit", "from 1s to 1h"},
		"rate limit 1.5s":  {`{"operation":"*","rate_limit":"1.5s"}`, "rate_limit", "whole seconds"},
		"rate limit 2h":    {`{"operation":"*","rate_limit":"2h"}`, "rate_limit", "from 1s to 1h"},
	} {
		t.Run(name, func(t *testing.T) {
			err := mustSpec(t, c.spec).Validate(known)
			var field *FieldError
			if !errors.As(err, &field) {
				t.Fatalf("Validate(%s) = %v, want a *FieldError", c.spec, err)
			}
			if field.Field != c.field || !strings.Contains(field.Text, c.text) {
				t.Errorf("Validate(%s) = %v, want %s: …%s…", c.spec, err, c.field, c.text)
			}
		})
	}
	nan, status := math.NaN(), 500
	if err := (Spec{Operation: "*", Probability: &nan, Status: &status}).Validate(nil); err == nil {
		t.Error("probability NaN is accepted")
	}
}

func TestEffect(t *testing.T) {
	for spec, want := range map[string]Effect{
		`{"operation":"users_list","status":402,"error":"payment_error"}`:                             {Kind: KindStatus, Status: 402, Error: string(connect.PaymentError)},
		`{"operation":"*","status":402,"error":"card_declined"}`:                                      {Kind: KindStatus, Status: 402, Error: "card_declined"},
		`{"operation":"stripe_*","status":402,"error":"card_declined"}`:                               {Kind: KindStatus, Status: 402, Error: "card_declined"},
		`{"operation":"stripe_setup_intents_confirm","status":429,"error":"lock_timeout","user":"u"}`: {Kind: KindStatus, Status: 429, Error: "lock_timeout"},
		`{"operation":"stripe_*","truncate":true}`:                                                    {Kind: KindTruncate},
		`{"operation":"*","status":418}`:                                                              {Kind: KindStatus, Status: 418},
		`{"operation":"*","delay":"10m"}`:                                                             {Kind: KindDelay, Delay: 10 * time.Minute},
		`{"operation":"*","drop":true}`:                                                               {Kind: KindDrop, Drop: DropOnce},
		`{"operation":"users_destroy","drop":"reset","user":"u"}`:                                     {Kind: KindDrop, Drop: DropReset},
		`{"operation":"*","truncate":true}`:                                                           {Kind: KindTruncate},
		`{"operation":"*","rate_limit":"30s","skip":0,"times":1,"user":"u"}`:                          {Kind: KindRateLimit, Status: 429, RetryAfter: 30 * time.Second},
		`{"operation":"*","status":500,"probability":1,"times":1000000}`:                              {Kind: KindStatus, Status: 500},
		`{"operation":"*","status":500,"probability":0.0001,"skip":1000000}`:                          {Kind: KindStatus, Status: 500},
		`{"operation":"users_list","status":500,"error":"validation_error"}`:                          {Kind: KindStatus, Status: 500, Error: string(connect.ValidationError)},
		`{"operation":"users_list","status":599,"error":"temporary_locked"}`:                          {Kind: KindStatus, Status: 599, Error: string(connect.TemporaryLocked)},
		`{"operation":"users_list","status":400,"error":"already_charging"}`:                          {Kind: KindStatus, Status: 400, Error: string(connect.AlreadyCharging)},
		`{"operation":"*","status":424,"error":"charging_provider_error"}`:                            {Kind: KindStatus, Status: 424, Error: string(connect.ChargingProviderError)},
		`{"operation":"*","status":402,"error":"pre_authorization_failed"}`:                           {Kind: KindStatus, Status: 402, Error: string(connect.PreAuthorizationFailed)},
		`{"operation":"*","status":409,"error":"station_availability_issue"}`:                         {Kind: KindStatus, Status: 409, Error: string(connect.StationAvailabilityIssue)},
		`{"operation":"*","status":400,"error":"billing_data_required"}`:                              {Kind: KindStatus, Status: 400, Error: string(connect.BillingDataRequired)},
		`{"operation":"*","status":400,"error":"payment_method_error"}`:                               {Kind: KindStatus, Status: 400, Error: string(connect.PaymentMethodError)},
		`{"operation":"*","status":409,"error":"already_stopped","user":"u"}`:                         {Kind: KindStatus, Status: 409, Error: string(connect.AlreadyStopped)},
		`{"operation":"*","status":500,"error":"unexpected_error","times":100}`:                       {Kind: KindStatus, Status: 500, Error: string(connect.UnexpectedError)},
	} {
		s := mustSpec(t, spec)
		if err := s.Validate(known); err != nil {
			t.Errorf("Validate(%s): %v", spec, err)
			continue
		}
		f, err := NewSet(1, "w").Add(s)
		if err != nil {
			t.Errorf("Add(%s): %v", spec, err)
			continue
		}
		if diff := cmp.Diff(want, f.Effect()); diff != "" {
			t.Errorf("%s has another effect (-want +got):\n%s", spec, diff)
		}
	}
}
