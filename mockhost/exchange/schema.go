package exchange

import (
	"database/sql/driver"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/database"
)

// schema is the layout of the log. It is costly to change later; the figures behind it:
//
//   - 16 KB pages hold a typical compressed exchange of 1.5 to 3 KB without overflow pages.
//     8 KB pages would waste two thirds of themselves.
//   - Table ex is narrow, so that listing and scanning touches few pages; body is read by id.
//   - An index a column that lists are narrowed by, and one over site, module and status,
//     since a combination of single indexes is a hundred times slower. Entries of equal keys
//     lie in the order of ids: newest first costs no sorting.
//   - Failed verdicts are few and often asked for; their index is partial and costs the
//     others nothing.
//
// Words (kind, dir, site) are stored as words: the file can be read with the sqlite3 shell.
// Times are microseconds. Columns are never NULL.
func schema() database.Schema {
	return database.Schema{
		Application: "connect-workbench exchanges",
		PageSize:    16384,
		Migrations: []string{`
			CREATE TABLE ex(
				id      INTEGER PRIMARY KEY,
				parent  INTEGER NOT NULL,
				cause   TEXT NOT NULL,
				site    TEXT NOT NULL,
				addon   TEXT NOT NULL,
				module  TEXT NOT NULL,
				event   TEXT NOT NULL,
				dir     TEXT NOT NULL,
				kind    TEXT NOT NULL,
				start   INTEGER NOT NULL,
				took    INTEGER NOT NULL,
				method  TEXT NOT NULL,
				url     TEXT NOT NULL,
				status  INTEGER NOT NULL,
				error   TEXT NOT NULL,
				judged  INTEGER NOT NULL,
				ok      INTEGER NOT NULL,
				rule    TEXT NOT NULL,
				summary TEXT NOT NULL
			);
			CREATE TABLE body(
				id   INTEGER PRIMARY KEY,
				data BLOB NOT NULL
			);
			CREATE INDEX ex_status ON ex(status);
			CREATE INDEX ex_site ON ex(site);
			CREATE INDEX ex_module ON ex(module);
			CREATE INDEX ex_site_module_status ON ex(site, module, status);
			CREATE INDEX ex_kind ON ex(kind);
			CREATE INDEX ex_failed ON ex(id) WHERE judged = 1 AND ok = 0;
		`},
	}
}

// columns of table ex, in the order of arguments and scan.
const columns = "id, parent, cause, site, addon, module, event, dir, kind, start, took," +
	" method, url, status, error, judged, ok, rule, summary"

const columnCount = 19

const (
	insertRow  = "INSERT INTO ex(" + columns + ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
	insertBody = "INSERT INTO body(id, data) VALUES(?,?)"
)

// arguments writes the row's values into args, which has columnCount elements.
func (w *Row) arguments(args []driver.NamedValue) {
	values := [columnCount]driver.Value{
		w.ID, w.Parent, w.Cause, w.Site, w.Addon, w.Module, w.Event, string(w.Direction), string(w.Kind),
		w.Start.UnixMicro(), w.Duration.Microseconds(),
		w.Method, w.URL, int64(w.Status), w.Error, w.Judged, w.OK, string(w.Rule), w.Summary,
	}
	for i, v := range values {
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
}

// scan reads the columns of one result row; more receives columns selected after them.
func (w *Row) scan(scan func(...any) error, more ...any) error {
	var start, took int64
	var dir, kind, rule string
	dest := append([]any{
		&w.ID, &w.Parent, &w.Cause, &w.Site, &w.Addon, &w.Module, &w.Event, &dir, &kind,
		&start, &took, &w.Method, &w.URL, &w.Status, &w.Error, &w.Judged, &w.OK, &rule, &w.Summary,
	}, more...)
	if err := scan(dest...); err != nil {
		return err
	}
	w.Direction, w.Kind, w.Rule = Direction(dir), Kind(kind), connectjwt.RuleID(rule)
	w.Start = time.UnixMicro(start).UTC()
	w.Duration = time.Duration(took) * time.Microsecond
	return nil
}
