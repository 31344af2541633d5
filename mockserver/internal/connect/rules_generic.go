package connect

// genericRules are the rules that the HTTP side checks, the same for every
// operation.
func genericRules() Rules {
	const framework = "conventions of the vendor's framework, Django REST Framework"
	return Rules{
		{
			ID: "auth/missing", Status: 401,
			Sentence: "The Authorization header is missing or not \"Bearer TOKEN\".",
			Detail:   "Authentication credentials were not provided.",
			Source:   "docs: Troubleshooting; text: " + framework,
			Remedy:   "Send \"Authorization: Bearer TOKEN\".",
		}, {
			ID: "auth/invalid", Status: 403,
			Sentence: "The token is invalid, revoked or of another environment.",
			Detail:   "Incorrect authentication credentials.",
			Source:   "docs: Troubleshooting, Environments; text: " + framework,
			Remedy:   "Use a valid token; the fake accepts any except \"revoked\" and those that name an unknown scenario.",
		}, {
			ID: notFound, Status: 404,
			Sentence: "The object named in the path does not exist, is deleted, or belongs to another user.",
			Detail:   "Not found.",
			Source:   "openapi.yaml; docs: Users; text: " + framework,
			Remedy:   "Use the id of an existing object.",
		}, {
			ID: "request/invalid", Status: 400, Type: ValidationError,
			Sentence: "A parameter or field is invalid.",
			Detail:   "Validation Error",
			Source:   "openapi.yaml; texts: " + framework,
			Remedy:   "Fix the fields named in error.details.",
		}, {
			ID: "request/method-not-allowed", Status: 405,
			Sentence: "The method is not allowed on this path.",
			Source:   framework,
			Remedy:   "Use a method listed in the Allow header.",
		}, {
			ID: "request/not-acceptable", Status: 406,
			Sentence: "The Accept header excludes JSON.",
			Detail:   "Could not satisfy the request Accept header.",
			Source:   framework,
			Remedy:   "Accept application/json.",
		}, {
			ID: "request/too-large", Status: 413, Assumed: true,
			Sentence: "The body is larger than 1 MiB.",
			Detail:   "Request body exceeds the limit of 1048576 bytes.",
			Source:   "assumed",
			Remedy:   "Send a smaller body.",
		}, {
			ID: "request/unsupported-media-type", Status: 415,
			Sentence: "The body is neither JSON nor a form.",
			Source:   framework,
			Remedy:   "Send application/json, application/x-www-form-urlencoded or multipart/form-data.",
		}, {
			ID: "request/unexpected-error", Status: 500, Type: UnexpectedError, Assumed: true,
			Sentence: "The fake itself failed.",
			Detail:   "Server Error",
			Source:   "openapi.yaml",
			Remedy:   "Report it with its X-Request-Id: it is a bug in cariqa-mock.",
		},
	}.with(Rule{Operation: OpAny})
}
