package install

import "connect-workbench/addon/connectjwt"

// Stage is one step of an install, upgrade, enable, disable or uninstall, as it happens.
type Stage struct {
	Name     StageName
	State    StageState
	Detail   string   // what is being done, or what came out: "POST /installed: 204 in 12 ms"
	Exchange int64    // the exchange this step made; 0 for none
	Problem  *Problem // set when State is Failed
}

// StageName names a step in the order the host takes them.
type StageName string

// The steps. Install runs fetch, check, callback, register, enable, and an upgrade compare after
// check; the other verbs run what they need of them.
const (
	Fetch      StageName = "fetch"    // get the descriptor
	CheckStage StageName = "check"    // validate it
	Compare    StageName = "compare"  // find out what a new version changes
	Callback   StageName = "callback" // POST installed (or disabled, uninstalled) and wait
	Register   StageName = "register" // keep the secret, add or remove the modules
	Enable     StageName = "enable"   // send enabled
	Disable    StageName = "disable"  // send disabled
	Rollback   StageName = "rollback" // put back what was there before
)

// StageState says how far a step is.
type StageState string

// The states of a step.
const (
	Running StageState = "running"
	Done    StageState = "done"
	Failed  StageState = "failed"
	Waiting StageState = "waiting" // for the administrator; the verb itself is over
)

// Problem is why the host refused or could not finish.
type Problem struct {
	Key       string             `json:"key"`       // the host's message key, e.g. "connect.install.error.remote.host.bad.response.401"
	Admin     string             `json:"admin"`     // what the customer's admin would read
	Developer string             `json:"developer"` // what happened, why, and what to change
	Verdict   connectjwt.Verdict `json:"verdict,omitzero"`
}

// Error is a failed step. errors.As finds it in what the host's install verbs return.
type Error struct {
	Stage    StageName
	Problem  Problem
	Exchange int64 // the exchange that shows it; 0 for none
	Err      error // the underlying cause, may be nil
}

func (e *Error) Error() string { return string(e.Stage) + ": " + e.Problem.Developer }

func (e *Error) Unwrap() error { return e.Err }
