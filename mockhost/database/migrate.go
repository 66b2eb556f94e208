package database

import (
	"context"
	"database/sql"
	"fmt"
)

// migrate runs the scripts the file has not had, all in one transaction.
func migrate(ctx context.Context, w *sql.DB, s Schema) error {
	var version int
	if err := w.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version >= len(s.Migrations) {
		return nil
	}
	tx, err := w.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit it does nothing
	for i, script := range s.Migrations[version:] {
		if _, err := tx.ExecContext(ctx, script); err != nil {
			return fmt.Errorf("migrate to format %d: %w", version+i+1, err)
		}
	}
	mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", s.applicationID(), len(s.Migrations))
	if _, err := tx.ExecContext(ctx, mark); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	// Bring the marks into the file itself, where inspectHeader finds them without SQLite.
	_, err = w.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}
