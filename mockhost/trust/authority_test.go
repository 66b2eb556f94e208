package trust

import (
	"crypto/x509"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

func newAuthority(t *testing.T, now time.Time) *Authority {
	t.Helper()
	a, err := NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestVendorsHostsAreInOrder(t *testing.T) {
	v := knownVendor()
	a := newAuthority(t, time.Now())
	seen := map[service]int{}
	for i, h := range v.Hosts {
		seen[h.Answers]++
		if got, err := parseTarget(h.Host, 443); err != nil || got.host != h.Host {
			t.Errorf("%s: %v", h.Host, err)
		}
		if h.Help == "" || !a.vouchesFor(h.Host) {
			t.Errorf("%s has no help, or is in none of the domains", h.Host)
		}
		if needs := h.Answers == serviceScript || h.Answers == serviceSchema; needs == (len(h.Paths) == 0) {
			t.Errorf("%s answers %s at %q", h.Host, h.Answers, h.Paths)
		}
		if slices.ContainsFunc(v.Hosts[:i], func(other vendorHost) bool { return other.Host == h.Host }) {
			t.Errorf("%s is listed twice", h.Host)
		}
	}
	if len(seen) != 4 {
		t.Errorf("services %v", seen)
	}
	for _, audience := range v.audiences() {
		if u, err := url.Parse(audience); err != nil || u.Scheme != "https" || u.Path != "" {
			t.Errorf("audience %s", audience)
		}
	}
	if !slices.Contains(v.audiences(), "https://oauth-2-authorization-server.services.atlassian.com") {
		t.Error("the audience that every framework writes is missing")
	}
	var shape map[string]json.RawMessage
	text, err := os.ReadFile("../../assets/" + vendorFile)
	if err != nil || json.Unmarshal(text, &shape) != nil || len(shape) != 2 {
		t.Errorf("members %v, %v", shape, err)
	}
}

func TestAuthoritySurvivesTheStore(t *testing.T) {
	now := time.Now()
	made := newAuthority(t, now)
	certificate, private, err := made.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ParseAuthority(certificate, private)
	if err != nil {
		t.Fatal(err)
	}
	if !read.Fit(now) {
		t.Error("a new authority is not fit")
	}
	if read.Fit(now.Add(authorityLife)) {
		t.Error("an authority at its end is fit")
	}
	other, otherPrivate, err := newAuthority(t, now).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2][]byte{
		"nothing": {nil, nil}, "no PEM": {[]byte("x"), private}, "no key": {certificate, nil},
		"another key": {certificate, otherPrivate}, "another certificate": {other, private},
		"a key for a certificate": {private, private},
	} {
		if _, err := ParseAuthority(pair[0], pair[1]); err == nil {
			t.Errorf("%s was taken for an authority", name)
		}
	}
}

// An authority of an earlier version, which did not vouch for all hosts of this one, is not kept.
func TestAuthorityThatLacksADomainIsNotFit(t *testing.T) {
	a := newAuthority(t, time.Now())
	a.certificate.PermittedDNSDomains = a.certificate.PermittedDNSDomains[1:]
	if a.Fit(time.Now()) {
		t.Error("it is fit")
	}
}

func TestLeavesAreGoodForTheirHostAndKept(t *testing.T) {
	now := time.Now()
	a := newAuthority(t, now)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.PEM())
	for _, h := range knownVendor().Hosts {
		leaf, err := a.leaf(h.Host, now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := leaf.Leaf.Verify(x509.VerifyOptions{DNSName: h.Host, Roots: roots, CurrentTime: now}); err != nil {
			t.Errorf("%s: %v", h.Host, err)
		}
		if again, err := a.leaf(h.Host, now); err != nil || again != leaf {
			t.Errorf("%s has another certificate the second time", h.Host)
		}
		later, err := a.leaf(h.Host, leaf.Leaf.NotAfter.Add(-time.Hour))
		if err != nil || later == leaf || !later.Leaf.NotAfter.After(leaf.Leaf.NotAfter) {
			t.Errorf("%s keeps a certificate that is about to end", h.Host)
		}
	}
	outside, err := a.leaf("example.com", now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := outside.Leaf.Verify(x509.VerifyOptions{DNSName: "example.com", Roots: roots, CurrentTime: now}); err == nil {
		t.Error("the authority vouches for example.com")
	}
}

func TestTrustStoreHoldsTheCertificate(t *testing.T) {
	a := newAuthority(t, time.Now())
	store, err := a.TrustStore()
	if err != nil {
		t.Fatal(err)
	}
	certificates, err := pkcs12.DecodeTrustStore(store, TrustStorePassword)
	if err != nil || len(certificates) != 1 || !certificates[0].Equal(a.certificate) {
		t.Errorf("%d certificates, %v", len(certificates), err)
	}
	if !a.InTrustStore(store) || newAuthority(t, time.Now()).InTrustStore(store) || a.InTrustStore([]byte("x")) {
		t.Error("whose trust store it is was not seen")
	}
	keytool, err := exec.LookPath("keytool")
	if err != nil {
		t.Skip("keytool is not here: a JVM was not asked what it reads")
	}
	path := filepath.Join(t.TempDir(), "ca.p12")
	if err := os.WriteFile(path, store, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(keytool, "-J-Duser.language=en", "-list", "-keystore", path, "-storetype", "PKCS12", "-storepass", TrustStorePassword).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "trustedCertEntry") {
		t.Errorf("keytool: %v\n%s", err, out)
	}
}

func TestOpenSSLAcceptsTheChain(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not here")
	}
	now := time.Now()
	a := newAuthority(t, now)
	dir := t.TempDir()
	for host, good := range map[string]bool{"connect-install-keys.atlassian.com": true, "example.com": false} {
		leaf, err := a.leaf(host, now)
		if err != nil {
			t.Fatal(err)
		}
		ca, cert := filepath.Join(dir, "ca.pem"), filepath.Join(dir, host+".pem")
		if err := os.WriteFile(ca, a.PEM(), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(cert, pemOf(leaf.Certificate[0]), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(openssl, "verify", "-x509_strict", "-verify_hostname", host, "-CAfile", ca, cert).CombinedOutput()
		if (err == nil) != good {
			t.Errorf("%s: %v\n%s", host, err, out)
		}
	}
}
