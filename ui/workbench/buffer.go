package workbench

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// maxDescriptorSize is the largest file the editor opens, in bytes. Real descriptors stay below 30 KB.
const maxDescriptorSize = 16 << 20

// recoveryDelay is how long typing must pause before the buffer is written for recovery.
const recoveryDelay = 300 * time.Millisecond

// ErrChangedOnDisk means the file was changed by somebody else since it was read.
// Saving would lose that change; SaveDescriptorAs with the same path overwrites it on purpose.
var ErrChangedOnDisk = errors.New("the file was changed on disk since it was opened")

// buffer is the text in the editor, the file it belongs to, and the copy kept for recovery.
//
// The copy is written whenever typing pauses and removed once text and file agree, one per file,
// so that neither a crash nor opening another descriptor loses an edit.
type buffer struct {
	recoveryDir string
	onSaveError func(error) // the recovery copy could not be written

	disk sync.Mutex // held around file work; taken before mu, so that typing never waits for the disk

	mu        sync.Mutex
	path      string
	text      string
	saved     string // what the file held when it was last read or written
	recovered bool
	timer     *time.Timer
	closed    bool
}

// recoveryCopy is one file of the recovery folder. The text is kept as bytes, since a broken
// descriptor need not be valid UTF-8.
type recoveryCopy struct {
	Path string `json:"path"`
	Text []byte `json:"text"`
}

func newBuffer(recoveryDir string, onSaveError func(error)) *buffer {
	return &buffer{recoveryDir: recoveryDir, onSaveError: onSaveError}
}

// open reads path and puts back an unsaved edit of it, if there is one.
// On an error the buffer keeps what it had.
func (b *buffer) open(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("open descriptor %s: %w", path, err)
	}
	disk, err := readDescriptorFile(path)
	if err != nil {
		return fmt.Errorf("open descriptor: %w", err)
	}
	b.disk.Lock()
	defer b.disk.Unlock()
	if err := b.writeRecovery(); err != nil {
		return fmt.Errorf("keep the unsaved edit before opening %s: %w", path, err)
	}
	kept, recovered := b.readRecovery(path)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.path, b.text, b.saved, b.recovered = path, disk, disk, false
	if recovered && kept != disk {
		b.text, b.recovered = kept, true
	}
	return nil
}

func readDescriptorFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", &fs.PathError{Op: "read", Path: path, Err: errors.New("not a file")}
	}
	if info.Size() > maxDescriptorSize {
		return "", &fs.PathError{Op: "read", Path: path,
			Err: fmt.Errorf("%d MB is larger than any descriptor (limit %d MB)", info.Size()>>20, maxDescriptorSize>>20)}
	}
	data, err := os.ReadFile(path)
	return string(data), err
}

func (b *buffer) state() DescriptorFile {
	b.mu.Lock()
	defer b.mu.Unlock()
	return DescriptorFile{Path: b.path, Text: b.text, Dirty: b.text != b.saved, Recovered: b.recovered}
}

func (b *buffer) current() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text
}

// set replaces the text; the recovery copy follows when typing pauses.
func (b *buffer) set(text string) (changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if text == b.text {
		return false
	}
	b.text = text
	if b.timer == nil && !b.closed {
		b.timer = time.AfterFunc(recoveryDelay, b.keep)
	}
	return true
}

func (b *buffer) keep() {
	b.mu.Lock()
	b.timer = nil
	b.mu.Unlock()
	b.disk.Lock()
	err := b.writeRecovery()
	b.disk.Unlock()
	if err != nil {
		b.onSaveError(err)
	}
}

// save writes the text to path, or to its own file for path "". Unless over is set it refuses
// with ErrChangedOnDisk when somebody else changed the file meanwhile.
func (b *buffer) save(path string, over bool) error {
	b.disk.Lock()
	defer b.disk.Unlock()
	own, text, saved := b.snapshot()
	if path == "" {
		path = own
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("save descriptor %s: %w", path, err)
	}
	if path == own && !over {
		disk, err := readDescriptorFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("save descriptor: %w", err)
		}
		if err == nil && disk != saved {
			return fmt.Errorf("save descriptor %s: %w", path, ErrChangedOnDisk)
		}
	}
	if err := replaceFile(path, []byte(text), 0o644); err != nil {
		return fmt.Errorf("save descriptor: %w", err)
	}
	if path != own {
		os.Remove(b.recoveryPath(own))
	}
	b.mu.Lock()
	b.path, b.saved, b.recovered = path, text, false
	b.mu.Unlock()
	return b.writeRecovery()
}

// snapshot is what a file operation works with while typing goes on.
func (b *buffer) snapshot() (path, text, saved string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.path, b.text, b.saved
}

// revert goes back to what is on disk and drops the recovery copy.
func (b *buffer) revert() error {
	b.disk.Lock()
	defer b.disk.Unlock()
	path, _, _ := b.snapshot()
	disk, err := readDescriptorFile(path)
	if err != nil {
		return fmt.Errorf("revert descriptor: %w", err)
	}
	b.mu.Lock()
	b.text, b.saved, b.recovered = disk, disk, false
	b.mu.Unlock()
	return b.writeRecovery()
}

// follow takes over a change made on disk. With unsaved edits the text stays and conflict is true;
// it stays, too, when the file cannot be read any more.
func (b *buffer) follow() (changed, conflict bool, err error) {
	b.disk.Lock()
	defer b.disk.Unlock()
	path, _, saved := b.snapshot()
	disk, err := readDescriptorFile(path)
	if err != nil || disk == saved {
		return false, false, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.text != b.saved && b.text != disk {
		return false, true, nil
	}
	b.text, b.saved = disk, disk
	return true, false, nil
}

// close writes the recovery copy a last time.
func (b *buffer) close() error {
	b.mu.Lock()
	b.closed = true
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	b.mu.Unlock()
	b.disk.Lock()
	defer b.disk.Unlock()
	return b.writeRecovery()
}

// writeRecovery brings the copy in line with the text; b.disk is held.
func (b *buffer) writeRecovery() error {
	own, text, saved := b.snapshot()
	if own == "" {
		return nil
	}
	path := b.recoveryPath(own)
	if text == saved {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the recovery copy: %w", err)
		}
		return nil
	}
	data, err := json.Marshal(recoveryCopy{Path: own, Text: []byte(text)})
	if err != nil {
		return fmt.Errorf("keep the edit for recovery: %w", err)
	}
	if err := os.MkdirAll(b.recoveryDir, 0o700); err != nil {
		return fmt.Errorf("keep the edit for recovery: %w", err)
	}
	if err := replaceFile(path, data, 0o600); err != nil {
		return fmt.Errorf("keep the edit for recovery: %w", err)
	}
	return nil
}

func (b *buffer) readRecovery(path string) (text string, ok bool) {
	data, err := os.ReadFile(b.recoveryPath(path))
	if err != nil {
		return "", false
	}
	var kept recoveryCopy
	if err := json.Unmarshal(data, &kept); err != nil || kept.Path != path {
		return "", false
	}
	return string(kept.Text), true
}

// recoveryPath names the copy by a hash, since two descriptors often share a file name.
func (b *buffer) recoveryPath(path string) string {
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(b.recoveryDir, hex.EncodeToString(sum[:8])+".json")
}
