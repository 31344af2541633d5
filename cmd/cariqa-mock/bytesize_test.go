package main

import "testing"

func TestByteSize(t *testing.T) {
	for s, want := range map[string]int64{"256MiB": 256 << 20, "1GiB": 1 << 30, "5B": 5, "3KiB": 3 << 10, "1500MiB": 1500 << 20} {
		var b byteSize
		if err := b.Set(s); err != nil || int64(b) != want || b.String() != s {
			t.Errorf("%s: %d, %s, %v", s, b, b, err)
		}
	}
	for _, s := range []string{"", "0MiB", "-1MiB", "256", "256MB", "1.5GiB", "MiB", "1 GiB", "99999999999999GiB"} {
		var b byteSize
		if err := b.Set(s); err == nil {
			t.Errorf("%q is taken for %d", s, b)
		}
	}
}
