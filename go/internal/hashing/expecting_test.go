package hashing

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
)

// expecting is work of one file that is expected to be what Expects says.
type expecting struct {
	*files
	asked   int
	expects func(*Outcome) bool
}

func (e *expecting) Expects(_ int, o *Outcome) bool {
	e.asked++
	return e.expects(o)
}

func TestAFileOfOtherDigestsThanExpectedIsReadAgainWithCare(t *testing.T) {
	for _, tt := range []struct {
		name    string
		content string
		expects bool
		after   func(path string) error // what happens before the file is read again
		asked   int
		want    string // the content that is digested in the end
		missing bool
	}{
		{"as expected", "old", true, nil, 1, "old", false},
		{"not as expected", "old", false, nil, 1, "old", false},
		{"changed meanwhile", "old", false, func(p string) error { return os.WriteFile(p, []byte("newer"), 0o600) }, 1, "newer", false},
		{"removed meanwhile", "old", false, os.Remove, 1, "", true},
		{"empty", "", false, nil, 1, "", false},
		{"too long for one read", string(make([]byte, laneSize+1)), false, nil, 0, string(make([]byte, laneSize+1)), false},
		{"as long as one read", string(make([]byte, laneSize)), false, nil, 0, string(make([]byte, laneSize)), false},
	} {
		root := rootOf(t)
		path := filepath.Join(root.Path(), "f")
		if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		work := &expecting{files: newFiles(func(int) digest.Algorithm { return digest.SHA256 }, "f")}
		work.expects = func(o *Outcome) bool {
			if sum := sha256.Sum256([]byte(tt.content)); string(sum[:]) != string(o.Sum(digest.SHA256)) {
				t.Errorf("%s: asked about %x", tt.name, o.Sum(digest.SHA256))
			}
			if tt.after != nil {
				if err := tt.after(path); err != nil {
					t.Fatal(err)
				}
			}
			return tt.expects
		}
		r := testRun(root, work, 1, false)
		if err := r.work(t.Context()); err != nil {
			t.Fatal(err)
		}
		o := work.outcomes[0]
		if work.asked != tt.asked {
			t.Errorf("%s: asked %d times, want %d", tt.name, work.asked, tt.asked)
		}
		if tt.missing {
			if !errors.Is(o.Err, os.ErrNotExist) {
				t.Errorf("%s: read = %+v", tt.name, o)
			}
			continue
		}
		if sum := sha256.Sum256([]byte(tt.want)); o.Err != nil || string(sum[:]) != string(o.Sum) || o.Size != int64(len(tt.want)) {
			t.Errorf("%s: read = %+v", tt.name, o)
		}
		if read := r.meter.Bytes.Load(); read != int64(len(tt.want)) || r.share.Files() != 0 {
			t.Errorf("%s: %d bytes counted, %d files open", tt.name, read, r.share.Files())
		}
	}
}
