package verify

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/treetest"
	"github.com/checksig/checksig/go/internal/verdict"
)

// The only listed file contains "in". Its first digest is right.
var severalTests = []struct {
	name   string
	add    func(*list.Entry)
	status verdict.Status
	about  digest.Algorithm
	detail string
}{
	{"one digest", func(*list.Entry) {}, verdict.OK, digest.SHA256, ""},
	{"two digests", func(e *list.Entry) { add(e, "in") }, verdict.OK, digest.SHA256, ""},
	{"two digests, the second differs", func(e *list.Entry) { add(e, "out") }, verdict.Mismatch, digest.MD5, ""},
	{"three digests, the last differs", func(e *list.Entry) { add(e, "in"); add(e, "out") }, verdict.Mismatch, digest.MD5, ""},
	{"size", func(e *list.Entry) { e.SetSize(2) }, verdict.OK, digest.SHA256, ""},
	{"size differs", func(e *list.Entry) { e.SetSize(3) }, verdict.Mismatch, digest.SHA256, "size is 2 bytes, expected 3"},
	{"size of 0 differs", func(e *list.Entry) { e.SetSize(0) }, verdict.Mismatch, digest.SHA256, "size is 2 bytes, expected 0"},
	{"digest and size differ", func(e *list.Entry) { add(e, "out"); e.SetSize(3) }, verdict.Mismatch, digest.MD5, ""},
}

func add(e *list.Entry, text string) {
	e.AddDigest(list.Digest{Algorithm: digest.MD5, Hex: fmt.Sprintf("%X", md5.Sum([]byte(text)))})
}

func TestAFileMustHaveAllListedDigestsAndTheListedSize(t *testing.T) {
	root := rootOf(t, "a=in")
	for _, tt := range severalTests {
		t.Run(tt.name, func(t *testing.T) {
			p := planOf(t, treetest.SHA256("in")+"  a\n")
			tt.add(&p.sources[0].Entries[0])
			results, s := within(t, p, true, func(ctx context.Context, j *job.Job, c *comparison) error {
				return hashing.Run(ctx, root, c, hashing.Options{Workers: 1}, j.Share, &j.Meter)
			})
			if s.Err != nil || len(results) != 1 {
				t.Fatalf("error %v, results %+v", s.Err, results)
			}
			r := results[0]
			if r.Status != tt.status || r.Algorithm != tt.about || r.Detail != tt.detail || r.Fails != (tt.status != verdict.OK) || r.Size != 2 {
				t.Errorf("got %+v, want %v about %v, %q", r, tt.status, tt.about, tt.detail)
			}
		})
	}
}

// Two files of the published collision have the same SHA-1, whatever follows in both. Each
// is a mismatch if attacks are detected, with every list of its SHA-1.
func TestAFileOfACollisionAttackIsAMismatchIfAsked(t *testing.T) {
	const detail = "the file is part of a collision attack on SHA-1"
	files := map[string]string{"good": "good"}
	for i := range 2 {
		prefix, err := os.ReadFile(fmt.Sprintf("testdata/shattered-%d.bin", i+1))
		if err != nil {
			t.Fatal(err)
		}
		files[fmt.Sprintf("short%d", i)] = string(prefix)
		files[fmt.Sprintf("long%d", i)] = string(prefix) + strings.Repeat("the same end\n", 30_000)
	}
	dir := t.TempDir()
	var sha1sums, both, sha256sums string
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("SHA1 (%s) = %x\n", name, sha1.Sum([]byte(content)))
		sha1sums += line
		both += line + "SHA256 (" + name + ") = " + treetest.SHA256(content) + "\n"
		sha256sums += treetest.SHA256(content) + "  " + name + "\n"
	}
	if sha1.Sum([]byte(files["long0"])) != sha1.Sum([]byte(files["long1"])) || files["long0"] == files["long1"] {
		t.Fatal("these files don't collide")
	}
	for _, tt := range []struct {
		name, text string
		attacks    bool
		want       int64 // mismatches
	}{
		{"not asked", sha1sums, false, 0},
		{"asked", sha1sums, true, 4},
		{"beside SHA-256", both, true, 4},
		{"SHA-256 alone", sha256sums, true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			results, s := run(t, Request{Request: job.Request{Root: dir}, Lists: []List{{Path: "list", Content: []byte(tt.text)}}, Attacks: tt.attacks, KeepAll: true})
			if s.Counts[verdict.Mismatch] != tt.want || s.OK != (tt.want == 0) {
				t.Errorf("%+v", s)
			}
			for _, r := range results {
				if r.Status == verdict.Mismatch && (r.Detail != detail || r.Algorithm != digest.SHA1 || r.Actual != "" || r.Path == "good") {
					t.Errorf("%+v", r)
				}
			}
		})
	}
}

// A file is only as badly protected as its best digest.
func TestAWeakDigestBesideAStrongOneIsNotWarnedOf(t *testing.T) {
	md5Line := fmt.Sprintf("%x  a\n", md5.Sum([]byte("in")))
	for _, tt := range []struct {
		name string
		text string
		more *list.Digest // of the last entry
		want []digest.Algorithm
	}{
		{"strong", treetest.SHA256("in") + "  a\n", nil, nil},
		{"weak", md5Line, nil, []digest.Algorithm{digest.MD5}},
		{"weak, and strong as well", md5Line, &list.Digest{Algorithm: digest.SHA256, Hex: treetest.SHA256("in")}, nil},
		{"two weak ones", md5Line, &list.Digest{Algorithm: digest.SHA1}, []digest.Algorithm{digest.MD5, digest.SHA1}},
		{"strong beside an entry that is weak", treetest.SHA256("in") + "  a\n" + md5Line, nil, []digest.Algorithm{digest.MD5}},
	} {
		entries := planOf(t, tt.text).sources
		if tt.more != nil {
			last := entries[0].Entries
			last[len(last)-1].AddDigest(*tt.more)
		}
		if got := weakAlgorithms(entries); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
