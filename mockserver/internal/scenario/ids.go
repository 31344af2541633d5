package scenario

import (
	"bytes"
	"fmt"

	"github.com/google/uuid"
)

// fillIDs sets the ids of users and sessions that have none: a UUID of version 5
// of the scenario's name and their place, the same one whenever the file is read.
// It returns a comment that lists them, or nil.
func (f *File) fillIDs() []byte {
	var made bytes.Buffer
	fill := func(id *string, path string) {
		if *id == "" {
			*id = uuid.NewSHA1(uuid.NameSpaceURL, []byte("cariqa-mock:"+f.Name+"#"+path)).String()
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
