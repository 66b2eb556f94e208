package workbench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"connect-workbench/assets"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
)

// The files of a project folder. Everything in privateDir stays out of version control.
const (
	settingsFile   = "workbench.json"
	descriptorFile = "atlassian-connect.json"
	privateDir     = ".workbench"
	sampleDir      = "samples/first-addon"
)

// settingsVersion is the format of workbench.json this program reads and writes.
const settingsVersion = 2

// settings is workbench.json: plain text in a stable order, fit for git, never a secret.
type settings struct {
	Version    int           `json:"version"`
	Descriptor string        `json:"descriptor"` // path relative to the project folder
	Addon      addonSettings `json:"addon"`
	Proxy      proxySettings `json:"proxy,omitzero"`
	Check      CheckRules    `json:"check,omitzero"`
	Sites      []site.Site   `json:"sites"`
}

// proxySettings says what the proxy may reach beside this machine: hosts, or hosts with a port.
type proxySettings struct {
	Allow []string `json:"allow,omitempty"`
}

// IsZero leaves the member out of the file.
func (p proxySettings) IsZero() bool { return len(p.Allow) == 0 }

type addonSettings struct {
	Mode    AddonMode `json:"mode"`
	Port    int       `json:"port"`              // wanted port of the built-in add-on
	Address string    `json:"address,omitempty"` // of the external add-on

	ReinstallOnSave bool `json:"reinstallOnSave,omitempty"` // see SetReinstallOnSave
}

// builtinPort is where the built-in add-on listens unless workbench.json says otherwise.
const builtinPort = 3000

// ProjectError says why a folder cannot be opened as a project.
type ProjectError struct {
	Dir string
	Why string
	Do  string // what the person can do about it
	Err error
}

func (e *ProjectError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("project %s: %s: %v", e.Dir, e.Why, e.Err)
	}
	return fmt.Sprintf("project %s: %s", e.Dir, e.Why)
}

func (e *ProjectError) Unwrap() error { return e.Err }

// defaultProjectDir is where the first start puts the sample project: the user's documents
// folder if there is one, else the data directory of the platform.
func defaultProjectDir() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the project: %w", err)
	}
	documents := filepath.Join(home, "Documents")
	if info, err := os.Stat(documents); err == nil && info.IsDir() {
		return filepath.Join(documents, "Connect Workbench", "first-addon"), nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); data != "" {
		return filepath.Join(data, "connect-workbench", "first-addon"), nil
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		config, err := os.UserConfigDir()
		if err != nil {
			return "", fmt.Errorf("find a place for the project: %w", err)
		}
		return filepath.Join(config, "connect-workbench", "first-addon"), nil
	}
	return filepath.Join(home, ".local", "share", "connect-workbench", "first-addon"), nil
}

// openProject reads the project in dir. A missing or empty folder is filled from the sample;
// a folder that only has a descriptor becomes a project around it. created is true for the sample.
func openProject(dir string, random io.Reader) (s settings, created bool, err error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && onlyHidden(entries):
		if err := copySample(dir); err != nil {
			return settings{}, false, err
		}
		created = true
	case err != nil:
		return settings{}, false, &ProjectError{Dir: dir, Why: "the folder cannot be read", Err: err,
			Do: "Check that it is a folder and that you may read it, or choose another with --project DIR."}
	}

	s, err = readSettings(dir)
	if errors.Is(err, fs.ErrNotExist) {
		s, err = newSettings(dir, random)
	}
	if err != nil {
		return settings{}, false, err
	}
	if err := preparePrivateDir(dir); err != nil {
		return settings{}, false, err
	}
	return s, created, nil
}

// isProject reports whether dir has been opened as a project before.
func isProject(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, settingsFile)); err != nil {
		return &ProjectError{Dir: dir, Why: "it is no project: there is no " + settingsFile, Err: err,
			Do: "Name the project's folder with --project DIR; the window or serve make a new one."}
	}
	return nil
}

