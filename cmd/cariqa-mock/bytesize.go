package main

import (
	"errors"
	"strconv"
	"strings"
)

// byteSize is a flag for a number of bytes, such as 256MiB.
type byteSize int64

// String returns the number with the largest unit that divides it.
func (b byteSize) String() string {
	unit, size := "B", int64(b)
	for _, larger := range []string{"KiB", "MiB", "GiB"} {
		if size == 0 || size%1024 != 0 {
			break
		}
		unit, size = larger, size/1024
	}
	return strconv.FormatInt(size, 10) + unit
}

// Set reads a number with a unit.
func (b *byteSize) Set(s string) error {
	for factor, unit := range []string{"B", "KiB", "MiB", "GiB"} {
		digits, ok := strings.CutSuffix(s, unit)
		if n, err := strconv.ParseUint(digits, 10, 32); ok && err == nil && n > 0 {
			*b = byteSize(n << (10 * factor))
			return nil
		}
	}
	return errors.New("want a size")
}

// Type returns what the help shows as the value.
func (*byteSize) Type() string { return "size" }
