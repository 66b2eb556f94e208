package descriptor

import (
	"slices"
	"sync"

	"connect-workbench/assets"
)

// Catalogue is what is known about descriptors: properties, module types, locations,
// conditions, events, scopes and context parameters. Its data are files (assets/catalogue);
// validation, completion, help and documentation all read this one compiled form. A Catalogue
// is never changed after it was loaded and may be shared.
type Catalogue struct {
	Descriptor *Value             // the descriptor as a whole
	Modules    map[string]*Module // by module type
	Locations  []Location
	Conditions []Condition
	Events     []Event
	Scopes     []Scope
	Parameters []Parameter
	Sources    []Source       // by tag, in the order of the file
	EraNames   map[Era]string // eras as people read them
	Texts      []RuleText     // one a rule, in the order of Rules

	types      []string // module types in the order of the files
	locations  map[string][]*Location
	conditions map[string]*Condition
	events     map[string][]*Event
	parameters map[string]*Parameter
	texts      map[string]*RuleText

	surfaces       surfaces
	eventVariables []eventVariables
}

// builtIn is loaded when it is first asked for. The files are part of the binary, so that a
// fault in them is a fault of the program; a test loads them.
var builtIn = sync.OnceValue(func() *Catalogue {
	c, err := LoadCatalogue(assets.Catalogue)
	if err != nil {
		panic("descriptor: built-in catalogue: " + err.Error())
	}
	return c
})

// BuiltIn is the catalogue inside the binary.
func BuiltIn() *Catalogue { return builtIn() }

// Status tells that a name has had its day. Current names have none.
type Status string

// Statuses of properties, modules, locations and events.
const (
	Current      Status = ""
	Deprecated   Status = "deprecated"   // works, but has a successor
	Legacy       Status = "legacy"       // only old hosts do anything with it
	Removed      Status = "removed"      // hosts refuse it
	Ignored      Status = "ignored"      // hosts pass over it
	Experimental Status = "experimental" // known from schemas only
	Refused      Status = "refused"      // a location that makes the installation fail
	Seen         Status = "seen"         // known from real descriptors only
)

// Type is the JSON type a value must have.
type Type uint8

// Types of values. OneOf stands for a choice between shapes, Any for anything.
const (
	AnyType Type = iota
	StringType
	IntegerType
	NumberType
	BooleanType
	ObjectType
	ArrayType
	OneOfType
)

// Value is what a property's value must be like.
type Value struct {
	Shape    string // name of the shared form, "" for one of its own
	Type     Type
	Enum     []string // lower case; a value is accepted all lower or ALL UPPER case
	Pattern  *Pattern
	Max      int    // characters of a string, entries of an array; 0: no limit
	Advised  int    // characters beyond which documentation warns; 0: none
	URL      string // "addon": relative to baseUrl; "any": absolute or relative; "": no URL
	Names    string // what a string names: "event", "location", "condition", "scope"
	Refers   string // module type whose key the string must be; "*": any module; with ? behind: or a thing of the product
	Of       *Value // elements of an array; nil: any
	Each     *Value // members of an object whose names are free; nil: any
	Known    []string
	Newer    []string // limits that came after the schemas of 2019: "max"
	Closed   bool     // unknown properties are errors, not warnings
	Fields   []Field  // properties, required ones first; nil: free
	By       string   // OneOf: property beside the value that tells which branch is meant
	Branches []Branch

	index    map[string]int // property to its place in Fields
	table    *fieldTable    // the same for bytes
	required uint64         // bit per field
}

// Branch is one form a OneOf value may have.
type Branch struct {
	Value *Value
	When  string // the By property has this value
	Has   string // the value has this property
	// Strict: hosts insist on this form when it is meant, though schemas let others pass.
	Strict bool
}

// Field is one property.
type Field struct {
	Name     string
	Help     string // one line
	Required bool
	Default  string // as JSON, "" when there is none
	Status   Status
	Span     Span
	Sources  []string // where the facts come from, when that is not where those of its owner do
	Value    *Value
}

// Field finds a property by name, nil when there is none.
func (v *Value) Field(name string) *Field {
	if i, ok := v.index[name]; ok {
		return &v.Fields[i]
	}
	return nil
}

// Module is a module type.
type Module struct {
	Type             string
	Help             string
	Products         []Product
	Single           bool   // one object instead of an array
	ContextFree      bool   // its conditions must do without a page's context
	Page             string // "always": the host asks for its url as a page; "dialog": when it opens a dialog; "": never
	Status           Status
	Span             Span
	DefaultLocation  map[Product]string
	Context          []string // context parameters of its URLs
	LocationsContext bool     // Context depends on the location
	Sources          []string // where the facts come from
	Value            *Value   // one module

	whole *Value // the value of the module type: an array of modules, or the single one
}

// In tells whether a product knows the module type.
func (m *Module) In(p Product) bool { return slices.Contains(m.Products, p) }

// Location is a place in a product's pages.
type Location struct {
	Name    string
	Product Product
	Modules []string // module types that go there
	Help    string
	Status  Status
	Span    Span
	Sources []string
}

// Condition is a condition the product evaluates.
type Condition struct {
	Name        string
	Products    []Product
	Help        string
	Params      []Param
	ContextFree string // "always", "addon" (on the add-on's own properties), "": needs a page's context
	NotInline   bool   // must not stand in a URL
	Status      Status
	Span        Span
	Sources     []string
}

// Param is a parameter of a condition.
type Param struct {
	Name     string
	Optional bool
	Values   []string // nil: free
	Known    []string // usual values; others may be an add-on's own
}

// Event is a webhook event.
type Event struct {
	Name    string
	Product Product
	Help    string
	Filter  bool // a JQL filter works
	Status  Status
	Span    Span
	Sources []string
}

// Scope is a permission of the add-on.
type Scope struct {
	Name     string
	Products []Product
	Implies  []string
	Help     string
	Span     Span
	Sources  []string
}

// Parameter is a context parameter: {name} in a URL.
type Parameter struct {
	Name       string
	Product    Product
	Help       string
	MacrosOnly bool
	Status     Status
	Span       Span
	Sources    []string
}

// Source is where facts come from.
type Source struct {
	Tag   string
	What  string
	Trust string // "official", "dated", "observed" or "unverified"
}

// ModuleTypes lists the module types in the order of the files.
func (c *Catalogue) ModuleTypes() []string { return c.types }

// Location finds a location of a product, nil when there is none; Auto means any product.
func (c *Catalogue) Location(name string, p Product) *Location {
	for _, l := range c.locations[name] {
		if p == Auto || l.Product == p {
			return l
		}
	}
	return nil
}
