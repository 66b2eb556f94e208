package place

import (
	"strings"
	"testing"
)

func TestShortKeepsBothEnds(t *testing.T) {
	fits := strings.Repeat("ü", shortLength)
	for in, want := range map[string]string{
		"":     "",
		"Acme": "Acme",
		fits:   fits,
		"Northern Lands Überseehandel und Söhne GmbH": "Northern Lands Ü… und Söhne GmbH",
	} {
		if got := Short(in); got != want {
			t.Errorf("Short(%q) = %q, want %q", in, got, want)
		}
	}
}
