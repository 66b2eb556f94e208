package upm

import (
	"slices"
	"sync"
	"time"
)

// Limits of tokens. A framework uses its token at once, but several may start together.
const (
	tokenLife = time.Hour
	maxTokens = 64
)

// tokens are those given out and not yet used, oldest first.
type tokens struct {
	clock func() time.Time
	mu    sync.Mutex
	given []token
}

type token struct {
	value     string
	accountID string // who may use it
	until     time.Time
}

func newTokens(clock func() time.Time) *tokens { return &tokens{clock: clock} }

// give hands out a token; the oldest makes room for it.
func (t *tokens) give(value, accountID string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.given) == maxTokens {
		t.given = slices.Delete(t.given, 0, 1)
	}
	t.given = append(t.given, token{value, accountID, t.clock().Add(tokenLife)})
}

// take reports whether the token serves, and uses it up.
func (t *tokens) take(value, accountID string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.given, func(g token) bool { return g.value == value && g.accountID == accountID })
	if i < 0 {
		return false
	}
	until := t.given[i].until
	t.given = slices.Delete(t.given, i, i+1)
	return t.clock().Before(until)
}
