package descriptor

import (
	"errors"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/ask"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/workbench"
)

// Commands are what can be done here, for the menu and the command box.
func (v *View) Commands() []place.Command {
	return append([]place.Command{
		{Title: "Open descriptor…", Shortcut: key(fyne.KeyO, 0), Run: v.askOpen},
		{Title: "Save descriptor", Shortcut: key(fyne.KeyS, 0), Run: v.save},
		{Title: "Save descriptor as…", Shortcut: key(fyne.KeyS, fyne.KeyModifierShift), Run: v.askSaveAs},
		{Title: "Revert to what is on disk…", Run: v.askRevert},
		{Title: "Switch re-install on save on or off", Run: func() { v.setReinstall(!v.host.ReinstallOnSave()) }},
		{Title: "Find in the text…", Shortcut: key(fyne.KeyF, 0), Run: v.find},
		{Title: "Complete at the caret (Ctrl+Space)", Run: v.complete},
		{Title: "Explain what stands at the caret (Ctrl+I)", Run: v.explain},
		{Title: "Next problem", Shortcut: key(fyne.KeyE, 0), Run: v.nextProblem},
		{Title: "Apply the fix of the selected problem", Shortcut: key(fyne.KeyPeriod, 0), Run: v.fix},
		{Title: "Fix all problems that can be fixed", Run: v.fixAll},
		{Title: "Fold or unfold the problems", Run: v.foldProblems},
		{Title: "Choose the product and the era to check for…", Run: v.chooseRules},
		{Title: "Check whether the addresses of the descriptor answer", Run: v.checkReach},
	}, v.docsCommands()...)
}

// find opens the editor's search field. The editor would hear Ctrl+F itself, but a key that the
// place in front has no command for goes to that of another place.
func (v *View) find() {
	v.env.Go(place.Target{Place: v.ID()})
	v.editor.Find()
}

func key(name fyne.KeyName, more fyne.KeyModifier) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault | more}
}

// save writes the text to its file. When somebody else changed the file, it asks first.
func (v *View) save() {
	err := v.host.SaveDescriptor()
	switch {
	case errors.Is(err, workbench.ErrChangedOnDisk):
		v.askWhichText()
	case err != nil:
		v.env.Fail("Save "+filepath.Base(v.model.file.Path), err)
	}
	v.reload()
}

// setReinstall has every save re-install the add-on on the sites that have it, or not any more.
func (v *View) setReinstall(on bool) {
	if on == v.host.ReinstallOnSave() {
		return
	}
	if err := v.host.SetReinstallOnSave(on); err != nil {
		v.env.Fail("Switch re-install on save", err)
	}
	v.showBar()
}

// askWhichText lets the person choose between their text and the one on disk. Neither is lost
// without being named.
func (v *View) askWhichText() {
	name := filepath.Base(v.model.file.Path)
	ask.Show(v.env.Window, ask.Question{
		Title: name + " was changed by another program",
		Text:  "It changed since it was opened here. Saving over it loses that change. Taking the file replaces your text; undo brings it back. Save as keeps both.",
		Answers: []ask.Answer{
			{Label: "Save as…", Primary: true, Run: v.askSaveAs},
			{Label: "Save over it", Danger: true, Run: func() { v.saveAs(v.model.file.Path) }},
			{Label: "Take the file", Danger: true, Run: v.revert},
			{Label: "Cancel"},
		},
	})
}

func (v *View) saveAs(path string) {
	if err := v.host.SaveDescriptorAs(path); err != nil {
		v.env.Fail("Save as "+path, err)
	}
	v.reload()
}

// askRevert asks before unsaved text is given up.
func (v *View) askRevert() {
	if !v.model.file.Dirty {
		v.revert()
		return
	}
	ask.Show(v.env.Window, ask.Question{
		Title: "Revert " + filepath.Base(v.model.file.Path) + "?",
		Text:  "The text goes back to what is on disk. Undo in the editor brings your text back.",
		Answers: []ask.Answer{
			{Label: "Revert", Danger: true, Run: v.revert},
			{Label: "Keep my text"},
		},
	})
}

func (v *View) revert() {
	if err := v.host.RevertDescriptor(); err != nil {
		v.env.Fail("Revert "+filepath.Base(v.model.file.Path), err)
	}
	v.reload()
}

func (v *View) open(path string) {
	if err := v.host.OpenDescriptor(path); err != nil {
		v.env.Fail("Open "+path, err)
	}
	v.reload()
}

// Dropped opens the first of the files dropped on the window.
func (v *View) Dropped(paths []string) {
	path, err := usablePath(paths[0], v.folder())
	if err != nil {
		v.env.Fail("Open "+filepath.Base(paths[0]), err)
		return
	}
	v.open(path)
}

// askOpen asks for a path. Unsaved text of the present file is kept for recovery, so that
// nothing needs to be asked about it.
func (v *View) askOpen() {
	sheet := new(*ask.Sheet)
	browse := widget.NewButtonWithIcon("Browse…", theme.IconSearch, func() {
		(*sheet).Close()
		v.browse()
	})
	text := ""
	if v.model.file.Dirty {
		text = "The unsaved text of " + filepath.Base(v.model.file.Path) + " is kept for recovery."
	}
	*sheet = ask.Line(v.env.Window, ask.Question{
		Title: "Open a descriptor", Text: text, Content: browse, Width: theme.TextPane + theme.LabelWidth,
	}, v.folder()+string(filepath.Separator), "path of atlassian-connect.json", "Open", func(text string) error {
		path, err := usablePath(text, v.folder())
		if err == nil {
			v.open(path)
		}
		return err
	})
}

// browse opens Fyne's file dialog.
func (v *View) browse() {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			v.env.Fail("Open a descriptor", err)
		case r != nil:
			path := r.URI().Path()
			r.Close()
			v.open(path)
		}
	}, v.env.Window)
	d.SetView(dialog.ListView)
	d.SetFilter(storage.NewExtensionFileFilter([]string{".json"}))
	if folder, err := storage.ListerForURI(storage.NewFileURI(v.folder())); err == nil {
		d.SetLocation(folder)
	}
	size := v.env.Window.Canvas().Size()
	d.Resize(fyne.NewSize(size.Width*3/4, size.Height*3/4))
	d.Show()
	ask.CloseOnEscape(v.env.Window, d)
}

// askSaveAs asks for a path, and once more before it writes over another file.
func (v *View) askSaveAs() {
	ask.Line(v.env.Window, ask.Question{
		Title: "Save the descriptor as", Width: theme.TextPane + theme.LabelWidth,
	}, v.model.file.Path, "path of the new file", "Save", func(text string) error {
		path, err := writablePath(text, v.folder())
		if err != nil {
			return err
		}
		if _, err := os.Stat(path); err == nil && path != v.model.file.Path {
			v.env.Post(func() { v.askOverwrite(path) })
			return nil
		}
		v.saveAs(path)
		return nil
	})
}

func (v *View) askOverwrite(path string) {
	ask.Show(v.env.Window, ask.Question{
		Title: "Write over " + filepath.Base(path) + "?",
		Text:  path + " exists. Its content will be replaced.",
		Answers: []ask.Answer{
			{Label: "Write over it", Danger: true, Run: func() { v.saveAs(path) }},
			{Label: "Another name…", Run: v.askSaveAs},
			{Label: "Cancel"},
		},
	})
}

// folder is where the present file lies: the start for relative paths.
func (v *View) folder() string { return filepath.Dir(v.model.file.Path) }
