package store

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
)

// Databases keep the records of a change in one value: for each record the
// length of its key, the key, and 0 if it is deleted, or 1 more than the length
// of its value, and the value. Numbers are unsigned varints.

func encodeRecords(records []Record) []byte {
	size := 0
	for _, r := range records {
		size += len(r.Key) + len(r.Value) + 2*binary.MaxVarintLen32
	}
	b := make([]byte, 0, size)
	for _, r := range records {
		b = binary.AppendUvarint(b, uint64(len(r.Key)))
		b = append(b, r.Key...)
		if r.Value == nil {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, uint64(len(r.Value))+1)
		b = append(b, r.Value...)
	}
	return b
}

var errDamaged = errors.New("a change in the store is damaged")

func decodeRecords(b []byte) ([]Record, error) {
	var records []Record
	for len(b) > 0 {
		var key, value []byte
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return nil, errDamaged
		}
		key, b = b[size:size+int(n)], b[size+int(n):]
		n, size = binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size)+1 {
			return nil, errDamaged
		}
		if b = b[size:]; n > 0 {
			value, b = b[:n-1:n-1], b[n-1:]
		}
		records = append(records, Record{Key: string(key), Value: value})
	}
	return records, nil
}

// A pile is the newest value of each record.
type pile map[string][]byte

// add puts the records of a newer change onto a pile.
func (p pile) add(encoded []byte) error {
	records, err := decodeRecords(encoded)
	for _, r := range records {
		p[r.Key] = r.Value
	}
	return err
}

// records returns a pile in the order of keys.
func (p pile) records(deleted bool) []Record {
	records := make([]Record, 0, len(p))
	for _, key := range slices.Sorted(maps.Keys(p)) {
		if p[key] != nil || deleted {
			records = append(records, Record{Key: key, Value: p[key]})
		}
	}
	return records
}
