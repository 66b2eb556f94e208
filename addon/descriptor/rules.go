package descriptor

// A Rule is one kind of problem. Its id is stable: tools filter by it, and it never changes
// its meaning.
type Rule struct {
	ID       string
	Severity Severity // of most of its problems; some are milder where the value may be meant
	Title    string   // one line for lists and documentation
}

// Rules of the first layer: the text is not JSON. Source: RFC 8259; descriptor.md §10.2.
var (
	ruleSize          = &Rule{"syntax.size", Error, "The text is larger than any descriptor may be"}
	ruleDepth         = &Rule{"syntax.depth", Error, "Objects and arrays nest too deeply"}
	ruleEmpty         = &Rule{"syntax.empty", Error, "The text holds no value"}
	ruleExtra         = &Rule{"syntax.extra", Error, "More text stands behind the descriptor"}
	ruleStray         = &Rule{"syntax.stray", Error, "A character stands where none may"}
	ruleComma         = &Rule{"syntax.comma", Error, "A comma is missing or too many"}
	ruleTrailingComma = &Rule{"syntax.trailing-comma", Error, "A comma stands behind the last entry"}
	ruleColon         = &Rule{"syntax.colon", Error, "The colon behind a name is missing"}
	ruleValue         = &Rule{"syntax.value", Error, "A name has no value"}
	ruleUnclosed      = &Rule{"syntax.unclosed", Error, "A bracket is never closed"}
	ruleString        = &Rule{"syntax.string", Error, "A string is not closed on its line"}
	ruleQuote         = &Rule{"syntax.quote", Error, "A name or string is not in double quotes"}
	ruleEscape        = &Rule{"syntax.escape", Error, "A string holds an escape JSON does not know"}
	ruleControl       = &Rule{"syntax.control", Error, "A string holds a bare control character"}
	ruleNumber        = &Rule{"syntax.number", Error, "A number is not written as JSON wants it"}
	ruleWord          = &Rule{"syntax.word", Error, "A bare word that is no JSON value"}
	ruleComment       = &Rule{"syntax.comment", Error, "JSON has no comments"}
	ruleUTF8          = &Rule{"syntax.utf8", Error, "The text is not UTF-8"}
	ruleBOM           = &Rule{"syntax.bom", Warning, "The text starts with a byte order mark"}
	ruleDuplicateKey  = &Rule{"syntax.duplicate-key", Warning, "A name appears twice in one object"}
	ruleTemplate      = &Rule{"syntax.template", Info, "A template statement outside of strings"}
)

// Rules of the second layer: a value has not the form its place asks for.
// Source: descriptor.md §2 to §4; descriptor-facts.json (topLevel, modules, definitions).
var (
	ruleType            = &Rule{"shape.type", Error, "A value is of the wrong JSON type"}
	ruleRequired        = &Rule{"shape.required", Error, "A required property is missing"}
	ruleUnknownProperty = &Rule{"shape.unknown-property", Warning, "Nobody knows this property"}
	ruleEnum            = &Rule{"shape.enum", Error, "A value is none of those allowed"}
	ruleEnumCase        = &Rule{"shape.enum-case", Error, "A value is in mixed case"}
	rulePattern         = &Rule{"shape.pattern", Error, "A string has characters or a form that are not allowed"}
	ruleLength          = &Rule{"shape.length", Error, "A string is too long"}
	ruleAdvisedLength   = &Rule{"shape.advised-length", Warning, "A string is longer than documentation allows"}
	ruleItems           = &Rule{"shape.items", Error, "An array has too many entries"}
)

