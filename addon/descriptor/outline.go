package descriptor

// Entry is one line of the outline: a module.
type Entry struct {
	Pointer string
	Type    string // module type: "webPanels"
	Key     string
	Name    string // what a person reads: the module's name, or a webhook's event
	Offset  int    // where the module begins, in bytes
	Line    int    // the same as a line, from 1
}

// Outline lists the modules of a text in its order. Of a broken text it lists what is legible.
func Outline(text []byte) []Entry { return Parse(text).Outline() }

// Outline lists the modules of the tree; see the function.
func (t *Tree) Outline() []Entry {
	var entries []Entry
	for kind := range t.Root().Child("modules").Children() {
		for m := range modulesOf(kind) {
			e := Entry{Pointer: m.Pointer(), Type: kind.Key(), Key: m.Child("key").Text(), Name: moduleName(m)}
			if e.Name == "" {
				e.Name = m.Child("event").Text()
			}
			e.Offset, _ = m.Range()
			e.Line = t.lineOf(e.Offset)
			entries = append(entries, e)
		}
	}
	return entries
}
