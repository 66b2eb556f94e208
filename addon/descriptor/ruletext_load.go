package descriptor

import "strings"

// loadTexts reads what is said about each rule, in the order of Rules. A rule without a text has
// its title only, which a test rules out.
func (l *loader) loadTexts() {
	texts := make(map[string]Node)
	for n := range l.open("rules", "rules").Children() {
		texts[n.Key()] = n
	}
	rules := Rules()
	l.c.Texts = make([]RuleText, len(rules))
	for i, r := range rules {
		l.c.Texts[i] = ruleText(r, texts[r.ID])
		l.c.texts[r.ID] = &l.c.Texts[i]
		delete(texts, r.ID)
	}
	for id := range texts {
		l.fail("no rule %q", id)
	}
}

func ruleText(r Rule, n Node) RuleText {
	dev, _ := n.Child("devMode").Bool()
	times, _ := n.Child("times").Int()
	return RuleText{
		Rule: r, Checks: n.Child("checks").Text(), Why: n.Child("why").Text(), Fix: n.Child("fix").Text(),
		Bad: example(n.Child("bad")), Good: example(n.Child("good")), Sources: texts(n.Child("sources")),
		Options: Options{Product: Product(n.Child("product").Text()), Era: Era(n.Child("era").Text()), DevMode: dev},
		repeat:  n.Child("repeat").Text(), times: times,
	}
}

// example is the text of an example: a string is the whole of it; an object is a descriptor when it
// has a key, and the members of one when it has none.
func example(n Node) string {
	if n.Kind() != Object {
		return n.Text()
	}
	var lines []string
	if !n.Child("key").Exists() {
		lines = append(lines, `"key": "com.example.app"`, `"baseUrl": "https://example.com"`, `"authentication": {"type": "none"}`)
	}
	for m := range n.Children() {
		key, _ := m.KeyRange()
		_, end := m.Range()
		lines = append(lines, string(n.t.text[key:end]))
	}
	return "{\n  " + strings.Join(lines, ",\n  ") + "\n}"
}

// expand writes out what "..." stands for. NESTED, PATTERN and <E9> are what a string of the file
// cannot say: arrays within each other, an array's entries, and a byte that is not UTF-8.
func expand(text, repeat string, times int) string {
	switch repeat {
	case "NESTED":
		return strings.Replace(text, `"..."`, strings.Repeat("[", times)+strings.Repeat("]", times), 1)
	case "PATTERN":
		entries := strings.Repeat(`{"pattern": "https://example.com/{}"}, `, times)
		return strings.Replace(text, `"..."`, strings.TrimSuffix(entries, ", "), 1)
	}
	repeat = strings.ReplaceAll(repeat, "<E9>", "\xE9")
	return strings.Replace(text, "...", strings.Repeat(repeat, times), 1)
}
