package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/descriptor/descriptortest"
)

// Contestants of the validation, beside the peers in bench/peers/validate.js.
const (
	ours      = "text to problems with positions"
	keystroke = "lex, parse, problems"
	valid     = "json.Valid"
	santhosh  = "santhosh-tekuri/jsonschema"

	ajv       = "ajv"
	ajvPlaces = "ajv with positions"
	vscode    = "vscode-json-languageservice"
	connect   = "atlassian-connect-validator"
)

// frame is how long a screen of 60 Hz shows one picture, in milliseconds.
const frame = 1000.0 / 60

// Validation is measured in rounds: every contestant works on every text for a moment, one after the
// other, and the median of the rounds counts. CPU time is taken, not the clock, so that other work on
// the machine disturbs all alike and little.
const (
	rounds    = 7
	momentsMS = 60
)

// sample is one text of the validation.
type sample struct {
	size, kind string // "5 KB", "faulty"
	text       []byte
	lines      []string
}

func samples() []sample {
	var list []sample
	for _, s := range []struct {
		name string
		size int
	}{{"5 KB", 5 << 10}, {"100 KB", 100 << 10}, {"1 MB", 1 << 20}} {
		clean := descriptortest.Generated(s.size)
		for _, variant := range []struct {
			kind string
			text []byte
		}{{"clean", clean}, {"faulty", descriptortest.Faulty(clean)}} {
			list = append(list, sample{s.name, variant.kind, variant.text, strings.SplitAfter(string(variant.text), "\n")})
		}
	}
	return list
}

// validation compares a descriptor's text to problems with positions with a yes or no of the standard
// library, and with what others take for the same schema, which is written from our catalogue.
func validation(ctx context.Context) ([]measure, error) {
	r, err := newRace(ctx)
	if err != nil {
		return nil, err
	}
	defer r.close()
	for range rounds {
		for i := range r.samples {
			for _, name := range []string{ours, keystroke, valid, santhosh, ajv, ajvPlaces, vscode, connect} {
				if err := r.run(name, i); err != nil {
					return nil, fmt.Errorf("%s on %s, %s: %w", name, r.samples[i].size, r.samples[i].kind, err)
				}
			}
		}
	}
	return r.measures(), nil
}

// race holds the contestants and their times, in nanoseconds of CPU.
type race struct {
	samples []sample
	times   map[string][][]float64 // by contestant and sample
	checker *descriptor.Checker
	schema  *jsonschema.Schema
	dir     string
	node    *exec.Cmd
	to      io.WriteCloser
	from    *bufio.Scanner
}

func newRace(ctx context.Context) (*race, error) {
	r := &race{samples: samples(), times: make(map[string][][]float64), checker: descriptor.NewChecker(descriptor.BuiltIn())}
	schema := descriptor.BuiltIn().JSONSchema(descriptor.Auto)
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		return nil, err
	}
	if r.schema, err = compiler.Compile("schema.json"); err != nil {
		return nil, fmt.Errorf("compile the schema: %w", err)
	}
	return r, r.startPeers(ctx, text)
}

// startPeers starts node with the schema and the texts in a folder of their own.
func (r *race) startPeers(ctx context.Context, schema []byte) (err error) {
	if r.dir, err = os.MkdirTemp("", "bench-validation"); err != nil {
		return err
	}
	write := func(name string, data []byte) string {
		path := filepath.Join(r.dir, name)
		if err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
		return path
	}
	args := []string{"validate.js", write("schema.json", schema)}
	for i, s := range r.samples {
		args = append(args, write(fmt.Sprintf("%d.json", i), s.text))
	}
	if err != nil {
		return err
	}
	r.node = exec.CommandContext(ctx, "node", args...)
	r.node.Dir, r.node.Stderr = "bench/peers", os.Stderr
	if r.to, err = r.node.StdinPipe(); err != nil {
		return err
	}
	out, err := r.node.StdoutPipe()
	if err != nil {
		return err
	}
	r.from = bufio.NewScanner(out)
	return r.node.Start()
}

