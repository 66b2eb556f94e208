package workbench

import (
	"time"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

// Project is the open folder.
type Project struct {
	Dir            string
	Name           string // the folder's name
	DescriptorPath string
}

// DescriptorFile is the state of the descriptor in the editor.
type DescriptorFile struct {
	Path      string
	Text      string
	Dirty     bool // differs from what is on disk
	Recovered bool // unsaved text of an earlier run was put back
}

// AddonMode says who answers at the add-on's address.
type AddonMode string

// The add-on is our built-in server, or a process of the user's.
const (
	Builtin  AddonMode = "builtin"
	External AddonMode = "external"
)

// AddonState is what the top bar shows of the add-on.
type AddonState struct {
	Mode          AddonMode
	BaseURL       string
	DescriptorURL string
	Up            bool
	Checked       bool   // false until the first probe came back
	Detail        string // why it is down, or what it answered
}

// SiteState is a site with everything a card of the Sites place shows.
type SiteState struct {
	site.Site
	BaseURL string // with context path, no trailing slash
	Port    int
	Moved   bool // the wanted port was taken, this is the next free one
	Addons  []AddonOnSite
	Fault   install.Fault // how the next install is made to fail; its Key is "" for not at all
}

// AddonOnSite is one installed (or once installed) add-on. The secret is masked: "ATCO…7f3a".
type AddonOnSite struct {
	Key           string
	Name          string
	Version       string // as the installed descriptor says; "" when it does not
	BaseURL       string
	DescriptorURL string
	State         site.State
	Pending       *mockhost.PendingUpgrade // the version that waits for the administrator; nil for none
	Secret        string
	OldSecrets    int
	InstalledAt   time.Time
	UpdatedAt     time.Time
}

// Change says what has changed; subscribers re-read what they show.
type Change string

// The changes a subscriber can hear of.
const (
	DescriptorChanged Change = "descriptor"
	AddonChanged      Change = "addon"
	SitesChanged      Change = "sites"
	ExchangesChanged  Change = "exchanges"
	NoticesChanged    Change = "notices"
	RetriesChanged    Change = "retries"
	ClockChanged      Change = "clock"   // it was moved; that it goes on is no change
	ConnectChanged    Change = "connect" // what an add-on is told, or what the proxy may reach
	WorkChanged       Change = "work"    // see Working
)

// Notice is something the person should know that no view asked for:
// a port was taken, an edit was recovered, a file was set aside.
type Notice struct {
	Time   time.Time
	Level  string // "info", "warning", "failed"
	Text   string // what happened, and why
	Advice string // what to do; may be empty
}
