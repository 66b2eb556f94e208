package theme

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sync"

	"fyne.io/fyne/v2"
)

// monoFont is the monospace font with more room below its letters.
//
// Fyne draws a text into a picture whose height is that of the font's lines, rounded, with the
// ascent rounded up. With the metrics of its own monospace font nothing is left for the
// underscore at 13 pixels, nor on most scaled screens: issue_created reads "issue created", in
// a tool whose paths, keys and claims are full of underscores. The font's letters stay as they
// are; only the depth that it declares for its lines grows, in memory.
type monoFont struct {
	once sync.Once
	font fyne.Resource
}

// depth is the room below the baseline in thousandths of the font's size. The test of this
// file computes that an underscore fits at every common scale.
const depth = 380

func (m *monoFont) from(source fyne.Resource) fyne.Resource {
	m.once.Do(func() {
		m.font = source
		if patched, ok := withDepth(source.Content(), depth); ok {
			m.font = fyne.NewStaticResource("deep-"+source.Name(), patched)
		}
	})
	return m.font
}

// Places of the fields used, in a TrueType file and in its tables.
// Source: the OpenType specification, chapters "OpenType Font File", "head" and "hhea".
const (
	sfntTables     = 12 // the table records begin here
	sfntRecord     = 16 // bytes of one: tag, checksum, offset, length
	headUnits      = 18 // unitsPerEm
	hheaDescender  = 6  // negative: below the baseline
	hheaLineHeight = 8  // end of what is read of the table
)

// withDepth gives a copy of a TrueType font that declares a depth, in thousandths of its size.
func withDepth(font []byte, thousandths int) (patched []byte, ok bool) {
	head, ok1 := sfntTable(font, "head")
	hhea, ok2 := sfntTable(font, "hhea")
	if !ok1 || !ok2 || head+headUnits+2 > len(font) || hhea+hheaLineHeight > len(font) {
		return nil, false
	}
	units := int(binary.BigEndian.Uint16(font[head+headUnits:]))
	patched = slices.Clone(font)
	binary.BigEndian.PutUint16(patched[hhea+hheaDescender:], uint16(int16(-units*thousandths/1000)))
	return patched, true
}

// sfntTable finds where a table begins.
func sfntTable(font []byte, tag string) (offset int, ok bool) {
	if len(font) < sfntTables {
		return 0, false
	}
	count := int(binary.BigEndian.Uint16(font[4:]))
	for i := range count {
		record := sfntTables + i*sfntRecord
		if record+sfntRecord > len(font) {
			return 0, false
		}
		if bytes.Equal(font[record:record+4], []byte(tag)) {
			return int(binary.BigEndian.Uint32(font[record+8:])), true
		}
	}
	return 0, false
}
