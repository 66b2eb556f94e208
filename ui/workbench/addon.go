package workbench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"time"

	"connect-workbench/addon/server"
)

// How often, and how patiently, an external add-on is asked whether it accepts connections.
const (
	probeInterval = 2 * time.Second
	probeTimeout  = time.Second
)

// Addon is the state of the project's add-on.
func (w *Workbench) Addon() AddonState {
	w.addonMu.Lock()
	defer w.addonMu.Unlock()
	return w.addon
}

// startAddon follows override ("builtin" or an address), or what the project says for "".
func (w *Workbench) startAddon(override string) error {
	w.ownTenants = openTenants(filepath.Join(w.dir, privateDir, "addon.json"))
	addon := w.currentSettings().Addon
	switch override {
	case "":
	case string(Builtin):
		addon.Mode = Builtin
	default:
		addon.Mode, addon.Address = External, override
	}
	if addon.Mode == Builtin {
		own, err := w.startBuiltin()
		if err != nil {
			return err
		}
		w.useBuiltin(own)
		return nil
	}
	address, err := parseAddress(addon.Address)
	if err != nil {
		return fmt.Errorf("use the add-on: %w", err)
	}
	w.watchExternal(address)
	return nil
}

// UseBuiltin makes our own add-on server the project's add-on. On an error the other one stays.
func (w *Workbench) UseBuiltin(ctx context.Context) error {
	w.switching.Lock()
	defer w.switching.Unlock()
	if w.Addon().Mode == Builtin {
		return nil
	}
	own, err := w.startBuiltin()
	if err != nil {
		return err
	}
	if err := w.saveSettings(func(s *settings) { s.Addon.Mode = Builtin }); err != nil {
		return errors.Join(err, own.Close(ctx))
	}
	err = w.stopAddon(ctx)
	w.useBuiltin(own)
	return err
}

// UseExternal makes a running add-on the project's add-on. address is its base URL, or the URL of
// its descriptor. An error about stopping the built-in one means that requests were cut off.
func (w *Workbench) UseExternal(ctx context.Context, address string) error {
	u, err := parseAddress(address)
	if err != nil {
		return fmt.Errorf("use the add-on: %w", err)
	}
	w.switching.Lock()
	defer w.switching.Unlock()
	if err := w.saveSettings(func(s *settings) { s.Addon.Mode, s.Addon.Address = External, u.String() }); err != nil {
		return err
	}
	err = w.stopAddon(ctx)
	w.watchExternal(u)
	return err
}

// startBuiltin starts our own add-on server, which is not the project's add-on yet.
func (w *Workbench) startBuiltin() (*server.Server, error) {
	own := server.New(server.Params{
		Descriptor:     func() []byte { return []byte(w.buffer.current()) },
		Clock:          w.clock,
		InstallKeysURL: w.host.InstallKeysURL,
		Store:          w.ownTenants,
		Logf:           w.logf,
	})
	port := w.currentSettings().Addon.Port
	if w.anyPort {
		port = 0
	}
	if err := own.Start(w.ctx, port); err != nil {
		return nil, err
	}
	if u, err := url.Parse(own.BaseURL()); err == nil && port != 0 && u.Port() != fmt.Sprint(port) {
		w.notice("warning", fmt.Sprintf("Port %d was taken; the built-in add-on is at %s instead.", port, own.BaseURL()),
			"Sites that have it installed at the old address need a re-install.")
	}
	return own, nil
}

// useBuiltin makes a started server the project's add-on.
func (w *Workbench) useBuiltin(own *server.Server) {
	w.addonMu.Lock()
	w.own = own
	w.addon = AddonState{Mode: Builtin, BaseURL: own.BaseURL(), DescriptorURL: own.DescriptorURL(), Up: true, Checked: true,
		Detail: "serves the descriptor as it stands in the editor"}
	w.addonMu.Unlock()
	w.changed(AddonChanged)
}

// stopAddon ends the built-in server or the probing of an external add-on.
func (w *Workbench) stopAddon(ctx context.Context) error {
	w.addonMu.Lock()
	own, stop := w.own, w.stopWatcher
	w.own, w.stopWatcher = nil, nil
	w.addonMu.Unlock()
	if stop != nil {
		stop()
	}
	if own == nil {
		return nil
	}
	return own.Close(ctx)
}

// watchExternal keeps AddonState.Up true to whether the address accepts connections.
// It only connects and asks nothing, so the exchange log stays free of probes.
func (w *Workbench) watchExternal(address *url.URL) {
	base, descriptorURL := addonURLs(address)
	ctx, stop := context.WithCancel(w.ctx)
	w.addonMu.Lock()
	w.stopWatcher = stop
	w.addon = AddonState{Mode: External, BaseURL: base, DescriptorURL: descriptorURL, Detail: "not asked yet"}
	w.addonMu.Unlock()
	w.changed(AddonChanged)

	w.goWork(func(context.Context) {
		ticker := time.NewTicker(probeInterval)
		defer ticker.Stop()
		for {
			up, detail := probe(ctx, address)
			w.addonMu.Lock()
			if ctx.Err() != nil { // another add-on may be the project's by now
				w.addonMu.Unlock()
				return
			}
			news := !w.addon.Checked || w.addon.Up != up || w.addon.Detail != detail
			w.addon.Checked, w.addon.Up, w.addon.Detail = true, up, detail
			w.addonMu.Unlock()
			if news {
				w.changed(AddonChanged)
			}
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	})
}

func probe(ctx context.Context, address *url.URL) (up bool, detail string) {
	port := address.Port()
	if port == "" {
		port = address.Scheme // net.Dial knows "http" and "https" as port names
	}
	dialer := net.Dialer{Timeout: probeTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(address.Hostname(), port))
	if err != nil {
		return false, "nobody answers at " + address.Host
	}
	conn.Close()
	return true, "accepts connections"
}

// addonURLs splits an address into base URL and descriptor URL; the address may be either.
func addonURLs(address *url.URL) (base, descriptorURL string) {
	u := *address
	if strings.HasSuffix(u.Path, ".json") {
		descriptorURL = u.String()
		u.Path, u.RawPath, u.RawQuery = strings.TrimSuffix(path.Dir(u.Path), "/"), "", ""
		return u.String(), descriptorURL
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	u.RawPath, u.RawQuery = "", ""
	return u.String(), u.String() + "/" + descriptorFile
}
