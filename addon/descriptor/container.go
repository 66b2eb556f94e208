package descriptor

import "bytes"

// container reads an object or array from its bracket to the one that closes it.
func (p *parser) container(i int32, open byte) {
	from := p.pos
	p.t.nodes[i].kind = Array
	if open == '{' {
		p.t.nodes[i].kind = Object
	}
	p.pos++
	if p.depth++; p.depth > MaxDepth {
		p.t.fault(ruleDepth, from, p.pos, nil, "values nest deeper than %d here; nothing further in is read", MaxDepth)
		p.passBrackets()
	} else if open == '{' {
		p.object(i, from)
	} else {
		p.array(i, from)
	}
	p.depth--
	p.t.nodes[i].end = int32(p.pos)
}

// passBrackets goes behind the bracket that closes the one just passed.
func (p *parser) passBrackets() {
	for open := 1; p.pos < len(p.b) && open > 0; p.pos++ {
		switch c := p.b[p.pos]; c {
		case '{', '[':
			open++
		case '}', ']':
			open--
		case '"':
			p.str(c)
			p.pos--
		}
	}
}

// link hangs child behind last, or under parent when it is the first.
func (p *parser) link(parent, last, child int32) int32 {
	if last == 0 {
		p.t.nodes[parent].first = child
	} else {
		p.t.nodes[last].next = child
	}
	return child
}

func (p *parser) array(i int32, from int) {
	var last, index int32
	for {
		p.skip()
		if p.closes(i, from, ']', last) {
			return
		}
		before := p.pos
		child := p.value(i, index, 0)
		if p.pos == before { // nothing that could be an element
			p.t.nodes = p.t.nodes[:child]
			p.misplaced(last)
			continue
		}
		last = p.link(i, last, child)
		index++
		p.comma(last, ']')
	}
}

// misplaced deals with a character that can start neither key nor value.
func (p *parser) misplaced(last int32) {
	if p.peek() != ',' {
		p.stray()
		return
	}
	what := "there is a comma too many"
	if last == 0 {
		what = "there is a comma before the first entry"
	}
	p.t.fault(ruleComma, p.pos, p.pos+1, replace("Remove the comma", p.pos, p.pos+1, ""), "%s", what)
	p.pos++
}

// comma reads what stands between an entry and the next one, and reports what is missing or
// too much.
func (p *parser) comma(last int32, closer byte) {
	p.statement = false
	p.skip()
	templated := p.statement
	c := p.peek()
	if c == ':' && closer == '}' && p.unread(last) {
		return
	}
	if c != ',' {
		end := int(p.t.nodes[last].end)
		if p.startsEntry(c) && !templated && p.t.nodes[last].kind != Missing {
			p.t.fault(ruleComma, end, end, replace("Insert a comma", end, end, ","), "there is no comma between this entry and the next")
		}
		return
	}
	at := p.pos
	p.pos++
	p.statement = false
	p.skip()
	if p.peek() == closer && p.pos < len(p.b) && !p.statement && !templated {
		p.t.fault(ruleTrailingComma, at, at+1, replace("Remove the comma", at, at+1, ""),
			"the comma behind the last entry must go: JSON allows none")
	}
}

// unread takes a string back that was read as the value of a member, when the colon at pos shows
// that it is the name of the next one: the value before it is still to be written.
func (p *parser) unread(member int32) bool {
	n := &p.t.nodes[member]
	if n.kind != String || n.flags&(escapedText|templateText|unclosed) != 0 {
		return false
	}
	if i := len(p.t.faults) - 1; i >= 0 && p.t.faults[i].Rule == ruleColon.ID && p.t.faults[i].Offset == int(n.keyEnd) {
		p.t.faults = p.t.faults[:i]
	}
	p.t.fault(ruleValue, int(n.key), int(n.keyEnd), nil, "%s has no value", p.shown(int(n.key), int(n.keyEnd)))
	p.pos = int(n.start)
	n.kind, n.end = Missing, n.start
	return true
}

func (p *parser) startsEntry(c byte) bool {
	return c == '"' || c == '\'' || c == '{' || c == '[' || c == '-' || classes[c]&wordByte != 0
}

