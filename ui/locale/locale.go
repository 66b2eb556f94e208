// Package locale gives the program a language where the environment names none.
//
// Fyne reads the locale while its packages are initialised and prints an error to stderr for "C",
// which is what CI and containers have; a plain "connect-workbench validate" would complain there.
// This is the one package of the project that works in init, because main comes too late: main
// imports it for that alone, and its path sorts before Fyne's, so that it is initialised first
// (Go specification, "Program initialization").
package locale

import (
	"os"
	"strings"
)

func init() {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			if isNoLanguage(value) {
				os.Setenv(name, "en_US.UTF-8")
			}
			return
		}
	}
	os.Setenv("LANG", "en_US.UTF-8")
}

// isNoLanguage is true for the locales that stand for no language at all.
func isNoLanguage(value string) bool {
	base, _, _ := strings.Cut(value, ".")
	return base == "C" || base == "POSIX"
}
