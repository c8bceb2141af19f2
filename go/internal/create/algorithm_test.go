package create

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// algorithms are all but most lengths of BLAKE2.
func algorithms() []digest.Algorithm {
	return slices.DeleteFunc(digest.All(), func(a digest.Algorithm) bool {
		return !a.Listed() && a.Size() != 1 && a.Size() != 16
	})
}

// given are the algorithms of a request for one, or for none.
func given(a digest.Algorithm) []digest.Algorithm {
	if a == digest.Unknown {
		return nil
	}
	return []digest.Algorithm{a}
}

// names are those of lists that say an algorithm, a series, or nothing.
func names() []string {
	all := []string{"", "list", "list.txt", "checksums.txt", "SHA3SUMS", "x.sha3", "B2SUMS", "x.blake2", "x.xxh", "md5_sha256sums", "libsha1", "x.sig"}
	for _, a := range algorithms() {
		all = append(all, "x."+a.String(), strings.ToUpper(a.String())+"SUMS")
	}
	return all
}

func TestVerifyVerifiesWhatCreateWrites(t *testing.T) {
	root := treetest.Make(t, "a=1", "-=2", "\\back=3", "new\nline=4", "a) = b=5")
	for _, name := range names() {
		for _, a := range append(algorithms(), digest.Unknown) {
			c := Request{Request: job.Request{Root: root}, Algorithms: given(a), Force: true}
			if name != "" {
				c.Output = filepath.Join(t.TempDir(), name)
			}
			j, err := Start(t.Context(), c)
			if err != nil {
				if problem.From(err).Code != problem.InvalidArgument {
					t.Errorf("%q, %v: %v", name, a, err)
				}
				continue
			}
			_, s := jobtest.Drain(j)
			if !s.OK || a != digest.Unknown && s.Algorithms[0] != a {
				t.Errorf("%q, %v: created %+v", name, a, s)
				continue
			}
			results, s := verifyAll(t, verify.Request{Request: job.Request{Root: root}, Lists: []verify.List{{Path: s.Output}}, KeepAll: true})
			if !s.OK || s.Counts[verdict.OK] != 5 || a != digest.Unknown && results[0].Algorithm != a {
				t.Errorf("%q, %v: verified %+v, %+v", name, a, s, results)
			}
		}
	}
}

func TestTheNameOfTheOutputSaysTheAlgorithm(t *testing.T) {
	for _, tt := range []struct {
		output string
		given  digest.Algorithm
		want   digest.Algorithm
		tagged bool
		reason string
	}{
		{"", digest.Unknown, digest.SHA256, false, ""},
		{"", digest.SHA3_256, digest.SHA3_256, false, ""},
		{"list", digest.Unknown, digest.SHA256, false, ""},
		{"list", digest.SHA512, digest.SHA512, false, ""},
		{"list", digest.SHA512_256, digest.SHA512_256, true, ""},
		{"md5/list.txt", digest.SHA3_512, digest.SHA3_512, true, ""},
		{"d/x.md5", digest.Unknown, digest.MD5, false, ""},
		{"SHA3-256SUMS", digest.Unknown, digest.SHA3_256, false, ""},
		{"x.sha3-256", digest.SHA3_256, digest.SHA3_256, false, ""},
		{"SHA3SUMS", digest.Unknown, digest.SHA3_256, false, ""},
		{"SHA3SUMS", digest.SHA3_512, digest.SHA3_512, false, ""},
		{"md5_sha3-256sums", digest.SHA3_256, digest.SHA3_256, false, ""},
		{"md5_sha3-256sums", digest.SHA256, digest.SHA256, true, ""},
		{"md5_sha3-256sums", digest.Unknown, digest.SHA3_256, false, ""},
		{"x.md5", digest.SHA1, 0, false, `the name of output x.md5 says md5, but algorithm is sha1`},
		{"SHA3SUMS", digest.SHA256, 0, false, `the name of output SHA3SUMS says SHA-3, but algorithm is sha256`},
		{"d/x.b3", digest.SHA1, 0, false, `the name of output d/x.b3 says blake3, but algorithm is sha1`},
		{"B3SUMS", digest.Unknown, digest.BLAKE3, false, ""},
		{"B2SUMS", digest.Unknown, digest.BLAKE2b_512, false, ""},
		{"B2SUMS", digest.BLAKE2b_512 - 32, digest.BLAKE2b_512 - 32, false, ""},
		{"x.blake2", digest.BLAKE2b_512 - 32, 0, false, `the name of output x.blake2 says BLAKE2, but algorithm is blake2b-256`},
		{"list", digest.BLAKE3, digest.BLAKE3, true, ""},
		{"list", digest.CRC32, digest.CRC32, true, ""},
		{"d/x.sm3", digest.SHA1, 0, false, `the name of output d/x.sm3 says SM3, but algorithm is sha1`},
		{"SM3SUMS", digest.Unknown, 0, false, `the name of output SM3SUMS says SM3, an algorithm that is not supported (supported: ` + digest.Names() + ")"},
	} {
		c, err := settle(Request{Request: job.Request{Root: "nowhere"}, Algorithms: given(tt.given), Output: tt.output})
		var refused *problem.Error
		if errors.As(err, &refused) || tt.reason != "" {
			if refused == nil || refused.Code != problem.InvalidArgument || refused.Reason != tt.reason {
				t.Errorf("%q, %v: %v, want %s", tt.output, tt.given, err, tt.reason)
			}
			continue
		}
		one := c.targets[0]
		lines, _ := one.writer.Lines(&list.Entry{Name: "a", Algorithm: one.algorithms[0]})
		line := string(lines)
		if !slices.Equal(one.algorithms, []digest.Algorithm{tt.want}) || len(c.targets) != 1 || strings.Contains(line, "(") != tt.tagged {
			t.Errorf("%q, %v: %v, and a line is %q; want %v, tagged %v", tt.output, tt.given, one.algorithms, line, tt.want, tt.tagged)
		}
	}
}
