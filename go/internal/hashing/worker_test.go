package hashing

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/multibuffer"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

// withEveryKernel runs a test with each kernel, and with the automatic choice.
func withEveryKernel(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Cleanup(func() { multibuffer.Select("auto") })
	for _, name := range append(multibuffer.Kernels(), "auto") {
		if err := multibuffer.Select(name); err != nil {
			t.Fatal(err)
		}
		t.Run(name, test)
	}
}

// withEveryPace runs a test as if on fast, slow and seeking storage.
func withEveryPace(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	slow, fast, seek := slowFetch, fastFetch, seekFetch
	t.Cleanup(func() { slowFetch, fastFetch, seekFetch = slow, fast, seek })
	slowFetch, fastFetch, seekFetch = time.Hour, 0, time.Hour
	t.Run("fast", test)
	slowFetch = 0
	t.Run("slow", test)
	seekFetch = 0
	t.Run("seeking", test)
}

// sizes returns sizes around the ends of a block, of its padding, of a lane's buffer
// and of the memory of all lanes.
func sizes() []int {
	var all []int
	half := multibuffer.MaxLanes * laneStride
	for _, edge := range []int{0, 55, 64, 111, 128, 4096, laneSize, 2 * laneSize, 3 * laneSize, half - paddingRoom, 2 * half, 3*half + laneSize} {
		for _, size := range []int{edge - 1, edge, edge + 1} {
			all = append(all, max(size, 0))
		}
	}
	return all
}

