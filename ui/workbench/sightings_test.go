package workbench

import (
	"fmt"
	"testing"

	"connect-workbench/mockhost/exchange"
)

// An add-on whose address or key differs with every install does not fill the memory.
func TestSightingsAreBounded(t *testing.T) {
	s := newSightings()
	for i := range int64(maxSeen + 20) {
		url, key := fmt.Sprint("http://localhost:3000/descriptor?v=", i), fmt.Sprint("addon-", i)
		s.take(exchange.Row{ID: 2*i + 1, Kind: exchange.KindDescriptor, URL: url, Cause: key, Status: 200})
		s.take(exchange.Row{ID: 2*i + 2, Kind: exchange.KindInstalled, Addon: key, Cause: key, OK: true})
	}
	if len(s.fetched) != maxSeen || len(s.byAddon) != maxSeen || len(s.keys) > maxSeen {
		t.Errorf("kept: %d addresses, %d add-ons, %d keys of addresses", len(s.fetched), len(s.byAddon), len(s.keys))
	}
	last := fmt.Sprint("http://localhost:3000/descriptor?v=", maxSeen+19)
	lists := s.lists([]checked{{descriptors: []string{last}}})
	if checks := lists[0].Checks; checks[0].State != "passed" || checks[1].State != "passed" {
		t.Errorf("the newest: %+v", checks[:2])
	}
}
