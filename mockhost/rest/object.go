package rest

import (
	"slices"
	"strings"

	"connect-workbench/mockhost/site"
)

// jiraObject finds an issue or a project among a site's objects, by id or key, and gives its id.
func jiraObject(objects map[string]string, kind, name string) (id string, ok bool) {
	prefixes := []string{"project"}
	if kind == site.OfIssue {
		prefixes = []string{"issue", "otherIssue"}
	}
	for _, prefix := range prefixes {
		if id := objects[prefix+".id"]; name != "" && (name == id || strings.EqualFold(name, objects[prefix+".key"])) {
			return id, true
		}
	}
	return "", false
}

func noObject(kind, name string) string {
	if kind == site.OfProject {
		return "No project could be found with key '" + name + "'."
	}
	return "Issue does not exist or you do not have permission to see it."
}

// confluenceContent reports whether a site has a piece of content with this id.
func confluenceContent(objects map[string]string, id string) bool {
	names := []string{"content", "parent", "otherParent", "sibling", "blog", "comment", "attachment"}
	return id != "" && slices.ContainsFunc(names, func(name string) bool { return objects[name+".id"] == id })
}

func noContent(id string) string {
	return "No content found with id: ContentId{id=" + id + "}"
}
