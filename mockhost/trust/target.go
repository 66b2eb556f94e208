package trust

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// target is where a client of the proxy wants to go.
type target struct {
	host string // lower case, without brackets and without a dot at the end
	port int    // 1 to 65535
}

func (t target) String() string { return net.JoinHostPort(t.host, strconv.Itoa(t.port)) }

// The longest name of DNS. Source: RFC 1035 §2.3.4.
const maxName = 253

// parseTarget reads the authority of a request to the proxy. missing is the port when none is given;
// 0 means that one is required.
func parseTarget(authority string, missing int) (target, error) {
	name, digits, err := net.SplitHostPort(authority)
	switch {
	case err == nil:
	case missing == 0:
		return target{}, fmt.Errorf("%q is not a host and a port, such as example.com:443", shown(authority))
	default:
		name, digits = strings.TrimSuffix(strings.TrimPrefix(authority, "["), "]"), strconv.Itoa(missing)
		if strings.Contains(name, ":") && net.ParseIP(name) == nil {
			return target{}, fmt.Errorf("%q is not a host", shown(authority))
		}
	}
	port, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || port == 0 {
		return target{}, fmt.Errorf("%q has no port from 1 to 65535", shown(authority))
	}
	host := strings.TrimSuffix(strings.ToLower(name), ".")
	if net.ParseIP(host) == nil {
		if err := checkName(host); err != nil {
			return target{}, err
		}
	}
	return target{host: host, port: int(port)}, nil
}

// checkName lets through what can be the name of a host, in lower case. Names of other alphabets
// come in their ASCII form.
func checkName(host string) error {
	if host == "" || len(host) > maxName {
		return fmt.Errorf("%q is not the name of a host", shown(host))
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return fmt.Errorf("%q is not the name of a host", shown(host))
		}
	}
	return nil
}

// shown cuts what a client sent for a text to be read.
func shown(text string) string {
	if len(text) > 80 {
		return strings.ToValidUTF8(text[:80], "") + "…"
	}
	return text
}

// loopback reports whether the target is this machine: the sites, and the add-on itself.
func (t target) loopback() bool {
	ip := net.ParseIP(t.host)
	return t.host == "localhost" || ip != nil && ip.IsLoopback()
}

// allowed reports whether one of the entries of an allow list means the target.
func (t target) allowed(list []string) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		entry = strings.ToLower(entry)
		return entry == t.host || entry == t.String()
	})
}

// Allowed reports whether an allow list lets the proxy reach an address: a host, or a host and a port.
func Allowed(address string, list []string) bool {
	t, err := parseTarget(address, 443)
	return err == nil && t.allowed(list)
}

// CheckAllowed says what is wrong with an entry of the allow list: a host, or a host and a port.
func CheckAllowed(entry string) error {
	if strings.Contains(entry, "/") || strings.Contains(entry, "*") {
		return errors.New("name a host, such as example.com or example.com:443, without scheme, path or asterisk")
	}
	t, err := parseTarget(entry, 443)
	if err != nil {
		return err
	}
	if lower := strings.ToLower(entry); lower != t.host && lower != t.String() {
		return fmt.Errorf("write %s or %s", t.host, t)
	}
	return nil
}

// targetOf reads the target of an absolute URL.
func targetOf(u *url.URL) (target, error) {
	switch u.Scheme {
	case "http":
		return parseTarget(u.Host, 80)
	case "https":
		return parseTarget(u.Host, 443)
	}
	return target{}, fmt.Errorf("%q is not an http or https address", shown(u.Redacted()))
}
