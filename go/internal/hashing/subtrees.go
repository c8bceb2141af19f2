package hashing

import (
	"context"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/checksig/checksig/go/internal/blake3"
	"github.com/checksig/checksig/go/internal/holdings"
	"github.com/checksig/checksig/go/internal/problem"
)

const (
	// subtreeSize is the size of the subtrees into which a large file of BLAKE3 is cut, a
	// power of two. A core's second-level cache holds one.
	subtreeSize = 128 << 10
	// subtreesFrom is the number of bytes from which several goroutines are worth the time
	// that it takes to start them.
	subtreesFrom = 8 * subtreeSize
)

// subtrees are the pieces of a large file of BLAKE3 that its worker has alone.
// Goroutines read and digest them independently of each other.
type subtrees struct {
	lane *lane
	next atomic.Int64 // offset of the next subtree to read
	stop func()

	adding  sync.Mutex // guards the fields below
	tree    *blake3.Hash
	at      int64 // offset of the next subtree of tree
	waiting map[int64]subtree
	failed  func() // fails the lane; nil if no read has failed
}

type subtree struct {
	value blake3.Value
	size  int64 // in bytes
}

// digestSubtrees digests the rest of the lane's file, except for its last piece, if
// several cores are of use and the run may use them. It reports whether it did.
func (w *worker) digestSubtrees(ctx context.Context, l *lane) bool {
	tree, ok := l.alone.(*blake3.Hash)
	if !ok || !l.also.IsEmpty() || l.before.Size-l.total < subtreesFrom || l.total == 0 || l.total%laneSize != 0 {
		return false
	}
	stride := len(w.memory) / min(w.run.workers, cpus, len(w.memory)/(subtreeSize+paddingRoom))
	others := 0
	for (others+2)*stride <= len(w.memory) && w.run.share.TakeWorker() {
		others++
	}
	if others == 0 {
		return false
	}
	tree.Write(l.front.bytes())
	l.front.from, l.front.to = 0, 0
	s := &subtrees{lane: l, tree: tree, at: l.total, waiting: map[int64]subtree{}}
	s.next.Store(l.total)
	s.run(ctx, w, others+1, stride)
	for range others {
		w.run.share.ReturnWorker()
	}
	return true
}

// run runs the goroutines, and leaves the lane where its file goes on. A panic or a
// failure in one goroutine ends them all.
func (s *subtrees) run(ctx context.Context, w *worker, goroutines, stride int) {
	within, stop := context.WithCancel(ctx)
	defer stop()
	s.stop = stop
	var started atomic.Int64
	err := inParallel(within, goroutines, func() {
		defer stopOnPanic(stop)
		s.work(within, w.run.share, w.part((int(started.Add(1))-1)*stride, stride).memory)
	})
	switch {
	case s.failed != nil:
		s.failed()
	case err != nil && ctx.Err() == nil:
		panic(err)
	case err == nil:
		s.lane.total = s.at
		if err := s.lane.file.Continue(s.at); err != nil {
			s.lane.fail(s.lane.before.Size, &ReadError{Reason: problem.Reason(err)})
		}
	}
}

// work reads and digests subtrees. It leaves the last piece of the file, which may be
// the root.
func (s *subtrees) work(ctx context.Context, share *holdings.Share, memory []byte) {
	for ctx.Err() == nil {
		at, size := s.take()
		if at+size >= s.lane.before.Size {
			return
		}
		piece := memory[:size]
		if !share.Do(ctx, func() { s.read(ctx, piece, at) }) || ctx.Err() != nil {
			return
		}
		compute(false, func() { s.add(at, subtree{blake3.Subtree(piece, at), size}) })
	}
}

// take returns the offset and the size of the next subtree.
func (s *subtrees) take() (at, size int64) {
	for {
		at = s.next.Load()
		size = min(subtreeSize, int64(1)<<bits.TrailingZeros64(uint64(at)))
		if s.next.CompareAndSwap(at, at+size) {
			return at, size
		}
	}
}

func (s *subtrees) read(ctx context.Context, piece []byte, at int64) {
	l := s.lane
	for len(piece) > 0 && ctx.Err() == nil {
		n, err := l.file.ReadAt(piece, at)
		switch {
		case err != nil:
			s.fail(func() { l.fail(l.before.Size, &ReadError{Reason: problem.Reason(err)}) })
			return
		case n == 0: // the file has become shorter
			s.fail(func() { l.total = at; l.conclude(&l.front, false) })
			return
		}
		piece, at = piece[n:], at+int64(n)
		l.run.meter.Bytes.Add(int64(n))
	}
}

// fail ends all goroutines, and keeps what fails the lane.
func (s *subtrees) fail(lane func()) {
	s.adding.Lock()
	defer s.adding.Unlock()
	s.failed = lane
	s.stop()
}

// add adds a subtree, and those that have waited for it.
func (s *subtrees) add(at int64, t subtree) {
	s.adding.Lock()
	defer s.adding.Unlock()
	s.waiting[at] = t
	for {
		t, ok := s.waiting[s.at]
		if !ok {
			return
		}
		delete(s.waiting, s.at)
		s.tree.WriteSubtree(t.value, t.size)
		s.at += t.size
		s.lane.footprint.Passed(s.at)
	}
}
