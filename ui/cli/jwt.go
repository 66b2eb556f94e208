package cli

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"connect-workbench/addon/connectjwt"
)

// maxTokenSize and maxKeySize bound what is read from files and standard input, in bytes.
const (
	maxTokenSize = 1 << 20
	maxKeySize   = 64 << 10
)

type jwtCommands struct {
	Decode jwtDecode `cmd:"" help:"Show what a token says, without checking it."`
	Verify jwtVerify `cmd:"" help:"Check a token against a key and a request."`
	Sign   jwtSign   `cmd:"" help:"Make a token."`
	QSH    jwtQSH    `cmd:"" name:"qsh" help:"Compute the canonical request and its hash."`
}

type formatOption struct {
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// requestOptions name, beside its target, the request a token is bound to.
type requestOptions struct {
	Method string `default:"GET" help:"Method of the request."`
	Base   string `placeholder:"BASEURL" help:"Base URL of the receiver; its path is cut off."`
	Form   string `placeholder:"BODY" help:"URL-encoded form body; counts for POST and PUT without a query."`
}

func (o requestOptions) request(target string) connectjwt.Request {
	return connectjwt.Request{Method: o.Method, Target: target, Base: o.Base, Form: o.Form}
}

// targetOption is the target of the request, for the commands that can do without one.
type targetOption struct {
	URL string `name:"url" help:"Request target or absolute URL."`
}

// secretOptions name the shared secret without putting it on the command line, where others can see it.
type secretOptions struct {
	Secret     string `env:"CONNECT_SHARED_SECRET" help:"Shared secret; better given by the environment."`
	SecretFile string `type:"path" placeholder:"FILE" help:"File that holds the shared secret."`
}

func (o secretOptions) secret(env Env) (string, error) {
	if o.SecretFile == "" {
		return o.Secret, nil
	}
	data, err := readInput(env, o.SecretFile, maxKeySize)
	if err != nil {
		return "", fmt.Errorf("%s: %w", o.SecretFile, err)
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}

// clockOption is the time a token is made or checked at.
type clockOption struct {
	Now string `placeholder:"TIME" help:"Clock to use: RFC 3339, or seconds since 1970. Default: now."`
}

func (o clockOption) now() (time.Time, error) {
	if o.Now == "" {
		return time.Now(), nil
	}
	var seconds int64
	if _, err := fmt.Sscanf(o.Now, "%d", &seconds); err == nil && fmt.Sprint(seconds) == o.Now {
		return time.Unix(seconds, 0), nil
	}
	t, err := time.Parse(time.RFC3339, o.Now)
	if err != nil {
		return time.Time{}, fmt.Errorf("--now %q: expected a time such as 2026-01-31T12:00:00Z, or seconds since 1970", o.Now)
	}
	return t, nil
}

type tokenArgument struct {
	Token string `arg:"" help:"The token, with or without \"JWT \" in front; - reads it from standard input."`
}

func (a tokenArgument) raw(env Env) (string, error) {
	text := a.Token
	if text == "-" {
		data, err := readInput(env, "-", maxTokenSize)
		if err != nil {
			return "", fmt.Errorf("standard input: %w", err)
		}
		text = string(data)
	}
	text = strings.TrimSpace(text)
	return strings.TrimPrefix(text, "JWT "), nil
}

type jwtDecode struct {
	tokenArgument
	formatOption
}

// Run prints header, claims and times.
func (c jwtDecode) Run(env Env) error {
	raw, err := c.raw(env)
	if err != nil {
		return err
	}
	token, err := connectjwt.Decode(raw)
	if err != nil {
		return err
	}
	times := token.Claims.Times(time.Now())
	if c.Format == "json" {
		return writeJSON(env.Stdout, map[string]any{
			"header": json.RawMessage(token.HeaderJSON), "claims": json.RawMessage(token.ClaimsJSON), "times": times,
		})
	}
	fmt.Fprintf(env.Stdout, "header  %s\nclaims  %s\n", token.HeaderJSON, token.ClaimsJSON)
	for _, one := range times {
		fmt.Fprintf(env.Stdout, "%-7s %s\n", one.Name, one.Words)
	}
	fmt.Fprintln(env.Stdout, "The signature was not checked.")
	return nil
}

type jwtVerify struct {
	tokenArgument
	targetOption
	requestOptions
	secretOptions
	clockOption
	formatOption
	PublicKey string        `type:"path" placeholder:"FILE" help:"PEM file of the public key: the token must then be RS256."`
	Issuer    string        `placeholder:"KEY" help:"Required issuer. Default: any."`
	Audience  []string      `placeholder:"URL" help:"Accepted audience; may be repeated. Default: not looked at."`
	Context   bool          `help:"Expect the fixed qsh of a context token."`
	Leeway    time.Duration `default:"0s" help:"How far apart the clocks may be; the host allows 30s."`
}

// Run prints the verdict; a refused token is exit code 1.
func (c jwtVerify) Run(env Env) error {
	raw, err := c.raw(env)
	if err != nil {
		return err
	}
	check, err := c.newCheck(env)
	if err != nil {
		return err
	}
	_, verdict := check.Verify(raw)
	if c.Format == "json" {
		err = writeJSON(env.Stdout, verdict)
	} else {
		printVerdict(env, check.Explain(raw), verdict)
	}
	if err == nil && !verdict.OK {
		return exitError{code: ExitProblems}
	}
	return err
}

func (c jwtVerify) newCheck(env Env) (connectjwt.Check, error) {
	check := connectjwt.Check{Algorithm: connectjwt.HS256, Issuer: c.Issuer, Audience: c.Audience, Request: c.request(c.URL), Leeway: c.Leeway}
	var err error
	if check.Now, err = c.now(); err != nil {
		return check, err
	}
	if check.Secret, err = c.secret(env); err != nil {
		return check, err
	}
	if c.PublicKey != "" {
		pem, err := readInput(env, c.PublicKey, maxKeySize)
		if err != nil {
			return check, fmt.Errorf("%s: %w", c.PublicKey, err)
		}
		check.Algorithm, check.Secret = connectjwt.RS256, ""
		if check.PublicKey, err = connectjwt.ParsePublicKey(pem); err != nil {
			return check, fmt.Errorf("%s: %w", c.PublicKey, err)
		}
	}
	if check.Secret == "" && check.PublicKey == nil {
		return check, errors.New("verify needs a key: give --secret, --secret-file, CONNECT_SHARED_SECRET or --public-key")
	}
	switch {
	case c.Context:
		check.QSH = connectjwt.QSHContext
	case c.URL == "":
		check.QSH = connectjwt.QSHIgnored
	}
	return check, nil
}

func printVerdict(env Env, steps []connectjwt.Step, v connectjwt.Verdict) {
	for _, s := range steps {
		fmt.Fprintf(env.Stdout, "%-8s %s\n", s.State, s.Title)
	}
	if v.OK {
		fmt.Fprintln(env.Stdout, "accepted")
		return
	}
	fmt.Fprintf(env.Stdout, "refused: %s [%s]\n", v.Summary, v.Rule)
	for _, line := range []struct{ label, text string }{
		{"expected", v.Expected}, {"received", v.Received}, {"cause", v.Cause}, {"do", v.Fix},
	} {
		if line.text != "" {
			fmt.Fprintf(env.Stdout, "  %-9s %s\n", line.label, line.text)
		}
	}
}

type jwtSign struct {
	targetOption
	requestOptions
	secretOptions
	clockOption
	formatOption
	PrivateKey string        `type:"path" placeholder:"FILE" help:"PEM file of a private RSA key: signs RS256."`
	KeyID      string        `name:"kid" help:"Key id for an RS256 token."`
	Issuer     string        `required:"" placeholder:"KEY" help:"clientKey of the site, or key of the add-on."`
	Subject    string        `placeholder:"ACCOUNT" help:"Account id of the acting user."`
	Audience   []string      `placeholder:"URL" help:"Audience; may be repeated."`
	Life       time.Duration `default:"3m" help:"Time until the token expires."`
	ContextQSH bool          `name:"context-qsh" help:"Use the fixed qsh of a context token instead of a request."`
}

// Run prints the token and what it was made from.
func (c jwtSign) Run(env Env) error {
	now, err := c.now()
	if err != nil {
		return err
	}
	claims := connectjwt.Claims{Issuer: c.Issuer, Subject: c.Subject, Audience: c.Audience,
		IssuedAt: now.Unix(), Expires: now.Add(c.Life).Unix()}
	canonical := ""
	switch {
	case c.ContextQSH:
		claims.QSH = connectjwt.ContextQSH
	case c.URL != "":
		request := c.request(c.URL)
		canonical, claims.QSH = request.Canonical(), request.QSH()
	}
	token, err := c.sign(env, claims)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return writeJSON(env.Stdout, map[string]any{"token": token, "canonical": canonical, "qsh": claims.QSH})
	}
	fmt.Fprintln(env.Stdout, token)
	return nil
}

func (c jwtSign) sign(env Env, claims connectjwt.Claims) (string, error) {
	if c.PrivateKey != "" {
		key, err := readPrivateKey(env, c.PrivateKey)
		if err != nil {
			return "", err
		}
		return connectjwt.SignRS256(claims, key, c.KeyID)
	}
	secret, err := c.secret(env)
	if err != nil {
		return "", err
	}
	if secret == "" {
		return "", errors.New("sign needs a key: give --secret, --secret-file, CONNECT_SHARED_SECRET or --private-key")
	}
	return connectjwt.SignHS256(claims, secret), nil
}

func readPrivateKey(env Env, file string) (*rsa.PrivateKey, error) {
	pem, err := readInput(env, file, maxKeySize)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	key, err := jwt.ParseRSAPrivateKeyFromPEM(pem)
	if err != nil { // the reason is one of ASN.1, which helps nobody
		return nil, fmt.Errorf("%s: holds no private RSA key in PEM form", file)
	}
	return key, nil
}

type jwtQSH struct {
	formatOption
	requestOptions
	Steps bool   `help:"Show how the canonical request comes about (text only)."`
	URL   string `arg:"" name:"url" help:"Request target or absolute URL."`
}

// Run prints the canonical request and its hash.
func (c jwtQSH) Run(env Env) error {
	r := c.request(c.URL)
	if c.Format == "json" {
		return writeJSON(env.Stdout, map[string]string{"canonical": r.Canonical(), "qsh": r.QSH()})
	}
	if c.Steps {
		for _, s := range r.Steps() {
			fmt.Fprintf(env.Stdout, "%-36s %s\n", s.Title, s.Text)
		}
	}
	fmt.Fprintf(env.Stdout, "canonical  %s\nqsh        %s\n", r.Canonical(), r.QSH())
	return nil
}
