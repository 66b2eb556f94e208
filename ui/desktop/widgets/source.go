package widgets

import (
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"

	"connect-workbench/ui/desktop/editor"
	"connect-workbench/ui/desktop/post"
)

// The languages of a Source.
const (
	LanguageJSON       = "json"
	LanguageHTML       = "html"
	LanguageJavaScript = "javascript"
	LanguageXML        = "xml"
	LanguageHTTP       = "http"
	LanguagePlain      = "plain"
)

// maxColored is the size up to which chroma colours a text. It takes about a millisecond for
// a kilobyte; a larger text stays plain. JSON has a lexer of our own and no such limit.
const maxColored = 200 << 10

// Source shows a text that can be read, searched, selected and copied, but not changed: a body,
// a descriptor, a curl command.
type Source struct {
	widget.BaseWidget
	post   post.Func
	editor *editor.Editor
	turn   atomic.Int64 // counts texts, so that the colours of an older one are dropped
}

// NewSource makes an empty view.
func NewSource(p post.Func) *Source {
	s := &Source{post: p, editor: editor.New(p)}
	s.editor.SetReadOnly(true)
	s.ExtendBaseWidget(s)
	return s
}

// SetText shows a text in a language: one of the Language constants, or any name or media type
// that chroma knows. An unknown one is plain. Colours follow when they are worked out.
func (s *Source) SetText(text, language string) {
	turn := s.turn.Add(1)
	s.editor.SetText(text)
	if language == LanguageJSON {
		s.editor.SetHighlighter(editor.JSON())
		return
	}
	s.editor.SetHighlighter(editor.Plain())
	if language == LanguagePlain || language == "" || len(text) > maxColored {
		return
	}
	go s.color(turn, text, language)
}

// color works colours out on a goroutine of its own, which ends with that. It begins with
// finding the lexer, because chroma loads a language when it is first asked for.
func (s *Source) color(turn int64, text, language string) {
	lexer := lexers.Get(language)
	if lexer == nil {
		lexer = lexers.MatchMimeType(language)
	}
	if lexer == nil || s.turn.Load() != turn {
		return
	}
	colors, err := tokenize(lexer, text)
	if err != nil {
		return // the text is there to read, without colours
	}
	s.post(func() {
		if s.turn.Load() == turn {
			s.editor.SetHighlighter(colors)
		}
	})
}

// Text gives the text shown.
func (s *Source) Text() string { return s.editor.Text() }

// Select selects the bytes [offset, end) and shows them.
func (s *Source) Select(offset, end int) { s.editor.Select(offset, end) }

// Find opens the search field.
func (s *Source) Find() { s.editor.Find() }

// Focus sends the keys to the text.
func (s *Source) Focus() { s.editor.Focus() }

// CreateRenderer is for Fyne.
func (s *Source) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.editor) }

// tokens is a text cut into tokens, by line.
type tokens [][]token

type token struct {
	start, end int
	kind       chroma.TokenType
}

// tokenize runs a lexer over a text, which must hold the line breaks that the editor will
// show: a token over several lines is cut at them.
func tokenize(lexer chroma.Lexer, text string) (tokens, error) {
	iterator, err := chroma.Coalesce(lexer).Tokenise(&chroma.TokeniseOptions{State: "root"}, text)
	if err != nil {
		return nil, err
	}
	lines := tokens{nil}
	column := 0
	for t := iterator(); t != chroma.EOF; t = iterator() {
		for i, part := range strings.Split(t.Value, "\n") {
			if i > 0 {
				lines = append(lines, nil)
				column = 0
			}
			if part != "" {
				last := len(lines) - 1
				lines[last] = append(lines[last], token{start: column, end: column + len(part), kind: t.Type})
				column += len(part)
			}
		}
	}
	return lines, nil
}

// Line is for the editor.
func (l tokens) Line(number int, text string, from, to int, emit func(start, end int, t chroma.TokenType)) {
	end := 0
	if number < len(l) {
		for _, t := range l[number] {
			if t.end > from && t.start < min(to, len(text)) {
				emit(t.start, min(t.end, len(text)), t.kind)
			}
			end = t.end
		}
	}
	if end < len(text) { // whatever the lexer left out
		emit(end, len(text), chroma.Text)
	}
}
