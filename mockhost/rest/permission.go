package rest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

// standing is what a person is on a site; each has the permissions of those before. A site has no
// permission schemes: its pages are open to visitors, people look and comment, members, who have
// the product in one of their groups, work, and administrators do the rest.
type standing string

const (
	visitors       standing = "visitors" // nobody is logged in
	people         standing = "people"
	members        standing = "members"
	administrators standing = "administrators"
)

// atLeast reports whether s has what those of standing o have.
func (s standing) atLeast(o standing) bool {
	order := []standing{visitors, people, members, administrators}
	return slices.Index(order, s) >= slices.Index(order, o)
}

// permission is something a product lets people do.
type permission struct {
	Key     string   `json:"key"`
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Type    string   `json:"type"`    // JIRA: GLOBAL or PROJECT; Confluence: application or content
	Holders standing `json:"holders"` // the lowest standing that has it
}

// permissions are those of a product.
type permissions map[site.Product][]permission

const permissionsPath = "catalogue/permissions.json"

func loadPermissions(files fs.FS) (permissions, error) {
	text, err := fs.ReadFile(files, permissionsPath)
	if err != nil {
		return nil, fmt.Errorf("read permissions: %w", err)
	}
	var file struct {
		Jira, Confluence []permission
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("parse %s: %w", permissionsPath, err)
	}
	return permissions{site.Jira: file.Jira, site.Confluence: file.Confluence}, nil
}

// permission finds a permission of the site's product.
func (g *siteGate) permission(key string) (permission, bool) {
	all := g.permissions[g.site.Product]
	i := slices.IndexFunc(all, func(p permission) bool { return p.Key == key })
	if i < 0 {
		return permission{}, false
	}
	return all[i], true
}

// may reports whether somebody has a permission; known is false for nobody. An add-on's own user
// works, and administers what its scopes let it.
func (g *siteGate) may(p person, known bool, wanted permission) bool {
	if !p.app {
		return g.standing(p.User, known).atLeast(wanted.Holders)
	}
	scope := "ADMIN"
	if wanted.Type == "PROJECT" {
		scope = "PROJECT_ADMIN"
	}
	return members.atLeast(wanted.Holders) || descriptor.ScopeGranted(p.scopes, scope)
}

// standing is what a user is on the site. The product comes with a group named after it, such as
// jira-software-users; on a site without groups everybody has it.
func (g *siteGate) standing(u site.User, known bool) standing {
	switch {
	case !known:
		return visitors
	case u.Admin:
		return administrators
	case len(g.site.Groups) == 0, slices.ContainsFunc(u.Groups, g.bringsProduct):
		return members
	}
	return people
}

func (g *siteGate) bringsProduct(group string) bool {
	return strings.HasPrefix(group, string(g.site.Product)) && strings.Contains(group, "users")
}

// callerMay reports whether the caller has a permission of the product, by its key.
func (r request) callerMay(key string) bool {
	wanted, ok := r.gate.permission(key)
	p, known := r.caller.acting()
	return ok && r.gate.may(p, known, wanted)
}
