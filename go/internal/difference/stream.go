package difference

import (
	"context"
	"errors"
	"sync"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
)

// stream is a list whose entries are handed over, in chunks, while it is read. It breaks
// off at the first one that is not in the order of names.
type stream struct {
	chunks chan []named
	beside job.Beside
	wait   func() error // waits for the end, and returns why the list was not read to its own

	// To be read after the end.
	list     *list.List // but for its entries; nil if it was not read to its end
	unsorted bool

	of      *reading
	next    []named
	last    string // the name of the last entry
	counted int64  // entries
}

const chunksAhead = 4 // that wait to be compared

func startStream(ctx context.Context, j *job.Job, r *reading) *stream {
	s := &stream{of: r, chunks: make(chan []named, chunksAhead)}
	s.wait = sync.OnceValue(s.beside.Wait)
	s.beside.Begin(ctx, func(ctx context.Context) error {
		defer close(s.chunks)
		return j.Call(ctx, func() error { return s.read(ctx, j) })
	})
	return s
}

func (s *stream) read(ctx context.Context, j *job.Job) error {
	l, err := s.of.one.Each(ctx, func(e list.Entry) error { return s.add(ctx, j, e) })
	if err == nil {
		err = s.send(ctx, j)
	}
	if err == nil {
		s.list = l
	}
	return err
}

var errUnsorted = errors.New("the list is not sorted by name")

func (s *stream) add(ctx context.Context, j *job.Job, e list.Entry) error {
	if e.Algorithm != digest.Unknown {
		s.counted++
	}
	name := Clean(e.Name)
	if !s.of.takes(&e, name) {
		return nil
	}
	if name < s.last {
		s.unsorted = true
		return errUnsorted
	}
	s.last = name
	if s.next == nil {
		s.next = make([]named, 0, chunk)
	}
	if s.next = append(s.next, named{name, e}); len(s.next) < chunk {
		return nil
	}
	return s.send(ctx, j)
}

// send hands over the entries that were read since the last time.
func (s *stream) send(ctx context.Context, j *job.Job) error {
	j.Meter.Files.Add(s.counted - s.of.metered)
	s.of.metered = s.counted
	if len(s.next) == 0 {
		return nil
	}
	select {
	case s.chunks <- s.next:
		s.next = nil
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *stream) cursor() *cursor {
	return &cursor{borrows: true, more: func() ([]named, bool) {
		if all, ok := <-s.chunks; ok {
			return all, true
		}
		return nil, s.wait() == nil
	}}
}

// drain reads on to the end, without a use for it.
func (s *stream) drain() {
	for range s.chunks {
	}
}
