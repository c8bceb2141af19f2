package difference

import (
	"context"
	"iter"
	"slices"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/exclude"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/verdict"
	"github.com/checksig/checksig/go/internal/verify"
)

// reading is how one of the lists is read: as a whole, or as a stream of entries that are
// sorted by name and not kept.
type reading struct {
	one     *verify.One
	exclude *exclude.Rules // nil: nothing is left out
	whole   bool           // it is not sorted, or no text
	stream  *stream        // nil if it is read as a whole

	sorted   *sorted    // what is to be compared of a list that was read as a whole
	metered  int64      // entries that a stream has added to the progress
	list     *list.List // nil before it has been read to its end
	err      error      // why it can't be
	left     int        // names that are not excluded
	excluded int        // entries that are
}

// begin reads a list as a whole, if that is to be and was not done, or starts a stream.
func (r *reading) begin(ctx context.Context, j *job.Job) {
	if r.sorted != nil {
		return
	}
	j.Meter.Files.Add(-r.metered)
	r.err, r.left, r.excluded, r.metered = nil, 0, 0, 0
	if !r.whole {
		r.stream = startStream(ctx, j, r)
		return
	}
	r.err = j.Call(ctx, func() (err error) { r.list, err = r.one.Read(ctx); return err })
	if r.err == nil {
		j.Meter.Files.Add(int64(len(r.list.Entries)))
		r.sorted = sort(r.wanted())
	}
}

// wanted returns what is to be compared of a list that was read as a whole.
func (r *reading) wanted() *Entries {
	e := Of(r.list)
	isOut := func(one list.Entry) bool { return !r.takes(&one, Clean(one.Name)) }
	if r.exclude == nil {
		r.left = e.Len()
		return e
	}
	r.list.Entries = slices.DeleteFunc(r.list.Entries, isOut)
	e.rest = slices.DeleteFunc(e.rest, isOut)
	return e
}

// takes reports whether a name is to be compared, and counts it.
func (r *reading) takes(e *list.Entry, name string) bool {
	if r.exclude != nil && r.exclude.Excludes(name) {
		if e.Algorithm != digest.Unknown {
			r.excluded++
		}
		return false
	}
	r.left++
	return true
}

// cursor returns what goes through the list.
func (r *reading) cursor() *cursor {
	if r.stream != nil {
		return r.stream.cursor()
	}
	return r.sorted.cursor()
}

// settle reads the list to its end, and reports whether that must be done again, as a whole.
func (r *reading) settle() (again bool) {
	if r.stream == nil {
		return false
	}
	r.stream.drain()
	r.err = r.stream.wait()
	if r.whole = r.stream.unsorted; r.whole {
		r.err = nil
	}
	return r.whole
}

// leave ends the stream, if it has not ended.
func (r *reading) leave() {
	if r.stream == nil {
		return
	}
	r.stream.beside.Leave()
	r.list, r.stream = r.stream.list, nil
}

// malformed yields the results on the lines that are no entries. A name with a digest of an
// algorithm that is not supported is compared.
func (r *reading) malformed() iter.Seq[verdict.Result] {
	return func(yield func(verdict.Result) bool) {
		for one := range r.one.NoEntries(r.list) {
			if one.Status == verdict.Malformed && !yield(one) {
				return
			}
		}
	}
}
