package scenario

import (
	"bytes"
	"fmt"

	"github.com/google/uuid"
)

// namespace is that of the ids which are made from names and places (RFC 9562,
// version 5).
var namespace = uuid.MustParse("6d1f0b9e-54c7-4c0e-9a51-0c8f7f0e2b1d")

// fillIDs gives the users and sessions without an id the one that follows from
// the scenario's name and their place: the same one whenever the file is read. It
// returns a comment that lists them, or nothing.
func (f *File) fillIDs() []byte {
	var made bytes.Buffer
	fill := func(id *string, path string) {
		if *id == "" {
			*id = uuid.NewSHA1(namespace, []byte(f.Name+" "+path)).String()
			fmt.Fprintf(&made, "#   %s: %s\n", path, *id)
		}
	}
	for i := range f.Users {
		u := &f.Users[i]
		path := fmt.Sprintf("users[%d]", i)
		fill(&u.ID, path)
		for j := range u.Sessions {
			fill(&u.Sessions[j].ID, fmt.Sprintf("%s.sessions[%d]", path, j))
		}
	}
	if made.Len() == 0 {
		return nil
	}
	return append([]byte("# The ids that this file leaves out:\n"), made.Bytes()...)
}
