package desktop

import (
	"os"
	"runtime"
)

// HasDisplay reports whether a window can be opened here. Where a display has no address in
// the environment, as on Windows and macOS, there always is one.
func HasDisplay() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}
