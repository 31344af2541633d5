package world

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
)

// TestHeadEncoder compares it with json.Marshal over changes of each part, and
// checks that a later head leaves the bytes of those before it alone.
func TestHeadEncoder(t *testing.T) {
	var e headEncoder
	h := head{Codec: codec, Scenario: "default", CreatedAt: time.Date(2026, 4, 2, 13, 50, 0, 0, time.UTC)}
	var values, want [][]byte
	for i, change := range []func(){
		func() {},
		func() {},
		func() { h.Position = connect.Position{IDs: 1, Users: 2, Era: 3} },
		func() { h.Position.IDs = 1 << 63 },
		func() { h.Faults++ },
		func() { h.Scenario, h.Position.Users = `with "quotes" and {braces}`, 12345 },
		func() { h.Clock.Speed = 1.5 },
		func() { h.Position.Era = 0 },
	} {
		change()
		value, err := e.encode(h)
		plain, _ := json.Marshal(h)
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		values, want = append(values, value), append(want, plain)
	}
	for i := range values {
		if string(values[i]) != string(want[i]) {
			t.Errorf("%d:\n got %s\nwant %s", i, values[i], want[i])
		}
	}
}

// TestPositionIsWritten as it is, and last, as headEncoder has it.
func TestPositionIsWritten(t *testing.T) {
	var names []string
	for f := range reflect.TypeFor[connect.Position]().Fields() {
		names = append(names, f.Tag.Get("json"))
	}
	whole := reflect.TypeFor[head]()
	names = append(names, whole.Field(whole.NumField()-1).Tag.Get("json"))
	if diff := cmp.Diff([]string{"ids", "users", "era", "position"}, names); diff != "" {
		t.Errorf("headEncoder writes other fields (-written +there):\n%s", diff)
	}
}

// TestHeadEncoderAllocates nothing for a head that is the last one, and little
// for one that has moved.
func TestHeadEncoderAllocates(t *testing.T) {
	var e headEncoder
	h := head{Codec: codec, Scenario: "default"}
	encode := func() { _, _ = e.encode(h) } // it has nothing that cannot be encoded
	encode()
	if n := testing.AllocsPerRun(100, encode); n > 0 {
		t.Errorf("the same head: %v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { h.Position.IDs += 1000; encode() }); n > 4 {
		t.Errorf("another position: %v allocations", n)
	}
}
