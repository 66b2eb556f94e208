package trust

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

// How long certificates are good for. Leaves are short, because some clients refuse those of more
// than 398 days, and are made anew when they are about to end.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	leafLife      = 90 * 24 * time.Hour
	leafRest      = 24 * time.Hour      // a leaf with less to live is made anew
	authorityRest = 30 * 24 * time.Hour // the same for an authority, when the project is opened
	clockSlack    = 24 * time.Hour      // clocks of two machines differ, and some containers' by hours
)

// TrustStorePassword opens the trust store. It holds nothing secret; the JVM's own has the same.
const TrustStorePassword = "changeit"

// Authority is the certificate authority of a project. It vouches for the vendor's domains only, so
// whoever gets hold of its key can pretend to be no other server to an add-on that trusts it.
// Methods are safe for concurrent use.
//
// Certificates are looked at by other programs, so they go by the machine's clock, not the host's.
type Authority struct {
	certificate *x509.Certificate
	private     *ecdsa.PrivateKey

	mu     sync.Mutex
	leaves map[string]*tls.Certificate // by host
}

// NewAuthority makes an authority. Like install keys it comes from the system's random source.
func NewAuthority(now time.Time) (*Authority, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a certificate authority: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:                newSerial(),
		Subject:                     pkix.Name{CommonName: "Connect Workbench, one project's own", Organization: []string{"Connect Workbench"}},
		NotBefore:                   now.Add(-clockSlack),
		NotAfter:                    now.Add(authorityLife),
		KeyUsage:                    x509.KeyUsageCertSign,
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomains:         knownVendor().Domains,
		PermittedDNSDomainsCritical: true,
		ExcludedIPRanges:            []*net.IPNet{everything(32), everything(128)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, fmt.Errorf("make a certificate authority: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make a certificate authority: %w", err)
	}
	return &Authority{certificate: certificate, private: private, leaves: map[string]*tls.Certificate{}}, nil
}

// everything is all addresses of 32 or 128 bits.
func everything(bits int) *net.IPNet {
	return &net.IPNet{IP: make(net.IP, bits/8), Mask: net.CIDRMask(0, bits)}
}

func newSerial() *big.Int {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[0] &= 0x7f        // a serial number is positive
	return new(big.Int).SetBytes(b)
}

// ParseAuthority reads an authority written by [Authority.Marshal].
func ParseAuthority(certificate, private []byte) (*Authority, error) {
	block, _ := pem.Decode(certificate)
	if block == nil {
		return nil, fmt.Errorf("read the certificate authority: no PEM block in its certificate")
	}
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the certificate authority: %w", err)
	}
	if block, _ = pem.Decode(private); block == nil {
		return nil, fmt.Errorf("read the certificate authority: no PEM block in its key")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the certificate authority: %w", err)
	}
	pair, ok := key.(*ecdsa.PrivateKey)
	if !ok || !pair.PublicKey.Equal(parsed.PublicKey) {
		return nil, fmt.Errorf("read the certificate authority: certificate and key do not belong together")
	}
	return &Authority{certificate: parsed, private: pair, leaves: map[string]*tls.Certificate{}}, nil
}

// Marshal writes both halves as PEM, for the project's store.
func (a *Authority) Marshal() (certificate, private []byte, err error) {
	der, err := x509.MarshalPKCS8PrivateKey(a.private)
	if err != nil {
		return nil, nil, fmt.Errorf("write the certificate authority: %w", err)
	}
	return a.PEM(), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// PEM is the certificate, which add-ons are told to trust.
func (a *Authority) PEM() []byte {
	return pemOf(a.certificate.Raw)
}

func pemOf(certificate []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
}

// TrustStore is the certificate as a PKCS#12 trust store of a JVM, opened by TrustStorePassword. It is
// written in the old way that every JVM reads, Java 8 included: there is nothing in it to hide. No two
// calls give the same bytes.
func (a *Authority) TrustStore() ([]byte, error) {
	store, err := pkcs12.LegacyDES.EncodeTrustStore([]*x509.Certificate{a.certificate}, TrustStorePassword)
	if err != nil {
		return nil, fmt.Errorf("write the trust store: %w", err)
	}
	return store, nil
}

// InTrustStore reports whether a trust store is one of TrustStore's.
func (a *Authority) InTrustStore(store []byte) bool {
	held, err := pkcs12.DecodeTrustStore(store, TrustStorePassword)
	return err == nil && len(held) == 1 && held[0].Equal(a.certificate)
}

// Fit reports whether the authority can go on serving: it has not come near its end, and vouches for
// every host that this version of the program answers for.
func (a *Authority) Fit(now time.Time) bool {
	if now.Add(authorityRest).After(a.certificate.NotAfter) {
		return false
	}
	return !slices.ContainsFunc(knownVendor().Hosts, func(h vendorHost) bool { return !a.vouchesFor(h.Host) })
}

func (a *Authority) vouchesFor(host string) bool {
	return slices.ContainsFunc(a.certificate.PermittedDNSDomains, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
}

// leaf gives the certificate of a host, which is made when it is first asked for.
func (a *Authority) leaf(host string, now time.Time) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.leaves[host]; c != nil && now.Add(leafRest).Before(c.Leaf.NotAfter) && now.After(c.Leaf.NotBefore) {
		return c, nil
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", host, err)
	}
	template := &x509.Certificate{
		SerialNumber: newSerial(),
		Subject:      pkix.Name{Organization: []string{"Connect Workbench"}}, // names over 64 letters do not fit: the host is a SAN
		DNSNames:     []string{host},
		NotBefore:    now.Add(-clockSlack),
		NotAfter:     now.Add(leafLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &private.PublicKey, a.private)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", host, err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", host, err)
	}
	c := &tls.Certificate{Certificate: [][]byte{der, a.certificate.Raw}, PrivateKey: private, Leaf: parsed}
	a.leaves[host] = c
	return c, nil
}
