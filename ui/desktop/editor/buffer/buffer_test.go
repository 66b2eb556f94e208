package buffer

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// clock is a time that moves only when it is told to.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// with makes a buffer from a text in which | marks the caret, and ^ the other end of a selection.
func with(marked string) *Buffer { return withClock(marked, &clock{}) }

func withClock(marked string, c *clock) *Buffer {
	b := New(c.Now)
	text := strings.ReplaceAll(strings.ReplaceAll(marked, "|", ""), "^", "")
	b.SetText(text)
	caret := strings.Index(strings.ReplaceAll(marked, "^", ""), "|")
	anchor := strings.Index(strings.ReplaceAll(marked, "|", ""), "^")
	if anchor < 0 {
		anchor = caret
	}
	b.SetCaret(b.At(anchor), false)
	b.SetCaret(b.At(caret), true)
	return b
}

// marked is the reverse of with.
func marked(b *Buffer) string {
	text := b.Text()
	caret, anchor := b.Offset(b.caret), b.Offset(b.anchor)
	if caret == anchor {
		return text[:caret] + "|" + text[caret:]
	}
	if anchor < caret {
		return text[:anchor] + "^" + text[anchor:caret] + "|" + text[caret:]
	}
	return text[:caret] + "|" + text[caret:anchor] + "^" + text[anchor:]
}

func typeAll(text string) func(*Buffer) {
	return func(b *Buffer) {
		for _, r := range text {
			if r == '\n' {
				b.Newline()
			} else {
				b.Type(r)
			}
		}
	}
}

func move(m Motion) func(*Buffer)   { return func(b *Buffer) { b.Move(m, false) } }
func extend(m Motion) func(*Buffer) { return func(b *Buffer) { b.Move(m, true) } }
func lines(by int) func(*Buffer)    { return func(b *Buffer) { b.MoveLines(by, false) } }

