package scenario

import (
	"fmt"

	"cariqamock/internal/redact"
)

const redactedNote = `# Texts that look like secrets or card numbers are not in the file. redacted-1,
# redacted-2 and so on stand for them, and for the same text wherever it was.
`

// redact replaces the texts that clients have sent and that the redactor does
// not show, so that texts that differ stay different. It reports whether there
// were any.
func (f *File) redact() bool {
	known := map[string]string{}
	replace := func(domain string, texts ...**string) {
		for _, text := range texts {
			if *text == nil || redact.Text(**text) == **text {
				continue
			}
			if known[**text] == "" {
				known[**text] = fmt.Sprintf("redacted-%d%s", len(known)+1, domain)
			}
			*text = new(known[**text])
		}
	}
	for i := range f.Users {
		u := &f.Users[i]
		replace("@example.org", &u.Email)
		if u.ExternalID != nil {
			id := *u.ExternalID
			replace("", &id)
			u.ExternalID = &id
		}
		if b := u.Billing; b != nil {
			replace("", &b.Country, &b.City, &b.TaxID, &b.CompanyName, &b.VATID, &b.Line1, &b.PostalCode, &b.FirstName, &b.LastName)
		}
		for j := range u.PaymentMethods {
			replace("", &u.PaymentMethods[j].Name)
		}
	}
	for i := range f.Faults {
		user := &f.Faults[i].User
		replace("", &user)
		f.Faults[i].User = *user
	}
	return len(known) > 0
}
