package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"cariqamock/contracttests"
)

// uncompressing returns a transport that asks for no compression of its own, so
// that the app gets the bytes that the target sends. Nil is the default one.
func uncompressing(rt http.RoundTripper) http.RoundTripper {
	switch t := rt.(type) {
	case nil:
		return uncompressing(http.DefaultTransport)
	case *http.Transport:
		plain := t.Clone()
		plain.DisableCompression = true
		return plain
	case *byHost:
		return &byHost{verifying: uncompressing(t.verifying), blind: uncompressing(t.blind)}
	}
	return rt
}

// decoded returns a body without its encodings, as Content-Encoding lists them.
func decoded(encodings string, body []byte) ([]byte, error) {
	list := strings.Split(encodings, ",")
	for i := len(list) - 1; i >= 0 && len(body) > 0; i-- { // the last one was applied last
		var err error
		if body, err = without(strings.ToLower(strings.TrimSpace(list[i])), body); err != nil {
			return nil, err
		}
	}
	return body, nil
}

// errLong is the error of a body that is too long to be kept.
var errLong = errors.New("the decoded body is too long")

func without(encoding string, body []byte) ([]byte, error) {
	var r io.Reader
	switch encoding {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		unzip, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		r = unzip
	case "br":
		r = brotli.NewReader(bytes.NewReader(body))
	case "zstd":
		d, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(4*contracttests.MaxAnswer))
		if err != nil {
			return nil, err
		}
		defer d.Close()
		r = d
	default:
		return nil, fmt.Errorf("unknown encoding %q", encoding)
	}
	text, err := io.ReadAll(io.LimitReader(r, contracttests.MaxAnswer+1))
	if err == nil && len(text) > contracttests.MaxAnswer {
		err = errLong
	}
	return text, err
}
