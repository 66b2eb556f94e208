package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
)

// The page request that both sides sign and verify; the same as in addon/connectjwt's benchmarks.
const (
	pageBase   = "https://addon.example.com/app"
	pageTarget = "/app/panel?issue=CARD-9&project=CARD&xdm_e=http%3A%2F%2Flocalhost%3A2990&xdm_c=channel-com.example.cards__panel" +
		"&cp=&xdm_deprecated_addon_key_do_not_use=com.example.cards&lic=active&cv=1001.0.0-SNAPSHOT"
)

// tokens compares signing and verifying, qsh included, with npm atlassian-jwt and with the bare hashes.
func tokens(ctx context.Context) ([]measure, error) {
	found, err := goBench(ctx, "./addon/connectjwt", "^Benchmark(Sign|Verify|BareHMAC)$", []string{"-cpu", "1", "-count", "5"})
	if err != nil {
		return nil, err
	}
	sign, errSign := found.perSecond("Sign")
	verify, errVerify := found.perSecond("Verify")
	bare, errBare := found.perSecond("BareHMAC")
	if err := errors.Join(errSign, errVerify, errBare); err != nil {
		return nil, err
	}
	peer, err := peerTokens(ctx)
	if err != nil {
		return nil, err
	}
	return []measure{
		atLeast("sign with qsh", sign, peer.Sign, "/s", "npm atlassian-jwt", 3),
		atLeast("verify with qsh", verify, peer.Verify, "/s", "npm atlassian-jwt", 2),
		beside("sign with qsh", sign, bare, "/s", "bare SHA-256 and HMAC"),
		beside("verify with qsh", verify, bare, "/s", "bare SHA-256 and HMAC"),
	}, nil
}

type tokenRates struct{ Sign, Verify float64 }

func peerTokens(ctx context.Context) (tokenRates, error) {
	var rates tokenRates
	command := exec.CommandContext(ctx, "node", "jwt.js", pageTarget, pageBase)
	command.Dir = "bench/peers"
	out, err := command.Output()
	if err != nil {
		return rates, fmt.Errorf("npm atlassian-jwt: %w", err)
	}
	if err := json.Unmarshal(out, &rates); err != nil {
		return rates, fmt.Errorf("npm atlassian-jwt: %w: %s", err, out)
	}
	return rates, nil
}
