package stations

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// Station ids look like the object ids that the vendor's stations seem to have:
// four bytes of time, five of a machine, three of a counter. The counter is the
// station's number, so that an id can be decoded.
const counterBits = 24

// syntheticID returns the id of the n-th synthetic station.
func syntheticID(seed uint64, n uint32) string {
	raw := rawID(seed, n)
	return hex.EncodeToString(raw[:])
}

func rawID(seed uint64, n uint32) [12]byte {
	const from, years = 0x60000000, 0x08000000 // 2021 to 2025
	own, machine := newDraw(seed, n, forID), newDraw(seed, 0, forSite)
	var raw [12]byte
	binary.BigEndian.PutUint64(raw[4:], machine.next())
	binary.BigEndian.PutUint32(raw[:], uint32(from+own.below(years)))
	counter := (n + firstCounter(seed)) & (1<<counterBits - 1)
	raw[9], raw[10], raw[11] = byte(counter>>16), byte(counter>>8), byte(counter)
	return raw
}

func firstCounter(seed uint64) uint32 { return uint32(mix(seed^golden) >> 40) }

// numberOfID decodes the number in an id. It does not check the rest: callers
// compute the id again and compare.
func numberOfID(seed uint64, id string) (uint32, bool) {
	if len(id) != 24 {
		return 0, false
	}
	counter, err := strconv.ParseUint(id[18:], 16, counterBits)
	if err != nil {
		return 0, false
	}
	return (uint32(counter) - firstCounter(seed)) & (1<<counterBits - 1), true
}

// EVSE ids of synthetic stations have the form of OCPI: country, party, E and
// seven characters that encode the station's number and ten check bits, and the
// number of the charge point. Numbers are scattered by a multiplication that can
// be undone, as ids that count up would look artificial.
const (
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford's: no I, L, O, U
	codeLength   = 7
	numberBits   = 25
	checkBits    = 5*codeLength - numberBits
	scatter      = 0x13c6ef3 // odd, so that it has an inverse
	gatherBack   = 0x1eb5a3b // scatter * gatherBack = 1 modulo 2^25; a test checks this
)

func stationCode(seed uint64, n uint32) [codeLength]byte {
	d := newDraw(seed, n, forID)
	d.next()
	v := uint64(n*scatter&(1<<numberBits-1))<<checkBits | d.next()>>(64-checkBits)
	var code [codeLength]byte
	for i := codeLength - 1; i >= 0; i-- {
		code[i] = codeAlphabet[v&31]
		v >>= 5
	}
	return code
}

// numberOfCode decodes the number in a code. Like numberOfID it checks nothing
// else.
func numberOfCode(code string) (uint32, bool) {
	if len(code) != codeLength {
		return 0, false
	}
	var v uint64
	for i := range codeLength {
		digit := strings.IndexByte(codeAlphabet, code[i])
		if digit < 0 {
			return 0, false
		}
		v = v<<5 | uint64(digit)
	}
	return uint32(v>>checkBits) * gatherBack & (1<<numberBits - 1), true
}

// splitEVSE splits a synthetic EVSE id: "DE*ABC*E1234567*2" has the code 1234567
// and the charge point 2, counted from one.
func splitEVSE(evse string) (code string, nth int, ok bool) {
	const head = len("DE*ABC*E")
	if len(evse) < head+codeLength+2 || evse[head+codeLength] != '*' {
		return "", 0, false
	}
	nth, err := strconv.Atoi(evse[head+codeLength+1:])
	if err != nil || nth < 1 {
		return "", 0, false
	}
	return evse[head : head+codeLength], nth, true
}