func (r *race) close() {
	r.to.Close()
	_ = r.node.Wait() // it has answered all it was asked
	os.RemoveAll(r.dir)
}

// run lets one contestant work on one text for a moment.
func (r *race) run(name string, i int) error {
	var ns float64
	var problems int
	var err error
	s := &r.samples[i]
	switch name {
	case ours:
		ns, problems = moment(func() int { return len(r.checker.Check(s.text, descriptor.Options{}).Problems) })
	case keystroke:
		ns, problems = moment(func() int {
			for _, line := range s.lines {
				descriptor.LexLine(line, func(int, int, descriptor.LexKind) {})
			}
			return len(r.checker.Check(s.text, descriptor.Options{}).Problems)
		})
	case valid:
		ns, problems = moment(func() int {
			if json.Valid(s.text) && s.kind == "clean" {
				return 0
			}
			return 1
		})
	case santhosh:
		ns, problems = moment(func() int { return santhoshProblems(r.schema, s.text) })
	default:
		ns, problems, err = r.peer(name, i)
	}
	if err != nil {
		return err
	}
	if (problems == 0) != (s.kind == "clean") {
		return fmt.Errorf("%d problems", problems)
	}
	if r.times[name] == nil {
		r.times[name] = make([][]float64, len(r.samples))
	}
	r.times[name][i] = append(r.times[name][i], ns)
	return nil
}

func santhoshProblems(schema *jsonschema.Schema, text []byte) int {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = schema.Validate(document)
	}
	var invalid *jsonschema.ValidationError
	switch {
	case errors.As(err, &invalid):
		return len(invalid.Causes)
	case err != nil:
		return 1
	}
	return 0
}

// moment repeats work for a while and gives the CPU time of one turn, in nanoseconds. What was left
// behind by the one before is collected first.
func moment(work func() int) (ns float64, problems int) {
	runtime.GC()
	problems = work()
	n, before := 0, cpuTime()
	for end := time.Now().Add(momentsMS * time.Millisecond); n == 0 || time.Now().Before(end); n++ {
		problems = work()
	}
	return float64(cpuTime()-before) / float64(n), problems
}

// cpuTime is what this process has used of the processors, its garbage collector counted in.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // it fails for wrong arguments only
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// peer asks node.
func (r *race) peer(name string, i int) (ns float64, problems int, err error) {
	request, err := json.Marshal(map[string]any{"peer": name, "text": i, "ms": momentsMS})
	if err != nil {
		return 0, 0, err
	}
	if _, err := r.to.Write(append(request, '\n')); err != nil {
		return 0, 0, err
	}
	if !r.from.Scan() {
		return 0, 0, fmt.Errorf("node ended: %w", errors.Join(r.from.Err(), io.ErrUnexpectedEOF))
	}
	var answer struct {
		NS       float64
		Problems int
	}
	if err := json.Unmarshal(r.from.Bytes(), &answer); err != nil {
		return 0, 0, err
	}
	return answer.NS, answer.Problems, nil
}

// median of a contestant on a sample, in milliseconds.
func (r *race) median(name string, i int) float64 {
	times := slices.Sorted(slices.Values(r.times[name][i]))
	return times[len(times)/2] / 1e6
}

func (r *race) measures() []measure {
	var list []measure
	for i, s := range r.samples {
		what, own := "validate "+s.size+", "+s.kind, r.median(ours, i)
		list = append(list,
			atMost(what, own, r.median(valid, i), "ms", valid, 3),
			atMost(what, own, r.median(vscode, i), "ms", vscode, 1.0/8),
			atMost(what, own, r.median(ajvPlaces, i), "ms", ajvPlaces, 1.0/3),
			atMost(what, own, r.median(ajv, i), "ms", ajv+" without positions", 1),
			beside(what, own, r.median(santhosh, i), "ms", santhosh),
			beside(what, own, r.median(connect, i), "ms", connect),
		)
		if s.size == "1 MB" {
			list = append(list, atMost("a keystroke in "+s.size+", "+s.kind+": "+keystroke, r.median(keystroke, i), frame, "ms", "a frame of 60 Hz", 1))
		}
	}
	return list
}
