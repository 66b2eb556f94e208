package page

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"connect-workbench/mockhost/site"
)

const surfacesPath = "catalogue/surfaces.json"

// surface is how and where a module is shown.
type surface struct {
	Kind   string `json:"kind"`   // page, panel, tab, dialog, macro or item
	Around string `json:"around"` // "" where the location decides
}

// surfaces is surfaces.json in memory; nothing changes it after loading.
type surfaces struct {
	Around map[string]struct {
		Variables []string `json:"variables"` // prefixes of the names that are bound
	} `json:"around"`
	Default   map[site.Product]surface `json:"default"`
	Locations []struct {
		Prefix string `json:"prefix"`
		Around string `json:"around"`
	} `json:"locations"`
	Types map[string]surface `json:"types"`
}

func loadSurfaces(files fs.FS) (*surfaces, error) {
	text, err := fs.ReadFile(files, surfacesPath)
	if err != nil {
		return nil, fmt.Errorf("read surfaces: %w", err)
	}
	var s surfaces
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("parse %s: %w", surfacesPath, err)
	}
	for name, t := range s.Types {
		if _, known := s.Around[t.Around]; t.Around != "" && !known {
			return nil, fmt.Errorf("parse %s: %s is around the unknown place %q", surfacesPath, name, t.Around)
		}
	}
	return &s, nil
}

// of says how a module is shown. A type the data does not know is drawn as a panel of the product's
// usual place, so that a new module type is visible before anybody has described it.
func (s *surfaces) of(product site.Product, moduleType, location string) surface {
	usual := s.Default[product]
	found, ok := s.Types[moduleType]
	if !ok {
		found.Kind = usual.Kind
	}
	if found.Around != "" {
		return found
	}
	found.Around = usual.Around
	for _, l := range s.Locations {
		if strings.HasPrefix(location, l.Prefix) {
			found.Around = l.Around
			break
		}
	}
	return found
}

// binds tells whether a variable has a value where the surface is.
func (s *surfaces) binds(where surface, variable string) bool {
	for _, prefix := range s.Around[where.Around].Variables {
		if strings.HasPrefix(variable, prefix) {
			return true
		}
	}
	return false
}
