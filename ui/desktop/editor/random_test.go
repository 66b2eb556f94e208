package editor

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/theme"
)

// Whatever is typed, pressed, scrolled and marked, each line in view shows its own text, and
// nothing is drawn over the line numbers.
func TestWhatIsDrawnIsTheText(t *testing.T) {
	actions := []func(*fixture, *rand.Rand){
		func(f *fixture, r *rand.Rand) { f.TypedRune([]rune("{}[]\":, ab9\tü漢é\u0301\u0007")[r.IntN(17)]) },
		func(f *fixture, r *rand.Rand) { f.key(anyKey(r)) },
		func(f *fixture, r *rand.Rand) { f.shifted(func() { f.key(anyKey(r)) }) },
		func(f *fixture, r *rand.Rand) { f.chord(fyne.KeyModifierControl, anyKey(r)) },
		func(f *fixture, r *rand.Rand) { f.chord(fyne.KeyModifierAlt, anyKey(r)) },
		func(f *fixture, r *rand.Rand) {
			f.press(r.Float32()*700, r.Float32()*450, desktop.MouseButtonPrimary, 0)
			f.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(r.Float32()*900-100, r.Float32()*600-100)}})
		},
		func(f *fixture, r *rand.Rand) {
			f.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(r.Float32()*400-200, r.Float32()*4000-2000)})
		},
		func(f *fixture, r *rand.Rand) {
			at := r.IntN(f.text.Size() + 10)
			f.SetProblems([]descriptor.Problem{{Severity: descriptor.Error, Offset: at, End: at + r.IntN(30)}})
		},
		func(f *fixture, r *rand.Rand) { f.GoTo(r.IntN(f.text.Size() + 1)) },
		func(f *fixture, r *rand.Rand) {
			f.window.Resize(fyne.NewSize(60+r.Float32()*700, 30+r.Float32()*500))
		},
		func(f *fixture, r *rand.Rand) { f.Undo() },
		func(f *fixture, r *rand.Rand) { f.complete() },
		func(f *fixture, r *rand.Rand) { f.complete(); f.key(fyne.KeyDown, fyne.KeyReturn, fyne.KeyTab) },
		func(f *fixture, r *rand.Rand) { f.Explain() },
		func(f *fixture, r *rand.Rand) { f.Replace(f.Text()[:r.IntN(f.text.Size()+1)] + "\n\n") },
		func(f *fixture, r *rand.Rand) {
			e := &desktop.MouseEvent{}
			e.Position = fyne.NewPos(r.Float32()*700, r.Float32()*450)
			f.MouseMoved(e)
			f.queue.Drain()
		},
		func(f *fixture, r *rand.Rand) { f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: pasted(r)}) },
	}
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 5))
		f := helped(t, manyLines(60)+"\n"+strings.Repeat("\t\"long\": 漢 ", 900), &words{suffix: "(\n\"1\",\n2)", stops: []Span{{5, 6}, {7, 8}, {11, 12}}})
		for step := range 350 {
			actions[random.IntN(len(actions))](f, random)
			checkDrawn(t, f)
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
	}
}

func anyKey(r *rand.Rand) fyne.KeyName {
	keys := []fyne.KeyName{
		fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd, fyne.KeyPageUp,
		fyne.KeyPageDown, fyne.KeyReturn, fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyTab, fyne.KeyEscape,
	}
	return keys[r.IntN(len(keys))]
}

func pasted(r *rand.Rand) fyne.Clipboard {
	c := test.NewClipboard()
	c.SetContent(strings.Repeat("\"a\": [1,\r\n\t2],\n", r.IntN(4)))
	return c
}

func checkDrawn(t *testing.T, f *fixture) {
	t.Helper()
	for _, line := range f.view.lines {
		if line.number.Hidden {
			continue
		}
		number, err := strconv.Atoi(line.number.Text)
		if err != nil || number < 1 || number > f.text.Lines() {
			t.Errorf("a line is numbered %q in a text of %d lines", line.number.Text, f.text.Lines())
			continue
		}
		text := f.text.Line(number - 1)
		from := 0
		for _, piece := range line.texts.all[:line.texts.used] {
			if piece.Text != "·" {
				at := strings.Index(text[from:], piece.Text)
				if at < 0 {
					t.Errorf("line %d shows %q, which is not in %q", number, piece.Text, text)
					break
				}
				from += at
			}
			if x := piece.Position().X; x < f.view.textX()-theme.LineWidth {
				t.Errorf("line %d draws %q at %g, over its number", number, piece.Text, x)
			}
		}
	}
}
