package descriptor

import (
	"strings"

	engine "connect-workbench/addon/descriptor"
)

// outlineRow is one line of the outline: the add-on itself, a kind of module, or one module.
type outlineRow struct {
	Title    string
	Depth    int // 0: the add-on or a kind; 1: a module
	Offset   int // where it starts in the text
	Errors   int
	Warnings int
}

// outlineRows lists the modules by kind, in the order of the text, below a row for the add-on
// itself. Every problem is counted once on the module it is in, and on its kind; what is in no
// module is counted on the add-on.
func outlineRows(entries []engine.Entry, problems []engine.Problem) []outlineRow {
	rows := []outlineRow{{Title: "Add-on"}}
	kinds := map[string]int{}    // module type -> index of its row
	pointers := map[string]int{} // pointer of a module -> index of its row
	parents := map[int]int{}     // row of a module -> row of its kind
	for _, group := range byKind(entries) {
		first := len(rows)
		kinds[group[0].Type] = first
		rows = append(rows, outlineRow{Title: group[0].Type, Offset: group[0].Offset})
		for _, e := range group {
			pointers[e.Pointer], parents[len(rows)] = len(rows), first
			rows = append(rows, outlineRow{Title: moduleTitle(e), Depth: 1, Offset: e.Offset})
		}
	}
	for _, p := range problems {
		at := rowOf(p.Pointer, pointers, kinds)
		tally(&rows[at], p.Severity)
		if kind, ok := parents[at]; ok {
			tally(&rows[kind], p.Severity)
		}
	}
	return rows
}

// byKind gathers the modules of each kind, in the order in which the text first names it.
func byKind(entries []engine.Entry) [][]engine.Entry {
	var groups [][]engine.Entry
	at := map[string]int{}
	for _, e := range entries {
		i, known := at[e.Type]
		if !known {
			i = len(groups)
			at[e.Type] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], e)
	}
	return groups
}

// rowOf finds the row for a JSON pointer: the module, else its kind, else the add-on (0).
// A module's pointer is /modules/kind/index, or /modules/kind for a kind that is one object.
func rowOf(pointer string, modules, kinds map[string]int) int {
	segments := strings.SplitN(pointer, "/", 5)
	if len(segments) < 3 || segments[1] != "modules" {
		return 0
	}
	if len(segments) > 3 {
		if row, ok := modules[strings.Join(segments[:4], "/")]; ok {
			return row
		}
	}
	if row, ok := modules[strings.Join(segments[:3], "/")]; ok {
		return row
	}
	return kinds[segments[2]]
}

func tally(row *outlineRow, s engine.Severity) {
	switch s {
	case engine.Error:
		row.Errors++
	case engine.Warning:
		row.Warnings++
	}
}

// moduleTitle is the most telling name a module has.
func moduleTitle(e engine.Entry) string {
	switch {
	case e.Name != "":
		return e.Name
	case e.Key != "":
		return e.Key
	}
	return e.Pointer[strings.LastIndexByte(e.Pointer, '/')+1:]
}
