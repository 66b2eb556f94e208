package manual

import (
	"fmt"
	"strconv"
	"strings"

	"connect-workbench/addon/descriptor"
)

// TypeText says in words what a value must be: "text of at most 80 characters".
func TypeText(v *descriptor.Value) string {
	switch v.Type {
	case descriptor.StringType:
		return stringText(v)
	case descriptor.IntegerType:
		return "whole number"
	case descriptor.NumberType:
		return "number"
	case descriptor.BooleanType:
		return "true or false"
	case descriptor.ArrayType:
		text := "list"
		if v.Max > 0 {
			text += " of at most " + strconv.Itoa(v.Max)
		}
		if v.Of != nil {
			text += ", each entry " + article(TypeText(v.Of))
		}
		return text
	case descriptor.OneOfType:
		return fmt.Sprintf("object in one of %d forms", len(v.Branches))
	case descriptor.ObjectType:
		if v.Shape == "text" {
			return `object with a text: {"value": "..."}`
		}
		if v.Each != nil {
			return "object of free names, each " + article(TypeText(v.Each))
		}
		return "object"
	}
	return "anything"
}

func stringText(v *descriptor.Value) string {
	text := "text"
	switch {
	case v.Enum != nil:
		return "one of " + strconv.Itoa(len(v.Enum)) + " values"
	case v.Names != "":
		text = "name of " + article(v.Names)
	case v.Refers != "":
		kind := strings.TrimSuffix(v.Refers, "?")
		if kind == "*" {
			text = "key of a module"
		} else {
			text = "key of a module of " + kind
		}
	case v.URL == "addon":
		text = "address below baseUrl"
	case v.URL == "any":
		text = "address, absolute or below baseUrl"
	}
	if v.Max > 0 {
		text += " of at most " + strconv.Itoa(v.Max) + " characters"
	}
	if v.Pattern != nil {
		text += ": " + v.Pattern.Expects
	}
	return text
}

func article(noun string) string {
	switch {
	case noun == "":
		return ""
	case strings.HasPrefix(noun, "one of") || strings.HasPrefix(noun, "true or") || strings.HasPrefix(noun, "text"):
		return noun
	case strings.ContainsRune("aeiou", rune(noun[0])):
		return "an " + noun
	}
	return "a " + noun
}
