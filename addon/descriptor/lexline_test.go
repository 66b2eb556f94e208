package descriptor

import (
	"strings"
	"testing"
)

var lexNames = map[LexKind]string{
	LexPunctuation: "p", LexKey: "k", LexString: "s", LexNumber: "n", LexLiteral: "l", LexComment: "c", LexPlaceholder: "t", LexInvalid: "x",
}

func lexed(line string) string {
	var out []string
	LexLine(line, func(start, end int, kind LexKind) { out = append(out, lexNames[kind]+line[start:end]) })
	return strings.Join(out, " ")
}

func TestLexLine(t *testing.T) {
	for line, want := range map[string]string{
		`  "key": "value",`:               `k"key" p: s"value" p,`,
		`"a" :1.5e3, [true,null] }`:       `k"a" p: n1.5e3 p, p[ ltrue p, lnull p] p}`,
		`"esc\"aped": 01 // note`:         `k"esc\"aped" p: x01 c// note`,
		`/* a */ "x" # b`:                 `c/* a */ s"x" c# b`,
		`"u": "{{localBaseUrl}}/a",`:      `k"u" p: s" t{{localBaseUrl}} s/a" p,`,
		`"open: 1`:                        `x"open: 1`,
		`{{licensing}}, ${x}`:             `t{{licensing}} p, t${x}`,
		`TRUE 'x'`:                        `xTRUE x'x'`,
		"\t\"é\": \"${a}\"\r":             `k"é" p: s" t${a} s"`,
		``:                                ``,
		`"url": "/x?key={issue.key}" , {`: `k"url" p: s"/x?key={issue.key}" p, p{`,
	} {
		if got := lexed(line); got != want {
			t.Errorf("%s\n got %s\nwant %s", line, got, want)
		}
	}
}

func TestLexLineAllocatesNothing(t *testing.T) {
	sum := 0
	emit := func(start, end int, kind LexKind) { sum += end - start }
	if n := testing.AllocsPerRun(100, func() { LexLine(`"u": "{{localBaseUrl}}/a", 12, true, x`, emit) }); n > 0 {
		t.Errorf("%v allocations a line", n)
	}
}

func FuzzLexLine(f *testing.F) {
	for _, s := range []string{`"a": "{{b}}", 1 // c`, `"\`, `<%`, `${`, "\"a\r\"", "/", "{{{a}}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		last := 0
		LexLine(line, func(start, end int, kind LexKind) {
			if start < last || end <= start || end > len(line) {
				t.Fatalf("token %d..%d behind %d in a line of %d", start, end, last, len(line))
			}
			if strings.Trim(line[last:start], " \t\r\n") != "" {
				t.Fatalf("%q is in no token", line[last:start])
			}
			last = end
		})
		if strings.Trim(line[last:], " \t\r\n") != "" {
			t.Fatalf("%q is in no token", line[last:])
		}
	})
}

func BenchmarkLexLine(b *testing.B) {
	line := `        "url": "/panel?issue={issue.key}&project={project.key}", "weight": 100,`
	emit := func(start, end int, kind LexKind) {}
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		LexLine(line, emit)
	}
}
