package descriptor

import (
	"bytes"
	"hash/maphash"
	"strings"
)

// collectKeys remembers the key of every module; of two with the same key the first.
func (k *Checker) collectKeys(root Node) {
	for kind := range root.Child("modules").Children() {
		for m := range modulesOf(kind) {
			key := m.Child("key")
			if key.Kind() != String {
				continue
			}
			if k.keys.add(key) {
				k.keyed = append(k.keyed, key)
			} else {
				k.repeated = true
			}
		}
	}
}

// moduleKeys finds modules by their keys. They are kept by the keys' hashes, so that no key has to be
// copied; two keys with one hash of 64 bits are not to be expected, and then the second is unknown.
type moduleKeys struct {
	seed  maphash.Seed
	first map[uint64]Node
}

func newModuleKeys() moduleKeys { return moduleKeys{maphash.MakeSeed(), make(map[uint64]Node)} }

// add takes up a key; false when there is one like it.
func (m moduleKeys) add(key Node) bool {
	hash := maphash.Bytes(m.seed, key.bytes())
	if _, taken := m.first[hash]; taken {
		return false
	}
	m.first[hash] = key
	return true
}

func (m moduleKeys) find(key []byte) (Node, bool) {
	n, ok := m.first[maphash.Bytes(m.seed, key)]
	return n, ok && bytes.Equal(n.bytes(), key)
}

// moduleType is the type of the module a key belongs to.
func moduleType(key Node) string {
	m := key.Parent()
	if m.Key() != "" { // a single module stands under its type itself
		return m.Key()
	}
	return m.Parent().Key()
}

// uniqueKey reports a module whose key another one has already.
func (k *Checker) uniqueKey(m Node) {
	if !k.repeated {
		return
	}
	key := m.Child("key")
	if key.Kind() != String || key.HasPlaceholder() {
		return
	}
	first, ok := k.keys.find(key.bytes())
	if !ok || first.i == key.i {
		return
	}
	from, _ := first.Range()
	k.add(finding{rule: ruleModuleKey, node: key}, "the key %s is taken by a module of %s in line %d; module keys are unique in the whole descriptor",
		key.Raw(), quote(moduleType(first)), k.tree.lineOf(from))
}

// reference checks a string that is to be the key of a module.
func (k *Checker) reference(n Node, refers string) {
	if n.Parent().Child("addonKey").Exists() {
		return // a module of another add-on
	}
	want, mild := strings.CutSuffix(refers, "?")
	key, known := k.keys.find(n.bytes())
	if known && (want == "*" || moduleType(key) == want) {
		return
	}
	f := finding{rule: ruleReference, node: n}
	if k.quiet > 0 {
		return // it depends on the rest of the descriptor, not on the form
	}
	if mild {
		f.severity = Warning
	}
	near := k.suggest(n.Text(), k.keysOf(want))
	f.fix = rename(n, near)
	what := "no module"
	if want != "*" {
		what = "no module of " + quote(want)
	}
	k.add(f, "%s has the key %s%s", what, raw(n), didYouMean(near))
}

// keysOf lists the keys of a module type, of all types for "*", in the order of the text.
func (k *Checker) keysOf(want string) func() []string {
	return func() []string {
		var keys []string
		for _, key := range k.keyed {
			if want == "*" || moduleType(key) == want {
				keys = append(keys, key.Text())
			}
			if len(keys) == maxSuggested {
				break
			}
		}
		return keys
	}
}

// maxSuggested is from how many of its own keys a descriptor's reader is offered one.
const maxSuggested = 500
