package task

import (
	"context"
	"errors"
	"testing"
	"time"

	"connect-workbench/ui/desktop/post"
)

const patience = 5 * time.Second

func TestRunHandsTheResultOverOnTheQueue(t *testing.T) {
	queue := post.NewQueue()
	g := NewGroup(queue.Post)
	defer g.Close()

	got := ""
	Run(g, func(context.Context) (string, error) { return "row", nil }, func(s string, err error) { got = s })
	if !queue.Until(patience, func() bool { return got != "" }) {
		t.Fatal("no result was handed over")
	}
	if got != "row" {
		t.Errorf("got %q", got)
	}
}

func TestLaneKeepsOnlyTheNewest(t *testing.T) {
	queue := post.NewQueue()
	g := NewGroup(queue.Post)
	defer g.Close()
	lane := NewLane[int](g)

	var got []int
	keep := func(n int, err error) { got = append(got, n) }
	first := make(chan error, 1)
	lane.Run(func(ctx context.Context) (int, error) {
		<-ctx.Done()
		first <- ctx.Err()
		return 1, nil
	}, keep)
	lane.Run(func(context.Context) (int, error) { return 2, nil }, keep)

	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the earlier work ended with %v, want it cancelled", err)
	}
	if !queue.Until(patience, func() bool { return len(got) > 0 }) {
		t.Fatal("no result was handed over")
	}
	g.Close()
	queue.Drain()
	if len(got) != 1 || got[0] != 2 {
		t.Errorf("handed over %v, want only 2", got)
	}
}

func TestNothingIsHandedOverAfterClose(t *testing.T) {
	queue := post.NewQueue()
	g := NewGroup(queue.Post)
	called := false
	Run(g, func(context.Context) (int, error) { return 1, nil }, func(int, error) { called = true })
	g.Close()
	Run(g, func(context.Context) (int, error) { t.Error("work began after Close"); return 2, nil }, func(int, error) { called = true })
	queue.Drain()
	if called {
		t.Error("a result was handed over after Close")
	}
}

func TestDropForgetsTheResult(t *testing.T) {
	queue := post.NewQueue()
	g := NewGroup(queue.Post)
	lane := NewLane[int](g)
	called := false
	lane.Run(func(context.Context) (int, error) { return 1, nil }, func(int, error) { called = true })
	lane.Drop()
	g.Close()
	queue.Drain()
	if called {
		t.Error("a dropped result was handed over")
	}
}
