package editor

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"connect-workbench/ui/desktop/editor/buffer"
	"connect-workbench/ui/desktop/theme"
)

// TypedRune puts in a character.
func (e *Editor) TypedRune(r rune) {
	e.tabLeaves = false
	if !e.readOnly {
		e.change(func() { e.text.Type(r) })
		e.typedRune(r)
	}
}

// TypedKey does what a key means.
func (e *Editor) TypedKey(k *fyne.KeyEvent) {
	leaves := e.tabLeaves
	e.tabLeaves = false
	if e.typedInList(k.Name) {
		return
	}
	hadCard, help := e.assist.card.open, e.helpAt()
	e.closeCard()
	switch k.Name {
	case fyne.KeyEscape:
		if stops := len(e.assist.stops.all); hadCard || stops > 0 {
			e.assist.stops.end()
			return
		}
		e.tabLeaves = !e.finder.close()
	case fyne.KeyTab:
		e.typedTab(leaves)
	case fyne.KeyF1:
		if e.OnHelp != nil {
			e.OnHelp(help)
		}
	case fyne.KeyF3:
		e.finder.step(!e.shift)
	default:
		if !e.typedMotion(k.Name) && !e.readOnly {
			e.typedEdit(k.Name)
		}
	}
}

// typedMotion moves the caret; with shift held it selects.
func (e *Editor) typedMotion(key fyne.KeyName) bool {
	page := e.lines.Page() - 1
	switch key {
	case fyne.KeyLeft:
		e.move(buffer.CharLeft)
	case fyne.KeyRight:
		e.move(buffer.CharRight)
	case fyne.KeyHome:
		e.move(buffer.LineStart)
	case fyne.KeyEnd:
		e.move(buffer.LineEnd)
	case fyne.KeyUp:
		e.moveLines(-1)
	case fyne.KeyDown:
		e.moveLines(1)
	case fyne.KeyPageUp:
		e.lines.By(-float32(page) * theme.SourceLine)
		e.moveLines(-page)
	case fyne.KeyPageDown:
		e.lines.By(float32(page) * theme.SourceLine)
		e.moveLines(page)
	default:
		return false
	}
	return true
}

func (e *Editor) typedEdit(key fyne.KeyName) {
	switch key {
	case fyne.KeyReturn, fyne.KeyEnter:
		e.change(e.text.Newline)
	case fyne.KeyBackspace:
		e.change(e.text.Backspace)
	case fyne.KeyDelete:
		e.change(e.text.Delete)
	}
}

// typedTab indents, or moves on to the next widget after Escape: without that a person without
// a mouse could not leave the editor.
func (e *Editor) typedTab(leaves bool) {
	c := fyne.CurrentApp().Driver().CanvasForObject(e)
	switch {
	case leaves && c != nil && e.shift:
		c.FocusPrevious()
	case leaves && c != nil:
		c.FocusNext()
	case e.readOnly:
	case e.shift && e.nextStop(-1), !e.shift && e.nextStop(1):
	case e.shift:
		e.change(e.text.Outdent)
	default:
		e.change(e.text.Indent)
	}
}

func (e *Editor) move(m buffer.Motion) {
	e.text.Move(m, e.shift)
	e.showCaret()
	e.caretMoved()
}

func (e *Editor) moveLines(by int) {
	e.text.MoveLines(by, e.shift)
	e.showCaret()
	e.caretMoved()
}

// KeyDown notes that shift is held: arrows arrive without their modifiers.
func (e *Editor) KeyDown(k *fyne.KeyEvent) {
	if k.Name == desktop.KeyShiftLeft || k.Name == desktop.KeyShiftRight {
		e.shift = true
	}
}

// KeyUp notes that shift is let go.
func (e *Editor) KeyUp(k *fyne.KeyEvent) {
	if k.Name == desktop.KeyShiftLeft || k.Name == desktop.KeyShiftRight {
		e.shift = false
	}
}

// AcceptsTab keeps Tab for indenting. A read-only text has no use for it.
func (e *Editor) AcceptsTab() bool { return !e.readOnly }

// FocusGained shows the caret.
func (e *Editor) FocusGained() {
	e.focused = true
	e.blink.restart(e)
	e.draw()
}

