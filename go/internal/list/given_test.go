package list

import (
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
)

var md5Hex, sha256Hex = strings.Repeat("a", 32), strings.Repeat("B", 64)

func TestAnEntryIsMadeOfWhatACallerGives(t *testing.T) {
	both := []Digest{{digest.Unknown, md5Hex}, {digest.SHA3_256, sha256Hex}}
	e, err := NewEntry(7, "a", both, Options{})
	if _, ok := e.Size(); err != nil || e.Name != "a" || e.Line != 7 || e.Digests() != 2 || ok {
		t.Errorf("got %+v, %v", e, err)
	}
	if got, want := e.Digest(0), (Digest{digest.MD5, md5Hex}); got != want {
		t.Errorf("the first digest is %v, want %v", got, want)
	}
	if got := e.Digest(1); got != both[1] {
		t.Errorf("the second digest is %v, want %v", got, both[1])
	}
	e, err = NewEntry(1, "a", []Digest{{digest.Unknown, sha256Hex}}, Options{Algorithm: digest.SHA512_256})
	if err != nil || e.Algorithm != digest.SHA512_256 {
		t.Errorf("with an algorithm in the options: got %+v, %v", e, err)
	}
}

func TestWhatACallerGivesMayBeNoEntry(t *testing.T) {
	for _, tt := range []struct {
		name string
		hex  string
		a    digest.Algorithm
		want string
	}{
		{"", md5Hex, digest.MD5, emptyName},
		{"a\x00", md5Hex, digest.MD5, "NUL"},
		{"a", "", digest.MD5, noDigest},
		{"a", md5Hex[1:], digest.Unknown, "odd number"},
		{"a", md5Hex[1:] + "g", digest.MD5, `"g"`},
		{"a", md5Hex[2:], digest.Unknown, "no supported algorithm"},
		{"a", md5Hex, digest.SHA1, "32 hex digits, but sha1 has 40"},
	} {
		_, err := NewEntry(1, tt.name, []Digest{{tt.a, tt.hex}}, Options{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q %q %v: got %v, want an error with %q", tt.name, tt.hex, tt.a, err, tt.want)
		}
	}
	if _, err := NewEntry(1, "a", nil, Options{}); err == nil {
		t.Error("an entry without digests is accepted")
	}
}

// The digits are looked at several at a time, so every length and every place counts.
func TestHexDigitsAreCountedUpToTheFirstOtherCharacter(t *testing.T) {
	const hex = "0123456789abcdefABCDEF"
	text := strings.Repeat(hex, 7)
	for n := range len(text) {
		if got := hexDigits(text[:n]); got != n {
			t.Errorf("hexDigits(%q) = %d, want %d", text[:n], got, n)
		}
		for c := range 256 {
			if strings.IndexByte(hex, byte(c)) >= 0 {
				continue
			}
			if got := hexDigits(text[:n] + string([]byte{byte(c)}) + text); got != n {
				t.Errorf("hexDigits with %q after %d digits = %d", byte(c), n, got)
			}
		}
	}
}
