package manual

import (
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
)

// This file writes the pages of names: locations, conditions, events, scopes, variables and rules.

func (m *Manual) location(p *Page, s Site) []string {
	p.standing()
	var modules []Entry
	l := m.c.Location(p.Name, p.Products[0])
	for _, t := range l.Modules {
		modules = append(modules, m.named(descriptor.DocsModule, t, s)...)
	}
	p.Sections = append(p.Sections, Section{Title: "What goes there", Entries: m.rows(modules, s)})
	if len(l.Modules) > 0 {
		if t := m.c.Modules[l.Modules[0]]; t != nil {
			p.Sections = append(p.Sections, Section{Title: "Example", Code: m.exampleAt(t, l.Name)})
		}
	}
	return l.Sources
}

func (m *Manual) condition(p *Page) []string {
	p.standing()
	i := slices.IndexFunc(m.c.Conditions, func(c descriptor.Condition) bool { return c.Name == p.Name })
	c := &m.c.Conditions[i]
	var example []string
	for _, param := range c.Params {
		text := "required"
		if param.Optional {
			text = "may be left out"
		} else {
			example = append(example, quote(param.Name)+": "+quote(sampleParam(param)))
		}
		if param.Values != nil {
			text += "; one of " + strings.Join(param.Values, ", ")
		}
		if param.Known != nil {
			text += "; usual are " + strings.Join(param.Known, ", ")
		}
		p.fact("Parameter "+param.Name, text)
	}
	p.fact("On pages", map[descriptor.PageUse]string{
		descriptor.PageUseAny:   "may be used: it needs no issue, project or page",
		descriptor.PageUseAddon: "only with the parameter entity set to addon",
		descriptor.PageUseNone:  "cannot be used: general and administration pages have no context for it",
	}[c.OnPages()])
	single := `{"condition": ` + quote(c.Name)
	if len(example) > 0 {
		single += `, "params": {` + strings.Join(example, ", ") + "}"
	}
	p.Sections = append(p.Sections, Section{Title: "In a module", Code: `"conditions": [` + single + `}]`})
	if c.NotInline {
		p.fact("In addresses", "cannot be used")
	} else {
		inline := "{condition." + c.Name
		if len(c.Params) > 0 && !c.Params[0].Optional {
			inline += "(" + c.Params[0].Name + "=" + sampleParam(c.Params[0]) + ")"
		}
		p.Sections = append(p.Sections, Section{Title: "In an address", Text: "The host writes true or false in its place.", Code: `"url": "/page?shown=` + inline + `}"`})
	}
	return c.Sources
}

func sampleParam(p descriptor.Param) string {
	if len(p.Values) > 0 {
		return p.Values[0]
	}
	return "..."
}

func (m *Manual) event(p *Page) []string {
	p.standing()
	p.fact("Scope", "READ, or one that implies it")
	i := slices.IndexFunc(m.c.Events, func(e descriptor.Event) bool { return e.Name == p.Name && e.Product == p.Products[0] })
	e := &m.c.Events[i]
	if e.Filter {
		p.fact("Filter", "a JQL filter is evaluated")
	} else {
		p.fact("Filter", "none is evaluated")
	}
	p.Sections = append(p.Sections, Section{Title: "Example", Code: "\"webhooks\": [{\n  \"event\": " + quote(e.Name) + ",\n  \"url\": \"/webhooks\"\n}]"})
	return e.Sources
}

func (m *Manual) scope(p *Page) []string {
	p.standing()
	var implies, implied []Entry
	var sources []string
	for _, other := range m.c.Scopes {
		entry := Entry{Kind: descriptor.DocsScope, Name: other.Name, Help: other.Help}
		if other.Name == p.Name {
			sources = other.Sources
			continue
		}
		if descriptor.ScopeGranted([]string{p.Name}, other.Name) && other.Name != "NONE" {
			implies = append(implies, entry)
		}
		if slices.Contains(other.Implies, p.Name) {
			implied = append(implied, entry)
		}
	}
	p.links("Implies", implies)
	p.links("Implied by", implied)
	p.Sections = append(p.Sections, Section{Title: "Example", Code: `"scopes": [` + quote(p.Name) + `]`})
	return sources
}

func (m *Manual) variable(p *Page, s Site) []string {
	p.standing()
	var sources []string
	for _, v := range m.c.Parameters {
		if v.Name == p.Name {
			sources = v.Sources
			if v.MacrosOnly {
				p.fact("Where", "in the addresses of macros only")
			}
		}
	}
	var modules []Entry
	for _, t := range m.c.ModuleTypes() {
		if slices.Contains(m.c.Modules[t].Context, p.Name) {
			modules = append(modules, m.named(descriptor.DocsModule, t, s)...)
		}
	}
	if len(modules) > 0 {
		p.Sections = append(p.Sections, Section{Title: "Module types that have it", Entries: m.rows(modules, s)})
	}
	p.Sections = append(p.Sections, Section{Title: "Example", Text: "In a path or in the value of a query parameter. Where it is not bound, nothing stands in its place.", Code: `"url": "/page?value={` + p.Name + `}"`})
	return sources
}

func (m *Manual) rule(p *Page) []string {
	t := m.c.RuleText(p.Name)
	p.fact("Severity", string(t.Rule.Severity))
	p.fact("Checked", t.Checks)
	p.fact("Why", t.Why)
	p.fact("Do", t.Fix)
	if t.Options.Product != "" {
		p.fact("Example", "judged for "+t.Options.Product.Name())
	}
	if t.Options.Era != "" {
		p.fact("Example", "judged for "+descriptor.EraName(t.Options.Era))
	}
	bad := t.Bad
	if bad == "" {
		bad = "(an empty file)"
	}
	p.Sections = append(p.Sections, Section{Title: "Wrong", Code: bad}, Section{Title: "Right", Code: t.Good})
	return t.Sources
}
