package exchange

import (
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/s2"

	"connect-workbench/addon/connectjwt"
)

// A blob holds the wide part of a record: one format byte, then the compressed sections, each
// preceded by its length as a varint. Lengths come first, so that no section needs escaping.
//
//	request header, answer header, token, URL, verdict, request body, answer body
//
// Headers are lines "Name: value". The URL is left out when the row has it unmasked, the
// verdict when the row says it all.
const (
	blobPlain      = 'p' // s2 without a dictionary: for large records, where none helps
	blobDictionary = '1' // s2 with dictionary-1.txt

	sectionCount = 7
)

// dictionaryBytes is how much of a record the dictionary is tried on. s2 cannot look back
// farther than 64 KB, and without a dictionary it has a faster encoder.
const dictionaryBytes = 64 << 10

// mostBytes bounds what a damaged length can make decode allocate: several times what
// DefaultMaxBody allows for.
const mostBytes = 256 << 20

// dictionary1 is sample exchanges, written for the purpose. It is part of the file format:
// an improved one becomes dictionary-2.txt and gets its own format byte.
//
//go:embed dictionary-1.txt
var dictionary1 []byte

// errBlob means that a blob is not what encode makes: the file is damaged.
var errBlob = errors.New("stored exchange is damaged")

// codec packs and unpacks blobs. It is safe for concurrent use.
type codec struct {
	dictionary *s2.Dict
	buffers    *sync.Pool // of *buffers
}

// buffers are what one encoding needs in between. Records come in bursts, and without re-use
// these would be most of the garbage they make.
type buffers struct{ plain, packed []byte }

// keptBytes is up to where a buffer is worth keeping; large bodies are rare.
const keptBytes = 256 << 10

func newCodec() codec {
	return codec{
		buffers:    &sync.Pool{New: func() any { return new(buffers) }},
		dictionary: s2.MakeDict(dictionary1, []byte("Authorization: JWT eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.")),
	}
}

// encode packs the wide part of r. row is r's narrow part.
func (c codec) encode(r *Record, row *Row) []byte {
	b := c.buffers.Get().(*buffers)
	b.plain = appendSections(b.plain[:0], r, row)
	format := byte(blobPlain)
	if len(b.plain) <= dictionaryBytes {
		format = blobDictionary
		b.packed = c.dictionary.Encode(b.packed[:cap(b.packed)], b.plain)
	} else {
		b.packed = s2.Encode(b.packed[:cap(b.packed)], b.plain)
	}
	blob := make([]byte, 0, 1+len(b.packed)) // no larger than needed: it will wait in the queue
	blob = append(append(blob, format), b.packed...)
	if cap(b.plain)+cap(b.packed) <= keptBytes {
		c.buffers.Put(b)
	}
	return blob
}

func appendSections(dst []byte, r *Record, row *Row) []byte {
	var url string
	if r.URL != row.URL {
		url = r.URL
	}
	var verdict []byte
	if v := r.Verdict; v.Expected != "" || v.Received != "" || v.Cause != "" || v.Fix != "" || v.At != (connectjwt.Place{}) {
		verdict, _ = json.Marshal(v) // texts and numbers: cannot fail
	}
	asked, answered := appendHeader(nil, r.RequestHeader), appendHeader(nil, r.ResponseHeader)
	for _, n := range [sectionCount]int{
		len(asked), len(answered), len(r.Token), len(url), len(verdict), len(r.RequestBody), len(r.ResponseBody),
	} {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	dst = append(dst, asked...)
	dst = append(dst, answered...)
	dst = append(dst, r.Token...)
	dst = append(dst, url...)
	dst = append(dst, verdict...)
	dst = append(dst, r.RequestBody...)
	return append(dst, r.ResponseBody...)
}

// decode puts a record together again from its two parts.
func (c codec) decode(row *Row, blob []byte) (Record, error) {
	r := row.record()
	if len(blob) == 0 {
		return r, errBlob
	}
	var plain []byte
	n, err := s2.DecodedLen(blob[1:])
	switch {
	case err != nil:
		return r, fmt.Errorf("%w: %w", errBlob, err)
	case n > mostBytes:
		return r, fmt.Errorf("%w: it announces %d bytes", errBlob, n)
	}
	switch blob[0] {
	case blobDictionary:
		plain, err = c.dictionary.Decode(nil, blob[1:])
	case blobPlain:
		plain, err = s2.Decode(nil, blob[1:])
	default:
		err = fmt.Errorf("unknown format %q", blob[0])
	}
	if err != nil {
		return r, fmt.Errorf("%w: %w", errBlob, err)
	}
	return r, parseSections(plain, &r)
}

func parseSections(plain []byte, r *Record) error {
	var lengths [sectionCount]int
	for i := range lengths {
		n, used := binary.Uvarint(plain)
		if used <= 0 || n > uint64(len(plain)) {
			return errBlob
		}
		lengths[i], plain = int(n), plain[used:]
	}
	var sections [sectionCount][]byte
	for i, n := range lengths {
		if n > len(plain) {
			return errBlob
		}
		sections[i], plain = plain[:n:n], plain[n:]
	}
	r.RequestHeader = parseHeader(sections[0])
	r.ResponseHeader = parseHeader(sections[1])
	r.Token = string(sections[2])
	if len(sections[3]) > 0 {
		r.URL = string(sections[3])
	}
	if len(sections[4]) > 0 {
		if err := json.Unmarshal(sections[4], &r.Verdict); err != nil {
			return fmt.Errorf("%w: verdict: %w", errBlob, err)
		}
	}
	r.RequestBody = orNil(sections[5])
	r.ResponseBody = orNil(sections[6])
	return nil
}

func orNil(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

func appendHeader(dst []byte, h http.Header) []byte {
	names := make([]string, 0, 16)
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range h[name] {
			dst = append(dst, name...)
			dst = append(dst, ": "...)
			dst = append(dst, oneLine(value)...)
			dst = append(dst, '\n')
		}
	}
	return dst
}

// oneLine takes line breaks out of a value. One that has been sent has none; in one made by
// hand they would run into the next line.
func oneLine(value string) string {
	if !strings.ContainsAny(value, "\r\n") {
		return value
	}
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(value)
}

func parseHeader(text []byte) http.Header {
	if len(text) == 0 {
		return nil
	}
	h := http.Header{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		h[name] = append(h[name], value)
	}
	return h
}
