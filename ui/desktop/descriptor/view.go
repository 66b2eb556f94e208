// Package descriptor is the place where the descriptor is written: its text, what is wrong
// with it, and its modules as an outline.
//
// The text in the editor goes to the workbench with every change, where it is kept for
// recovery and served by the built-in add-on; nothing typed is ever only here. Checking it
// runs beside the typing: the newest text wins, an older answer is dropped.
package descriptor

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/editor"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/task"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// Host is what the place needs of the workbench.
type Host interface {
	Descriptor() workbench.DescriptorFile
	SetDescriptorText(text string)
	SaveDescriptor() error
	SaveDescriptorAs(path string) error
	OpenDescriptor(path string) error
	RevertDescriptor() error
	Check(text string) engine.Report
	CheckRules() workbench.CheckRules
	SetCheckRules(r workbench.CheckRules) error
	ReinstallOnSave() bool
	SetReinstallOnSave(on bool) error
	FixAll(text string) engine.Fixed
	Reach(ctx context.Context, site string, progress func(done, total int)) (workbench.ReachReport, error)
	Complete(text string, offset int) engine.Completion
	Hover(text string, offset int) engine.Help
	Subscribe(func(workbench.Change)) (cancel func())
}

// checkEvery is how long typing is gathered before the text is checked: short enough to seem
// live, long enough that a fast typist does not pay for every letter.
const checkEvery = 80 * time.Millisecond

// How the room is shared out at first: the outline beside the text, the text above the problems.
const (
	outlineShare = 0.22
	textShare    = 0.7
)

// View is the place. Make it with New.
type View struct {
	host  Host
	env   place.Env
	model model

	work        *task.Group
	checks      *task.Lane[checkup]
	fixes       *task.Lane[engine.Fixed]
	choices     *task.Lane[editor.Choices]
	explains    *task.Lane[editor.Explanation]
	check       func() // checks the text soon
	unsubscribe func()

	content  fyne.CanvasObject
	editor   *editor.Editor
	outline  *widgets.Rows
	problems *widgets.Rows
	bar      bar
	foot     foot
	reach    reachView
	loading  bool // the editor is being filled, nobody typed
}

// New makes the place and shows in it what the workbench holds.
func New(h Host, env place.Env) *View {
	v := &View{host: h, env: env, model: model{selected: -1, reach: reach{selected: -1}}}
	v.work = task.NewGroup(env.Post)
	v.checks = task.NewLane[checkup](v.work)
	v.fixes = task.NewLane[engine.Fixed](v.work)
	v.choices = task.NewLane[editor.Choices](v.work)
	v.explains = task.NewLane[editor.Explanation](v.work)
	v.check = post.Coalesced(env.Post, checkEvery, v.startCheck)
	v.build()

	reload := post.Coalesced(env.Post, checkEvery, v.reload)
	v.unsubscribe = h.Subscribe(func(c workbench.Change) {
		if c == workbench.DescriptorChanged || c == workbench.AddonChanged {
			reload()
		}
	})
	v.reload()
	v.showCaret()
	v.startCheck()
	return v
}

func (v *View) build() {
	v.editor = editor.New(v.env.Post)
	v.editor.OnChanged = v.typed
	v.editor.OnCaret = v.showCaret
	v.editor.SetAssistant(assistant{v})
	v.editor.OnHelp = v.docsAt
	v.outline = v.newOutline()
	v.problems = v.newProblems()
	v.newReach()
	v.foot.split = widgets.NewSplit(widgets.Vertical, v.editor, v.newFoot(), textShare)
	v.content = container.New(inspect.Under(), v.newBar(),
		widgets.NewSplit(widgets.Horizontal, v.outline, v.foot.split, outlineShare))
}

// ID names the place.
func (v *View) ID() string { return "descriptor" }

// Title is the word on the rail.
func (v *View) Title() string { return "Descriptor" }

// Icon is the picture on the rail.
func (v *View) Icon() fyne.Resource { return theme.IconDescriptor }

// Content is the place itself.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Close ends the checks.
func (v *View) Close() {
	v.unsubscribe()
	v.work.Close()
}

// Shown puts the keys into the text. The canvas is asked of the window: a place that was never
// painted has none yet.
func (v *View) Shown() { v.env.Window.Canvas().Focus(v.editor) }

