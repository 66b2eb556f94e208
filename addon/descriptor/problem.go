package descriptor

// Severity of a problem.
type Severity string

// A host refuses a descriptor with an Error; a Warning installs but does not do what was meant.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Product selects whose rules apply.
type Product string

// Auto picks the product by the modules; a file with modules of both is checked against both.
const (
	Auto       Product = "auto"
	Jira       Product = "jira"
	Confluence Product = "confluence"
)

// Problem is one fault of a descriptor text. Lines and columns count from 1; columns count
// characters (runes), not bytes. Offset and End are bytes. End is exclusive.
type Problem struct {
	Severity  Severity `json:"severity"`
	Rule      string   `json:"rule"`    // stable id: "syntax.comma", "shape.required", "meaning.webhook-scope"
	Message   string   `json:"message"` // what is wrong, and what is expected
	Pointer   string   `json:"pointer"` // JSON pointer of the value; "" is the whole document
	Line      int      `json:"line"`
	Column    int      `json:"column"`
	EndLine   int      `json:"endLine"`
	EndColumn int      `json:"endColumn"`
	Fix       *Fix     `json:"fix"` // null: no safe fix is known
	Offset    int      `json:"-"`
	End       int      `json:"-"`
}

// Fix is a text edit that cures a problem and touches no other byte.
type Fix struct {
	Title string `json:"title"` // "Change to \"READ\""
	Edits []Edit `json:"edits"`
}

// Edit replaces the bytes [Offset, End) by Text.
type Edit struct {
	Offset int    `json:"offset"`
	End    int    `json:"end"`
	Text   string `json:"text"`
}
