package descriptor

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
)

// BenchmarkKey is the cost of one typed letter on the UI goroutine: edit, hand-over to the
// workbench, bar. The check runs elsewhere and is not in it.
func BenchmarkKey(b *testing.B) {
	for _, size := range []int{5 << 10, 100 << 10, 1 << 20} {
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) {
			test.NewTempApp(b)
			line := "    {\"event\": \"jira:issue_created\", \"url\": \"/hook\"},\n"
			text := strings.Repeat(line, size/len(line))
			w := test.NewTempWindow(b, widget.NewLabel(""))
			v := New(&fakeHost{path: home, text: text, disk: map[string]string{home: text}}, place.Env{
				Post: post.NewQueue().Post, Window: w, Site: func() string { return "" },
			})
			defer v.Close()
			w.SetContent(v.Content())
			w.Resize(fyne.NewSize(1200, 760))
			for b.Loop() {
				v.editor.TypedRune('x')
			}
		})
	}
}
