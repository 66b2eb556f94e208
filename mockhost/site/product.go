package site

// ConnectVersion is the version of the Connect framework the site claims to run: the
// pluginsVersion of lifecycle bodies and the cv parameter of pages.
// Source: protocol lifecycle.md §2, iframe.md §1.
func (s Site) ConnectVersion() string {
	if s.Era == Cloud2016 {
		return "1.1.84"
	}
	if s.Product == Confluence {
		return "1000.0.0-5e1a07c93b42"
	}
	return "1001.0.0-SNAPSHOT"
}
