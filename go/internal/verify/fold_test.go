package verify

import (
	"crypto/md5"
	"crypto/sha1"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/jobtest"
	"github.com/checksig/checksig/go/internal/treetest"
)

func md5Line(content, name string) string {
	return fmt.Sprintf("%x  %s\n", md5.Sum([]byte(content)), name)
}
func sha1Line(content, name string) string {
	return fmt.Sprintf("SHA1 (%s) = %x\n", name, sha1.Sum([]byte(content)))
}

// bytesRead verifies, and returns how much was read.
func bytesRead(t *testing.T, r Request) (results []string, bytes int64, s *job.Summary) {
	t.Helper()
	j, err := Start(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	all, s := jobtest.Drain(j)
	for _, r := range all {
		results = append(results, fmt.Sprintf("%s:%d %s %v", r.Manifest[max(0, len(r.Manifest)-6):], r.Line, r.Path, r.Status))
	}
	return results, j.Meter.Bytes.Load(), s
}

// A file is read once, however many entries name it, in one list or in several. Each entry
// has its verdict, in the order of the lists.
func TestAFileIsReadOnce(t *testing.T) {
	sha256Line := treetest.SHA256("hello") + "  "
	for _, tt := range []struct {
		name  string
		lists []string
		read  int64
		want  []string
	}{
		{"in several lists", []string{md5Line("hello", "a"), sha256Line + "a\n"}, 5, nil},
		{"spelt in several ways", []string{md5Line("hello", "./d/../a"), sha256Line + "./a\n", sha256Line + ".//a\n"}, 10, nil},
		{"by several algorithms", []string{sha1Line("hello", "a") + sha256Line + "a\n" + md5Line("hello", "a")}, 5, nil},
		{"in one list of one algorithm", []string{sha256Line + "a\n" + sha256Line + "a\n"}, 10, nil},
		{"with other digests", []string{md5Line("hello", "a"), treetest.SHA256("x") + "  a\n" + sha256Line + "b\n"}, 10, []string{"/1.txt:1 a mismatch"}},
		{"missing", []string{md5Line("x", "gone"), sha256Line + "gone\n"}, 0, []string{"/0.txt:1 gone missing", "/1.txt:1 gone missing"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := treetest.Make(t, "a=hello", "b=hello", "d/")
			r := Request{Request: job.Request{Root: root}}
			for i, text := range tt.lists {
				r.Lists = append(r.Lists, List{Path: fmt.Sprintf("%s/%d.txt", root, i), Content: []byte(text)})
			}
			results, bytes, s := bytesRead(t, r)
			if bytes != tt.read || !slices.Equal(results, tt.want) || s.OK != (tt.want == nil) {
				t.Errorf("read %d bytes, want %d; %q, want %q; %v", bytes, tt.read, results, tt.want, s.Err)
			}
		})
	}
}

// Verdicts and their order are those of reading each file for each entry.
func TestReadingOnceChangesNoVerdict(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	root := treetest.Make(t, "a=hello", "b=other", "c=", "d/e=hello", "l -> a", "m -> d")
	names := []string{"a", "./a", "b", "c", "d/e", "d//e", "d/../a", "l", "gone", "d", "../x", "/x", "a/", "m/../b", "m/e"}
	contents := []string{"hello", "hello", "other", ""}
	line := func() string {
		content, name := contents[random.IntN(len(contents))], names[random.IntN(len(names))]
		switch random.IntN(3) {
		case 0:
			return md5Line(content, name)
		case 1:
			return sha1Line(content, name)
		}
		return treetest.SHA256(content) + "  " + name + "\n"
	}
	for range 200 {
		together, alone := Request{Request: job.Request{Root: root}, KeepAll: true}, []string{}
		for range 1 + random.IntN(3) {
			text := ""
			for range 1 + random.IntN(40) {
				l := line()
				text += l
				results, _ := run(t, Request{Request: job.Request{Root: root}, Lists: []List{{Path: "one", Content: []byte(l)}}, KeepAll: true})
				alone = append(alone, jobtest.Briefs(results)...)
			}
			together.Lists = append(together.Lists, List{Path: fmt.Sprint(len(together.Lists)), Content: []byte(text)})
		}
		results, _ := run(t, together)
		if got := jobtest.Briefs(results); !slices.Equal(got, alone) {
			t.Fatalf("together %q, alone %q", got, alone)
		}
	}
}
