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
// about stands in the catalogue, see [Catalogue.RuleText].
//
// # Eras
//
// Hosts of 2016 know less than today's. [Options] say which era's hosts are meant; what came later
// is a problem (meaning.era), and what was withdrawn later is none. Only what a source proves to be
// newer is treated as newer.
//
// # Fixes
//
// A problem has a fix where what was meant is plain, or where what the fix takes away does nothing:
// it cures its problem, brings no new one and leaves all other bytes alone. Where the author has to
// choose (a key, a callback's path, one of two different values) there is none. [FixAll] goes round
// until nothing is left to fix.
//
// # Form edits
//
// [Tree.Set], [Tree.Unset], [Tree.AddMember], [Tree.AddElement], [Tree.Remove], [Tree.Move] and
// [Tree.Rename] change one value by its JSON pointer (RFC 6901) and give the edits that do it, sorted
// and inside of the text. Order, indentation, line ends, comments and what nobody knows stay. Faults
// elsewhere do not matter, only the touched place must be legible; what stands in the way is an
// *[EditError].
//
// New text is written the way its neighbours are, and values are Go values, as for encoding/json, or
// JSON text as a json.RawMessage. Where a name stands twice in an object, the last one is meant, as
// hosts read it, and removing it removes both.
//
// An edit is taken back by its opposite, byte for byte: Set of a new member by Unset, AddMember and
// AddElement by Remove, Move and Rename by themselves. The one exception is white space with a line
// end inside of empty brackets, which goes with the first entry.
//
// # Completion and help
//
// [Complete] tells what may be written at an offset, [Hover] what stands there. Both look at the
// tree only, whatever is wrong with the text: the place of the caret gives the form its value has
// to have in the catalogue, and that gives names, values and skeletons. What an item writes never
// makes a good text bad; what only a person can know in it is marked as a stop.
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
