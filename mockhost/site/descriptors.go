package site

import (
	"bytes"
	"fmt"
	"maps"
	"sync"

	"connect-workbench/addon/descriptor"
)

// Descriptors remembers what the descriptors of installations say, so that an event or a page
// request does not parse the same text again. The zero value is ready; it is safe for concurrent use.
// It holds one entry for each add-on of each site, and notices by itself that a text has changed.
type Descriptors struct {
	mu   sync.Mutex
	read map[descriptorKey]readDescriptor
}

type descriptorKey struct{ site, addon string }

type readDescriptor struct {
	text []byte
	d    descriptor.Descriptor
}

// Of returns the descriptor of an installation. The result is shared: callers do not change it.
func (c *Descriptors) Of(in Installation) (descriptor.Descriptor, error) {
	key := descriptorKey{in.SiteID, in.AddonKey}
	c.mu.Lock()
	defer c.mu.Unlock()
	if have, ok := c.read[key]; ok && bytes.Equal(have.text, in.Descriptor) {
		return have.d, nil
	}
	d, err := descriptor.Read(in.Descriptor)
	if err != nil {
		return descriptor.Descriptor{}, fmt.Errorf("read the installed descriptor of %s: %w", in.AddonKey, err)
	}
	if c.read == nil {
		c.read = make(map[descriptorKey]readDescriptor)
	}
	c.read[key] = readDescriptor{text: bytes.Clone(in.Descriptor), d: d}
	return d, nil
}

// Forget drops what is remembered of a site.
func (c *Descriptors) Forget(siteID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.read, func(k descriptorKey, _ readDescriptor) bool { return k.site == siteID })
}
