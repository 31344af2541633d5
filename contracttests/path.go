package contracttests

import (
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strings"
	"unicode"
)

// maxID is the maximum length of a target's ids.
const maxID = 255

// errID means that an id cannot be put into a path.
var errID = errors.New("no id that can be part of a path")

// shownID returns a target's id for people.
func shownID(id string) string { return redacted(Shorten([]byte(id))) }

// segment returns a target's id as a segment of a path, whatever is in it.
func segment(id string) (string, error) {
	if id == "" || id == "." || id == ".." || len(id) > maxID || strings.ContainsFunc(id, unicode.IsControl) {
		return "", errID
	}
	return url.PathEscape(id), nil
}

// unusableID returns the first id in an answer that would not stay one segment
// of a path in which it is put as it is.
func unusableID(v any) (id string, found bool) {
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["id"].(string); ok && (strings.ContainsAny(id, "/?#%\\ ") || !segmentable(id)) {
			return id, true
		}
		for _, member := range v {
			if id, found = unusableID(member); found {
				return id, true
			}
		}
	case []any:
		for _, element := range v {
			if id, found = unusableID(element); found {
				return id, true
			}
		}
	}
	return "", false
}

func segmentable(id string) bool {
	_, err := segment(id)
	return err == nil
}

// ErrTooLong means that there is more of an answer than MaxAnswer.
var ErrTooLong = fmt.Errorf("the answer is longer than %d MiB, of which no more was read", MaxAnswer>>20)

// declared returns what an answer declares to be, if that is not JSON.
func declared(a *Answer) string {
	kind := a.Header.Get("Content-Type")
	if media, _, err := mime.ParseMediaType(kind); err == nil && (media == "application/json" || strings.HasSuffix(media, "+json")) {
		return ""
	}
	if kind == "" {
		return "; the answer has no Content-Type"
	}
	return fmt.Sprintf("; its Content-Type is %q", kind)
}
