package page

import (
	"maps"
	"slices"
)

// around is what a host page shows beside a module, so that a panel looks like a panel of an issue and
// a macro like a part of a page.
type around struct {
	Layout  string // full: the module is the page; below: under the text; aside: in the right column
	Crumbs  []string
	Heading string
	Text    string
	Facts   []field
}

// field is a name with a value, for forms and lists.
type field struct{ Name, Value string }

// fieldsOf lists a map by name.
func fieldsOf(values map[string]string) []field {
	fields := make([]field, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fields = append(fields, field{name, values[name]})
	}
	return fields
}

// urlFields are the variables of the module's url with the values they have in this request.
func (v *viewing) urlFields() []field {
	fields := make([]field, 0, len(v.module.Variables))
	for _, name := range v.module.Variables {
		fields = append(fields, field{name, v.variables[name]})
	}
	return fields
}

// surroundings draws the place a module is shown in from the objects of the site.
func (v *viewing) surroundings() around {
	o := objects(v.site, v.viewer)
	if v.surface.Kind == "page" {
		return around{Layout: "full", Crumbs: v.pageCrumbs(o), Heading: v.module.Name}
	}
	switch v.surface.Around {
	case "issue":
		return v.issue(o)
	case "project", "board", "dashboard", "portal":
		return around{
			Layout: "below", Crumbs: []string{"Projects", o["project.name"], v.surface.Around},
			Heading: o["project.name"], Text: "The module stands where this part of the project shows it.",
		}
	case "content", "macro":
		return around{
			Layout: "below", Crumbs: []string{o["space.name"], o["content.title"]}, Heading: o["content.title"],
			Text: "The reading room is open from nine to five. Lamps are switched on at dusk and off by whoever leaves last.",
		}
	case "space":
		return around{Layout: "below", Crumbs: []string{"Spaces", o["space.name"]}, Heading: o["space.name"]}
	case "profile":
		return around{Layout: "below", Crumbs: []string{"People"}, Heading: v.viewerName()}
	}
	return around{Layout: "below", Heading: v.module.Name}
}

// issue shows the issue the request is about. Another one than the site's own has a key and no text.
func (v *viewing) issue(o map[string]string) around {
	place := around{
		Layout: "aside", Crumbs: []string{"Projects", o["project.name"], v.variables["issue.key"]},
		Heading: v.variables["issue.key"],
	}
	if v.surface.Kind == "tab" {
		place.Layout = "below"
	}
	if v.variables["issue.key"] == o["issue.key"] {
		place.Heading, place.Text = o["issue.summary"], o["issue.description"]
		place.Facts = []field{
			{"Type", o["issuetype.name"]}, {"Status", "To Do"}, {"Priority", "Medium"}, {"Reporter", v.viewerName()},
		}
	}
	return place
}

func (v *viewing) pageCrumbs(o map[string]string) []string {
	switch v.surface.Around {
	case "admin":
		return []string{"Administration", v.module.AddonName}
	case "project", "portal":
		return []string{"Projects", o["project.name"]}
	case "space":
		return []string{"Spaces", o["space.name"]}
	}
	return []string{v.module.AddonName}
}

func (v *viewing) viewerName() string {
	if v.viewer.AccountID == "" {
		return "Anonymous"
	}
	return v.viewer.DisplayName
}
