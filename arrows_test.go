package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// arrow is an import that may not be. A folder ending in "/" stands for everything below it.
type arrow struct {
	from, to string
	except   []string
	reason   string
}

// The arrows that may not be drawn, beside those of apart.
var forbidden = []arrow{
	{from: "addon/", to: "connect-workbench/mockhost", reason: "an add-on knows its host only by HTTP"},
	{from: "addon/", to: "connect-workbench/ui", reason: "imports point down"},
	{from: "mockhost/", to: "connect-workbench/ui", reason: "imports point down"},
	{from: "assets/", to: "connect-workbench/", reason: "assets are data and know nobody"},
	{from: "loopback/", to: "connect-workbench/", reason: "it serves whoever listens and knows nobody"},
	{from: "addon/connectjwt/", to: "connect-workbench/", reason: "tokens need nothing of ours"},
	{from: "addon/descriptor/", to: "connect-workbench/addon/connectjwt", reason: "a descriptor has no tokens"},
	{from: "mockhost/answer/", to: "connect-workbench/", reason: "it writes what it is given and knows nobody"},
	{from: "mockhost/clock/", to: "connect-workbench/", reason: "time knows nobody"},
	{from: "mockhost/database/", to: "connect-workbench/", reason: "it opens files and knows no room"},
	{from: "mockhost/site/", to: "connect-workbench/mockhost", except: []string{"connect-workbench/mockhost/database"},
		reason: "every room stands on the site, so the site stands on none"},
	{from: "mockhost/exchange/", to: "connect-workbench/mockhost", except: []string{"connect-workbench/mockhost/database"},
		reason: "every room stands on the log, so the log stands on none"},
	{from: "addon/", to: "fyne.io/", reason: "runs without a display"},
	{from: "mockhost/", to: "fyne.io/", reason: "runs without a display"},
	{from: "ui/workbench/", to: "fyne.io/", reason: "both faces stand on it, one has no display"},
	{from: "ui/control/", to: "fyne.io/", reason: "runs without a display"},
	{from: "ui/cli/", to: "fyne.io/", reason: "runs without a display"},
	{from: "ui/cli/", to: "connect-workbench/ui/desktop", reason: "main gives the window to the command line"},
	{from: "ui/workbench/", to: "connect-workbench/ui/", reason: "it knows neither face"},
	{from: "ui/", to: "database/sql", reason: "faces ask the workbench, not the database"},
	{from: "", to: "net/http/httptest", except: []string{"mockhost/hosttest"}, reason: "tests only"},
	{from: "", to: "connect-workbench/mockhost/hosttest", reason: "tests only"},
	{from: "", to: "connect-workbench/mockhost/browsertest", reason: "tests only"},
	{from: "", to: "connect-workbench/sharedtest", reason: "tests only"},
	{from: "ui/desktop/", to: "fyne.io/fyne/v2/app", except: []string{"ui/desktop"}, reason: "only the start needs a real display"},
}

type listedPackage struct {
	ImportPath string
	Imports    []string
}

// apart gives the arrows between rooms of the host: they meet in mockhost, and on site and exchange.
func apart(rooms ...string) []arrow {
	var list []arrow
	for _, from := range rooms {
		for _, to := range rooms {
			if from != to {
				list = append(list, arrow{from: "mockhost/" + from + "/", to: "connect-workbench/mockhost/" + to,
					reason: "rooms of the host meet in mockhost"})
			}
		}
	}
	return list
}

func TestArrows(t *testing.T) {
	rules := append(apart("install", "webhook", "page", "rest", "trust", "upm"), forbidden...)
	for _, p := range listPackages(t) {
		folder := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "connect-workbench"), "/") + "/"
		for _, rule := range rules {
			if !strings.HasPrefix(folder, rule.from) {
				continue
			}
			for _, imported := range p.Imports {
				if strings.HasPrefix(imported, rule.to) && !excepted(imported, folder, rule.except) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imported, rule.reason)
				}
			}
		}
	}
}

// excepted is true for an allowed import, or for a folder the rule leaves alone.
func excepted(imported, folder string, except []string) bool {
	for _, e := range except {
		if imported == e || folder == e+"/" {
			return true
		}
	}
	return false
}

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listedPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listedPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
	if len(packages) < 15 {
		t.Fatalf("go list found only %d packages", len(packages))
	}
	return packages
}
