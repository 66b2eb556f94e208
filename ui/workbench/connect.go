package workbench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"connect-workbench/assets"
	"connect-workbench/mockhost/trust"
)

// The files an add-on is told to trust, in the project's private folder. Both hold public data only.
const (
	caFile         = "ca.pem"
	trustStoreFile = "ca.p12"
)

// ConnectGuide is what an add-on has to be told to take this host for the real one.
type ConnectGuide struct {
	Addresses  ConnectAddresses
	Frameworks []Framework
}

// ConnectAddresses are where the host answers what add-ons ask of the vendor.
type ConnectAddresses struct {
	Proxy              string // an HTTP proxy that answers for the vendor's hosts
	InstallKeys        string // see InstallKeysURL
	OAuth              string // see OAuthURL
	CAFile             string // path of the certificate authority, PEM
	TrustStore         string // path of the same as a JVM's trust store, PKCS#12
	TrustStorePassword string // no secret
	Addon              string // where the person's own add-on is, or may be: beside the built-in one
}

// Framework is a way of writing add-ons, with the settings it takes.
type Framework struct {
	ID       string
	Name     string
	Intro    string // what the settings come to
	Settings []Setting
	Notes    []string // what the settings cannot do
	All      string   // all settings as lines for a shell
}

// Setting is one line to paste.
type Setting struct {
	Name  string // of a variable of the environment; "" for a flag
	Value string // of the variable, or the flag
	Line  string // for a shell: the variable as it is exported; a flag as it is
	Help  string // what it does
}

// ConnectGuide gives the addresses and, filled in with them, the settings of every framework.
func (w *Workbench) ConnectGuide() ConnectGuide {
	private := filepath.Join(w.dir, privateDir)
	a := ConnectAddresses{
		Proxy: w.host.ProxyURL(), InstallKeys: w.host.InstallKeysURL(), OAuth: w.host.OAuthURL(),
		CAFile: filepath.Join(private, caFile), TrustStore: filepath.Join(private, trustStoreFile),
		TrustStorePassword: trust.TrustStorePassword, Addon: ownAddress(w.Addon()),
	}
	return ConnectGuide{Addresses: a, Frameworks: frameworks(a)}
}

// ownAddress is the address of the project's add-on when it is an external one. While the built-in one
// is the project's, another has to listen somewhere else: at the next port.
func ownAddress(a AddonState) string {
	u, err := url.Parse(a.BaseURL)
	if err != nil || a.Mode == External {
		return a.BaseURL
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		return a.BaseURL
	}
	return "http://localhost:" + strconv.Itoa(port%65535+1)
}

// frameworkFile is where the assets describe the frameworks.
const frameworkFile = "connect/frameworks.json"

// frameworkFacts is a framework as the assets have it.
type frameworkFacts struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Intro         string   `json:"intro"`
	FlagsVariable string   `json:"flagsVariable"`
	FlagsCommand  string   `json:"flagsCommand"`
	Notes         []string `json:"notes"`
	Settings      []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
		Flag  string `json:"flag"`
		Help  string `json:"help"`
	} `json:"settings"`
}

// frameworks reads the assets, which are part of the program: that they are in order is tested.
func frameworks(a ConnectAddresses) []Framework {
	text, err := assets.Connect.ReadFile(frameworkFile)
	if err != nil {
		panic(fmt.Sprintf("workbench: read the frameworks: %v", err))
	}
	var facts []frameworkFacts
	if err := json.Unmarshal(text, &facts); err != nil {
		panic(fmt.Sprintf("workbench: read the frameworks: %v", err))
	}
	fill := a.filler()
	list := make([]Framework, len(facts))
	for i, f := range facts {
		list[i] = f.filled(fill)
	}
	return list
}

// filler replaces the placeholders of the assets.
func (a ConnectAddresses) filler() *strings.Replacer {
	host, port := hostAndPort(a.Proxy)
	_, addonPort := hostAndPort(a.Addon)
	return strings.NewReplacer(
		"{{proxy}}", a.Proxy, "{{proxyHost}}", host, "{{proxyPort}}", port,
		"{{caFile}}", a.CAFile, "{{trustStore}}", a.TrustStore, "{{trustStorePassword}}", a.TrustStorePassword,
		"{{installKeys}}", a.InstallKeys, "{{oauth}}", a.OAuth, "{{addon}}", a.Addon, "{{addonPort}}", addonPort,
	)
}

// hostAndPort takes an address apart; the port is the scheme's own where none is given.
func hostAndPort(address string) (host, port string) {
	u, err := url.Parse(address)
	if err != nil {
		return "", ""
	}
	if port = u.Port(); port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Hostname(), port
}

