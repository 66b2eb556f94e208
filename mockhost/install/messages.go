package install

import "strconv"

// Message keys of the host. Source: protocol lifecycle.md §1, descriptor-facts.json hostInstallErrors.
const (
	keyBadResponse     = "connect.install.error.remote.host.bad.response" // a known code is appended
	keyBadDomain       = "connect.install.error.remote.host.bad.domain"
	keyTimeout         = "connect.install.error.remote.host.timeout"
	keyTLS             = "connect.install.error.remote.host.ssl"
	keyUnreachable     = "connect.remote.upm.install.exception"
	keyInternal        = "connect.remote.upm.install.internal.error"
	keyDescriptor      = "connect.invalid.descriptor.install.exception"
	keyMalformed       = "connect.invalid.descriptor.malformed.json"
	keyValidation      = "connect.install.error.remote.descriptor.validation"
	keyNoInstalled     = "connect.install.error.auth.with.no.installed.callback"
	keyNoScheme        = "connect.install.error.base_url.no_scheme"
	keyNoTLS           = "connect.install.error.base_url.no_tls"
	keyMissingScope    = "connect.install.error.missing.scope"
	keyPageCondition   = "connect.install.error.page.with.invalid.condition"
	keyUnknownModule   = "connect.install.error.unknown.module"
	keyInvalidLocation = "connect.install.error.invalid.location"
	keyConditionParams = "connect.install.error.invalid.condition.parameters"

	keyNoModules       = "connect.install.error.no.modules"
	keyProvisioning    = "connect.install.error.user.provisioning"
	keyAdminPermission = "connect.install.error.addon.admin.permission"

	// keyEmailApproval is ours: the refusal is documented, its key is not.
	keyEmailApproval = "workbench.access.email.addresses.not.approved"
	// keyCancelled is ours: the real host has no word for a person who changed their mind.
	keyCancelled = "workbench.cancelled"
)

// message is what people read for one key.
type message struct {
	admin  string // what the customer's admin would be told; names neither code nor cause, like the real one
	advice string // what the developer should look at or change
}

const (
	adminServer     = "This app could not be installed because its server did not accept the installation. Ask the app's vendor for help."
	adminUnreach    = "This app could not be installed because its server cannot be reached. Try again later, or ask the app's vendor."
	adminDescriptor = "This app could not be installed because its description is not valid. Ask the app's vendor for a corrected version."
	adminInternal   = "This app could not be installed because something went wrong on this site. Try again later."
)

// messages gives the words for every key the host can answer with.
func messages() map[string]message {
	return map[string]message{
		keyBadResponse: {adminServer,
			"Answer lifecycle callbacks with 200, 201 or 204 and nothing else: 202 and redirects count as refusals too."},
		badResponseKey(400): {adminServer,
			"The add-on could not use the request. Many frameworks answer 400 when the token's signature does not fit: see the verdict, and check which install key the add-on fetched."},
		badResponseKey(401): {adminServer,
			"The add-on did not accept the token. Compare the address it believes to have with the descriptor's baseUrl (claim aud), and make it fetch the install key from this host."},
		badResponseKey(402): {adminServer,
			"The add-on asks for payment during installed. Leave licensing to the lic parameter and the licence resource."},
		badResponseKey(403): {adminServer,
			"The add-on knows the caller and forbids the install. Look for a list of allowed hosts in its settings: this site's address has to be on it."},
		badResponseKey(404): {adminServer,
			"Nothing answers at the callback's address. Check lifecycle.installed against the add-on's routes, and whether baseUrl already holds a part of the path."},
		badResponseKey(500): {adminServer,
			"The add-on failed while it handled the callback. Its own log says why; often its database is missing, or the payload has a field it did not expect."},
		badResponseKey(501): {adminServer,
			"The add-on's server does not know this method there. Lifecycle callbacks are POST."},
		badResponseKey(502): {adminServer,
			"A proxy in front of the add-on got no proper answer from it. See whether the add-on itself is up."},
		badResponseKey(503): {adminServer,
			"The add-on says that it is not ready. Wait until it is up, then install again."},
		keyBadDomain: {adminUnreach,
			"Check the host name in baseUrl and in the descriptor's address. On this machine use localhost."},
		keyTimeout: {adminUnreach,
			"See what holds the add-on up, a breakpoint for example. In lifecycle callbacks store the tenant, answer 204, and do slow work afterwards: the host waits 10 s for a whole answer."},
		keyTLS: {adminUnreach,
			"Use a certificate this machine trusts for exactly this host name, or http:// on localhost."},
		keyUnreachable: {adminUnreach,
			"Start the add-on, and check that address and port are those it listens on."},
		keyInternal: {adminInternal,
			"This is a fault of the simulated host, not of the add-on. Check that the project's .workbench folder can be written."},
		keyDescriptor: {adminDescriptor,
			"Serve the descriptor itself, as JSON with status 200, at the address given, without redirecting."},
		keyMalformed: {adminDescriptor,
			"Correct the JSON. The Descriptor place shows each fault with its line."},
		keyValidation: {adminDescriptor,
			"Correct the faults listed. The Descriptor place shows each with its line, and a fix where there is a safe one."},
		keyNoInstalled: {adminDescriptor,
			"Add lifecycle.installed, the path that receives the shared secret, or set authentication.type to none."},
		keyNoScheme: {adminDescriptor,
			"Write baseUrl with its scheme, as in https://addon.example or http://localhost:3000."},
		keyNoTLS: {adminDescriptor,
			"Use https:// in baseUrl. Plain http is for localhost only."},
		keyMissingScope: {adminDescriptor,
			"Add the scope READ, or a higher one: webhooks are sent only to add-ons that may read."},
		keyPageCondition: {adminDescriptor,
			"Pages are opened without an issue or a content at hand: use only conditions that need neither."},
		keyUnknownModule: {adminDescriptor,
			"Remove the module type, or install the add-on on a site of the product that knows it."},
		keyInvalidLocation: {adminDescriptor,
			"Choose a location that the product offers to add-ons."},
		keyConditionParams: {adminDescriptor,
			"Give the condition the parameters it needs."},
		keyNoModules: {adminDescriptor,
			"Give the add-on at least one module. Hosts that are known have the message and never use it: a descriptor without modules installs."},
		keyProvisioning: {adminInternal,
			"Nothing in the descriptor is at fault. The customer has to try again, and Atlassian's support to be asked if that does not help; see that the add-on takes a second first install."},
		keyAdminPermission: {"This app could not be installed because its user cannot be given the administrator rights it asks for. Check the groups of this site.",
			"Ask for ADMIN only when nothing less will do. The customer has to give the group of the add-ons' users the administrator permission back, and install again."},
		keyEmailApproval: {adminDescriptor,
			"Leave the scope ACCESS_EMAIL_ADDRESSES out until Atlassian has approved the add-on's key for it."},
		keyCancelled: {"The installation was cancelled.",
			"If the add-on had already received installed, it may hold a secret this site does not know: install again to put both in step."},
	}
}

// badResponseKey is the key for a refused callback. The host has a message of its own for
// some codes, and one for all others.
func badResponseKey(status int) string {
	switch status {
	case 400, 401, 402, 403, 404, 500, 501, 502, 503:
		return keyBadResponse + "." + strconv.Itoa(status)
	}
	return keyBadResponse
}
