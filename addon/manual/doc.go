// Package manual makes the reference of Connect descriptors from the catalogue: a page for every
// module type, property, location, condition, event, scope, context variable and rule.
//
// Pages are data; whoever shows them decides how (mockhost/page renders them for browsers). They say
// what the catalogue says and nothing else: a new module type in assets/catalogue has its page,
// its example and its entry in the search without a line here. Each page is written for a product
// and an era, and marks what that site does not know.
package manual
