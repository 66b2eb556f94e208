package events

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"connect-workbench/mockhost/webhook"
)

// burstSize reads the two figures of a burst. The error is for the person.
func burstSize(events, perSecond string) (n, rate int, err error) {
	n, errEvents := strconv.Atoi(strings.TrimSpace(events))
	rate, errRate := strconv.Atoi(strings.TrimSpace(perSecond))
	switch {
	case errEvents != nil || n < 1 || n > webhook.MaxBurst:
		return 0, 0, fmt.Errorf("a burst has 1 to %d events", webhook.MaxBurst)
	case errRate != nil || rate < 1 || rate > webhook.MaxBurstRate:
		return 0, 0, fmt.Errorf("a burst has 1 to %d events per second", webhook.MaxBurstRate)
	}
	return n, rate, nil
}

// burstWords says how far a burst has come.
func burstWords(c webhook.BurstCount, of int) string {
	words := fmt.Sprintf("%d of %d raised, ", c.Raised, of)
	if c.Sent == 0 && c.Reason != "" {
		return words + "none sent. " + c.Reason
	}
	return words + fmt.Sprintf("%d sent, %d ok, %d refused, %d no answer", c.Sent, c.OK, c.Refused, c.NoAnswer)
}

// burstEnd is how a burst ended, before its figures.
func burstEnd(err error, cancelled bool) string {
	switch {
	case cancelled:
		return "Cancelled: "
	case err != nil:
		return "Ended: "
	}
	return "Done: "
}

// errNoBody keeps a burst from being raised with a body that cannot be sent.
var errNoBody = errors.New("the body cannot be sent; mend it first")
