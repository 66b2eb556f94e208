package descriptor

// fieldTable finds properties by name faster than a map does: names are told apart by their length
// and two letters, which for the few names of one object is nearly always enough.
type fieldTable struct {
	first [64]uint8 // by hash: the place of a field, from 1; 0: none
	next  []uint8   // by field: the next one with its hash
}

func hashName[T string | []byte](name T) uint8 {
	if len(name) == 0 {
		return 0
	}
	return (uint8(len(name))*11 + name[0]*5 + name[len(name)-1]) & 63
}

func newFieldTable(fields []Field) *fieldTable {
	t := &fieldTable{next: make([]uint8, len(fields))}
	for i := len(fields) - 1; i >= 0; i-- {
		h := hashName(fields[i].Name)
		t.next[i], t.first[h] = t.first[h], uint8(i+1)
	}
	return t
}

// place is the place of the property in Fields, -1 when there is none of that name.
func (v *Value) place(name []byte) int {
	if v.table == nil {
		return -1
	}
	for i := v.table.first[hashName(name)]; i != 0; i = v.table.next[i-1] {
		if v.Fields[i-1].Name == string(name) {
			return int(i - 1)
		}
	}
	return -1
}
