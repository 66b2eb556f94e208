package workbench

// InstallKeysURL is where add-ons fetch the keys of signed installs: InstallKeysURL + "/" + kid.
// An add-on made with atlassian-connect-express takes it from CONNECT_KEYS_CDN_URL.
func (w *Workbench) InstallKeysURL() string { return w.host.InstallKeysURL() }

// OAuthURL is the token endpoint for acting as a user.
func (w *Workbench) OAuthURL() string { return w.host.OAuthURL() }

// ProxyURL is the proxy that answers for the vendor's hosts; add-ons take it as HTTPS_PROXY.
func (w *Workbench) ProxyURL() string { return w.host.ProxyURL() }