// closes tells whether the container ends here, and passes its bracket. A bracket of the
// other kind ends it too when it belongs to a container further out; otherwise it is passed
// as a stray.
func (p *parser) closes(i int32, from int, closer byte, last int32) bool {
	c := p.peek()
	if p.pos >= len(p.b) || (c != closer && p.endsOuter(i, c)) {
		p.t.nodes[i].flags |= unclosed
		at := from + 1
		if last != 0 {
			at = int(p.t.nodes[last].end)
		}
		var fix *Fix
		if len(bytes.TrimSpace(p.b[at:p.pos])) == 0 && p.complete(last) {
			fix = replace("Insert "+string(closer), at, at, string(closer))
		}
		p.t.fault(ruleUnclosed, from, from+1, fix, "this %c is never closed; a %c is missing", p.b[from], closer)
		return true
	}
	if c != closer {
		return false
	}
	p.pos++
	return true
}

// complete tells whether a bracket may be put behind the entry.
func (p *parser) complete(entry int32) bool {
	n := &p.t.nodes[entry]
	return entry == 0 || n.kind != Missing && n.flags&unclosed == 0
}

// endsOuter tells whether the closing bracket c belongs to a container around node i.
func (p *parser) endsOuter(i int32, c byte) bool {
	want := Object
	switch c {
	case ']':
		want = Array
	case '}':
	default:
		return false
	}
	for i != 0 {
		i = p.t.nodes[i].parent
		if p.t.nodes[i].kind == want {
			return true
		}
	}
	return false
}

func (p *parser) object(i int32, from int) {
	var last int32
	var names uint64 // a bit for each name, by its hash
	count, alike := 0, false
	for {
		p.skip()
		if p.closes(i, from, '}', last) {
			if alike {
				p.duplicates(i, count)
			}
			return
		}
		key, keyEnd, fl, ok := p.key()
		if !ok {
			p.misplaced(last)
			continue
		}
		bit := uint64(1) << hashName(p.b[key+1:max(keyEnd-1, key+1)])
		alike = alike || names&bit != 0 || fl&escapedKey != 0
		names |= bit
		child := p.member(i, key, keyEnd)
		p.t.nodes[child].flags |= fl
		count++
		last = p.link(i, last, child)
		p.comma(last, '}')
	}
}

// key reads a member's name. Names without quotes are survived.
func (p *parser) key() (from, to int32, fl flag, ok bool) {
	start := p.pos
	switch c := p.peek(); {
	case c == '"' || c == '\'':
		f := p.str(c)
		if f&escapedText != 0 {
			fl |= escapedKey
		}
		if f&(templateText|unclosed) != 0 {
			fl |= doubtfulKey
		}
	case (c == '{' || c == '$' || c == '<') && p.templateEnd() > 0:
		p.template()
		fl = doubtfulKey | escapedKey
	case classes[c]&wordByte != 0 || c == '-':
		for p.pos < len(p.b) && (classes[p.b[p.pos]]&wordByte != 0 || p.b[p.pos] == '-') {
			p.pos++
		}
		p.t.fault(ruleQuote, start, p.pos, replace("Put the name in double quotes", start, p.pos, `"`+string(p.b[start:p.pos])+`"`),
			"the name %s must stand in double quotes", p.shown(start, p.pos))
		fl = escapedKey
	default:
		return 0, 0, 0, false
	}
	return int32(start), int32(p.pos), fl, true
}

// member reads colon and value behind a key.
func (p *parser) member(parent, key, keyEnd int32) int32 {
	p.skip()
	switch c := p.peek(); {
	case c == ':':
		p.pos++
		p.skip()
	case c == '=':
		p.equals()
		p.skip()
	case p.startsEntry(c) && !p.onNextLine(int(keyEnd)):
		p.t.fault(ruleColon, int(keyEnd), int(keyEnd), replace("Insert a colon", int(keyEnd), int(keyEnd), ":"),
			"there is no colon between the name and its value")
	default:
		p.t.fault(ruleValue, int(key), int(keyEnd), nil, "%s has no colon and no value", p.shown(int(key), int(keyEnd)))
		return p.add(Missing, parent, key, keyEnd)
	}
	child := p.value(parent, key, keyEnd)
	if p.t.nodes[child].kind == Missing {
		p.t.fault(ruleValue, int(key), int(keyEnd), nil, "%s has no value", p.shown(int(key), int(keyEnd)))
	}
	return child
}

// onNextLine tells whether a line ends between the offset and here: a name at the end of a
// line is one still being typed, and the next line is not its value.
func (p *parser) onNextLine(from int) bool {
	return bytes.IndexByte(p.b[from:p.pos], '\n') >= 0
}