// makeSized creates files of these sizes and returns their contents and names.
func makeSized(t *testing.T, sizes []int) (*tree.Root, [][]byte, []string) {
	t.Helper()
	random := rand.NewChaCha8([32]byte{1})
	directory := treetest.Make(t)
	var contents [][]byte
	var names []string
	for i, size := range sizes {
		content := make([]byte, size)
		random.Read(content)
		contents, names = append(contents, content), append(names, fmt.Sprint(i))
		if err := os.WriteFile(filepath.Join(directory, names[i]), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := tree.Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root, contents, names
}

func checkSums(t *testing.T, contents [][]byte, outcomes []outcome, algorithm func(int) digest.Algorithm) {
	t.Helper()
	for i, o := range outcomes {
		h := algorithm(i).New()
		h.Write(contents[i])
		if o.Err != nil || !bytes.Equal(o.Sum, h.Sum(nil)) || o.Size != int64(len(contents[i])) {
			t.Errorf("%v of %d bytes: %+v", algorithm(i), len(contents[i]), o)
		}
	}
}

func TestFilesDigestedTogetherHaveTheDigestsOfTheStandardLibrary(t *testing.T) {
	order := rand.New(rand.NewPCG(1, 2))
	sizes := sizes()
	order.Shuffle(len(sizes), func(i, j int) { sizes[i], sizes[j] = sizes[j], sizes[i] })
	root, contents, names := makeSized(t, sizes)
	all := digest.All()
	choices := map[string]func(int) digest.Algorithm{"mixed": func(i int) digest.Algorithm { return all[i%len(all)] }}
	for _, a := range []digest.Algorithm{digest.MD5, digest.SHA1, digest.SHA256, digest.SHA512, digest.SHA3_256, digest.BLAKE3} {
		choices[a.String()] = func(int) digest.Algorithm { return a }
	}
	withEveryKernel(t, func(t *testing.T) {
		withEveryPace(t, func(t *testing.T) {
			for name, algorithm := range choices {
				t.Run(name, func(t *testing.T) { checkSums(t, contents, readAll(t, root, algorithm, names...), algorithm) })
			}
		})
	})
}

func TestAFileThatIsReadAheadHasTheDigestOfTheStandardLibrary(t *testing.T) {
	sizes := sizes()
	root, contents, names := makeSized(t, sizes)
	withEveryKernel(t, func(t *testing.T) {
		withEveryPace(t, func(t *testing.T) {
			for i := range sizes {
				for _, a := range []digest.Algorithm{digest.MD5, digest.SHA512, digest.SHA3_256, digest.BLAKE3} {
					algorithm := func(int) digest.Algorithm { return a }
					checkSums(t, contents[i:i+1], readAll(t, root, algorithm, names[i]), algorithm)
				}
			}
		})
	})
}

func TestFilesOnARotatingDiskTakeTurns(t *testing.T) {
	sizes := sizes()
	root, contents, names := makeSized(t, sizes)
	algorithm := func(int) digest.Algorithm { return digest.SHA256 }
	withEveryPace(t, func(t *testing.T) {
		f := newFiles(algorithm, names...)
		r := testRun(root, f, 4, true)
		if err := r.work(t.Context()); err != nil {
			t.Fatal(err)
		}
		checkSums(t, contents, f.outcomes, algorithm)
		if r.turns.isGiven() {
			t.Error("a turn was not given back")
		}
	})
}

func TestAFileThatChangesDoesNotAffectTheOtherLanes(t *testing.T) {
	const count, size = 12, 8 << 20
	root, contents, names := makeSized(t, slices.Repeat([]int{size}, count))
	file := filepath.Join(root.Path(), names[count-1])
	algorithm := func(int) digest.Algorithm { return digest.MD5 }
	shorter := digest.MD5.New()
	shorter.Write(contents[count-1][:size/2])
	withEveryKernel(t, func(t *testing.T) {
		for range 20 { // on a busy machine the file may be read before it is truncated
			outcomes := readWhile(t, root, newFiles(algorithm, names...), func() error { return os.Truncate(file, size/2) })
			checkSums(t, contents[:count-1], outcomes[:count-1], algorithm)
			if err := os.WriteFile(file, contents[count-1], 0o644); err != nil {
				t.Fatal(err)
			}
			var unread *ReadError
			last := outcomes[count-1]
			if errors.As(last.Err, &unread) && unread.Changed || bytes.Equal(last.Sum, shorter.Sum(nil)) {
				return // it was truncated while or before it was read
			}
		}
		t.Error("the truncated file always has its old digest")
	})
}

// readWhile reads files with one worker, and calls do after the first bytes.
func readWhile(t *testing.T, root *tree.Root, f *files, do func() error) []outcome {
	t.Helper()
	r := testRun(root, f, 1, false)
	done := make(chan error, 1)
	go func() {
		for r.meter.Bytes.Load() == 0 {
			runtime.Gosched()
		}
		done <- do()
	}()
	if err := errors.Join(r.work(t.Context()), <-done); err != nil {
		t.Fatal(err)
	}
	return f.outcomes
}

func TestWorkersNeedOnlyAFewDescriptors(t *testing.T) {
	root, contents, names := makeSized(t, slices.Repeat([]int{3 * laneSize}, 40))
	algorithm := func(int) digest.Algorithm { return digest.MD5 }
	withEveryKernel(t, func(t *testing.T) {
		withEveryPace(t, func(t *testing.T) {
			for _, rotates := range []bool{false, true} {
				f := newFiles(algorithm, names...)
				restore := leaveDescriptors(t, 3)
				err := testRun(root, f, 2, rotates).work(t.Context())
				restore()
				if err != nil {
					t.Fatal(err)
				}
				checkSums(t, contents, f.outcomes, algorithm)
			}
		})
	})
}

func TestAPanicFailsItsFileAndTheWorkerContinues(t *testing.T) {
	root := rootOf(t, "a=in")
	algorithms := []digest.Algorithm{digest.SHA256, digest.Unknown, digest.SHA256, digest.SHA3_256}
	for i, o := range readAll(t, root, func(i int) digest.Algorithm { return algorithms[i] }, "a", "a", "a", "a") {
		if algorithms[i] == digest.Unknown {
			if o.Err == nil || !strings.HasPrefix(o.Err.Error(), "internal error") {
				t.Errorf("read without an algorithm = %+v", o)
			}
		} else if o.Err != nil {
			t.Errorf("read number %d = %+v", i, o)
		}
	}
}

func TestSeveralDigestsOfAFileAreComputedInOneRead(t *testing.T) {
	sizes := sizes()
	root, contents, names := makeSized(t, sizes)
	for a, also := range map[digest.Algorithm]digest.Set{
		digest.MD5:      digest.SetOf(digest.SHA1, digest.SHA3_512, digest.SHA512_256, digest.BLAKE3, digest.CRC32),
		digest.SHA3_256: digest.SetOf(digest.BLAKE3, digest.CRC32),
		digest.SHA224:   digest.SetOf(digest.MD5, digest.SHA1, digest.SHA256, digest.SHA384, digest.SHA512, digest.SHA512_224, digest.SHA512_256),
		digest.SHA1:     digest.SetOf(digest.MD5, digest.SHA256),
	} {
		algorithm := func(int) digest.Algorithm { return a }
		test := func(t *testing.T) {
			f := newFiles(algorithm, names...)
			f.also = func(int) digest.Set { return also }
			r := testRun(root, f, 2, false)
			if err := r.work(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkSums(t, contents, f.outcomes, algorithm)
			total := 0
			for i, content := range contents {
				total += len(content)
				checkAlso(t, content, also, f.outcomes[i].also)
			}
			if read := r.meter.Bytes.Load(); read != int64(total) {
				t.Errorf("read %d bytes, want %d", read, total)
			}
		}
		withEveryPace(t, test)
		withEveryKernel(t, test)
	}
}

// Files of one job can have different digests, so that the lanes of a worker have
// different kernels.
func TestFilesWithDifferentSetsOfDigestsAreDigestedTogether(t *testing.T) {
	root, contents, names := makeSized(t, sizes())
	all := []digest.Algorithm{digest.MD5, digest.SHA1, digest.SHA256, digest.SHA512, digest.SHA3_256}
	withEveryKernel(t, func(t *testing.T) {
		f := newFiles(func(i int) digest.Algorithm { return all[i%len(all)] }, names...)
		f.also = func(i int) digest.Set { return digest.SetOf(all[i*7%5], all[i*3/2%5]) }
		if err := testRun(root, f, 2, false).work(t.Context()); err != nil {
			t.Fatal(err)
		}
		checkSums(t, contents, f.outcomes, f.algorithm)
		for i, content := range contents {
			checkAlso(t, content, f.also(i), f.outcomes[i].also)
		}
	})
}

func checkAlso(t *testing.T, content []byte, also digest.Set, sums [][]byte) {
	t.Helper()
	for a := range also.All() {
		h := a.New()
		h.Write(content)
		if !bytes.Equal(sums[0], h.Sum(nil)) {
			t.Errorf("%v of %d bytes: %x", a, len(content), sums[0])
		}
		sums = sums[1:]
	}
}

func TestAFileAsLongAsAllThatIsLeftHasItsWorkerAlone(t *testing.T) {
	for _, tt := range []struct {
		name           string
		size           int64
		workers, files int
		average        int64 // bytes of those that were read
		want           bool
	}{
		{"not a large file", 0, 2, 100, 1 << 20, false},
		{"much is left", largeFile, 2, 1000, 1 << 20, false},
		{"little is left", 64 << 20, 2, 100, 1 << 20, true},
		{"exactly as much", 50 << 20, 2, 100, 1 << 20, true},
		{"a little less", 49 << 20, 2, 100, 1 << 20, false},
		{"as much for each of the others", 50 << 20, 3, 200, 1 << 20, true},
		{"no others", 1 << 40, 1, 100, 1 << 20, false},
	} {
		const begun = 10
		r := testRun(rootOf(t), numbered(begun+tt.files), tt.workers, false)
		r.agenda.begun.Store(begun)
		r.meter.Bytes.Store(10 * tt.average)
		r.meter.Files.Store(10)
		w := newWorker(r, false)
		w.begin(Next{Number: 0, Size: tt.size})
		if got := w.alone != nil; got != tt.want {
			t.Errorf("%s: alone is %v, want %v", tt.name, got, tt.want)
		}
		if w.width = 4; w.alone != nil {
			if w.fill(t.Context()); len(w.active) != 1 {
				t.Errorf("%s: %d files are under way", tt.name, len(w.active))
			}
		}
		w.leave()
	}
}