func (f frameworkFacts) filled(fill *strings.Replacer) Framework {
	filled := Framework{ID: f.ID, Name: f.Name, Intro: fill.Replace(f.Intro), Notes: []string{}}
	var lines, flags []string
	for _, s := range f.Settings {
		if s.Flag != "" {
			flag := fill.Replace(s.Flag)
			filled.Settings = append(filled.Settings, Setting{Value: flag, Line: flag, Help: s.Help})
			flags = append(flags, flag)
			continue
		}
		value := fill.Replace(s.Value)
		line := "export " + s.Name + "=" + shellQuote(value)
		filled.Settings = append(filled.Settings, Setting{Name: s.Name, Value: value, Line: line, Help: s.Help})
		lines = append(lines, line)
	}
	switch {
	case f.FlagsVariable != "":
		lines = append(lines, "export "+f.FlagsVariable+"="+shellQuote(joinFlags(flags, jvmQuote)))
	case f.FlagsCommand != "":
		lines = append(lines, strings.ReplaceAll(f.FlagsCommand, "{{flags}}", joinFlags(flags, shellQuote)))
	}
	for _, note := range f.Notes {
		filled.Notes = append(filled.Notes, fill.Replace(note))
	}
	filled.All = strings.Join(lines, "\n") + "\n"
	return filled
}

func joinFlags(flags []string, quote func(string) string) string {
	quoted := make([]string, len(flags))
	for i, f := range flags {
		quoted[i] = quote(f)
	}
	return strings.Join(quoted, " ")
}

// shellQuote writes a word for a POSIX shell.
func shellQuote(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// jvmQuote writes a flag for JAVA_TOOL_OPTIONS, where quotes of either kind keep blanks together and
// nothing can be escaped.
func jvmQuote(flag string) string {
	switch {
	case !strings.ContainsAny(flag, " \t'\""):
		return flag
	case strings.Contains(flag, `"`):
		return "'" + flag + "'"
	}
	return `"` + flag + `"`
}

// writeCAFiles puts the certificate authority where add-ons are told to find it. A file that holds it
// already stays untouched.
func (w *Workbench) writeCAFiles() error {
	authority := w.host.Authority()
	private := filepath.Join(w.dir, privateDir)
	path := filepath.Join(private, caFile)
	old, err := os.ReadFile(path)
	if err == nil && bytes.Equal(old, authority.PEM()) {
		path = ""
	}
	stores := filepath.Join(private, trustStoreFile)
	if kept, err := os.ReadFile(stores); err == nil && authority.InTrustStore(kept) {
		stores = ""
	}
	if path != "" {
		if !errors.Is(err, fs.ErrNotExist) {
			w.notice("warning", "The project has a new certificate authority for its proxy.",
				"Start add-ons again that use the proxy: they still trust the former one.")
		}
		if err := replaceFile(path, authority.PEM(), 0o644); err != nil {
			return w.caError(err)
		}
	}
	if stores != "" {
		store, err := authority.TrustStore()
		if err != nil {
			return err
		}
		if err := replaceFile(stores, store, 0o644); err != nil {
			return w.caError(err)
		}
	}
	return nil
}

func (w *Workbench) caError(err error) error {
	return &ProjectError{Dir: w.dir, Why: "the certificate of the proxy cannot be written to " + privateDir, Err: err,
		Do: "Check free space and permissions, or choose another folder with --project DIR."}
}

// ProxyAllowed are the hosts, or hosts with a port, that the proxy may reach beside this machine.
func (w *Workbench) ProxyAllowed() []string { return slices.Clone(w.currentSettings().Proxy.Allow) }

// SetProxyAllowed changes that list, in workbench.json; it counts from the next request on. Blanks
// around an entry, and an entry that is there twice, are dropped. The error names the bad entry.
func (w *Workbench) SetProxyAllowed(hosts []string) error {
	var list []string
	for _, h := range hosts {
		h = strings.ToLower(strings.TrimSpace(h))
		if err := trust.CheckAllowed(h); err != nil {
			return &AllowError{Entry: h, Err: err}
		}
		if !slices.Contains(list, h) {
			list = append(list, h)
		}
	}
	if err := w.saveSettings(func(s *settings) { s.Proxy.Allow = list }); err != nil {
		return err
	}
	w.changed(ConnectChanged)
	return nil
}

// AllowError says which entry of an allow list cannot be used.
type AllowError struct {
	Entry string
	Err   error
}

func (e *AllowError) Error() string { return fmt.Sprintf("allow %q: %v", e.Entry, e.Err) }

func (e *AllowError) Unwrap() error { return e.Err }
