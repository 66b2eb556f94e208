package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// results are the figures of benchmarks by name without "Benchmark" and the processor count:
// unit ("ns/op", "req/s", ...) to value.
type results map[string]map[string]float64

// goBench runs benchmarks of a package, with the given environment in addition.
func goBench(ctx context.Context, pkg, pattern string, args []string, env ...string) (results, error) {
	arguments := append([]string{"test", pkg, "-run", "^$", "-bench", pattern}, args...)
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Env = append(os.Environ(), env...)
	output, err := command.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(arguments, " "), err, output)
	}
	return parseBench(output), nil
}

// parseBench reads lines such as "BenchmarkSign-2  400000  2533 ns/op  390000 ops/s".
// With -count the fastest run of a benchmark counts: the others were disturbed.
func parseBench(output []byte) results {
	found := results{}
	lines := bufio.NewScanner(bytes.NewReader(output))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			if _, err := strconv.Atoi(name[i+1:]); err == nil {
				name = name[:i]
			}
		}
		units := map[string]float64{}
		for i := 2; i+1 < len(fields); i += 2 {
			if value, err := strconv.ParseFloat(fields[i], 64); err == nil {
				units[fields[i+1]] = value
			}
		}
		if old, ok := found[name]; !ok || units["ns/op"] < old["ns/op"] {
			found[name] = units
		}
	}
	return found
}

// get is one figure, or an error that says what there was instead.
func (r results) get(name, unit string) (float64, error) {
	value, ok := r[name][unit]
	if !ok {
		return 0, fmt.Errorf("no figure %s of Benchmark%s; got %v", unit, name, r)
	}
	return value, nil
}

// perSecond turns ns/op into operations a second.
func (r results) perSecond(name string) (float64, error) {
	ns, err := r.get(name, "ns/op")
	if err != nil {
		return 0, err
	}
	return 1e9 / ns, nil
}
