package spec

// AllowedStatus is a status that a server may answer although openapi.yaml
// does not declare it for the operation. Its body is still checked, against
// the schema named here.
type AllowedStatus struct {
	Code   int    `json:"code"`
	Schema string `json:"schema"` // a name under components/schemas
	Why    string `json:"why"`
	Source string `json:"source"`
}

// AllowedStatuses returns the ledger of undeclared statuses. It is short on
// purpose: whatever else is undeclared is a finding. A declared status is
// judged by its declaration, never by this list.
func AllowedStatuses() []AllowedStatus {
	const framework = "measured on the vendor's framework (Django REST Framework)"
	return []AllowedStatus{
		{404, "Detail", "a list that has no such page; the file declares it only where the path names an object", framework},
		{405, "Detail", "the path exists, the method does not", framework},
		{406, "Detail", "the Accept header asks for something other than JSON", framework},
		{413, "Detail", "the body is larger than the server takes", "ours: bodies are limited to 1 MiB"},
		{415, "Detail", "the body has a media type the server cannot read", framework},
		{429, "Detail", "too many requests, or a fault that was asked for", framework},
		{500, "ErrorDetail", "something broke; the file lists this for starting and stopping only", "the vendor's error schema has unexpected_error"},
	}
}