func TestCommands(t *testing.T) {
	for _, tt := range []struct {
		name, before string
		do           func(*Buffer)
		after        string
	}{
		{"type", "a|c", typeAll("b"), "ab|c"},
		{"type over a selection", "a^xyz|c", typeAll("b"), "ab|c"},
		{"type a letter of two bytes", "|", typeAll("ü"), "ü|"},
		{"insert lines", "a|b", func(b *Buffer) { b.Insert("1\n2\r\n3") }, "a1\n2\n3|b"},

		{"brace closes", "|", typeAll("{"), "{|}"},
		{"brace and quote close", "|", typeAll(`{"a`), `{"a|"}`},
		{"closers are typed over", "|", typeAll(`{"a"}`), `{"a"}|`},
		{"a whole pair typed out", "|", typeAll(`{"a":"b"}`), `{"a":"b"}|`},
		{"no closer before a word", "|a", typeAll("["), "[|a"},
		{"no second quote after a word", "a|", typeAll(`"`), `a"|`},
		{"no second quote in a string", `"a |`, typeAll(`"`), `"a "|`},
		{"an escaped quote stays single", `"a\|"`, typeAll(`"`), `"a\"|"`},
		{"a closer of the text is not typed over", "[|]", typeAll("]"), "[]|]"},
		{"moving away forgets closers", "|", func(b *Buffer) { b.Type('['); b.Move(CharLeft, false); b.Move(CharRight, false); b.Type(']') }, "[]|]"},
		{"brackets go around a selection", "a ^b| c", typeAll("["), "a [^b|] c"},

		{"newline keeps the indent", "  a|", typeAll("\n"), "  a\n  |"},
		{"newline behind a brace", "  {|", typeAll("\n"), "  {\n    |"},
		{"newline between braces", "  {|}", typeAll("\n"), "  {\n    |\n  }"},
		{"newline with the text's tabs", "{\n\t\"a\": [|]", typeAll("\n"), "{\n\t\"a\": [\n\t\t|\n\t]"},
		{"a closing brace goes back", "  a\n  |", typeAll("}"), "  a\n}|"},

		{"backspace", "ab|c", (*Buffer).Backspace, "a|c"},
		{"backspace joins lines", "a\n|b", (*Buffer).Backspace, "a|b"},
		{"backspace in an empty pair", `{"|"}`, (*Buffer).Backspace, "{|}"},
		{"backspace a selection", "a^b\nc|d", (*Buffer).Backspace, "a|d"},
		{"backspace at the start", "|a", (*Buffer).Backspace, "|a"},
		{"backspace a wide letter", "a漢|", (*Buffer).Backspace, "a|"},
		{"delete", "a|bc", (*Buffer).Delete, "a|c"},
		{"delete joins lines", "a|\nb", (*Buffer).Delete, "a|b"},
		{"delete at the end", "a|", (*Buffer).Delete, "a|"},
		{"delete a word back", "one two|", func(b *Buffer) { b.DeleteTo(WordLeft) }, "one |"},
		{"delete a word", "|one two", func(b *Buffer) { b.DeleteTo(WordRight) }, "|two"},

		{"left over a line", "a\n|b", move(CharLeft), "a|\nb"},
		{"right over a line", "a|\nb", move(CharRight), "a\n|b"},
		{"left leaves a selection", "a^bc|d", move(CharLeft), "a|bcd"},
		{"right leaves a selection", "a|bc^d", move(CharRight), "abc|d"},
		{"word left", `"key": "va|lue"`, move(WordLeft), `"key": "|value"`},
		{"word left over signs", `"key": "|value"`, move(WordLeft), `"key": |"value"`},
		{"word right", `|one, two`, move(WordRight), `one|, two`},
		{"word right over a line", "one|\n  two", move(WordRight), "one\n|  two"},
		{"home goes to the text", "    a|b", move(LineStart), "    |ab"},
		{"home goes on to the line", "    |ab", move(LineStart), "|    ab"},
		{"end", "a|b\nc", move(LineEnd), "ab|\nc"},
		{"text start", "a\nb|", move(TextStart), "|a\nb"},
		{"text end", "|a\nb", move(TextEnd), "a\nb|"},
		{"select a word", "|one two", extend(WordRight), "^one |two"},
		{"up", "abc\nde|f", lines(-1), "ab|c\ndef"},
		{"up at the top", "ab|c", lines(-1), "|abc"},
		{"down at the bottom", "ab|c", lines(1), "abc|"},
		{"down over a short line keeps the column", "abcd|e\nx\nabcde", func(b *Buffer) { b.MoveLines(1, false); b.MoveLines(1, false) }, "abcde\nx\nabcd|e"},
		{"down under wide letters", "漢字|\nabcdef", lines(1), "漢字\nabcd|ef"},

		{"indent at the caret", "a\n  b|", (*Buffer).Indent, "a\n  b  |"},
		{"indent lines", "^a\nb|", (*Buffer).Indent, "  ^a\n  b|"},
		{"a line the selection only ends at stays", "^a\n|b", (*Buffer).Indent, "  ^a\n|b"},
		{"outdent", "  x\n    a|", (*Buffer).Outdent, "  x\n  a|"},
		{"outdent less than a level", " a|", (*Buffer).Outdent, "a|"},
		{"move a line up", "a\nb|\nc", func(b *Buffer) { b.MoveSelectedLines(-1) }, "b|\na\nc"},
		{"move a line down", "a|\nb\nc", func(b *Buffer) { b.MoveSelectedLines(1) }, "b\na|\nc"},
		{"move lines down", "^a\nb|\nc", func(b *Buffer) { b.MoveSelectedLines(1) }, "c\n^a\nb|"},
		{"the first line stays", "a|\nb", func(b *Buffer) { b.MoveSelectedLines(-1) }, "a|\nb"},
		{"the last line stays", "a\nb|", func(b *Buffer) { b.MoveSelectedLines(1) }, "a\nb|"},

		{"replace all keeps the caret", "one\ntw|o\nthree", func(b *Buffer) { b.ReplaceAll("one\ntwo\n3") }, "one\ntw|o\n3"},
		{"apply edits", "ab|cd", func(b *Buffer) { b.Apply([]TextEdit{{0, 1, "X"}, {3, 4, "YZ"}}) }, "X|bcYZ"},
		{"edits at one offset", "|abcd", func(b *Buffer) { b.Apply([]TextEdit{{1, 1, "X"}, {1, 1, "Y"}, {1, 2, ""}}) }, "aX|Ycd"},
		{"edits that overlap are left out", "|abcd", func(b *Buffer) { b.Apply([]TextEdit{{1, 4, "X"}, {0, 2, "Y"}, {9, 9, "Z"}}) }, "aX|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := with(tt.before)
			tt.do(b)
			if got := marked(b); got != tt.after {
				t.Errorf("%q became %q, want %q", tt.before, got, tt.after)
			}
			text := b.Text()
			for b.Undo() {
			}
			if want := with(tt.before).Text(); b.Text() != want {
				t.Errorf("undo leads to %q, want %q", b.Text(), want)
			}
			for b.Redo() {
			}
			if b.Text() != text {
				t.Errorf("redo leads to %q, want %q", b.Text(), text)
			}
		})
	}
}

