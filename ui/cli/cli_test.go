package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"connect-workbench/addon/connectjwt"
)

// run carries out one command line and gives what it printed.
func run(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(t.Context(), args, Env{Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs,
		HasDisplay: func() bool { t.Error("a command without a window asks for a display"); return false }})
	return code, out.String(), errs.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const cleanDescriptor = `{"key":"com.example.clean","name":"Clean","baseUrl":"https://addon.example.test",
"authentication":{"type":"none"},"modules":{"generalPages":[{"key":"page","name":{"value":"Page"},"url":"/page"}]}}`

func TestValidateExitCodes(t *testing.T) {
	clean := file(t, "clean.json", cleanDescriptor)
	faulty := file(t, "faulty.json", `{"key":"com.example.faulty"}`)
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"clean", []string{clean}, ExitOK},
		{"error", []string{faulty}, ExitProblems},
		{"clean and error", []string{clean, faulty}, ExitProblems},
		{"missing file", []string{filepath.Join(t.TempDir(), "none.json")}, ExitUnusable},
		{"missing file and error", []string{filepath.Join(t.TempDir(), "none.json"), faulty}, ExitUnusable},
		{"folder", []string{t.TempDir()}, ExitUnusable},
		{"no file named", nil, ExitUnusable},
		{"unknown option", []string{"--nonsense", clean}, ExitUnusable},
		{"unknown product", []string{"--product", "bamboo", clean}, ExitUnusable},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := run(t, "", append([]string{"validate"}, c.args...)...)
			if code != c.want {
				t.Errorf("exit %d, want %d\n%s%s", code, c.want, stdout, stderr)
			}
			if code == ExitUnusable && stderr == "" {
				t.Error("nothing on stderr says why")
			}
		})
	}
}

func TestValidateJSON(t *testing.T) {
	clean := file(t, "clean.json", cleanDescriptor)
	faulty := file(t, "faulty.json", "{\n  \"key\": \"no good\"\n}")
	_, stdout, _ := run(t, "", "validate", "--format", "json", clean, faulty)
	var results []struct {
		File, Product string
		Problems      []struct {
			Severity, Rule, Message, Pointer string
			Line, Column, EndLine, EndColumn int
		}
	}
	if err := json.Unmarshal([]byte(stdout), &results); err != nil {
		t.Fatalf("%v\n%s", err, stdout)
	}
	if len(results) != 2 || results[0].File != clean || len(results[0].Problems) != 0 {
		t.Fatalf("%s", stdout)
	}
	if !strings.Contains(stdout, `"problems": []`) {
		t.Error("a clean file has null instead of an empty list of problems")
	}
	if strings.Count(stdout, `"fix":`) < len(results[1].Problems) || !strings.Contains(stdout, `"fix": null`) {
		t.Errorf("fix is not there for every problem, null where there is none: %s", stdout)
	}
	found := false
	for _, p := range results[1].Problems {
		if p.Pointer == "/key" {
			found = true
			if p.Severity != "error" || p.Rule == "" || p.Line != 2 || p.Column != 10 || p.EndLine != 2 || p.EndColumn != 19 {
				t.Errorf("the problem of the key is %+v", p)
			}
		}
	}
	if !found {
		t.Errorf("no problem at /key: %s", stdout)
	}
}

func TestValidateTextThatIsNoDescriptor(t *testing.T) {
	empty := file(t, "empty.json", "")
	code, stdout, _ := run(t, "", "validate", empty)
	if code != ExitProblems || !strings.Contains(stdout, empty+": not readable, 1 error, 0 warnings") {
		t.Errorf("exit %d: %s", code, stdout)
	}
}

func TestKeyFilesThatAreNone(t *testing.T) {
	for _, c := range []struct{ name, option, file, want string }{
		{"folder", "--secret-file", t.TempDir(), "is a folder"},
		{"public key", "--private-key", file(t, "public.pem", "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----\n"), "no private RSA key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, stderr := run(t, "", "jwt", "sign", "--issuer", "client-1", c.option, c.file)
			if code != ExitUnusable || !strings.Contains(stderr, c.want) || strings.Contains(stderr, "descriptor") || strings.Contains(stderr, "asn1") {
				t.Errorf("exit %d: %s", code, stderr)
			}
		})
	}
}

