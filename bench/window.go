package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// windowRuns is how often each window is opened, in turns; the median counts.
const windowRuns = 7

// windowLimit is how long a window may take to show its first frame.
const windowLimit = 30 * time.Second

// opened is what one start of a window cost.
type opened struct {
	firstFrame time.Duration // from process start to the first pixel on the screen
	content    time.Duration // to a frame with something in it; 0 for a window that stays empty
	resident   float64       // MB, two seconds later
}

// firstFrame compares our window with an empty one of the same Fyne version.
func firstFrame(ctx context.Context) ([]measure, error) {
	dir, err := os.MkdirTemp("", "bench-window-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	programs := []struct {
		pkg  string
		args []string
		full bool // it shows more than its ground
	}{
		{"./bench/emptywindow", nil, false},
		{".", []string{"window", "--any-port", "--project", filepath.Join(dir, "project")}, true},
	}
	starts := make([][]opened, len(programs))
	for i, p := range programs {
		build := exec.CommandContext(ctx, "go", "build", "-tags", "no_emoji", "-o", filepath.Join(dir, strconv.Itoa(i)), p.pkg)
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build %s: %w\n%s", p.pkg, err, out)
		}
	}
	screen, err := startScreen(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer screen.stop()
	for range windowRuns {
		for i, p := range programs {
			one, err := screen.open(ctx, filepath.Join(dir, strconv.Itoa(i)), p.args, p.full)
			if err != nil {
				return nil, fmt.Errorf("open the window of %s: %w", p.pkg, err)
			}
			starts[i] = append(starts[i], one)
		}
	}
	frame := func(o opened) float64 { return float64(o.firstFrame.Milliseconds()) }
	content := func(o opened) float64 { return float64(o.content.Milliseconds()) }
	resident := func(o opened) float64 { return o.resident }
	return []measure{
		atMost("time to first frame", median(starts[1], frame), median(starts[0], frame), "ms", "empty Fyne window", 1.5),
		beside("time to the first frame with content", median(starts[1], content), median(starts[0], frame), "ms", "empty Fyne window"),
		atMost("resident memory", median(starts[1], resident), median(starts[0], resident), "MB", "empty Fyne window", 1.6),
	}, nil
}

func median(starts []opened, f func(opened) float64) float64 {
	values := make([]float64, len(starts))
	for i, s := range starts {
		values[i] = f(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// screen is an X server whose frame buffer is a file: reading it disturbs nobody.
type screen struct {
	server  *exec.Cmd
	display string
	pixels  string
}

func startScreen(ctx context.Context, dir string) (*screen, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	server := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset", "-fbdir", dir)
	server.ExtraFiles = []*os.File{write}
	if err := server.Start(); err != nil {
		write.Close()
		return nil, fmt.Errorf("start Xvfb: %w", err)
	}
	write.Close()
	// The whole line: a server that cannot finish writing it gives up.
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("start Xvfb: it named no display: %w", err)
	}
	s := &screen{server: server, display: ":" + strings.TrimSpace(number), pixels: filepath.Join(dir, "Xvfb_screen0")}
	for range 5000 { // the display has its name a moment before its frame buffer is there
		if _, err = s.sample(); err == nil || ctx.Err() != nil {
			break
		}
		pause(ctx, time.Millisecond)
	}
	return s, err
}

func (s *screen) stop() {
	s.server.Process.Signal(syscall.SIGTERM)
	s.server.Wait()
}

// open starts a program, waits for the first pixel to change, then for memory to settle, and ends it.
func (s *screen) open(ctx context.Context, binary string, args []string, full bool) (opened, error) {
	empty, err := s.sample()
	if err != nil {
		return opened{}, err
	}
	command := exec.CommandContext(ctx, binary, args...)
	command.Env = append(os.Environ(), "DISPLAY="+s.display, "WAYLAND_DISPLAY=", "LANG=en_US.UTF-8")
	start := time.Now()
	if err := command.Start(); err != nil {
		return opened{}, err
	}
	defer func() {
		command.Process.Signal(syscall.SIGTERM)
		command.Wait()
		s.waitFor(ctx, empty) // the next window must not meet the rest of this one
	}()
	var one opened
	if one.firstFrame, err = s.frame(ctx, start, func(line string) bool { return line != empty }); err != nil {
		return opened{}, err
	}
	if full {
		if one.content, err = s.frame(ctx, start, func(line string) bool { return colours(line) > contentColours }); err != nil {
			return opened{}, err
		}
	}
	pause(ctx, 2*time.Second)
	one.resident, err = residentMB(command.Process.Pid)
	return one, err
}

// frame waits until the screen is as wanted and gives the time since start.
func (s *screen) frame(ctx context.Context, start time.Time, wanted func(line string) bool) (time.Duration, error) {
	for time.Since(start) < windowLimit {
		line, err := s.sample()
		if err != nil {
			return 0, err
		}
		if wanted(line) {
			return time.Since(start), nil
		}
		pause(ctx, time.Millisecond)
	}
	return 0, errors.New("no frame within " + windowLimit.String())
}

// contentColours is how many colours a line of an empty window and the bare screen have at most.
const contentColours = 4

func colours(line string) int {
	const pixel = 4
	seen := map[string]bool{}
	for i := 0; i+pixel <= len(line); i += pixel {
		seen[line[i:i+pixel]] = true
	}
	return len(seen)
}

// sample reads a line of pixels through the middle of the screen.
func (s *screen) sample() (string, error) {
	f, err := os.Open(s.pixels)
	if err != nil {
		return "", fmt.Errorf("read the screen: %w", err)
	}
	defer f.Close()
	const width, row = 1280 * 4, 400
	line := make([]byte, width)
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	header := info.Size() - width*900
	if _, err := f.ReadAt(line, header+width*row); err != nil {
		return "", fmt.Errorf("read the screen: %w", err)
	}
	return string(line), nil
}

func (s *screen) waitFor(ctx context.Context, want string) {
	for range 3000 {
		if now, err := s.sample(); err != nil || now == want || ctx.Err() != nil {
			return
		}
		pause(ctx, time.Millisecond)
	}
}

func residentMB(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("no VmRSS in the process status")
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
