package connect_test

import (
	"fmt"
	"testing"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
)

// crowd is a state with a number of users, each with two methods, one of whom
// is the one to measure with.
func crowd(b *testing.B, n int) (w *world, user, method string) {
	b.Helper()
	seed := connect.Seed{Users: make([]connect.SeedUser, n)}
	for i := range seed.Users {
		id := fmt.Sprintf("%08d-0000-4000-8000-000000000000", i)
		seed.Users[i] = connect.SeedUser{
			User: connect.User{ID: id, Locale: connect.English}, Billing: german(),
			Methods: []connect.PaymentMethod{
				{ID: "pm_a" + id, Default: true, Card: good, CreatedAt: start}, {ID: "pm_b" + id, Card: good, CreatedAt: start},
			},
		}
	}
	c := frozen()
	w = &world{b, connect.New(config(c)), c}
	w.check(w.Load(seed))
	user = seed.Users[n/2].User.ID
	return w, user, "pm_a" + user
}

func crowds(b *testing.B, run func(b *testing.B, w *world, user, method string)) {
	for _, n := range []int{1, 100_000} {
		b.Run(fmt.Sprintf("users=%d", n), func(b *testing.B) {
			w, user, method := crowd(b, n)
			b.ReportAllocs()
			b.ResetTimer()
			run(b, w, user, method)
		})
	}
}

func BenchmarkPaymentMethods(b *testing.B) {
	crowds(b, func(b *testing.B, w *world, user, _ string) {
		for b.Loop() {
			if n, list, err := w.PaymentMethods(user, 0, 20); n != 2 || len(list) != 2 || err != nil {
				b.Fatal(n, err)
			}
		}
	})
}

// BenchmarkStartStop has each session billed before the next one starts.
func BenchmarkStartStop(b *testing.B) {
	crowds(b, func(b *testing.B, w *world, user, method string) {
		for b.Loop() {
			s, err := w.Start(b.Context(), user, shared, method)
			if err != nil {
				b.Fatal(err)
			}
			if err := w.State.Stop(user, s.ID); err != nil {
				b.Fatal(err)
			}
			if _, err := w.clock.Apply(clock.Change{Advance: ptr(time.Minute)}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
