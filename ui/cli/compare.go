package cli

import (
	"errors"
	"fmt"

	"connect-workbench/addon/descriptor"
)

type compareCommand struct {
	formatOption
	Old string `arg:"" help:"The descriptor as it was published; - is standard input."`
	New string `arg:"" help:"The descriptor as it is to be; - is standard input."`
}

// Run ends with ExitOK whatever the effect is: the comparison is the answer.
func (c compareCommand) Run(env Env) error {
	if c.Old == "-" && c.New == "-" {
		return errors.New("compare: only one of the two can be standard input")
	}
	old, err := c.read(env, c.Old)
	if err != nil {
		return err
	}
	new, err := c.read(env, c.New)
	if err != nil {
		return err
	}
	result, err := descriptor.Compare(old, new)
	if err != nil {
		return fmt.Errorf("compare %s with %s: %w", c.Old, c.New, err)
	}
	if c.Format == "json" {
		return writeJSON(env.Stdout, result)
	}
	fmt.Fprintln(env.Stdout, effectLine(result))
	for _, change := range result.Changes {
		fmt.Fprintf(env.Stdout, "  %s\n", change.Words)
	}
	return nil
}

func (c compareCommand) read(env Env, file string) ([]byte, error) {
	text, err := readInput(env, file, maxValidateSize)
	if errors.Is(err, errFolder) {
		err = fmt.Errorf("%w: name the descriptor file in it", err)
	}
	if err != nil {
		return nil, fmt.Errorf("compare: %s: %w", file, err)
	}
	return text, nil
}

// effectLine says the effect in one line.
func effectLine(c descriptor.Comparison) string {
	switch {
	case c.Effect == descriptor.NoEffect:
		return "none: the two say the same"
	case c.NeedsApproval():
		return fmt.Sprintf("%s: waits for the administrator of each site, because it %s", c.Effect, c.Reason())
	}
	return fmt.Sprintf("%s: takes effect by itself", c.Effect)
}