// FocusLost hides the caret.
func (e *Editor) FocusLost() {
	e.focused, e.shift, e.tabLeaves = false, false, false
	e.dismiss()
	e.blink.stop()
	e.draw()
}

// TypedShortcut does what a chord means.
func (e *Editor) TypedShortcut(s fyne.Shortcut) {
	if !asksForHelp(s) {
		e.dismiss()
	}
	switch s := s.(type) {
	case *fyne.ShortcutUndo:
		e.editing(e.Undo)
	case *fyne.ShortcutRedo:
		e.editing(e.Redo)
	case *fyne.ShortcutCopy:
		e.copy(s.Clipboard)
	case *fyne.ShortcutCut:
		e.editing(func() { e.cut(s.Clipboard) })
	case *fyne.ShortcutPaste:
		e.editing(func() { e.paste(s.Clipboard) })
	case *fyne.ShortcutSelectAll:
		e.text.SelectAll()
		e.caretMoved()
	case *desktop.CustomShortcut:
		e.typedChord(s)
	}
}

// asksForHelp tells whether a chord opens the list or the card, which others take away.
func asksForHelp(s fyne.Shortcut) bool {
	chord, custom := s.(*desktop.CustomShortcut)
	return custom && (chord.KeyName == fyne.KeySpace || chord.KeyName == fyne.KeyI)
}

func (e *Editor) editing(do func()) {
	if !e.readOnly {
		do()
	}
}

func (e *Editor) typedChord(s *desktop.CustomShortcut) {
	shift := s.Modifier&fyne.KeyModifierShift != 0
	switch s.Modifier &^ fyne.KeyModifierShift {
	case fyne.KeyModifierShortcutDefault:
		e.typedControl(s.KeyName, shift)
	case fyne.KeyModifierAlt:
		switch s.KeyName {
		case fyne.KeyUp:
			e.editing(func() { e.change(func() { e.text.MoveSelectedLines(-1) }) })
		case fyne.KeyDown:
			e.editing(func() { e.change(func() { e.text.MoveSelectedLines(1) }) })
		}
	}
}

// typedControl does what Ctrl and a key mean.
func (e *Editor) typedControl(key fyne.KeyName, shift bool) {
	held := e.shift
	e.shift = shift
	defer func() { e.shift = held }()
	switch key {
	case fyne.KeyLeft:
		e.move(buffer.WordLeft)
	case fyne.KeyRight:
		e.move(buffer.WordRight)
	case fyne.KeyHome:
		e.move(buffer.TextStart)
	case fyne.KeyEnd:
		e.move(buffer.TextEnd)
	case fyne.KeyUp:
		e.lines.By(-theme.SourceLine)
		e.draw()
	case fyne.KeyDown:
		e.lines.By(theme.SourceLine)
		e.draw()
	case fyne.KeyBackspace:
		e.editing(func() { e.change(func() { e.text.DeleteTo(buffer.WordLeft) }) })
	case fyne.KeyDelete:
		e.editing(func() { e.change(func() { e.text.DeleteTo(buffer.WordRight) }) })
	case fyne.KeyZ: // with shift; without, Fyne has a name for it
		e.editing(e.Redo)
	case fyne.KeyF:
		e.Find()
	case fyne.KeySpace:
		e.Complete()
	case fyne.KeyI:
		e.Explain()
	case fyne.KeyG:
		e.finder.step(!shift)
	}
}

func (e *Editor) copy(c fyne.Clipboard) {
	if selected := e.text.Selected(); selected != "" {
		c.SetContent(selected)
	}
}

func (e *Editor) cut(c fyne.Clipboard) {
	if e.text.Selection().Empty() {
		e.text.SelectLine(e.text.Caret().Line)
	}
	e.copy(c)
	e.change(e.text.Backspace)
}

func (e *Editor) paste(c fyne.Clipboard) {
	if text := c.Content(); text != "" {
		e.change(func() { e.text.Insert(text) })
	}
}

var (
	_ fyne.Focusable    = (*Editor)(nil)
	_ fyne.Tabbable     = (*Editor)(nil)
	_ fyne.Shortcutable = (*Editor)(nil)
	_ desktop.Keyable   = (*Editor)(nil)
)
