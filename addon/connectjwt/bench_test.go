package connectjwt

// How to read these: run
//
//	go test -run '^$' -bench . -cpu 1 -count 5 ./addon/connectjwt
//
// Sign and Verify include the canonical request of a usual page URL and its hash, as every use
// does. BareHMAC is the floor: one SHA-256 of a canonical request and one HMAC of a token, with a
// ready key and no token around it; Sign cannot be faster. The ratio of Sign and Verify to
// BareHMAC in one run means something, absolute figures belong to one machine. GolangJWT is the
// same work through the library's own claims and JSON. Refuse is a token whose qsh needs the
// search for a named mistake, two of them at once.

import (
	"crypto/hmac"
	"crypto/sha256"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

func benchRequest() Request {
	return Request{
		Method: "GET", Base: "https://addon.example.com/app",
		Target: "/app/panel?issue=CARD-9&project=CARD&xdm_e=http%3A%2F%2Flocalhost%3A2990&xdm_c=channel-com.example.cards__panel" +
			"&cp=&xdm_deprecated_addon_key_do_not_use=com.example.cards&lic=active&cv=1001.0.0-SNAPSHOT",
	}
}

func BenchmarkSign(b *testing.B) {
	r, claims := benchRequest(), testClaims(benchRequest())
	b.ReportAllocs()
	for b.Loop() {
		claims.QSH = r.QSH()
		SignHS256(claims, testSecret)
	}
}

func BenchmarkVerify(b *testing.B) {
	r := benchRequest()
	raw, c := SignHS256(testClaims(r), testSecret), testCheck(r)
	b.ReportAllocs()
	for b.Loop() {
		if _, v := c.Verify(raw); !v.OK {
			b.Fatal(v)
		}
	}
}

func BenchmarkBareHMAC(b *testing.B) {
	canonical := []byte(benchRequest().Canonical())
	raw := SignHS256(testClaims(benchRequest()), testSecret)
	input := []byte(raw[:len(raw)-macTextLength-1])
	h := hmac.New(sha256.New, []byte(testSecret))
	var sum [sha256.Size]byte
	b.ReportAllocs()
	for b.Loop() {
		sha256.Sum256(canonical)
		h.Reset()
		h.Write(input)
		h.Sum(sum[:0])
	}
}

func BenchmarkGolangJWTSign(b *testing.B) {
	r, c := benchRequest(), testClaims(benchRequest())
	b.ReportAllocs()
	for b.Loop() {
		_, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
			"sub": c.Subject, "qsh": r.QSH(), "iss": c.Issuer, "context": struct{}{}, "exp": c.Expires, "iat": c.IssuedAt,
		}).SignedString([]byte(testSecret))
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQSH(b *testing.B) {
	r := benchRequest()
	b.ReportAllocs()
	for b.Loop() {
		r.QSH()
	}
}

func BenchmarkRefuse(b *testing.B) {
	r := benchRequest()
	claims := testClaims(r)
	claims.QSH = hashHex([]byte("GET&/app/panel&nothing-alike"))
	raw, c := SignHS256(claims, testSecret), testCheck(r)
	b.ReportAllocs()
	for b.Loop() {
		if _, v := c.Verify(raw); v.OK {
			b.Fatal("accepted")
		}
	}
}
