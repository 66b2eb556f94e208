package descriptor

import "strings"

// This file tells what the catalogue expects at a place of a tree, however broken the text is.

// start takes in a text without checking it: who only asks what may stand somewhere needs the
// tree, the products and the keys.
func (k *Checker) start(text []byte, o Options) {
	k.tree.Parse(text)
	k.Options, k.report, k.problems, k.module = o, Report{}, nil, nil
	clear(k.keys.first)
	k.keyed, k.repeated = k.keyed[:0], false
	k.products = k.choose(k.tree.Root())
	k.collectKeys(k.tree.Root())
}

// enclosing finds the module a node belongs to, and makes its type the one that is looked at.
func (k *Checker) enclosing(n Node) (module Node) {
	k.module = nil
	var path [3]Node // the last nodes on the way up, outermost first
	for ; n.Exists(); n = n.Parent() {
		path = [3]Node{n, path[0], path[1]}
		if !k.isModules(n) {
			continue
		}
		kind, one := path[1], path[2]
		if k.module = k.c.Modules[kind.Key()]; k.module != nil && k.module.Single {
			return kind
		}
		return one
	}
	return Node{}
}

// isModules tells whether a node is the modules property of the descriptor.
func (k *Checker) isModules(n Node) bool {
	return n.Exists() && n.Parent().Exists() && n.Parent().i == 0 && string(n.keyBytes()) == "modules"
}

// expected gives the forms a value may have by the place where it stands: none when nothing is
// known about it, several when what stands beside it does not decide between them.
func (k *Checker) expected(n Node) []*Value {
	parent := n.Parent()
	if !parent.Exists() {
		return []*Value{k.c.Descriptor}
	}
	return k.expectedIn(parent, n.Key(), n)
}

// expectedIn gives the forms of a member or element of a container, be it there or not; except is
// the one being written, whose presence says nothing.
func (k *Checker) expectedIn(container Node, name string, except Node) []*Value {
	if k.isModules(container) {
		if m := k.c.Modules[name]; m != nil {
			return []*Value{m.whole}
		}
		return nil
	}
	if c := k.paramsOf(container); c != nil {
		return paramForm(c, name)
	}
	var forms []*Value
	for _, v := range k.expected(container) {
		for _, form := range k.branches(container, v, except) {
			if inner := form.inner(container.Kind(), name); inner != nil {
				forms = append(forms, inner)
			}
		}
	}
	return forms
}

// inner is the form of a member or element of a container that has the form v.
func (v *Value) inner(kind Kind, name string) *Value {
	switch {
	case kind == Array && v.Type == ArrayType:
		return v.Of
	case kind != Object || v.Type != ObjectType:
		return nil
	}
	if f := v.Field(name); f != nil {
		return f.Value
	}
	return v.Each
}

// branches gives the forms of a choice that what stands in a container leaves open.
func (k *Checker) branches(n Node, v *Value, except Node) []*Value {
	if v.Type != OneOfType {
		return []*Value{v}
	}
	if kind := n.Parent().Child(v.By); v.By != "" && kind.Kind() == String {
		for _, b := range v.Branches {
			if strings.EqualFold(b.When, kind.Text()) {
				return []*Value{b.Value}
			}
		}
		return nil
	}
	var open []*Value
	for _, b := range v.Branches {
		if has := n.Child(b.Has); b.Has != "" && has.Exists() && has.i != except.i {
			return []*Value{b.Value}
		}
		if !wrongType(n, b.Value) && allKnown(n, b.Value, except) {
			open = append(open, b.Value)
		}
	}
	if len(open) > 0 {
		return open
	}
	for _, b := range v.Branches {
		open = append(open, b.Value)
	}
	return open
}

// allKnown tells whether a form has all the properties of an object but the one being written.
func allKnown(n Node, v *Value, except Node) bool {
	for c := range n.Children() {
		if c.i != except.i && v.Field(c.Key()) == nil {
			return false
		}
	}
	return true
}

// paramsOf is the condition whose parameters an object holds, nil for any other object.
func (k *Checker) paramsOf(n Node) *Condition {
	if n.Kind() != Object || string(n.keyBytes()) != "params" {
		return nil
	}
	name := n.Parent().Child("condition")
	if name.Kind() != String {
		return nil
	}
	return k.c.conditions[name.Text()]
}

// paramForm is the form of a condition's parameter.
func paramForm(c *Condition, name string) []*Value {
	for _, p := range c.Params {
		if p.Name == name {
			return []*Value{{Type: StringType, Enum: p.Values}}
		}
	}
	return nil
}
