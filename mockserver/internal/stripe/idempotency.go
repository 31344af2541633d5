package stripe

import (
	"container/list"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/stripe/errorcode"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
)

const (
	headerIdempotency = "Idempotency-Key"
	headerReplayed    = "Idempotent-Replayed"
	headerOriginal    = "Original-Request"
	maxIdempotencyKey = 255 // characters, as Stripe documents
)

// savedSize is the bytes of a saved answer without its texts, about.
const savedSize = 1000

// A savedKey identifies a saved answer: Stripe keeps them by account, which the
// API key and the header Stripe-Account name.
type savedKey struct {
	api              key
	account, request string
}

// A savedAnswer is the answer of the first call with an idempotency key. Until
// the call has ended, it has none.
type savedAnswer struct {
	id     savedKey
	path   string
	params [sha256.Size]byte
	since  time.Time
	intent string // id of the intent that the call is about; empty if it is about none
	life   int64  // of its world
	place  *list.Element

	done    bool
	request string // id of the first call
	reply   wire.Reply
}

func (a *savedAnswer) size() int {
	return savedSize + len(a.reply.Body) + len(a.path) + len(a.id.request) + len(a.id.account) + len(a.id.api)
}

// savedAnswers are the answers by idempotency key. Each is dropped after 24
// hours of wall time, and the oldest ones beyond limit.SavedAnswers and
// limit.SavedMemory.
type savedAnswers struct {
	wall func() time.Time
	// has reports whether an intent still exists: a reset of its world begins
	// another life.
	has func(intent string, life int64) bool

	mu    sync.Mutex
	byKey map[savedKey]*savedAnswer
	queue list.List // oldest first
	bytes int
}

func newSavedAnswers(wall func() time.Time, worlds Worlds) *savedAnswers {
	has := func(intent string, life int64) bool {
		w, ok := worlds.ByIntent(intent)
		return ok && w.Life == life
	}
	return &savedAnswers{wall: wall, has: has, byKey: map[savedKey]*savedAnswer{}}
}

// begin returns the answer that was saved under the key of a call, or keeps the
// call itself, which must end with end. It fails if the key is another call's, or
// if the first call with it has not ended.
func (s *savedAnswers) begin(call savedAnswer) (saved *savedAnswer, first bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	call.since = s.wall()
	s.expire(call.since)
	old := s.byKey[call.id]
	if old != nil && old.done && old.intent != "" && !s.has(old.intent, old.life) {
		s.drop(old) // what it is about is gone
		old = nil
	}
	switch {
	case old == nil:
		call.place = s.queue.PushBack(&call)
		s.byKey[call.id] = &call
		s.bytes += call.size()
		s.expire(call.since)
		return &call, true, nil
	case old.path != call.path:
		return nil, false, otherCall(old.id.request, "for the same endpoint they were first used for ('"+old.path+"' and not '"+
			text.Shorten(call.path, maxPath)+"')")
	case old.params != call.params:
		return nil, false, otherCall(old.id.request, "with the same parameters they were first used with")
	case !old.done:
		return nil, false, failure(http.StatusConflict, errorObject{
			Type: errorcode.IdempotencyError, Code: "idempotency_key_in_use",
			Message: "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, " +
				"and the other request is still going through): " + old.id.request + ". Please try again later.",
		})
	}
	return old, false, nil
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
func (s *savedAnswers) end(call *savedAnswer, request string, reply wire.Reply, keep bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byKey[call.id] != call {
		return // so many calls came since that it was dropped
	}
	s.drop(call)
	if keep {
		call.done, call.request, call.reply = true, request, reply
		call.place = s.queue.PushBack(call)
		s.byKey[call.id] = call
		s.bytes += call.size()
		s.expire(s.wall())
	}
}

func (s *savedAnswers) drop(a *savedAnswer) {
	s.bytes -= a.size()
	s.queue.Remove(a.place)
	delete(s.byKey, a.id)
}

func (s *savedAnswers) expire(now time.Time) {
	for e := s.queue.Front(); e != nil; e = s.queue.Front() {
		a := e.Value.(*savedAnswer)
		if s.queue.Len() <= limit.SavedAnswers && s.bytes <= limit.SavedMemory && now.Sub(a.since) < limit.SavedTime {
			return
		}
		s.drop(a)
	}
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
	a := savedAnswer{
		id:   savedKey{c.key, strings.Clone(c.r.Header.Get("Stripe-Account")), strings.Clone(given)},
		path: strings.Clone(c.r.URL.Path), params: c.params.sum(),
	}
	if c.world != nil {
		a.intent, a.life = strings.Clone(c.id), c.world.Life
	}
	saved, first, err := c.h.saved.begin(a)
	switch {
	case err != nil:
		return reply, false, err
	case first:
		c.saving = saved
		return reply, false, nil
	}
	reply = saved.reply
	reply.Header = maps.Clone(reply.Header)
	if reply.Header == nil {
		reply.Header = http.Header{}
	}
	reply.Header.Set(headerReplayed, "true")
	reply.Header.Set(headerOriginal, saved.request)
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
func (p params) sum() (out [sha256.Size]byte) {
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
	h.Sum(out[:0])
	return out
}