// Rules of the third layer: the host would refuse the descriptor, or not do what it says.
// Source: descriptor.md §2 to §6, §9 to §11; descriptor-facts.json (semanticRules).
var (
	ruleOtherProduct    = &Rule{"meaning.other-product", Error, "The descriptor is for HipChat or Bitbucket"}
	ruleUnknownModule   = &Rule{"meaning.unknown-module", Error, "The product does not know the module type"}
	ruleModuleProduct   = &Rule{"meaning.module-product", Error, "The module type belongs to the other product"}
	ruleModuleKey       = &Rule{"meaning.module-key", Error, "Two modules have the same key"}
	ruleOutdated        = &Rule{"meaning.outdated", Warning, "Current hosts no longer support this"}
	ruleDeprecated      = &Rule{"meaning.deprecated", Info, "There is a successor to this"}
	ruleIgnored         = &Rule{"meaning.ignored", Warning, "Hosts pass over this property"}
	ruleInstalled       = &Rule{"meaning.installed", Error, "Authentication by jwt needs the installed callback"}
	ruleBaseURL         = &Rule{"meaning.base-url", Error, "The base URL is not one a host accepts"}
	ruleWebhookScope    = &Rule{"meaning.webhook-scope", Error, "Webhooks need the scope READ"}
	ruleWebhookFilter   = &Rule{"meaning.webhook-filter", Warning, "The event takes no JQL filter"}
	ruleEmailScope      = &Rule{"meaning.email-scope", Warning, "The scope needs the vendor's approval"}
	ruleScopeProduct    = &Rule{"meaning.scope-product", Warning, "The product has no such scope"}
	ruleEvent           = &Rule{"meaning.event", Warning, "The product has no such event"}
	ruleLocation        = &Rule{"meaning.location", Warning, "The product has no such location"}
	ruleLocationRefused = &Rule{"meaning.location-refused", Error, "Hosts refuse the location"}
	ruleCondition       = &Rule{"meaning.condition", Warning, "The product has no such condition"}
	ruleConditionParams = &Rule{"meaning.condition-params", Warning, "A condition lacks a parameter or has a wrong one"}
	rulePageCondition   = &Rule{"meaning.page-condition", Error, "Pages have no context for the condition"}
	ruleReference       = &Rule{"meaning.reference", Error, "A key names no module of the descriptor"}
	ruleURL             = &Rule{"meaning.url", Warning, "An address is not of the kind its place asks for"}
	ruleURLMissing      = &Rule{"meaning.url-missing", Error, "A link leads nowhere"}
	ruleParameter       = &Rule{"meaning.parameter", Warning, "The host fills in no such parameter"}
	ruleLicence         = &Rule{"meaning.licence-parameter", Warning, "The host adds the licence parameter itself"}
	ruleField           = &Rule{"meaning.issue-field", Error, "Properties of an issue field contradict each other"}
	ruleNative          = &Rule{"meaning.supports-native", Warning, "Mobile apps show panels at two locations only"}
	ruleByline          = &Rule{"meaning.byline-defaults", Warning, "A changing byline item needs fixed texts too"}
	rulePublishContext  = &Rule{"meaning.publish-context", Warning, "Publish conditions know the context addon only"}
	ruleEra             = &Rule{"meaning.era", Warning, "Hosts of the chosen time do not know this yet"}
	rulePort            = &Rule{"meaning.port", Info, "Hosts do not fetch descriptors from this port"}
	ruleRegionMigration = &Rule{"meaning.region-migration", Info, "Regions need the callback for moves"}
	ruleAPIVersion      = &Rule{"meaning.api-version", Warning, "A version below 1 counts as 1"}
	ruleSignedInstall   = &Rule{"meaning.signed-install", Info, "Install callbacks are signed with the host's key now"}
	ruleScopeUnneeded   = &Rule{"meaning.scope-unneeded", Info, "A scope gives the add-on nothing"}
	ruleMacroParameter  = &Rule{"meaning.macro-parameter", Info, "A macro's parameter is never sent"}
	ruleMacroBody       = &Rule{"meaning.macro-body", Info, "A macro's body is cut in its url"}
	ruleSearchKey       = &Rule{"meaning.search-key", Warning, "Two content properties have the same name"}
)

// Rules lists every rule, layer by layer. Documentation and the explain command read it.
func Rules() []Rule {
	all := []*Rule{
		ruleSize, ruleDepth, ruleEmpty, ruleExtra, ruleStray, ruleComma, ruleTrailingComma, ruleColon, ruleValue,
		ruleUnclosed, ruleString, ruleQuote, ruleEscape, ruleControl, ruleNumber, ruleWord, ruleComment, ruleUTF8,
		ruleBOM, ruleDuplicateKey, ruleTemplate,
		ruleType, ruleRequired, ruleUnknownProperty, ruleEnum, ruleEnumCase, rulePattern, ruleLength, ruleAdvisedLength, ruleItems,
		ruleOtherProduct, ruleUnknownModule, ruleModuleProduct, ruleModuleKey, ruleOutdated, ruleDeprecated, ruleIgnored,
		ruleInstalled, ruleBaseURL, ruleWebhookScope, ruleWebhookFilter, ruleEmailScope, ruleScopeProduct, ruleEvent,
		ruleLocation, ruleLocationRefused, ruleCondition, ruleConditionParams, rulePageCondition, ruleReference, ruleURL,
		ruleURLMissing, ruleParameter, ruleLicence, ruleField, ruleNative, ruleByline, rulePublishContext,
		ruleEra, rulePort, ruleRegionMigration, ruleAPIVersion, ruleSignedInstall, ruleScopeUnneeded, ruleMacroParameter, ruleMacroBody, ruleSearchKey,
	}
	rules := make([]Rule, len(all))
	for i, r := range all {
		rules[i] = *r
	}
	return rules
}
