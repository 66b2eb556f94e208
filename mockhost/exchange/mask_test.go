package exchange

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
)

const (
	unsigned  = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhY21lIn0."
	signature = "c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4"
)

func TestMask(t *testing.T) {
	token := unsigned + signature
	masked := unsigned + "•••"
	original := func() Record {
		return Record{
			URL: "http://mia:pw@h/p?a=1&jwt=" + token + "&b=2#x", Token: token,
			RequestHeader: http.Header{
				"Authorization": {"JWT " + token}, "Proxy-Authorization": {"Basic bWlhOnB3"}, "Referer": {"http://h/?jwt=" + token},
				"Content-Type": {"application/json"},
			},
			ResponseHeader: http.Header{"Location": {"/x?jwt=" + token}},
			RequestBody:    []byte(`{"key":"demo", "sharedSecret" : "ATCO-\"very\" secret", "clientKey":"c"}`),
			ResponseBody:   []byte(`{"access_token":"abc","note":"` + token + `"}`),
		}
	}
	want := Record{
		URL: "http://mia:•••@h/p?a=1&jwt=" + masked + "&b=2#x", Token: masked,
		RequestHeader: http.Header{
			"Authorization": {"JWT " + masked}, "Proxy-Authorization": {"Basic •••"}, "Referer": {"http://h/?jwt=" + masked},
			"Content-Type": {"application/json"},
		},
		ResponseHeader: http.Header{"Location": {"/x?jwt=" + masked}},
		RequestBody:    []byte(`{"key":"demo", "sharedSecret" : "•••", "clientKey":"c"}`),
		ResponseBody:   []byte(`{"access_token":"•••","note":"` + masked + `"}`),
	}
	r := original()
	if got := Mask(r); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if !reflect.DeepEqual(r, original()) {
		t.Error("Mask changed what it was given")
	}
	if got := Mask(want); !reflect.DeepEqual(got, want) {
		t.Errorf("masking twice gives %+v", got)
	}
}

func TestMaskHeaderCredentials(t *testing.T) {
	for value, want := range map[string]string{
		"JWT " + unsigned + signature: "JWT " + unsigned + "•••",
		"JWT broken-token":            "JWT •••",
		"Bearer abc":                  "Bearer •••",
		"Basic YTpi":                  "Basic •••",
		"opaque":                      "opaque",
		"":                            "",
	} {
		if got := Mask(Record{RequestHeader: http.Header{"Authorization": {value}}}).RequestHeader.Get("Authorization"); got != want {
			t.Errorf("%q became %q, want %q", value, got, want)
		}
	}
}

func TestRowsCarryNoSecrets(t *testing.T) {
	for url, want := range map[string]string{
		"http://h/p":                         "http://h/p",
		"http://h/p?jwt=a.b.c":               "http://h/p?jwt=•••",
		"http://h/p?x=1&jwt=a.b.c&y=jwt=2":   "http://h/p?x=1&jwt=•••&y=jwt=2",
		"http://h/p?jwt=":                    "http://h/p?jwt=",
		"http://h/p?xjwt=1":                  "http://h/p?xjwt=1",
		"http://mia:pw@h/":                   "http://mia:•••@h/",
		"http://mia@h/":                      "http://mia@h/",
		"http://h/mail:a@b":                  "http://h/mail:a@b",
		"http://h/#?jwt=1":                   "http://h/#?jwt=•••",
		"http://h/p?jwt=" + unsigned + "sig": "http://h/p?jwt=•••",
	} {
		r := Record{URL: url}
		if got := r.Row().URL; got != want {
			t.Errorf("%s became %s, want %s", url, got, want)
		}
		if masked := Mask(r).URL; strings.Contains(masked, "sig") {
			t.Errorf("%s was masked as %s", url, masked)
		}
	}
}