// onlyHidden is true for a folder that holds nothing a person put there, such as a fresh git checkout.
func onlyHidden(entries []fs.DirEntry) bool {
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") || e.Name() == privateDir {
			return false
		}
	}
	return true
}

func copySample(dir string) error {
	sample, err := fs.Sub(assets.Samples, sampleDir)
	if err != nil {
		return fmt.Errorf("read the sample project: %w", err)
	}
	if err := copyAll(sample, dir); err != nil {
		return &ProjectError{Dir: dir, Why: "the sample project cannot be written there", Err: err,
			Do: "Check free space and permissions, or choose another folder with --project DIR."}
	}
	return nil
}

// copyAll copies the files of from into dir, or none of them: half a project would not be opened
// the next time.
func copyAll(from fs.FS, dir string) error {
	var written []string
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		data, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		written = append(written, target)
		return replaceFile(target, data, 0o644)
	})
	if err != nil {
		for _, path := range written {
			os.Remove(path)
		}
	}
	return err
}

func readSettings(dir string) (settings, error) {
	path := filepath.Join(dir, settingsFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return settings{}, err
	}
	if err != nil {
		return settings{}, &ProjectError{Dir: dir, Why: settingsFile + " cannot be read", Err: err,
			Do: "Check that you may read it, or choose another folder with --project DIR."}
	}
	var format struct {
		Version int `json:"version"`
	}
	// Only the version is looked at here: what else a newer format holds may be of other types.
	if json.Unmarshal(data, &format) == nil && format.Version > settingsVersion {
		return settings{}, &ProjectError{Dir: dir,
			Why: fmt.Sprintf("%s has format %d and this program knows formats up to %d", settingsFile, format.Version, settingsVersion),
			Do:  "Open it with the newer Connect Workbench that wrote it. Nothing was changed."}
	}
	var s settings
	var old settingsFormat1
	shape := any(&s)
	if format.Version == 1 {
		shape = &old
	}
	if err := json.Unmarshal(data, shape); err != nil {
		return settings{}, &ProjectError{Dir: dir, Why: settingsFile + " is not usable JSON", Err: errors.New(JSONFault(err)),
			Do: "Mend the file, or move it away: a new one is then written with the default sites."}
	}
	if format.Version == 1 {
		s = old.upgraded()
	}
	err = s.check()
	if err == nil {
		err = unknownMember(data, shape)
	}
	if err != nil {
		return settings{}, &ProjectError{Dir: dir, Why: settingsFile + " is not usable", Err: err,
			Do: "Mend the file, or move it away: a new one is then written with the default sites."}
	}
	return s, nil
}

// settingsFormat1 is the first format: "licensed" was all that a site said of its licence.
type settingsFormat1 struct {
	Version    int           `json:"version"`
	Descriptor string        `json:"descriptor"`
	Addon      addonSettings `json:"addon"`
	Sites      []siteFormat1 `json:"sites"`
}

type siteFormat1 struct {
	site.Site
	Licensed bool `json:"licensed"`
}

// upgraded is the present format of the same settings.
func (old settingsFormat1) upgraded() settings {
	next := settings{Version: settingsVersion, Descriptor: old.Descriptor, Addon: old.Addon}
	for _, s := range old.Sites {
		s.Licence = site.NoLicence
		if s.Licensed {
			s.Licence = site.ActiveSubscription
		}
		next.Sites = append(next.Sites, s.Site)
	}
	return next
}

