package connect

// stopRules are in order of check.
func stopRules() Rules {
	const stillRunning = "Do not assume that anything changed: refresh, then try again later."
	return Rules{
		{
			ID: "stop-charging/not-found", Status: 404,
			Sentence: "The user has no session with this id.",
			Detail:   "User session with this id was not found",
			Source:   stopPage,
			Remedy:   "Use the id of one of the user's sessions.",
			Holds:    func(s *Situation) bool { return s.session == nil || !s.session.visible(s.now) },
		}, {
			ID: "stop-charging/already-stopped", Status: 409, Type: AlreadyStopped,
			Sentence: "The session is no longer active: the user, the station or the provider has stopped it.",
			Details:  "The charging session has already been stopped.",
			Source:   stopPage + "; text assumed",
			Remedy:   "Nothing is left to do: refresh and treat the session as stopped.",
			Facts:    factEnded,
			Holds:    func(s *Situation) bool { return s.session.stateAt(s.now) != StateActive },
		}, {
			ID: "stop-charging/provider-failed", Status: 424, Type: ChargingProviderError,
			Sentence: "The charging provider did not stop the session.",
			Details:  "The charging provider did not stop the session.",
			Source:   "openapi.yaml; " + stopPage + " has 409",
			Remedy:   stillRunning,
			Facts:    factStopScript,
			Holds:    func(s *Situation) bool { return s.session.point.Script.Stop == StopFails },
		}, {
			ID: "stop-charging/provider-failed-409", Status: 409, Type: ChargingProviderError,
			Sentence: "The charging provider did not stop the session.",
			Details:  "The charging provider did not stop the session.",
			Source:   stopPage + "; openapi.yaml has 424",
			Remedy:   stillRunning,
			Facts:    factStopScript,
			Holds:    func(s *Situation) bool { return s.session.point.Script.Stop == StopFails409 },
		}, {
			ID: "stop-charging/unexpected-error", Status: 500, Type: UnexpectedError,
			Sentence: "The vendor had an internal error.",
			Details:  internalError,
			Source:   clientSource,
			Remedy:   "Refresh, then try again later.",
			Facts:    factStopScript,
			Holds:    func(s *Situation) bool { return s.session.point.Script.Stop == StopUnexpected },
		},
	}.with(Rule{Operation: OpStop, Detail: chargingError})
}
