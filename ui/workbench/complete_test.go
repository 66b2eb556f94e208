package workbench

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"connect-workbench/addon/descriptor"
)

func TestCompleteAndExplainKeepToTheTextGiven(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	const text = `{"enableLicensing": , "baseUrl": "http://localhost:3000"}`
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			items := w.Complete(text, len(`{"enableLicensing": `)).Items
			if !slices.ContainsFunc(items, func(i descriptor.Item) bool { return i.Label == "true" }) {
				t.Errorf("offered %v", items)
			}
			help := w.Hover(text, len(`{"enableLicensing": , "b`))
			if help.Name != "baseUrl" || len(help.Problems) != 0 {
				t.Errorf("explained %+v: plain http is fine on this machine", help)
			}
		})
	}
	wg.Wait()
}
