// Bench measures the program beside its limits and peers, in one run, and prints the ratios that
// the README quotes. Absolute figures depend on the machine and the minute; ratios of one run hold.
//
//	go run ./bench            everything, some minutes
//	go run ./bench jwt log    only these parts
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"text/tabwriter"
)

// measure is one line of the report.
type measure struct {
	what   string
	ours   string  // our figure, with its unit
	beside string  // what it is compared with, and that figure
	ratio  float64 // ours to beside, or beside to ours, as bar says
	bar    string  // what the ratio must keep; "" for none
	met    bool
}

// part is one group of measurements.
type part struct {
	name string
	run  func(context.Context) ([]measure, error)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	parts := []part{
		{"jwt", tokens},
		{"dispatch", dispatch},
		{"log", exchangeLog},
		{"validation", validation},
		{"page", hostPage},
		{"window", firstFrame},
	}
	wanted := os.Args[1:]
	for _, name := range wanted {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			fmt.Fprintf(os.Stderr, "bench: there is no part %q\n", name)
			os.Exit(2)
		}
	}
	failed := false
	for _, p := range parts {
		if len(wanted) > 0 && !slices.Contains(wanted, p.name) {
			continue
		}
		fmt.Printf("== %s\n", p.name)
		measures, err := p.run(ctx)
		print(measures)
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s: %v\n", p.name, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

func print(measures []measure) {
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 3, ' ', 0)
	fmt.Fprintln(table, "what\tours\tbeside\tratio\tbar\t")
	for _, m := range measures {
		mark := ""
		if m.bar != "" {
			mark = "missed"
			if m.met {
				mark = "met"
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", m.what, m.ours, m.beside, ratio(m.ratio), m.bar, mark)
	}
	table.Flush()
	fmt.Println()
}

func ratio(r float64) string {
	if r == 0 {
		return ""
	}
	return strings.TrimSuffix(fmt.Sprintf("%.2f", r), "0")
}
