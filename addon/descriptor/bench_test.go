package descriptor

import (
	"encoding/json"
	"strings"
	"testing"

	"connect-workbench/addon/descriptor/descriptortest"
	"connect-workbench/assets"
)

var sizes = []struct {
	name string
	size int
}{{"5KB", 5 << 10}, {"100KB", 100 << 10}, {"1MB", 1 << 20}}

// BenchmarkCheck is what the editor pays a keystroke: the whole text to problems with
// positions. BenchmarkValid beside it is the limit, the standard library's yes or no.
func BenchmarkCheck(b *testing.B) {
	for _, s := range sizes {
		text := descriptortest.Generated(s.size)
		if r := Check(text, Options{}); len(r.Problems) > 0 {
			b.Fatalf("the generated text has problems: %+v", r.Problems[0])
		}
		for _, variant := range []struct {
			name string
			text []byte
		}{{"clean", text}, {"faulty", descriptortest.Faulty(text)}} {
			b.Run(s.name+"/"+variant.name, func(b *testing.B) {
				k := NewChecker(BuiltIn())
				b.SetBytes(int64(len(variant.text)))
				b.ReportAllocs()
				for b.Loop() {
					k.Check(variant.text, Options{})
				}
			})
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, s := range sizes {
		text := descriptortest.Generated(s.size)
		b.Run(s.name, func(b *testing.B) {
			var t Tree
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				t.Parse(text)
			}
		})
	}
}

func BenchmarkValid(b *testing.B) {
	for _, s := range sizes {
		text := descriptortest.Generated(s.size)
		b.Run(s.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				json.Valid(text)
			}
		})
	}
}

// BenchmarkLexLines colours a whole text; an editor does only the visible lines.
func BenchmarkLexLines(b *testing.B) {
	for _, s := range sizes {
		lines := strings.SplitAfter(string(descriptortest.Generated(s.size)), "\n")
		b.Run(s.name, func(b *testing.B) {
			emit := func(start, end int, kind LexKind) {}
			b.SetBytes(int64(s.size))
			b.ReportAllocs()
			for b.Loop() {
				for _, line := range lines {
					LexLine(line, emit)
				}
			}
		})
	}
}

func BenchmarkLoadCatalogue(b *testing.B) {
	for b.Loop() {
		if _, err := LoadCatalogue(assets.Catalogue); err != nil {
			b.Fatal(err)
		}
	}
}