func TestUndoTakesBackWordsAndPauses(t *testing.T) {
	c := &clock{}
	b := withClock("|", c)
	typeAll("one two")(b)
	c.now = c.now.Add(2 * time.Second)
	typeAll("!")(b)
	for _, want := range []string{"one two", "one ", ""} {
		b.Undo()
		if b.Text() != want {
			t.Errorf("undo leads to %q, want %q", b.Text(), want)
		}
	}
	if b.CanUndo() {
		t.Error("there is more to undo than was typed")
	}
}

func TestUndoTakesBackARunOfBackspaces(t *testing.T) {
	b := with("abc|")
	b.Backspace()
	b.Backspace()
	b.Undo()
	if b.Text() != "abc" {
		t.Errorf("undo leads to %q", b.Text())
	}
}

func TestAnEditEndsRedo(t *testing.T) {
	b := with("|")
	typeAll("a")(b)
	b.Undo()
	typeAll("b")(b)
	if b.Redo() || b.Text() != "b" {
		t.Errorf("redo after an edit: %q", b.Text())
	}
}

func TestLineBreaksAreKept(t *testing.T) {
	for _, text := range []string{"a\r\nb\r\n", "a\nb\n", "a\r\nb\nc", "a\rb", "", "\n", "\r\n"} {
		b := New((&clock{}).Now)
		b.SetText(text)
		if b.Text() != text || b.Size() != len(text) {
			t.Errorf("%q came back as %q, %d bytes", text, b.Text(), b.Size())
		}
	}
	b := New((&clock{}).Now)
	b.SetText("{\r\n}")
	b.SetCaret(Pos{0, 1}, false)
	b.Newline()
	if b.Text() != "{\r\n  \r\n}" {
		t.Errorf("a new line in a text with CRLF: %q", b.Text())
	}
}

func TestFind(t *testing.T) {
	b := with("Key: key\nnothing\nüKEY|")
	got := fmt.Sprint(b.Find("key"))
	if want := "[{{0 0} {0 3}} {{0 5} {0 8}} {{2 2} {2 5}}]"; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
	if b.Find("") != nil {
		t.Error("nothing is found everywhere")
	}
}

func TestColumns(t *testing.T) {
	for _, tt := range []struct {
		line   string
		at     int
		column int
	}{
		{"abc", 2, 2},
		{"\tb", 1, 4},
		{"ab\tc", 3, 4},
		{"é!", 2, 1},
		{"e\u0301!", 3, 1},
		{"漢字", 3, 2},
		{"漢字", 6, 4},
		{strings.Repeat("x", longLine), longLine - 1, longLine - 1},
		{strings.Repeat("x", longLine) + "\t", longLine, longLine},
		{strings.Repeat("ü", longLine), 2 * (longLine - 1), longLine - 1},
	} {
		b := with("|" + tt.line)
		if got := b.Column(Pos{0, tt.at}); got != tt.column {
			t.Errorf("byte %d of %.20q is at column %d, want %d", tt.at, tt.line, got, tt.column)
		}
		if got := b.ByteAt(0, tt.column); b.Column(Pos{0, got}) != tt.column {
			t.Errorf("column %d of %.20q comes back as byte %d", tt.column, tt.line, got)
		}
	}
	tab := with("|\tb")
	if tab.ByteAt(0, 1) != 0 || tab.ByteAt(0, 3) != 1 {
		t.Error("a click on a tab does not go to its nearer side")
	}
}

// model is the plainest possible editor: a string.
func TestRandomEditsAgainstAString(t *testing.T) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 7))
		text := randomText(random, 200)
		b := New((&clock{}).Now)
		b.SetText(text)
		for range 100 {
			from := random.IntN(b.Size() + 1)
			at := ordered(b.At(from), b.At(from+random.IntN(20)))
			want := b.Text()[:b.Offset(at.From)]
			insert := b.breaks(randomText(random, 12))
			want += insert + b.Text()[b.Offset(at.To):]
			start, end := b.Offset(at.From), b.Offset(at.To)
			mark := b.At(random.IntN(b.Size() + 1))
			was := b.Offset(mark)
			b.Replaced = func(before, after Range) { mark = mark.Shift(before, after) }
			b.SetSelection(at)
			b.Insert(insert)
			switch {
			case was > start && was < end:
				was = start + len(insert)
			case was >= end && was > start:
				was += len(insert) - (end - start)
			}
			if b.Offset(mark) != was {
				t.Fatalf("seed %d: a mark went to %d, want %d", seed, b.Offset(mark), was)
			}
			if b.Text() != want || b.Size() != len(want) {
				t.Fatalf("seed %d: text is %q (%d bytes), want %q", seed, b.Text(), b.Size(), want)
			}
			checkOffsets(t, b)
		}
		for b.Undo() {
		}
		if b.Text() != text {
			t.Fatalf("seed %d: undo leads to %q, want %q", seed, b.Text(), text)
		}
	}
}

