package site

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

func seeded() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{1}) }

func TestDefaultsAreTwoSitesThatRun(t *testing.T) {
	sites := Defaults(seeded())
	if err := ValidateAll(sites); err != nil {
		t.Fatal(err)
	}
	account := regexp.MustCompile(`^712020:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for _, s := range sites {
		admins := 0
		for _, u := range s.Users {
			if !account.MatchString(u.AccountID) {
				t.Errorf("%s: account id %q", u.DisplayName, u.AccountID)
			}
			if u.Admin {
				admins++
			}
		}
		if len(s.Users) != 3 || admins != 1 {
			t.Errorf("%s: %d users, %d administrators", s.ID, len(s.Users), admins)
		}
	}
	if sites[0].ContextPath != "" || sites[1].ContextPath != "/wiki" {
		t.Errorf("context paths %q and %q", sites[0].ContextPath, sites[1].ContextPath)
	}
	if again := Defaults(nil); again[0].ClientKey == sites[0].ClientKey {
		t.Error("two projects have the same clientKey")
	}
}

func TestValidateNamesTheFault(t *testing.T) {
	good := Defaults(seeded())[0]
	for _, tc := range []struct {
		name   string
		change func(*Site)
		want   string
	}{
		{"id", func(s *Site) { s.ID = "../x" }, "site id"},
		{"product", func(s *Site) { s.Product = "bitbucket" }, "product"},
		{"context path without slash", func(s *Site) { s.ContextPath = "wiki" }, "contextPath"},
		{"context path with slash behind", func(s *Site) { s.ContextPath = "/wiki/" }, "contextPath"},
		{"context path is a query", func(s *Site) { s.ContextPath = "/a?b" }, "contextPath"},
		{"client key", func(s *Site) { s.ClientKey = "" }, "clientKey"},
		{"port", func(s *Site) { s.Port = 70000 }, "port"},
		{"user without id", func(s *Site) { s.Users = []User{{DisplayName: "Ada"}} }, "accountId"},
		{"user twice", func(s *Site) { s.Users = []User{{AccountID: "a"}, {AccountID: "a"}} }, "two users"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := good
			tc.change(&s)
			if err := s.Validate(); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want a word on %s", err, tc.want)
			}
		})
	}
	twin := good
	if err := ValidateAll([]Site{good, twin}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("same id: %v", err)
	}
	twin.ID = "other"
	if err := ValidateAll([]Site{good, twin}); err == nil || !strings.Contains(err.Error(), "same clientKey") {
		t.Errorf("same clientKey: %v", err)
	}
}

func TestNewSecret(t *testing.T) {
	a, err := NewSecret(seeded())
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^ATCO[A-Za-z0-9_-]{43}[0-9A-F]{8}$`).MatchString(a) {
		t.Errorf("secret has the shape %q", a)
	}
	if _, err := NewSecret(bytes.NewReader([]byte("too short"))); err == nil {
		t.Error("a random source that ends early makes a secret all the same")
	}
}

func TestRotatedKeepsFormerSecrets(t *testing.T) {
	start := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	in := Installation{}.Rotated("s0", start)
	if len(in.OldSecrets) != 0 {
		t.Errorf("first secret: former %v", in.OldSecrets)
	}
	first := in
	for n := 1; n <= 30; n++ {
		in = in.Rotated("s"+string(rune('A'+n)), start.Add(time.Duration(n)*time.Minute))
	}
	if len(in.OldSecrets) != keptSecrets {
		t.Errorf("%d former secrets", len(in.OldSecrets))
	}
	newest := in.OldSecrets[0]
	if newest.Value != "s"+string(rune('A'+29)) || !newest.Until.Equal(start.Add(30*time.Minute)) {
		t.Errorf("newest former secret %v", newest)
	}
	if first.SharedSecret != "s0" || len(first.OldSecrets) != 0 {
		t.Error("Rotated changed the installation it was called on")
	}
	if same := in.Rotated(in.SharedSecret, start); same.OldSecrets[0] != newest {
		t.Error("the secret in force was kept as a former one")
	}
	if former := in.Former(); former[0].Secret != newest.Value || !strings.Contains(former[0].Label, "2026-11-23") {
		t.Errorf("for a token check: %+v", former[0])
	}
}

func TestAddonUserStays(t *testing.T) {
	sites := Defaults(seeded())
	a, again := sites[0].AddonUser("com.example", "Example"), sites[0].AddonUser("com.example", "Renamed")
	if a.AccountID != again.AccountID {
		t.Error("the account id depends on the add-on's name")
	}
	if a.AccountID == sites[1].AddonUser("com.example", "Example").AccountID {
		t.Error("two sites share an add-on user")
	}
	if unnamed := sites[0].AddonUser("com.example", ""); unnamed.DisplayName != "com.example" {
		t.Errorf("display name %q", unnamed.DisplayName)
	}
}
