package console

import (
	"encoding/json"
	"time"
)

// What the admin API answers, as far as the console shows it. The fields are
// described in its openapi.yaml.

type worldInfo struct {
	ID, Scenario    string
	CreatedAt       time.Time `json:"created_at"`
	Now             time.Time
	Users, Sessions int
}

type clockInfo struct {
	Now    time.Time
	Frozen bool
	Speed  float64
}

type scenarioInfo struct {
	Name, Title string
	Proves      []string
}

type rule struct {
	ID, Operation, Type, Sentence, Source, Remedy string
	Status                                        int
	Assumed                                       bool
	Scenarios, Cases                              []string
}

type userList struct {
	Count int
	Users []struct {
		ID         string
		Email      *string
		Locale     string
		ExternalID *string `json:"external_id"`
	}
}

type userInfo struct {
	ID         string
	Email      *string
	Locale     string
	ExternalID *string  `json:"external_id"`
	Billing    bool     `json:"billing_complete"`
	Methods    []method `json:"payment_methods"`
	Sessions   []session
	Debts      []debt
	Waiting    []struct {
		Intent, Kind, Status string
		Amount, Currency     string
		Secret               string `json:"client_secret"`
		Method               string `json:"payment_method"`
	}
}

type method struct {
	ID, Type, Brand, Last4, Expires string
	Holder                          *string
	Default                         bool
	CreatedAt                       time.Time `json:"created_at"`
	Removal                         struct {
		Allowed bool
		Rules   []rule
	}
}

type session struct {
	ID, User, State string
	KWh             *string
	Hold, Cost      string
	CDRDue          *time.Time `json:"cdr_due"`
	EVSE, Station   string
	Method          string `json:"payment_method"`
	Currency        string
	StartedAt       time.Time  `json:"started_at"`
	EndedAt         *time.Time `json:"ended_at"`
	EndedBy         string     `json:"ended_by"`
	Captured, Owed  string
	SettledAt       *time.Time `json:"settled_at"`
	VAT             string
	Parts           []struct{ Name, Net, VAT, Gross string }
	Readings        []reading
}

type reading struct {
	At  time.Time
	KWh string
}

type debt struct {
	Session, Intent, Status, Amount, Currency string
	Secret                                    string `json:"client_secret"`
	LastError                                 string `json:"last_error"`
}

type chargePoint struct {
	EVSE, Station, Kind, Behavior, Outcome, Status string
	Override                                       struct {
		Status *string
		Busy   *bool
	}
	Session *string
}

type fault struct {
	ID, Operation, User string
	Skip, Times         *int
	Probability         *float64
	Status              *int
	Error               *string
	Delay               *string
	Drop, Truncate      *bool
	RateLimit           *string `json:"rate_limit"`
	Hits                int
	Left                *int
}

type entry struct {
	ID, Operation, Method, Path, Query string
	Time                               time.Time
	Status                             int
	Request, Response                  struct {
		Headers map[string]string
		Body    json.RawMessage
	}
	Rule     string
	Findings []struct{ Side, Message string }
	Fault    string
	User     string
}

type explanation struct {
	Rule, Remedy, Sentence, Source string
	Facts                          []string
	Assumed                        bool
	Before, After                  json.RawMessage
}

type callResult struct {
	Request, Rule string
	Status        int
	Body          json.RawMessage
}

type evidence struct {
	Summary string
	Cases   []struct {
		ID, Title    string
		Rules, Needs []string
		Proofs       []struct {
			Target, Text string
			Passed       *string
			Stale        bool
		}
	}
}

type differences struct {
	Differences []struct{ Topic, Sources, Fake string }
	Assumptions []string
}
