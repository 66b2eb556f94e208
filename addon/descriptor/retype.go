package descriptor

import (
	"bytes"
	"strings"
)

// retype is the fix for a value of the wrong type, nil when there is no obvious one. What it
// gives fits the description: no fix makes a new error.
func (k *Checker) retype(n Node, v *Value) *Fix {
	title, text := k.retyped(n, v)
	if text == "" {
		return nil
	}
	if t := Parse([]byte(text)); len(t.faults) > 0 || !k.fits(t.Root(), v) {
		return nil
	}
	from, to := n.Range()
	return replace(title, from, to, text)
}

func (k *Checker) retyped(n Node, v *Value) (title, text string) {
	raw := string(n.Raw())
	inner := strings.TrimSpace(n.Text())
	switch {
	case v.Shape == "text" && n.Kind() == String:
		text = `{"value": ` + raw + `}`
		return "Change to " + shorten(text), text
	case v.Type == ArrayType && n.Kind() != Null:
		return "Put it into an array", "[" + raw + "]"
	case (v.Type == ObjectType || v.Type == OneOfType) && n.Kind() == Array && n.Len() == 1:
		return "Take it out of the array", string(n.First().Raw())
	case v.Type == StringType && (n.Kind() == Number || n.Kind() == Bool):
		return "Put it in double quotes", quote(raw)
	case (v.Type == IntegerType || v.Type == NumberType) && n.Kind() == String && isNumber(inner):
		return "Remove the quotes", inner
	case v.Type == BooleanType && n.Kind() == String && (strings.EqualFold(inner, "true") || strings.EqualFold(inner, "false")):
		return "Remove the quotes", strings.ToLower(inner)
	}
	return "", ""
}

func shorten(s string) string {
	if len(s) <= 60 {
		return s
	}
	return string(bytes.ToValidUTF8([]byte(s[:57]), nil)) + "..."
}
