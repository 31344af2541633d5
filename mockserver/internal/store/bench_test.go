package store_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"cariqamock/mockserver/internal/store"
)

// BenchmarkCommit writes to 16 worlds at once, and reports how many changes share
// a transaction.
func BenchmarkCommit(b *testing.B) {
	for _, kind := range []string{"memory", "sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			s := open(b, kind, store.Options{Changes: 1000, Memory: 64 << 20, Wall: time.Now})
			var world atomic.Int64
			b.SetParallelism(8)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				name := fmt.Sprint("w", world.Add(1))
				v, err := s.Create(context.Background(), name, change("create"))
				c := change("POST /users/9405cf8c/payment-methods/pm_abc123/default/")
				c.Call, c.Head = make([]byte, 500), make([]byte, 300)
				c.Records = []store.Record{{Key: "user/9405cf8c", Value: make([]byte, 400)}, {Key: "method/pm_abc123", Value: make([]byte, 300)}}
				for pb.Next() && err == nil {
					v, err = s.Commit(context.Background(), name, v, c)
				}
				if err != nil {
					b.Error(err)
				}
			})
			m := s.Metrics()
			b.ReportMetric(float64(m.Commits)/float64(max(1, m.Flushes)), "changes/transaction")
		})
	}
}
