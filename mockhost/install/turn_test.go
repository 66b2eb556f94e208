package install

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestTurnsLetOneThroughAtATime(t *testing.T) {
	var turns turns
	var inside, most int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			release, err := turns.acquire(t.Context(), turnKey{"jira", "com.example"}, func() {})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			mu.Lock()
			inside--
			mu.Unlock()
			release()
		})
	}
	wg.Wait()
	if most != 1 {
		t.Errorf("%d at a time", most)
	}
	if len(turns.taken) != 0 {
		t.Errorf("%d turns never given back", len(turns.taken))
	}
}

func TestTurnsDoNotHoldUpOthers(t *testing.T) {
	var turns turns
	release, err := turns.acquire(t.Context(), turnKey{"jira", "com.a"}, func() { t.Error("waits for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for _, k := range []turnKey{{"jira", "com.b"}, {"confluence", "com.a"}} {
		other, err := turns.acquire(t.Context(), k, func() { t.Errorf("%v waits", k) })
		if err != nil {
			t.Fatal(err)
		}
		other()
	}
}

func TestTurnWaitEndsWithTheContext(t *testing.T) {
	var turns turns
	release, err := turns.acquire(t.Context(), turnKey{"jira", "com.a"}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	waited := 0
	_, err = turns.acquire(ctx, turnKey{"jira", "com.a"}, func() { waited++; cancel() })
	if !errors.Is(err, context.Canceled) || waited != 1 {
		t.Errorf("got %v after %d calls of waiting", err, waited)
	}
	release()
	again, err := turns.acquire(t.Context(), turnKey{"jira", "com.a"}, func() { t.Error("waits for somebody who gave up") })
	if err != nil {
		t.Fatal(err)
	}
	again()
}
