package mockhost_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/hosttest"
)

// BenchmarkRESTCall is a signed call of an add-on over HTTP: verified, answered and logged. The
// same answer without token and check stands beside it.
func BenchmarkRESTCall(b *testing.B) {
	host := hosttest.New(b, nil)
	addon := hosttest.NewAddon(b, host)
	in := host.MustInstall(b, "jira", addon.DescriptorURL())
	base := host.Site(b, "jira").BaseURL
	now := host.Clock.Now()
	token := connectjwt.SignHS256(connectjwt.Claims{
		Issuer: in.AddonKey, IssuedAt: now.Unix(), Expires: now.Add(3 * time.Minute).Unix(),
		QSH: connectjwt.Request{Method: http.MethodGet, Target: "/rest/api/2/serverInfo"}.QSH(),
	}, in.SharedSecret)
	for _, bc := range []struct{ name, authorization string }{{"anonymous", ""}, {"signed", "JWT " + token}} {
		b.Run(bc.name, func(b *testing.B) {
			for b.Loop() {
				req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, base+"/rest/api/2/serverInfo", nil)
				if err != nil {
					b.Fatal(err)
				}
				if bc.authorization != "" {
					req.Header.Set("Authorization", bc.authorization)
				}
				answer, err := http.DefaultClient.Do(req)
				if err != nil {
					b.Fatal(err)
				}
				_, err = io.Copy(io.Discard, answer.Body) // read to its end, the connection is used again
				answer.Body.Close()
				if err != nil || answer.StatusCode != http.StatusOK {
					b.Fatal(answer.Status)
				}
			}
		})
	}
}

// BenchmarkInstall is a whole install over HTTP, the add-on's own checks and key fetch included.
func BenchmarkInstall(b *testing.B) {
	host := hosttest.New(b, nil)
	addon := hosttest.NewAddon(b, host)
	for b.Loop() {
		host.MustInstall(b, "jira", addon.DescriptorURL())
	}
}
