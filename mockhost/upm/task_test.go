package upm

import (
	"fmt"
	"testing"
	"time"
)

func TestTasksAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	kept := newTasks(func() time.Time { return now })
	for i := range maxTasks {
		if _, ok := kept.begin(fmt.Sprint(i), "", ""); !ok {
			t.Fatalf("no room for task %d", i)
		}
	}
	if _, ok := kept.begin("more", "", ""); ok {
		t.Error("a task more than there is room for")
	}
	kept.succeed("7", "com.example")
	if _, ok := kept.begin("more", "", ""); !ok {
		t.Error("the ended task made no room")
	}
	if _, ok := kept.get("7"); ok {
		t.Error("the ended task is still there")
	}
	kept.fail("more", Failure{Key: "k"})
	now = now.Add(taskLife)
	if got, ok := kept.get("more"); !ok || got.failure.Key != "k" {
		t.Error("forgotten too early")
	}
	now = now.Add(time.Second)
	if _, ok := kept.get("more"); ok {
		t.Error("never forgotten")
	}
	if got := len(kept.pending()); got != maxTasks-1 {
		t.Errorf("%d pending, want %d: what is under way is never forgotten", got, maxTasks-1)
	}
}

func TestTokensAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	given := newTokens(func() time.Time { return now })
	for i := range maxTokens + 1 {
		given.give(fmt.Sprint(i), "ada")
	}
	for _, tc := range []struct {
		value, account string
		want           bool
	}{
		{"0", "ada", false}, // made room
		{"1", "milo", false},
		{"1", "ada", true},
		{"1", "ada", false}, // used
		{"", "ada", false},
	} {
		if got := given.take(tc.value, tc.account); got != tc.want {
			t.Errorf("%q by %s: %v", tc.value, tc.account, got)
		}
	}
}
