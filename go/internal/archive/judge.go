package archive

import (
	"encoding/hex"
	"strings"
	"sync/atomic"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/tree"
	"github.com/checksig/checksig/go/internal/verdict"
)

// judge returns the verdict on a file that is recorded. Times are only compared for equality:
// clocks may run backwards.
func (c *comparison) judge(known *Record, o *hashing.Outcome) verdict.Result {
	r := verdict.Result{Path: known.Name, Size: o.Size, Algorithm: c.Algorithms[0]}
	if r.Status, r.Detail = verdict.Of(o.Err); r.Status != verdict.OK {
		r.Expected = hex.EncodeToString([]byte(known.Sums[:r.Algorithm.Size()]))
		return r
	}
	r.Algorithm, r.Expected, r.Actual = differing(c.Algorithms, known.Sums, o)
	isSame := r.Expected == r.Actual
	isTouched := o.After.Size != known.Size || o.After.ModTime != known.ModTime
	switch {
	case isSame && o.After == known.Info:
		return r
	case isSame:
	case isTouched:
		r.Status = verdict.Modified
	default:
		r.Status = verdict.Rotten
	}
	r.Found = &verdict.Found{Info: o.After, Sums: sums(c.Algorithms, o)}
	return r
}

// added returns the result on a file that is not recorded.
func (c *comparison) added(name string, o *hashing.Outcome) verdict.Result {
	r := verdict.Result{Path: name, Size: o.Size, Algorithm: c.Algorithms[0]}
	if r.Status, r.Detail = verdict.Of(o.Err); r.Status != verdict.OK {
		return r
	}
	r.Status = verdict.Added
	r.Actual = hex.EncodeToString(o.Sum(r.Algorithm))
	r.Found = &verdict.Found{Info: o.After, Sums: sums(c.Algorithms, o)}
	return r
}

// differing returns the first algorithm whose digest is not the recorded one, with both in
// hex; without a difference the first of all.
func differing(algorithms []digest.Algorithm, known string, o *hashing.Outcome) (a digest.Algorithm, expected, actual string) {
	for _, a = range algorithms {
		if sum := known[:a.Size()]; sum != string(o.Sum(a)) {
			return a, hex.EncodeToString([]byte(sum)), hex.EncodeToString(o.Sum(a))
		}
		known = known[a.Size():]
	}
	a = algorithms[0]
	expected = hex.EncodeToString(o.Sum(a))
	return a, expected, expected
}

// sums returns all digests in hex, one after another.
func sums(algorithms []digest.Algorithm, o *hashing.Outcome) string {
	var b strings.Builder
	for _, a := range algorithms {
		b.WriteString(hex.EncodeToString(o.Sum(a)))
	}
	return b.String()
}

// moved returns the result on a file that has another name now. It was not read if its digests
// are not given.
func moved(known *Record, name string, info tree.Info, sums string) verdict.Result {
	found := &verdict.Found{Info: info, Sums: sums, Name: name}
	return verdict.Result{Path: known.Name, Status: verdict.Moved, Size: info.Size, Found: found}
}

// counts are those of results that several goroutines find.
type counts [len(verdict.Counts{})]atomic.Int64

func (c *counts) add(s verdict.Status) { c[s].Add(1) }

func (c *counts) all() (all verdict.Counts) {
	for i := range c {
		all[i] = c[i].Load()
	}
	return all
}

// unhex returns the bytes of digests in hex.
func unhex(text string) string {
	b, err := hex.DecodeString(text)
	if err != nil {
		panic(err) // impossible: sums has made it
	}
	return string(b)
}
