package workbench

import (
	"context"
	"fmt"
	"sync"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

// reinstaller runs the re-installs after a save, one round at a time. The zero value is ready.
type reinstaller struct {
	mu      sync.Mutex
	running bool
	again   bool   // the text was saved once more meanwhile
	doing   string // see Workbench.Working
	stage   string
}

// ReinstallOnSave reports whether saving the descriptor re-installs the add-on.
func (w *Workbench) ReinstallOnSave() bool { return w.currentSettings().Addon.ReinstallOnSave }

// SetReinstallOnSave has every save of the descriptor, also one by another program, re-install the
// project's add-on on each site that has it, by hand and so with consent to all it asks for. The
// choice is kept in workbench.json. Working tells how far it is; failures are notices.
func (w *Workbench) SetReinstallOnSave(on bool) error {
	defer w.changed(AddonChanged)
	return w.saveSettings(func(s *settings) { s.Addon.ReinstallOnSave = on })
}

// Working is what runs in the background by itself and how far it is, in words for a status bar; ""
// for nothing. A change of it is a WorkChanged.
func (w *Workbench) Working() (doing, stage string) {
	w.reinstalls.mu.Lock()
	defer w.reinstalls.mu.Unlock()
	return w.reinstalls.doing, w.reinstalls.stage
}

func (w *Workbench) working(doing, stage string) {
	w.reinstalls.mu.Lock()
	w.reinstalls.doing, w.reinstalls.stage = doing, stage
	w.reinstalls.mu.Unlock()
	w.changed(WorkChanged)
}

// saved begins to re-install after a save that went well, and hands its error on. While a round
// is under way it is to be followed by another: the last to be installed is the newest text.
func (w *Workbench) saved(err error) error {
	if err != nil || !w.ReinstallOnSave() {
		return err
	}
	r := &w.reinstalls
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running {
		r.again = true
		return nil
	}
	r.running = true
	w.goWork(w.reinstall)
	return nil
}

// reinstall goes on until nothing was saved meanwhile.
func (w *Workbench) reinstall(ctx context.Context) {
	for more := true; more; more = w.another(ctx) {
		for _, s := range w.sitesToReinstall() {
			if ctx.Err() != nil || w.savedAgain() {
				break
			}
			w.reinstallOn(ctx, s)
		}
	}
	w.changed(WorkChanged)
}

// another ends the round, and reports whether the next one is due.
func (w *Workbench) another(ctx context.Context) bool {
	r := &w.reinstalls
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running = r.again && ctx.Err() == nil
	r.again = false
	if !r.running {
		r.doing, r.stage = "", ""
	}
	return r.running
}

func (w *Workbench) savedAgain() bool {
	w.reinstalls.mu.Lock()
	defer w.reinstalls.mu.Unlock()
	return w.reinstalls.again
}

// sitesToReinstall are those that have the project's add-on, by the address it came from. The
// built-in one, which serves the text, is known by the text's key as well: its port may have changed.
func (w *Workbench) sitesToReinstall() (sites []SiteState) {
	addon, key := w.Addon(), ""
	if d, err := descriptor.Read([]byte(w.buffer.current())); err == nil && addon.Mode == Builtin {
		key = d.Key
	}
	for _, s := range w.Sites() {
		for _, a := range s.Addons {
			if a.State != site.Uninstalled && (a.Key == key || a.DescriptorURL == addon.DescriptorURL) {
				sites = append(sites, s)
				break
			}
		}
	}
	return sites
}

func (w *Workbench) reinstallOn(ctx context.Context, s SiteState) {
	title := "Re-install on " + s.Title
	w.working(title, "")
	err := w.Install(ctx, s.ID, "", func(st install.Stage) {
		if st.State == install.Running {
			w.working(title, string(st.Name))
		}
	})
	if err != nil && ctx.Err() == nil {
		w.notice("failed", fmt.Sprintf("%s, after saving, failed: %v", title, err), Advice(err))
	}
}