// Receive goes to a place in the text; offset 0 leaves the caret where it is.
func (v *View) Receive(t place.Target) {
	if t.Offset > 0 {
		v.editor.GoTo(t.Offset)
	}
}

// typed hands every change of the text to the workbench at once.
func (v *View) typed() {
	if v.loading {
		return
	}
	v.model.sent = v.editor.Text()
	v.host.SetDescriptorText(v.model.sent)
	v.model.file = v.host.Descriptor()
	v.showBar()
	v.check()
}

// reload takes over what the workbench holds. The editor is filled only when the text is not
// the one it gave: somebody opened, reverted or changed the file.
func (v *View) reload() {
	before := v.model.file
	v.model.file = v.host.Descriptor()
	v.showBar()
	if v.model.file.Text == v.model.sent && v.model.file.Path == before.Path {
		return
	}
	v.model.sent = v.model.file.Text
	v.loading = true
	if v.model.file.Path == before.Path {
		v.editor.Replace(v.model.file.Text)
	} else {
		v.editor.SetText(v.model.file.Text)
	}
	v.loading = false
	v.check()
}

// startCheck checks the text as it stands. Typing on makes the answer stale; it is then
// dropped, since the check of the newer text is on its way.
func (v *View) startCheck() {
	text := v.editor.Text()
	v.checks.Run(func(context.Context) (checkup, error) {
		return examine(text, v.host.Check), nil
	}, func(c checkup, _ error) {
		if c.text == v.model.sent {
			v.showCheck(c)
		}
	})
}

func (v *View) showCheck(c checkup) {
	v.model.take(c)
	v.editor.SetProblems(c.report.Problems)
	v.outline.Refresh()
	v.problems.Mark(v.model.selected)
	v.problems.Refresh()
	v.showBar()
	v.showFoot()
}

// bar is the line above the text.
type bar struct {
	line      *widgets.Bar
	path      *pathText
	state     *widgets.Badge
	product   *widget.Button // whose rules the text is checked by; chooses others
	save      *widget.Button
	revert    *widget.Button
	reinstall *widget.Check // whether saving re-installs
}

func (v *View) newBar() fyne.CanvasObject {
	v.bar = bar{
		path:      newPathText(),
		state:     widgets.NewBadge(widgets.StatusOK, "saved"),
		product:   widget.NewButton("", v.chooseRules),
		save:      widget.NewButton("Save", v.save),
		revert:    widget.NewButton("Revert", v.askRevert),
		reinstall: widget.NewCheck("Re-install on save", v.setReinstall),
	}
	v.bar.product.Importance = widget.LowImportance
	v.bar.line = widgets.NewBar(
		v.bar.path, v.bar.state, v.bar.product,
		widget.NewButton("Open…", v.askOpen), v.bar.revert, widget.NewButton("Save as…", v.askSaveAs), v.bar.reinstall, v.bar.save,
	).Stretch(v.bar.path)
	return v.bar.line
}

// showBar shows which file it is and how it stands. It is called with every key that is typed
// and draws only what is new.
func (v *View) showBar() {
	f := v.model.file
	v.bar.path.Set(f.Path)
	before := v.bar.line.MinSize()
	v.bar.state.Set(fileStatus(f))
	if rules := v.model.rules(v.host.CheckRules()); v.bar.product.Text != rules {
		v.bar.product.SetText(rules)
	}
	if on := v.host.ReinstallOnSave(); v.bar.reinstall.Checked != on {
		v.bar.reinstall.Checked = on // not SetChecked: nobody pressed it
		v.bar.reinstall.Refresh()
	}
	importance := widget.MediumImportance
	if f.Dirty {
		importance = widget.HighImportance
	}
	if v.bar.save.Importance != importance {
		v.bar.save.Importance = importance
		v.bar.save.Refresh()
	}
	if v.bar.line.MinSize() != before {
		v.bar.line.Refresh()
	}
}

// fileStatus says how the text stands to its file.
func fileStatus(f workbench.DescriptorFile) (widgets.Status, string) {
	switch {
	case f.Dirty && f.Recovered:
		return widgets.StatusWarning, "not saved, put back from the last run"
	case f.Dirty:
		return widgets.StatusWarning, "not saved"
	}
	return widgets.StatusOK, "saved"
}

var (
	_ place.Place    = (*View)(nil)
	_ place.Receiver = (*View)(nil)
)
