package upm

import (
	"slices"
	"sync"
	"time"
)

// Limits of the tasks of one site.
const (
	taskLife = 10 * time.Minute // after its end
	maxTasks = 100
)

// phase says how far a task is.
type phase int

const (
	downloading phase = iota
	installing
	complete
	failed
)

// task is one install, pending or ended.
type task struct {
	id        string
	source    string // descriptor URL
	accountID string
	started   time.Time

	phase    phase
	ended    time.Time
	addonKey string  // of what was installed, when complete
	failure  Failure // when failed
}

func (t task) over() bool { return t.phase == complete || t.phase == failed }

// tasks are the installs of one site, oldest first.
type tasks struct {
	clock func() time.Time
	mu    sync.Mutex
	kept  []task
}

func newTasks(clock func() time.Time) *tasks { return &tasks{clock: clock} }

// begin keeps a new task. Where it has no room, the oldest that is over goes; false means that
// all are still under way.
func (t *tasks) begin(id, source, accountID string) (task, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget()
	if len(t.kept) >= maxTasks {
		oldest := slices.IndexFunc(t.kept, task.over)
		if oldest < 0 {
			return task{}, false
		}
		t.kept = slices.Delete(t.kept, oldest, oldest+1)
	}
	begun := task{id: id, source: source, accountID: accountID, started: t.clock()}
	t.kept = append(t.kept, begun)
	return begun, true
}

// downloaded notes that the descriptor is there.
func (t *tasks) downloaded(id string) { t.change(id, func(k *task) { k.phase = installing }) }

// succeed and fail note how a task ended.
func (t *tasks) succeed(id, addonKey string) {
	t.change(id, func(k *task) { k.phase, k.addonKey, k.ended = complete, addonKey, t.clock() })
}

func (t *tasks) fail(id string, f Failure) {
	t.change(id, func(k *task) { k.phase, k.failure, k.ended = failed, f, t.clock() })
}

func (t *tasks) change(id string, f func(*task)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := t.index(id); i >= 0 {
		f(&t.kept[i])
	}
}

// get finds a task that is not forgotten yet.
func (t *tasks) get(id string) (task, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget()
	i := t.index(id)
	if i < 0 {
		return task{}, false
	}
	return t.kept[i], true
}

// pending lists the tasks that are not over.
func (t *tasks) pending() []task {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(t.kept), task.over)
}

func (t *tasks) index(id string) int {
	return slices.IndexFunc(t.kept, func(k task) bool { return k.id == id })
}

// forget drops what ended long ago.
func (t *tasks) forget() {
	now := t.clock()
	t.kept = slices.DeleteFunc(t.kept, func(k task) bool { return k.over() && now.Sub(k.ended) > taskLife })
}
