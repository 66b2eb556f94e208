// Package descriptor reads, checks and edits the text of a Connect descriptor
// (atlassian-connect.json), whether it is whole or half written.
//
// The text is the truth: nothing here turns it into another form and back. [Parse] gives a
// tree whose nodes are byte ranges of the text; every answer of the package points into it,
// and every change is a list of [Edit] values that leave all other bytes alone.
//
// # Three layers of problems
//
// [Check] reports all problems of a text, not only the first:
//
//   - syntax.*  the text is not JSON. The parser goes on after every fault, so the layers
//     above still see the rest.
//   - shape.*   the value is JSON, but not of the form its place asks for: type, required
//     property, enum, pattern, length. What is asked for stands in the catalogue
//     (assets/catalogue/*.json), never in code.
//   - meaning.* the form is right, but the host will refuse the descriptor or not do what was
//     meant: webhooks without READ, a dialog that does not exist, an event that never fires.
//
// The rules table lists every rule with its severity; ids never change their meaning. What each is
// about stands in the catalogue, see [Catalogue.Explain].
//
// # Eras
//
// Hosts of 2016 know less than today's. [Options] say which era's hosts are meant; what came later
// is a problem (meaning.era), and what was withdrawn later is none. Only what a source proves to be
// newer is treated as newer.
//
// # Templates
//
// Frameworks render the file before they serve it. {{name}}, ${name} and <% name %> are
// therefore legal: a string that holds one is not checked for its content, and one that
// stands for a whole value fits every type. Context parameters such as {issue.key} are not
// templates; the host fills them in.
//
// Sources: protocol descriptor.md (all sections), descriptor-facts.json.
package descriptor
