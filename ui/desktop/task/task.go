// Package task runs the background work of a place and brings its results back.
//
// A place owns one Group. Work gets a context that ends with the group and runs on a
// goroutine of its own; its result is handed over on the UI goroutine through post.Func.
// Nothing is handed over after Close, and Close waits, so no goroutine outlives its place.
// A Lane is for work that is only worth its newest answer, such as loading what was
// selected last: starting the next cancels the one before and drops its result.
package task

import (
	"context"
	"sync"

	"connect-workbench/ui/desktop/post"
)

// Group owns the background work of one place. Its methods are for the UI goroutine.
type Group struct {
	post   post.Func
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// NewGroup makes a group whose results come back through p.
func NewGroup(p post.Func) *Group {
	ctx, cancel := context.WithCancel(context.Background())
	return &Group{post: p, ctx: ctx, cancel: cancel}
}

// Close cancels all work, drops what has not been handed over yet and waits for the goroutines.
func (g *Group) Close() {
	g.cancel()
	g.wg.Wait()
}

// Run starts work and hands its result to done on the UI goroutine.
// After Close it does nothing.
func Run[T any](g *Group, work func(ctx context.Context) (T, error), done func(T, error)) {
	run(g, g.ctx, work, done)
}

func run[T any](g *Group, ctx context.Context, work func(ctx context.Context) (T, error), done func(T, error)) {
	if ctx.Err() != nil {
		return
	}
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		result, err := work(ctx)
		g.post(func() {
			if ctx.Err() == nil {
				done(result, err)
			}
		})
	}()
}

// Lane runs one piece of work at a time and keeps only the newest result.
// Make it with NewLane; its methods are for the UI goroutine.
type Lane[T any] struct {
	group  *Group
	cancel context.CancelFunc
}

// NewLane makes a lane within g.
func NewLane[T any](g *Group) *Lane[T] {
	return &Lane[T]{group: g, cancel: func() {}}
}

// Run cancels what the lane is doing and starts work in its place.
func (l *Lane[T]) Run(work func(ctx context.Context) (T, error), done func(T, error)) {
	l.cancel()
	ctx, cancel := context.WithCancel(l.group.ctx)
	l.cancel = cancel
	run(l.group, ctx, work, done)
}

// Drop cancels what the lane is doing; its result is not handed over.
func (l *Lane[T]) Drop() { l.cancel() }
