package workbench

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"connect-workbench/mockhost/database"
	"connect-workbench/mockhost/install"
)

// Advice says what to do about err, in one or two sentences, or "" when nothing better than the
// error's own words is known. Both faces show it below the error.
func Advice(err error) string {
	var project *ProjectError
	if errors.As(err, &project) {
		return project.Do
	}
	var unusable *database.UnusableError
	if errors.As(err, &unusable) {
		if CanSetAside(err) {
			return sentence(unusable.Advice) + " Or start with --set-aside: the file is then kept under another name and a new one made."
		}
		return sentence(unusable.Advice)
	}
	var refused *install.Error
	if errors.As(err, &refused) {
		return refused.Problem.Verdict.Fix
	}
	switch {
	case errors.Is(err, ErrChangedOnDisk):
		return "Save under another name, overwrite the file on purpose, or revert to what is on disk."
	case errors.Is(err, syscall.ENOSPC):
		return "Free some space on the disk and try again. Nothing was overwritten."
	case errors.Is(err, fs.ErrPermission):
		return "Check who may read and write there, or choose another place."
	case errors.Is(err, fs.ErrNotExist):
		return "Check the path: there is nothing there."
	case errors.Is(err, context.DeadlineExceeded):
		return "Check that the other side is up and answers, then try again."
	}
	return ""
}

// CanSetAside reports whether opening the project again with Params.SetAside is a way on.
func CanSetAside(err error) bool {
	var unusable *database.UnusableError
	return errors.As(err, &unusable) && (unusable.Newer || unusable.Damaged)
}

// sentence makes a clause stand alone.
func sentence(clause string) string {
	if clause == "" {
		return ""
	}
	return strings.ToUpper(clause[:1]) + strings.TrimSuffix(clause[1:], ".") + "."
}