func TestValidateReadsStandardInput(t *testing.T) {
	code, stdout, _ := run(t, cleanDescriptor, "validate", "-")
	if code != ExitOK || !strings.Contains(stdout, "0 errors") {
		t.Errorf("exit %d: %s", code, stdout)
	}
}

func TestQSH(t *testing.T) {
	code, stdout, _ := run(t, "", "jwt", "qsh", "--method", "post", "--base", "https://addon.example.test/base", "--format", "json",
		"https://addon.example.test/base/hook?b=2&a=1&jwt=x")
	var got struct{ Canonical, QSH string }
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || code != ExitOK {
		t.Fatalf("exit %d, %v: %s", code, err, stdout)
	}
	if got.Canonical != "POST&/hook&a=1&b=2" || len(got.QSH) != 64 {
		t.Errorf("got %+v", got)
	}
}

func TestSignThenVerify(t *testing.T) {
	secret := file(t, "secret", "a shared secret of more than 32 characters\n")
	request := []string{"--url", "/panel?issue=DEMO-1", "--base", "https://addon.example.test"}
	sign := append([]string{"jwt", "sign", "--issuer", "client-1", "--now", "1790000000", "--secret-file", secret}, request...)
	code, token, stderr := run(t, "", sign...)
	if code != ExitOK {
		t.Fatalf("sign: exit %d: %s", code, stderr)
	}
	token = strings.TrimSpace(token)

	for _, c := range []struct {
		name string
		args []string
		want int
		rule connectjwt.RuleID
	}{
		{"accepted", []string{"--now", "1790000100"}, ExitOK, ""},
		{"issuer as required", []string{"--now", "2026-09-21T14:15:00Z", "--issuer", "client-1"}, ExitOK, ""},
		{"expired", []string{"--now", "1790000180"}, ExitProblems, connectjwt.RuleExp},
		{"within leeway", []string{"--now", "1790000200", "--leeway", "30s"}, ExitOK, ""},
		{"other issuer", []string{"--now", "1790000100", "--issuer", "client-2"}, ExitProblems, connectjwt.RuleIss},
		{"other method", []string{"--now", "1790000100", "--method", "POST"}, ExitProblems, connectjwt.RuleQSH},
		{"bad clock", []string{"--now", "yesterday"}, ExitUnusable, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"jwt", "verify", "--format", "json", "--secret-file", secret}, request...)
			code, stdout, stderr := run(t, "JWT "+token+"\n", append(append(args, c.args...), "-")...)
			if code != c.want {
				t.Fatalf("exit %d, want %d: %s%s", code, c.want, stdout, stderr)
			}
			if code == ExitUnusable {
				return
			}
			var verdict connectjwt.Verdict
			if err := json.Unmarshal([]byte(stdout), &verdict); err != nil {
				t.Fatal(err)
			}
			if verdict.Rule != c.rule || verdict.OK != (c.rule == "") {
				t.Errorf("verdict %+v, want rule %q", verdict, c.rule)
			}
		})
	}
}

func TestVerifyNeedsAKey(t *testing.T) {
	t.Setenv("CONNECT_SHARED_SECRET", "")
	code, _, stderr := run(t, "", "jwt", "verify", "a.b.c")
	if code != ExitUnusable || !strings.Contains(stderr, "--secret-file") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestDecodeBadToken(t *testing.T) {
	code, stdout, stderr := run(t, "", "jwt", "decode", "not-a-token")
	if code != ExitUnusable || stdout != "" || stderr == "" {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestHelp(t *testing.T) {
	code, stdout, _ := run(t, "", "--help")
	if code != ExitOK {
		t.Errorf("exit %d", code)
	}
	for _, command := range []string{"window", "validate", "serve", "jwt decode", "jwt verify", "jwt sign", "jwt qsh"} {
		if !strings.Contains(stdout, command) {
			t.Errorf("help does not name %q:\n%s", command, stdout)
		}
	}
}
