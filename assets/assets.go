// Package assets carries the data that ships inside the binary: facts about modules, events and
// conditions, web pages and styles, icons, and the sample project. It holds no behaviour. A new
// module type, event or location is a line of data in one of these folders, never code here.
//
// Paths inside each file system begin with the folder's own name, for example
// "catalogue/events.json" in Catalogue.
package assets

import "embed"

// Catalogue holds the facts about descriptors and events, one JSON file a subject.
//
//go:embed all:catalogue
var Catalogue embed.FS

// Web holds what browsers are given: templates, styles and scripts of the host's pages (web/host)
// and of the built-in add-on (web/addon).
//
//go:embed all:web
var Web embed.FS

// Samples holds complete sample projects, one folder each.
//
//go:embed all:samples
var Samples embed.FS

// Icons holds the window's icons.
//
//go:embed all:icons
var Icons embed.FS

// Connect holds what an add-on has to be told to take us for the real host: the hosts the proxy answers
// for, and the settings of each framework.
//
//go:embed all:connect
var Connect embed.FS