// unknownMember finds a member this format does not have. It is most likely misspelt, and the next
// save would drop it. shape is of the type that the text's format has; it is written over.
func unknownMember(data []byte, shape any) error {
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(shape); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

func (s settings) check() error {
	if s.Version != settingsVersion {
		return fmt.Errorf(`"version" is missing or none: expected %d`, settingsVersion)
	}
	if s.Descriptor == "" {
		return errors.New(`"descriptor" is missing`)
	}
	if s.Addon.Mode != Builtin && s.Addon.Mode != External {
		return fmt.Errorf(`"addon.mode" is %q: expected %q or %q`, s.Addon.Mode, Builtin, External)
	}
	if s.Addon.Mode == External {
		if _, err := parseAddress(s.Addon.Address); err != nil {
			return fmt.Errorf(`"addon.address": %w`, err)
		}
	}
	if s.Addon.Port < 0 || s.Addon.Port > 65535 {
		return fmt.Errorf(`"addon.port" is %d: expected 0 (any) to 65535`, s.Addon.Port)
	}
	for i, host := range s.Proxy.Allow {
		if err := trust.CheckAllowed(host); err != nil {
			return fmt.Errorf(`"proxy.allow[%d]": %w`, i, err)
		}
	}
	if err := s.Check.Valid(); err != nil {
		return fmt.Errorf(`"check": %w`, err)
	}
	return site.ValidateAll(s.Sites)
}

// newSettings makes workbench.json for a folder that has a descriptor but never was a project.
func newSettings(dir string, random io.Reader) (settings, error) {
	if _, err := os.Stat(filepath.Join(dir, descriptorFile)); err != nil {
		return settings{}, &ProjectError{Dir: dir, Why: "the folder is not empty and has no " + descriptorFile, Err: err,
			Do: "Choose the folder that holds the descriptor, or an empty one for the sample, with --project DIR."}
	}
	s := settings{
		Version:    settingsVersion,
		Descriptor: descriptorFile,
		Addon:      addonSettings{Mode: Builtin, Port: builtinPort},
		Sites:      site.Defaults(random),
	}
	return s, writeSettings(dir, s)
}

func writeSettings(dir string, s settings) error {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(s); err != nil {
		return fmt.Errorf("write %s: %w", settingsFile, err)
	}
	if err := replaceFile(filepath.Join(dir, settingsFile), out.Bytes(), 0o644); err != nil {
		return &ProjectError{Dir: dir, Why: settingsFile + " cannot be written", Err: err,
			Do: "Check free space and permissions, or choose another folder with --project DIR."}
	}
	return nil
}

// preparePrivateDir makes the folder for databases and secrets, readable by its owner only.
func preparePrivateDir(dir string) error {
	private := filepath.Join(dir, privateDir)
	err := os.MkdirAll(private, 0o700)
	if err == nil {
		ignore := filepath.Join(private, ".gitignore")
		if _, statErr := os.Stat(ignore); errors.Is(statErr, fs.ErrNotExist) {
			err = os.WriteFile(ignore, []byte("*\n"), 0o600)
		}
	}
	if err != nil {
		return &ProjectError{Dir: dir, Why: "the folder for exchanges and secrets cannot be made", Err: err,
			Do: "Check free space and permissions, or choose another folder with --project DIR."}
	}
	return nil
}

// parseAddress takes what a person types for a running add-on: a base URL or the descriptor's own URL.
func parseAddress(text string) (base *url.URL, err error) {
	text = strings.TrimSpace(text)
	if text != "" && !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not a URL: %w", text, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is not an http or https URL of an add-on, such as http://localhost:3000", text)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, fmt.Errorf("the port of %q is outside 1 to 65535", text)
		}
	}
	if u.User != nil { // it would be written to workbench.json, and the host sends none
		return nil, errors.New("the address of the add-on holds a user name or password: leave it out")
	}
	u.Fragment = ""
	return u, nil
}

// replaceFile writes data beside path and renames it over path, so that a full disk or a crash
// leaves the old content whole. A symbolic link keeps pointing where it did, and a file marked
// read-only stays as it is, though its folder would let it be replaced.
func replaceFile(path string, data []byte, perm fs.FileMode) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if info, err := os.Stat(path); err == nil {
		if perm = info.Mode().Perm(); perm&0o222 == 0 {
			return fmt.Errorf("%s is read-only: %w", filepath.Base(path), fs.ErrPermission)
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Chmod(perm); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
