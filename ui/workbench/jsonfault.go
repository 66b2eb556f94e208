package workbench

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// JSONFault says as a clause why a text could not be read as JSON, in the words of JSON and not of
// the types of this program.
func JSONFault(err error) string {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Sprintf("%s is expected, not %s", jsonKind(kind.Type), kind.Value)
	case errors.As(err, &kind):
		return fmt.Sprintf("%q is to be %s, not %s", kind.Field, jsonKind(kind.Type), kind.Value)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	}
	return "a number"
}
