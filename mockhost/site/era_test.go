package site

import (
	"testing"
	"time"

	"connect-workbench/addon/descriptor"
)

func TestPracticeOfEachEra(t *testing.T) {
	in := descriptor.Migrations{SignedInstall: descriptor.OptedIn, ContextQSH: descriptor.OptedIn, GDPR: descriptor.OptedIn}
	out := descriptor.Migrations{SignedInstall: descriptor.OptedOut, ContextQSH: descriptor.OptedOut, GDPR: descriptor.OptedOut}
	for _, tc := range []struct {
		name string
		era  Era
		says descriptor.Migrations
		want Practice
	}{
		{"now, unsaid", "", descriptor.Migrations{}, Practice{SignedInstall: true, AccountIDs: true, ContextQSH: true}},
		{"now, opted out", CloudNow, out, Practice{AccountIDs: true, ContextQSH: true}},
		{"2020, unsaid", Cloud2020, descriptor.Migrations{}, Practice{KeepsSecret: true, AccountIDs: true}},
		{"2020, opted in", Cloud2020, in, Practice{SignedInstall: true, KeepsSecret: true, AccountIDs: true, ContextQSH: true}},
		{"2016, unsaid", Cloud2016, descriptor.Migrations{}, Practice{KeepsSecret: true, UserContext: true, UserParameters: true}},
		{"2016, opted in", Cloud2016, in, Practice{KeepsSecret: true, UserContext: true, AccountIDs: true}},
	} {
		tc.want.TokenLife, tc.want.ContextTokenLife = 3*time.Minute, 15*time.Minute
		if got := (Site{Era: tc.era}).Practice(tc.says); got != tc.want {
			t.Errorf("%s:\n got %+v\nwant %+v", tc.name, got, tc.want)
		}
	}
	if got := (Site{TokenSeconds: 900}).Practice(descriptor.Migrations{}).TokenLife; got != 15*time.Minute {
		t.Errorf("a site of its own token life: %s", got)
	}
}
