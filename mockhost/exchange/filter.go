package exchange

import (
	"strings"
	"time"
)

// Filter is a condition on rows, made by [ParseFilter]. The zero Filter lets every row pass.
//
// One syntax tree gives both the answer for a row in memory and the SQL for those on disk.
type Filter struct {
	root node // nil: every row passes
}

// isEmpty reports whether every row passes.
func (f Filter) isEmpty() bool { return f.root == nil }

// Match reports whether w passes; now is what ages count from.
func (f Filter) Match(w *Row, now time.Time) bool {
	return f.root == nil || f.root.match(w, now)
}

// where gives the condition as SQL. What a person has typed is in args only.
func (f Filter) where(now time.Time) (sql string, args []any) {
	if f.root == nil {
		return "1", nil
	}
	c := clause{now: now}
	f.root.write(&c)
	return c.sql.String(), c.args
}

// node is a part of a filter's syntax tree.
type node interface {
	match(w *Row, now time.Time) bool
	write(c *clause)
}

// clause is SQL in the making.
type clause struct {
	sql  strings.Builder
	args []any
	now  time.Time
}

// add appends SQL with one argument a question mark.
func (c *clause) add(sql string, args ...any) {
	c.sql.WriteString(sql)
	c.args = append(c.args, args...)
}

// list writes nodes with an operator between them.
func (c *clause) list(nodes []node, operator string) {
	c.add("(")
	for i, n := range nodes {
		if i > 0 {
			c.add(operator)
		}
		n.write(c)
	}
	c.add(")")
}

// allOf, anyOf and not combine conditions.
type (
	allOf []node
	anyOf []node
	not   struct{ node }
)

func (a allOf) match(w *Row, now time.Time) bool {
	for _, n := range a {
		if !n.match(w, now) {
			return false
		}
	}
	return true
}

func (a anyOf) match(w *Row, now time.Time) bool {
	for _, n := range a {
		if n.match(w, now) {
			return true
		}
	}
	return false
}

func (n not) match(w *Row, now time.Time) bool { return !n.node.match(w, now) }

func (a allOf) write(c *clause) { c.list(a, " AND ") }
func (a anyOf) write(c *clause) { c.list(a, " OR ") }
func (n not) write(c *clause) {
	c.add("NOT ")
	n.node.write(c)
}

// equals compares a text column, as an index can.
type equals struct {
	column textColumn
	value  string
}

func (e equals) match(w *Row, _ time.Time) bool { return e.column.of(w) == e.value }
func (e equals) write(c *clause)                { c.add(string(e.column)+" = ?", e.value) }

// like compares a text column with a pattern of literal parts that have anything between
// them: "a*b" has the parts a and b, and "*a*" has "", a and "". A to Z are taken as a to z,
// as LIKE does it.
type like struct {
	column textColumn
	parts  []string
}

func (l like) match(w *Row, _ time.Time) bool {
	text := lowerASCII(l.column.of(w))
	last := len(l.parts) - 1
	for i, part := range l.parts {
		part = lowerASCII(part)
		switch {
		case i == 0 && i == last:
			return text == part
		case i == 0:
			if !strings.HasPrefix(text, part) {
				return false
			}
			text = text[len(part):]
		case i == last:
			return strings.HasSuffix(text, part)
		default:
			_, after, found := strings.Cut(text, part)
			if !found {
				return false
			}
			text = after
		}
	}
	return true
}

func (l like) write(c *clause) {
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	escaped := make([]string, len(l.parts))
	for i, part := range l.parts {
		escaped[i] = escape.Replace(part)
	}
	c.add(string(l.column)+` LIKE ? ESCAPE '\'`, strings.Join(escaped, "%"))
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
}

// compares compares a number column.
type compares struct {
	column   numberColumn
	operator string // =, <, <=, > or >=
	value    int64
}

func (n compares) match(w *Row, _ time.Time) bool {
	return compare(n.column.of(w), n.operator, n.value)
}
func (n compares) write(c *clause) { c.add(string(n.column)+" "+n.operator+" ?", n.value) }

// aged compares the time since the start of an exchange.
type aged struct {
	operator string
	age      time.Duration
}

// An age below d is a start after now - d.
func (a aged) turned() string {
	return strings.NewReplacer("<", ">", ">", "<").Replace(a.operator)
}

func (a aged) cut(now time.Time) int64 { return now.Add(-a.age).UnixMicro() }

func (a aged) match(w *Row, now time.Time) bool {
	return compare(w.Start.UnixMicro(), a.turned(), a.cut(now))
}
func (a aged) write(c *clause) { c.add("start "+a.turned()+" ?", a.cut(c.now)) }

func compare(a int64, operator string, b int64) bool {
	switch operator {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	}
	return a == b
}

// judgement is whether there is a verdict, and which. Its SQL is spelled without arguments,
// so that SQLite sees that the partial index on failed ones will do.
type judgement struct{ judged, ok bool }

func (j judgement) match(w *Row, _ time.Time) bool {
	return w.Judged == j.judged && (!j.judged || w.OK == j.ok)
}

func (j judgement) write(c *clause) {
	switch {
	case !j.judged:
		c.add("judged = 0")
	case j.ok:
		c.add("(judged = 1 AND ok = 1)")
	default:
		c.add("(judged = 1 AND ok = 0)")
	}
}

// textColumn and numberColumn are columns of table ex, by their names there.
type (
	textColumn   string
	numberColumn string
)

const (
	causeColumn     textColumn = "cause"
	siteColumn      textColumn = "site"
	addonColumn     textColumn = "addon"
	moduleColumn    textColumn = "module"
	eventColumn     textColumn = "event"
	directionColumn textColumn = "dir"
	kindColumn      textColumn = "kind"
	methodColumn    textColumn = "method"
	urlColumn       textColumn = "url"
	ruleColumn      textColumn = "rule"

	idColumn     numberColumn = "id"
	parentColumn numberColumn = "parent"
	statusColumn numberColumn = "status"
	tookColumn   numberColumn = "took"
)

// of gives the column's value in a row in memory.
func (c textColumn) of(w *Row) string {
	switch c {
	case causeColumn:
		return w.Cause
	case siteColumn:
		return w.Site
	case addonColumn:
		return w.Addon
	case moduleColumn:
		return w.Module
	case eventColumn:
		return w.Event
	case directionColumn:
		return string(w.Direction)
	case kindColumn:
		return string(w.Kind)
	case methodColumn:
		return w.Method
	case urlColumn:
		return w.URL
	case ruleColumn:
		return string(w.Rule)
	}
	panic("no text column " + string(c))
}

// of gives the column's value in a row in memory.
func (c numberColumn) of(w *Row) int64 {
	switch c {
	case idColumn:
		return w.ID
	case parentColumn:
		return w.Parent
	case statusColumn:
		return int64(w.Status)
	case tookColumn:
		return w.Duration.Microseconds()
	}
	panic("no number column " + string(c))
}
