package exchange

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"testing"

	"github.com/klauspost/compress/s2"
)

// Every file ever written needs the dictionary as it was. A better one gets a new name and a
// new format byte.
func TestDictionaryNeverChanges(t *testing.T) {
	const want = "74d0d3f120563d7f754dfb8369e95e0fc58bbae189c6cc0cb5dd7e765595ecbb"
	if got := fmt.Sprintf("%x", sha256.Sum256(dictionary1)); got != want {
		t.Errorf("dictionary-1.txt has the checksum %s, files were written with %s", got, want)
	}
}

func TestDictionaryPays(t *testing.T) {
	c := newCodec()
	r := sample()
	row := r.Row()
	if plain, packed := len(appendSections(nil, &r, &row)), len(c.encode(&r, &row)); packed*10 > plain*9 {
		t.Errorf("a small exchange of %d bytes takes %d", plain, packed)
	}
}

func TestHeadersMadeByHandStayWhole(t *testing.T) {
	h := http.Header{"A": {"one\r\ntwo", "", " : "}, "B": {""}}
	want := http.Header{"A": {"one two", "", " : "}, "B": {""}}
	if got := parseHeader(appendHeader(nil, h)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A damaged file gives errors, never a panic.
func FuzzDecodeBlob(f *testing.F) {
	c := newCodec()
	r := sample()
	row := r.Row()
	f.Add(c.encode(&r, &row))
	f.Add([]byte{})
	f.Add([]byte("p"))
	f.Add([]byte("1\x07\x18\x01\x01\x01\x01\x01\x01\xff"))
	f.Add([]byte("x whatever"))
	f.Fuzz(func(t *testing.T, blob []byte) {
		if len(blob) > 0 {
			if n, err := s2.DecodedLen(blob[1:]); err == nil && n > 1<<20 {
				return // would cost that much memory, and show nothing
			}
		}
		if _, err := c.decode(&row, blob); err != nil && !errors.Is(err, errBlob) {
			t.Errorf("got %v, want errBlob", err)
		}
	})
}
