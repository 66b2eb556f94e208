package descriptor

// A Rule is one kind of problem. Its id is stable: tools filter by it, and it never changes
// its meaning.
type Rule struct {
	ID       string
	Severity Severity // of most of its problems; some are milder where the value may be meant
	Title    string   // one line for lists and documentation
}

// Rules of the first layer: the text is not JSON. Source: RFC 8259; descriptor.md §10.2.
var (
	ruleSize          = &Rule{"syntax.size", Error, "The text is larger than any descriptor may be"}
	ruleDepth         = &Rule{"syntax.depth", Error, "Objects and arrays nest too deeply"}
	ruleEmpty         = &Rule{"syntax.empty", Error, "The text holds no value"}
	ruleExtra         = &Rule{"syntax.extra", Error, "More text stands behind the descriptor"}
	ruleStray         = &Rule{"syntax.stray", Error, "A character stands where none may"}
	ruleComma         = &Rule{"syntax.comma", Error, "A comma is missing or too many"}
	ruleTrailingComma = &Rule{"syntax.trailing-comma", Error, "A comma stands behind the last entry"}
	ruleColon         = &Rule{"syntax.colon", Error, "The colon behind a name is missing"}
	ruleValue         = &Rule{"syntax.value", Error, "A name has no value"}
	ruleUnclosed      = &Rule{"syntax.unclosed", Error, "A bracket is never closed"}
	ruleString        = &Rule{"syntax.string", Error, "A string is not closed on its line"}
	ruleQuote         = &Rule{"syntax.quote", Error, "A name or string is not in double quotes"}
	ruleEscape        = &Rule{"syntax.escape", Error, "A string holds an escape JSON does not know"}
	ruleControl       = &Rule{"syntax.control", Error, "A string holds a bare control character"}
	ruleNumber        = &Rule{"syntax.number", Error, "A number is not written as JSON wants it"}
	ruleWord          = &Rule{"syntax.word", Error, "A bare word that is no JSON value"}
	ruleComment       = &Rule{"syntax.comment", Error, "JSON has no comments"}
	ruleUTF8          = &Rule{"syntax.utf8", Error, "The text is not UTF-8"}
	ruleBOM           = &Rule{"syntax.bom", Warning, "The text starts with a byte order mark"}
	ruleDuplicateKey  = &Rule{"syntax.duplicate-key", Warning, "A name appears twice in one object"}
	ruleTemplate      = &Rule{"syntax.template", Info, "A template statement outside of strings"}
)
