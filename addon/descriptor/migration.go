package descriptor

import "bytes"

// apiVersion: hosts count what is below 1 as 1. Source: descriptor.md §2.
func (k *Checker) apiVersion(root Node) {
	n := root.Child("apiVersion")
	if v, whole := n.Int(); whole && v < 1 {
		k.add(finding{rule: ruleAPIVersion, node: n}, "hosts count %s as version 1", raw(n))
	}
}

// signedInstall: today's hosts sign install callbacks with their own key. An add-on that does not
// say it is ready for that is checked by the old signature, which the transition has ended.
// Source: descriptor.md §2 (migrations).
func (k *Checker) signedInstall(root Node) {
	if k.Era.named() != CloudNow || !signsRequests(root) || len(root.Find("lifecycle", "installed").bytes()) == 0 {
		return
	}
	migrations := root.Child("apiMigrations")
	n := migrations.Child("signed-install")
	if on, said := n.Bool(); said && !on {
		k.add(finding{rule: ruleSignedInstall, severity: Warning, node: n}, "hosts now sign install callbacks with their own key; the old signature is accepted no longer")
		return
	}
	if n.Exists() || migrations.Kind() == Placeholder {
		return
	}
	at := root.Find("lifecycle", "installed")
	k.add(finding{rule: ruleSignedInstall, node: at, at: keyOf(at)},
		`install callbacks now come signed with the host's own key; say with "signed-install": true in "apiMigrations" that the add-on checks that`)
}

// signsRequests tells whether requests are signed: by jwt, which is also what an authentication
// without type means.
func signsRequests(root Node) bool {
	auth := root.Child("authentication")
	return auth.Kind() == Object && !auth.Child("type").HasPlaceholder() && (!auth.Child("type").Exists() || bytes.EqualFold(auth.Child("type").bytes(), []byte("jwt")))
}
