package spec

// allowedStatus is a status that a server may answer although openapi.yaml
// does not declare it for the operation. Its body is still checked.
type allowedStatus struct {
	code   int
	schema string // of the body, a name under components/schemas
	why    string
	source string
}

// allowedStatuses is the ledger of undeclared statuses. It is short on
// purpose: every other undeclared status is a finding. A declared status is
// judged by its declaration, never by this list.
var allowedStatuses = []allowedStatus{
	{404, "Detail", "a list that has no such page; the file declares it only where the path names an object", vendorFramework},
	{405, "Detail", "the path exists, the method does not", vendorFramework},
	{406, "Detail", "the Accept header asks for something other than JSON", vendorFramework},
	{413, "Detail", "the body is larger than the server takes", "ours: bodies are limited to 1 MiB"},
	{415, "Detail", "the body has a media type the server cannot read", vendorFramework},
	{429, "Detail", "too many requests, or an injected fault", vendorFramework},
	{500, "ErrorDetail", "something broke; the file lists this for starting and stopping only", "the vendor's error schema has unexpected_error"},
}
