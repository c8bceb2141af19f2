package hashing

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/tree"
)

func blake3Of(int) digest.Algorithm { return digest.BLAKE3 }

// withCPUs runs a test as on a machine with this number of CPUs.
func withCPUs(t *testing.T, n int, test func(t *testing.T)) {
	t.Helper()
	before := cpus
	cpus = n
	defer func() { cpus = before }()
	test(t)
}

func TestSeveralGoroutinesDigestALargeFile(t *testing.T) {
	var sizes []int
	for _, edge := range []int{subtreesFrom + laneSize, 16 * subtreeSize, 5<<20 + 3*laneSize} {
		for _, more := range []int{-subtreeSize, -1025, -1, 0, 1, 1024, laneSize} {
			sizes = append(sizes, edge+more)
		}
	}
	root, contents, names := makeSized(t, sizes)
	for _, workers := range []int{1, 2, 3, 16, 64} {
		withCPUs(t, workers, func(t *testing.T) {
			for i, name := range names {
				f := newFiles(blake3Of, name)
				r := testRun(root, f, workers, false)
				if err := r.work(t.Context()); err != nil {
					t.Fatal(err)
				}
				checkSums(t, contents[i:i+1], f.outcomes, blake3Of)
				if got := r.meter.Bytes.Load(); got != int64(sizes[i]) {
					t.Errorf("read %d bytes of %d", got, sizes[i])
				}
				if got := r.share.Files(); got != 0 {
					t.Errorf("%d files stay open", got)
				}
			}
		})
	}
}

// aLargeFile returns a run of one large file, and its path.
func aLargeFile(t *testing.T, size int64) (r *run, f *files, path string) {
	t.Helper()
	directory := t.TempDir()
	path = filepath.Join(directory, "large")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	root, err := tree.Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	f = newFiles(blake3Of, "large")
	return testRun(root, f, 4, false), f, path
}

func TestALargeFileThatBecomesShorterFails(t *testing.T) {
	const size = 256 << 20
	withCPUs(t, 4, func(t *testing.T) {
		for range 20 { // on a busy machine the file may be read before it is truncated
			r, f, path := aLargeFile(t, size)
			done := make(chan error, 1)
			go func() {
				for r.meter.Bytes.Load() < 1<<20 {
				}
				done <- os.Truncate(path, size/2)
			}()
			if err := errors.Join(r.work(t.Context()), <-done); err != nil {
				t.Fatal(err)
			}
			var unread *ReadError
			if errors.As(f.outcomes[0].Err, &unread) && unread.Changed {
				return
			}
		}
		t.Error("a file that becomes shorter never fails")
	})
}

func TestALargeFileIsGivenUpWhenTheRunEnds(t *testing.T) {
	withCPUs(t, 4, func(t *testing.T) {
		const size = 1 << 30
		r, _, _ := aLargeFile(t, size)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for r.meter.Bytes.Load() < 4<<20 {
			}
			cancel()
		}()
		if err := r.work(ctx); err == nil {
			t.Error("the run ended without an error")
		}
		if r.share.Files() != 0 || r.meter.Bytes.Load() >= size {
			t.Errorf("%d files stay open after %d bytes", r.share.Files(), r.meter.Bytes.Load())
		}
	})
}
