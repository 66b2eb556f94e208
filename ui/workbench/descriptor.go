package workbench

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"connect-workbench/addon/descriptor"
)

// Descriptor is the text in the editor and the file it belongs to.
func (w *Workbench) Descriptor() DescriptorFile { return w.buffer.state() }

// SetDescriptorText replaces the text in the editor. The built-in add-on serves it from now on, and
// a copy for recovery is written once typing pauses.
func (w *Workbench) SetDescriptorText(text string) {
	if w.buffer.set(text) {
		w.changed(DescriptorChanged)
	}
}

// SaveDescriptor writes the text to its file. It refuses with ErrChangedOnDisk when somebody else
// changed the file since it was read.
func (w *Workbench) SaveDescriptor() error {
	defer w.changed(DescriptorChanged)
	return w.saved(w.buffer.save("", false))
}

// SaveDescriptorAs writes the text to path, which becomes the open file; an existing file is overwritten.
func (w *Workbench) SaveDescriptorAs(path string) error {
	defer w.changed(DescriptorChanged)
	return w.saved(w.buffer.save(path, true))
}

// OpenDescriptor opens another descriptor file. Unsaved text of the present one is kept for
// recovery and comes back when that file is opened again.
func (w *Workbench) OpenDescriptor(path string) error {
	if err := w.buffer.open(path); err != nil {
		return err
	}
	w.changed(DescriptorChanged)
	return nil
}

// RevertDescriptor goes back to what is on disk.
func (w *Workbench) RevertDescriptor() error {
	if err := w.buffer.revert(); err != nil {
		return err
	}
	w.changed(DescriptorChanged)
	return nil
}

// Check finds the problems of a descriptor text, as the editor shows them.
func (w *Workbench) Check(text string) descriptor.Report {
	w.checkMu.Lock()
	defer w.checkMu.Unlock()
	return w.checker.Check([]byte(text), w.checkOptions())
}

// watchSettle is how long a file must be quiet before it is read again: editors write in several steps.
const watchSettle = 100 * time.Millisecond

// watchDescriptorFile takes over changes that other programs make to the open file.
// Without a watcher (limits of the system reached) everything else works the same.
func (w *Workbench) watchDescriptorFile() {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		w.notice("warning", "Changes other programs make to the descriptor will not be noticed: "+err.Error()+".", "")
		return
	}
	watched := ""
	follow := func() {
		// The folder is watched, since most editors replace the file and a watch on it would end.
		if dir := filepath.Dir(w.buffer.state().Path); dir != watched {
			if watched != "" {
				watcher.Remove(watched)
			}
			if watcher.Add(dir) == nil {
				watched = dir
			}
		}
	}
	follow()
	moved := make(chan struct{}, 1)
	cancel := w.Subscribe(func(c Change) {
		if c == DescriptorChanged {
			select {
			case moved <- struct{}{}:
			default:
			}
		}
	})
	w.goWork(func(ctx context.Context) {
		defer watcher.Close()
		defer cancel()
		settle := time.NewTimer(watchSettle)
		settle.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-moved:
				follow()
			case event, ok := <-watcher.Events:
				if !ok {
					return
				}
				if filepath.Base(event.Name) == filepath.Base(w.buffer.state().Path) {
					settle.Reset(watchSettle)
				}
			case <-watcher.Errors:
			case <-settle.C:
				w.followDisk()
			}
		}
	})
}

func (w *Workbench) followDisk() {
	changed, conflict, err := w.buffer.follow()
	name := filepath.Base(w.buffer.state().Path)
	switch {
	case err != nil:
		w.notice("warning", fmt.Sprintf("%s can no longer be read: %v.", name, err),
			"The text as it last was stays in the editor and in force. Put the file back, or save to write it again.")
	case changed:
		w.notice("info", name+" was changed on disk and read again.", "")
		w.changed(DescriptorChanged)
		_ = w.saved(nil) // by another program
	case conflict:
		w.notice("warning", name+" was changed on disk while it has unsaved edits here.",
			"Revert to take the file, or save to overwrite it.")
	}
}
