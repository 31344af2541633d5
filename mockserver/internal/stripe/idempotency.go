package stripe

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/stripe/errorcode"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

const (
	headerIdempotency = "Idempotency-Key"
	headerReplayed    = "Idempotent-Replayed"
	headerOriginal    = "Original-Request"
	maxIdempotencyKey = 255 // characters, as Stripe documents
)

// answerTime is after how long a call has ended by itself: the server that
// answered it has been killed. No fault delays an answer for longer.
const answerTime = 11 * time.Minute

// A savedAnswer is the answer of the first call with an idempotency key. Until
// the call has ended, it has none.
type savedAnswer struct {
	Path   string
	Params []byte // a hash
	Since  time.Time
	Intent string `json:",omitzero"` // id of the intent that the call is about; empty if it is about none
	Life   int64  `json:",omitzero"` // of its world
	Run    string `json:",omitzero"` // of the server, if no other one has the store

	Done    bool
	Request string // id of the first call
	Reply   wire.Reply

	id, given string
}

// savedAnswers are the answers by idempotency key. Each is dropped after 24
// hours of wall time, and the oldest ones beyond limit.SavedAnswers and
// limit.SavedMemory.
type savedAnswers struct {
	items[savedAnswer]
	wall func() time.Time
	// has reports whether an intent still exists: a reset of its world begins
	// another life.
	has func(intent string, life int64) bool
}

func newSavedAnswers(s Store, wall func() time.Time, worlds Worlds) *savedAnswers {
	has := func(intent string, life int64) bool {
		w, ok := worlds.ByIntent(intent)
		return ok && w.Life == life
	}
	return &savedAnswers{items[savedAnswer]{s, answerItems}, wall, has}
}

// begin returns the answer that was saved under the key of a call, or keeps the
// call itself, which must end with end. It fails if the key is another call's, or
// if the first call with it has not ended.
func (s *savedAnswers) begin(ctx context.Context, call savedAnswer) (saved *savedAnswer, first bool, err error) {
	call.Since = s.wall()
	for range draws {
		old, seq, err := s.get(ctx, call.id)
		if err != nil {
			return nil, false, err
		}
		if seq != 0 && !s.outdated(old, call.Run) {
			return &old, false, old.answers(call)
		}
		ok, err := s.put(ctx, call.id, call, seq, call.Since.Add(answerTime))
		if ok || err != nil {
			return &call, true, err
		}
	}
	return nil, false, world.Unavailable(connect.ErrBehind)
}

// outdated reports whether an answer no longer counts: what it is about is gone,
// or the server was killed before it answered.
func (s *savedAnswers) outdated(a savedAnswer, run string) bool {
	if !a.Done {
		return a.Run != run
	}
	return a.Intent != "" && !s.has(a.Intent, a.Life)
}

// answers returns an error unless a saved answer is that of a call.
func (a savedAnswer) answers(call savedAnswer) error {
	switch {
	case a.Path != call.Path:
		return otherCall(call.given, "for the same endpoint they were first used for ('"+a.Path+"' and not '"+text.Shorten(call.Path, maxPath)+"')")
	case !bytes.Equal(a.Params, call.Params):
		return otherCall(call.given, "with the same parameters they were first used with")
	case !a.Done:
		return failure(http.StatusConflict, errorObject{
			Type: errorcode.IdempotencyError, Code: "idempotency_key_in_use",
			Message: "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, " +
				"and the other request is still going through): " + call.given + ". Please try again later.",
		})
	}
	return nil
}

const maxPath = 200 // characters of a path in a message

func otherCall(key, only string) error {
	return failure(http.StatusBadRequest, errorObject{
		Type: errorcode.IdempotencyError,
		Message: "Keys for idempotent requests can only be used " + only + ". Try using a key other than '" + key +
			"' if you meant to execute a different request.",
	})
}

// end saves the answer of a first call, or forgets the call.
func (s *savedAnswers) end(ctx context.Context, call *savedAnswer, request string, reply wire.Reply, keep bool) error {
	if !keep {
		return s.drop(ctx, call.id)
	}
	call.Done, call.Request, call.Reply = true, request, reply
	_, err := s.put(ctx, call.id, *call, store.AnySeq, call.Since.Add(limit.SavedTime))
	return err
}

// repeated returns the saved answer if the call repeats one with the same
// idempotency key; ok is false if it is the first, or has no key.
func (c *call) repeated() (reply wire.Reply, ok bool, err error) {
	given := c.r.Header.Get(headerIdempotency)
	if given == "" || c.r.Method != http.MethodPost {
		return reply, false, nil
	}
	if len(given) > maxIdempotencyKey {
		return reply, false, invalid("", "Idempotency keys can have up to 255 characters. Use a shorter one, such as a UUID.")
	}
	c.w.Header().Set(headerIdempotency, given)
	account := params{"api": {string(c.key)}, "account": {c.r.Header.Get("Stripe-Account")}, "request": {given}}
	a := savedAnswer{id: hex.EncodeToString(account.sum()), given: given, Path: c.r.URL.Path, Params: c.params.sum(), Run: c.h.cfg.alone()}
	if c.world != nil {
		a.Intent, a.Life = c.id, c.world.Life
	}
	saved, first, err := c.h.saved.begin(c.r.Context(), a)
	switch {
	case err != nil:
		return reply, false, err
	case first:
		c.saving = saved
		return reply, false, nil
	}
	reply = saved.Reply
	reply.Header = maps.Clone(reply.Header)
	if reply.Header == nil {
		reply.Header = http.Header{}
	}
	reply.Header.Set(headerReplayed, "true")
	reply.Header.Set(headerOriginal, saved.Request)
	return reply, true, nil
}

// kept reports whether an answer is saved for repeats of the call: if the
// operation has run, whether or not it succeeded. Invalid parameters and keys,
// conflicts and rate limits come before that, and so do statuses above 500.
func kept(reply wire.Reply, code string) bool {
	switch reply.Status {
	case http.StatusOK, http.StatusPaymentRequired, http.StatusInternalServerError:
		return true
	}
	return strings.HasSuffix(code, "_unexpected_state")
}

// sum returns a hash of the parameters. Their order does not matter, that of
// the values of one name does.
func (p params) sum() []byte {
	h := sha256.New()
	add := func(s string) {
		_ = binary.Write(h, binary.BigEndian, uint64(len(s))) // a hash never fails
		_, _ = h.Write([]byte(s))
	}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		for _, value := range p[name] {
			add(name)
			add(value)
		}
	}
	return h.Sum(nil)
}
