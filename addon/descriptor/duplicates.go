package descriptor

import (
	"bytes"
	"hash/maphash"
)

// fewMembers is up to how many members comparing all pairs of names beats hashing them.
const fewMembers = 12

// duplicates reports names that an object holds twice.
func (p *parser) duplicates(i int32, count int) {
	if count < 2 {
		return
	}
	object := Node{p.t, i}
	if count > fewMembers {
		p.duplicatesOfMany(object, count)
		return
	}
	for c := object.First().Next(); c.Exists(); c = c.Next() {
		name := c.keyBytes()
		for earlier := object.First(); earlier.i != c.i; earlier = earlier.Next() {
			if bytes.Equal(earlier.keyBytes(), name) {
				p.duplicate(earlier, c)
				break
			}
		}
	}
}

func (p *parser) duplicatesOfMany(object Node, count int) {
	if p.names == nil {
		p.names = make(map[uint64]int32, count)
		p.seed = maphash.MakeSeed()
	}
	clear(p.names)
	for c := object.First(); c.Exists(); c = c.Next() {
		name := c.keyBytes()
		hash := maphash.Bytes(p.seed, name)
		if i, ok := p.names[hash]; ok && bytes.Equal(Node{p.t, i}.keyBytes(), name) {
			p.duplicate(Node{p.t, i}, c)
			continue
		}
		p.names[hash] = c.i
	}
}

func (p *parser) duplicate(first, second Node) {
	from, to := second.KeyRange()
	line := p.t.lineOf(int(first.at().key))
	p.t.fault(ruleDuplicateKey, from, to, nil, "%s stands already in line %d; the host takes the last one", p.shown(from, to), line)
}
