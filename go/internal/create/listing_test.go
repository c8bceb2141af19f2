package create

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/lists"
	"github.com/checksig/checksig/go/internal/problem"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/treetest"
)

func TestNamesAreSortedHoweverTheyAreAdded(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		l := newListing(&hashing.Meter{}, []digest.Algorithm{digest.SHA256})
		want := map[string]bool{}
		l.out = map[string]bool{}
		for range random.IntN(20) {
			var run []tree.Node
			directory := fmt.Sprintf("%c%c", "ab-/."[random.IntN(5)], 'a'+random.IntN(3))
			for range random.IntN(1 + random.IntN(400)) {
				name := fmt.Sprintf("%s/%d", directory, random.IntN(1000))
				if random.IntN(20) == 0 {
					l.out[name] = true
				}
				want[name] = true
				run = append(run, tree.Node{Name: name, Size: -1})
			}
			slices.SortFunc(run, byName)
			if random.IntN(10) == 0 {
				slices.Reverse(run)
			}
			l.add(run)
		}
		var got, all []string
		for _, i := range l.inOrder() {
			got = append(got, l.name(i))
		}
		for name := range want {
			if !l.out[name] {
				all = append(all, name)
			}
		}
		if slices.Sort(all); !slices.Equal(all, got) {
			t.Fatalf("seed %d: %d names in order, want %d", seed, len(got), len(all))
		}
	}
}

func TestMayBeNamesWhateverAmongReturns(t *testing.T) {
	entry := treetest.SHA256("1") + "  a\n"
	root := open(t, treetest.Make(t, "SHA256SUMS="+entry, "SHA256SUMS.asc=s", "d/own=o", "d/own.sig=s", "d/SHA1SUMS="+entry, "d/x.asc=s",
		"x.asc=s", "own.list.sigstore.json=s", "B3SUMS="+entry, "SM3SUMS="+entry, "a.md5="+entry, "a=1"))
	known := map[string]bool{"d/own": true, "own.list": true}
	var names []string
	if err := root.Walk(t.Context(), tree.Alone(), tree.Each(func(n tree.Node) error { names = append(names, n.Name); return nil }), nil); err != nil {
		t.Fatal(err)
	}
	found := lists.Among(t.Context(), root, names, "d/own", "own.list")
	for _, name := range names {
		if is := slices.Contains(found, name); is && !known[name] && !lists.MayBe(name, known) {
			t.Errorf("%s is a list or a signature, and MayBe says it can't be", name)
		}
	}
	if len(found) < 7 || lists.MayBe("a", known) || lists.MayBe("d/SHA1SUMS", known) || lists.MayBe("d/x.asc", known) {
		t.Errorf("found %q", found)
	}
}

// The error of the search comes first, then that of the reading.
func TestTheErrorOfASearchOrAPanicEndsTheReading(t *testing.T) {
	failure := problem.New(problem.NoFiles, "nothing")
	for name, tt := range map[string]struct {
		find func() error
		want error
	}{
		"an error": {func() error { return failure }, failure},
		"a panic":  {func() error { panic("broken") }, problem.Panicked("broken")},
	} {
		root := open(t, treetest.Make(t, "a=1"))
		j, err := job.Start(t.Context(), func(ctx context.Context, j *job.Job) (s job.Summary, err error) {
			l := newListing(&j.Meter, []digest.Algorithm{digest.SHA256})
			return s, l.fill(ctx, j, root, hashing.Options{Workers: 2}, func(context.Context, *listing, func()) error {
				l.add([]tree.Node{{Name: "a", Size: -1}})
				time.Sleep(2 * firstWait)
				return tt.find()
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		for {
			if b := j.Next(time.Second); b.Summary != nil {
				if got := b.Summary.Err; got == nil || got.Error() != tt.want.Error() {
					t.Errorf("%s: got %v, want %v", name, got, tt.want)
				}
				break
			}
		}
	}
}