// Every command leaves a text that undo brings back, whatever came before it.
func TestRandomCommandsAndUndo(t *testing.T) {
	commands := []func(*Buffer, *rand.Rand){
		func(b *Buffer, r *rand.Rand) { b.Type([]rune(`{}[]":,ab ü漢`)[r.IntN(12)]) },
		func(b *Buffer, r *rand.Rand) { b.Type([]rune(`{}[]":,ab ü漢`)[r.IntN(12)]) },
		func(b *Buffer, _ *rand.Rand) { b.Newline() },
		func(b *Buffer, _ *rand.Rand) { b.Backspace() },
		func(b *Buffer, _ *rand.Rand) { b.Delete() },
		func(b *Buffer, r *rand.Rand) { b.DeleteTo(Motion(r.IntN(8))) },
		func(b *Buffer, r *rand.Rand) { b.Move(Motion(r.IntN(8)), r.IntN(2) == 0) },
		func(b *Buffer, r *rand.Rand) { b.MoveLines(r.IntN(7)-3, r.IntN(2) == 0) },
		func(b *Buffer, _ *rand.Rand) { b.Indent() },
		func(b *Buffer, _ *rand.Rand) { b.Outdent() },
		func(b *Buffer, r *rand.Rand) { b.MoveSelectedLines(1 - 2*r.IntN(2)) },
		func(b *Buffer, r *rand.Rand) { b.ReplaceAll(randomText(r, 60)) },
		func(b *Buffer, r *rand.Rand) { b.SetSelection(b.WordAt(b.At(r.IntN(b.Size() + 1)))) },
		func(b *Buffer, r *rand.Rand) { b.Undo() },
		func(b *Buffer, r *rand.Rand) { b.Redo() },
	}
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 9))
		text := randomText(random, 80)
		b := New((&clock{}).Now)
		b.SetText(text)
		for range 300 {
			commands[random.IntN(len(commands))](b, random)
			for _, p := range []Pos{b.caret, b.anchor} {
				if p != b.clamp(p) {
					t.Fatalf("seed %d: %v is no place of the text", seed, p)
				}
			}
			if len(b.Text()) != b.Size() {
				t.Fatalf("seed %d: size %d of a text of %d bytes", seed, b.Size(), len(b.Text()))
			}
		}
		for b.Undo() {
		}
		if b.Text() != text {
			t.Fatalf("seed %d: undo leads to %q, want %q", seed, b.Text(), text)
		}
	}
}

func FuzzOffsets(f *testing.F) {
	f.Add("a\nb\r\nü\t漢", 3)
	f.Add("", 0)
	f.Fuzz(func(t *testing.T, text string, offset int) {
		b := New((&clock{}).Now)
		b.SetText(text)
		p := b.At(offset)
		if p != b.clamp(p) {
			t.Fatalf("offset %d is at %v, which is no place", offset, p)
		}
		if b.At(b.Offset(p)) != p {
			t.Fatalf("place %v has offset %d, which is at %v", p, b.Offset(p), b.At(b.Offset(p)))
		}
		b.SetCaret(p, false)
		b.Type('{')
		b.Newline()
		for b.Undo() {
		}
		if b.Text() != text {
			t.Fatalf("undo leads to %q, want %q", b.Text(), text)
		}
	})
}

func checkOffsets(t *testing.T, b *Buffer) {
	t.Helper()
	offset := 0
	for i := range b.Lines() {
		if got := b.Offset(Pos{Line: i}); got != offset {
			t.Fatalf("line %d begins at %d, want %d", i, got, offset)
		}
		if got := b.At(offset); got != (Pos{Line: i}) {
			t.Fatalf("offset %d is at %v, want the start of line %d", offset, got, i)
		}
		offset += len(b.Line(i)) + len(b.newline)
	}
}

func randomText(random *rand.Rand, length int) string {
	var text strings.Builder
	for range random.IntN(length + 1) {
		text.WriteRune([]rune("ab \n\n{}\"ü漢\t")[random.IntN(11)])
	}
	return text.String()
}
