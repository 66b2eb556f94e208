package desktop

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/install"
)

func TestExplainNamesWhatWhyAndWhatToDo(t *testing.T) {
	refused := &install.Error{
		Stage:    install.Callback,
		Exchange: 17,
		Problem: install.Problem{
			Admin:     "The app host returned HTTP response code 401.",
			Developer: "POST /installed was answered 401",
			Verdict: connectjwt.Verdict{
				Rule: connectjwt.RuleAud, Expected: "https://app.example", Received: "http://localhost:3000",
				Fix: "Compare aud with the descriptor's baseUrl.",
			},
		},
	}
	tests := []struct {
		name string
		err  error
		want failure
	}{
		{
			name: "a refused install shows both readers' words and the verdict",
			err:  fmt.Errorf("install on acme: %w", refused),
			want: failure{
				What: "Install on Acme", Why: "POST /installed was answered 401.",
				Do:    "Compare aud with the descriptor's baseUrl.",
				Admin: "The app host returned HTTP response code 401.", Exchange: 17,
				Expected: "https://app.example", Received: "http://localhost:3000",
			},
		},
		{
			name: "a file error gives advice",
			err:  fmt.Errorf("open descriptor: %w", &fs.PathError{Op: "open", Path: "a.json", Err: fs.ErrPermission}),
			want: failure{
				What: "Install on Acme", Why: "Open descriptor: open a.json: permission denied.",
				Do: "Check who may read and write there, or choose another place.",
			},
		},
		{
			name: "an unknown error keeps its words",
			err:  errors.New("POST /x: odd answer"),
			want: failure{What: "Install on Acme", Why: "POST /x: odd answer."},
		},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			if got := explain("Install on Acme", tc.err); got != tc.want {
				t.Errorf("explain:\n got %+v\nwant %+v", got, tc.want)
			}
		})
	}
}

func TestFailureTextHoldsEverything(t *testing.T) {
	f := failure{What: "Install on Acme", Why: "It was refused.", Expected: "a", Received: "b", Do: "Try.", Admin: "Sorry."}
	text := f.text()
	for _, part := range []string{"Install on Acme", "It was refused.", "Expected: a", "Received: b", "Try.", "Sorry."} {
		if !strings.Contains(text, part) {
			t.Errorf("the copied text lacks %q:\n%s", part, text)
		}
	}
}

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"read the file: no":     "Read the file: no.",
		"/tmp/a.json: gone":     "/tmp/a.json: gone.",
		"baseUrl is not a URL":  "baseUrl is not a URL.",
		"already done.":         "Already done.",
		`"qsh" does not match!`: `"qsh" does not match!`,
		"GET /x: no answer":     "GET /x: no answer.",
		"  space around it  ":   "Space around it.",
	} {
		if got := sentence(in); got != want {
			t.Errorf("sentence(%q) = %q, want %q", in, got, want)
		}
	}
}
