package descriptor

import "strings"

// retype is the fix for a value of the wrong type, nil when there is no obvious one. What it
// gives fits the description: no fix makes a new error.
func (k *Checker) retype(n Node, v *Value) *Fix {
	title, text := k.retyped(n, v)
	if text == "" {
		return nil
	}
	k.scratch.Parse([]byte(text))
	if len(k.scratch.faults) > 0 || !k.fits(k.scratch.Root(), v) {
		return nil
	}
	from, to := n.Range()
	return replace(title, from, to, text)
}

func (k *Checker) retyped(n Node, v *Value) (title, text string) {
	whole := string(n.Raw())
	inner := strings.TrimSpace(n.Text())
	switch {
	case v.Shape == "text" && n.Kind() == String:
		text = `{"value": ` + whole + `}`
		return "Change to " + shorten(text), text
	case v.Type == ArrayType && n.Kind() != Null:
		return "Put it into an array", "[" + whole + "]"
	case (v.Type == ObjectType || v.Type == OneOfType) && n.Kind() == Array && n.Len() == 1:
		return "Take it out of the array", string(n.First().Raw())
	case v.Type == StringType && n.Kind() == Object && n.Len() == 1 && n.Child("value").Kind() == String:
		return "Take the text out of the object", string(n.Child("value").Raw())
	case v.Type == StringType && (n.Kind() == Number || n.Kind() == Bool):
		return "Put it in double quotes", quote(whole)
	case (v.Type == IntegerType || v.Type == NumberType) && n.Kind() == String && isNumber(inner):
		return "Remove the quotes", inner
	case v.Type == BooleanType && n.Kind() == String && (strings.EqualFold(inner, "true") || strings.EqualFold(inner, "false")):
		return "Remove the quotes", strings.ToLower(inner)
	}
	return "", ""
}
