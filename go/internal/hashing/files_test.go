package hashing

import (
	"bytes"
	"context"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

// files is a Work that keeps its outcomes.
type files struct {
	names     []string
	algorithm func(number int) digest.Algorithm
	also      func(number int) digest.Set // may be nil
	outcomes  []outcome
}

// outcome is a copy of an Outcome.
type outcome struct {
	Sum  []byte
	also [][]byte
	Size int64
	Err  error
}

func newFiles(algorithm func(number int) digest.Algorithm, names ...string) *files {
	return &files{names: names, algorithm: algorithm, outcomes: make([]outcome, len(names))}
}

func (f *files) Count() int                 { return len(f.names) }
func (f *files) Admits(Next) bool           { return true }
func (f *files) Wait(context.Context, Next) {}

func (f *files) File(number int) (string, digest.Set, bool) {
	return f.names[number], f.others(number).With(f.algorithm(number)), true
}

func (f *files) others(number int) digest.Set {
	if f.also == nil {
		return digest.Set{}
	}
	return f.also(number)
}

func (f *files) Done(number int, o Outcome) {
	kept := outcome{Size: o.Size, Err: o.Err, Sum: bytes.Clone(o.Sum(f.algorithm(number)))}
	for a := range f.others(number).All() {
		kept.also = append(kept.also, bytes.Clone(o.Sum(a)))
	}
	f.outcomes[number] = kept
}

// testRun returns a run on a disk that rotates or doesn't. Its share has ended, so
// other tests are not affected.
func testRun(root *tree.Root, w Work, workers int, rotates bool) *run {
	share := holdings.Register()
	share.End()
	r := newRun(root, w, Options{Workers: workers}, share, &Meter{})
	r.turns = newTurns(func() bool { return rotates })
	return r
}

// rootOf creates a tree in the notation of treetest and opens it for the time of the
// test.
func rootOf(t *testing.T, specs ...string) *tree.Root {
	t.Helper()
	root, err := tree.Open(treetest.Make(t, specs...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

// readAll reads files with one worker.
func readAll(t *testing.T, root *tree.Root, algorithm func(int) digest.Algorithm, names ...string) []outcome {
	t.Helper()
	f := newFiles(algorithm, names...)
	if err := testRun(root, f, 1, false).work(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f.outcomes
}

func readOne(t *testing.T, root *tree.Root, name string, a digest.Algorithm) outcome {
	t.Helper()
	return readAll(t, root, func(int) digest.Algorithm { return a }, name)[0]
}
