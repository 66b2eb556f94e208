package desktop

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
)

// group is a menu's worth of commands. Every command of the window is in one: a shortcut of
// the canvas does not fire while an entry has the keys, a menu item's does.
type group struct {
	Title    string
	Commands []place.Command
}

// commands are all the person can do, in the order of the menus. A shortcut that several
// places use belongs to the place in front.
func (w *Window) commands() []group {
	groups := []group{w.programCommands(), w.goCommands(), w.siteCommands(), w.addonCommands()}
	taken := map[string]bool{}
	for _, g := range groups {
		claim(g.Commands, taken)
	}
	own := make([][]place.Command, len(w.places))
	for i, p := range w.places {
		own[i] = append([]place.Command(nil), p.Commands()...)
	}
	if w.front >= 0 {
		claim(own[w.front], taken)
	}
	for i, p := range w.places {
		if i != w.front {
			claim(own[i], taken)
		}
		if len(own[i]) > 0 {
			groups = append(groups, group{Title: p.Title(), Commands: own[i]})
		}
	}
	return append(groups, w.helpCommands())
}

// claim leaves a command its shortcut only when nobody has it yet.
func claim(commands []place.Command, taken map[string]bool) {
	for i := range commands {
		key := commands[i].Shortcut
		if key == nil {
			continue
		}
		if name := key.ShortcutName(); taken[name] {
			commands[i].Shortcut = nil
		} else {
			taken[name] = true
		}
	}
}

func (w *Window) programCommands() group {
	return group{"Workbench", []place.Command{
		{Title: "Find a command…", Shortcut: control(fyne.KeyK), Run: w.openCommandBox},
		{Title: "Notices…", Run: w.showNotices},
		{Title: "Move the clock forward…", Run: w.askClock},
		{Title: "Set the clock back to real time", Run: w.resetClock},
		{Title: "Light", Run: func() { w.setVariant(theme.Light) }},
		{Title: "Dark", Run: func() { w.setVariant(theme.Dark) }},
		{Title: "Light or dark as the system", Run: func() { w.setVariant(theme.System) }},
		{Title: "Quit", Shortcut: control(fyne.KeyQ), Run: w.askToClose},
	}}
}

func (w *Window) goCommands() group {
	g := group{Title: "Go"}
	for i, p := range w.places {
		c := place.Command{Title: p.Title(), Run: func() { w.show(i) }}
		if i < 9 {
			c.Shortcut = control(fyne.KeyName(fmt.Sprint(i + 1)))
		}
		g.Commands = append(g.Commands, c)
	}
	return g
}

func (w *Window) siteCommands() group {
	g := group{Title: "Scope", Commands: []place.Command{
		{Title: "All sites", Run: func() { w.setScope("") }},
	}}
	for _, s := range w.bench.Sites() {
		g.Commands = append(g.Commands, place.Command{
			Title: "Only " + place.Short(s.Title), Run: func() { w.setScope(s.ID) },
		})
	}
	return g
}

func (w *Window) addonCommands() group {
	return group{"Add-on", []place.Command{
		{Title: "Built-in add-on", Run: w.useBuiltin},
		{Title: "External add-on…", Run: w.askExternal},
		{Title: "Copy the add-on's address", Run: func() { w.copy(w.bench.Addon().BaseURL) }},
		{Title: "Copy the descriptor's URL", Run: func() { w.copy(w.bench.Addon().DescriptorURL) }},
		{Title: "Copy the install keys address", Run: func() { w.copy(w.bench.InstallKeysURL()) }},
		{Title: "Open the descriptor in the browser", Run: func() { w.openURL(w.bench.Addon().DescriptorURL) }},
	}}
}

func (w *Window) helpCommands() group {
	return group{"Help", []place.Command{
		{Title: "Descriptor reference", Run: func() { w.openDocs("", "") }},
		{Title: "Keys", Shortcut: control(fyne.KeySlash), Run: w.showKeys},
	}}
}

func control(key fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
}

// mainMenu makes the menu of the groups.
func mainMenu(groups []group) *fyne.MainMenu {
	menu := fyne.NewMainMenu()
	for _, g := range groups {
		m := fyne.NewMenu(g.Title)
		for _, c := range g.Commands {
			item := fyne.NewMenuItem(c.Title, c.Run)
			item.Shortcut = c.Shortcut
			m.Items = append(m.Items, item)
		}
		menu.Items = append(menu.Items, m)
	}
	// Fyne adds a Quit of its own to the first menu unless its last item is marked as one.
	if first := menu.Items[0].Items; len(first) > 0 {
		first[len(first)-1].IsQuit = true
	}
	return menu
}

// match is a command found in the command box.
type match struct {
	Group string
	place.Command
}

// find gives the commands whose group and title hold every word of query, in any case;
// those whose title begins with the query come first.
func find(groups []group, query string) []match {
	words := strings.Fields(strings.ToLower(query))
	var front, rest []match
	for _, g := range groups {
		for _, c := range g.Commands {
			text := strings.ToLower(g.Title + " " + c.Title)
			if !containsAll(text, words) {
				continue
			}
			m := match{g.Title, c}
			if len(words) > 0 && strings.HasPrefix(strings.ToLower(c.Title), words[0]) {
				front = append(front, m)
			} else {
				rest = append(rest, m)
			}
		}
	}
	return append(front, rest...)
}

func containsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// keyText is a shortcut as people write it: "Ctrl+Shift+S". It is "" for none.
func keyText(s fyne.Shortcut) string {
	k, ok := s.(fyne.KeyboardShortcut)
	if !ok {
		return ""
	}
	var parts []string
	for _, m := range []struct {
		bit  fyne.KeyModifier
		word string
	}{
		{fyne.KeyModifierControl, "Ctrl"}, {fyne.KeyModifierSuper, "Cmd"},
		{fyne.KeyModifierAlt, "Alt"}, {fyne.KeyModifierShift, "Shift"},
	} {
		if k.Mod()&m.bit != 0 {
			parts = append(parts, m.word)
		}
	}
	name := string(k.Key())
	switch k.Key() {
	case fyne.KeyReturn, fyne.KeyEnter:
		name = "Enter"
	}
	return strings.Join(append(parts, name), "+")
}
