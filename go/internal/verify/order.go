package verify

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/checksig/checksig/go/internal/hashing"
	"github.com/checksig/checksig/go/internal/job"
	"github.com/checksig/checksig/go/internal/list"
	"github.com/checksig/checksig/go/internal/verdict"
)

// way is how results are delivered.
type way struct {
	unordered bool // as they are found, and not in the order of the lists
	failFast  bool // nothing more is verified after the first failure
	holds     bool // missing files are reported last, when it is known whether they moved
}

// maxAhead is the number of results that may wait behind a slow file.
const maxAhead = 64 << 10

// order puts results into the order of the lists, and counts the verdicts.
type order struct {
	job  *job.Job
	plan *plan
	policy
	way
	stop  context.CancelFunc // ends the run after the first failure
	left  []atomic.Int32     // by stretch: entries without a verdict
	next  atomic.Int64       // the first stretch whose results are not delivered
	ahead atomic.Int64       // number of results in kept

	mu     sync.Mutex
	moved  sync.Cond      // signals that next has changed
	counts verdict.Counts // an entry counts as OK until it has another verdict
	tally  tally
	done   []bool        // by stretch
	kept   map[int]*kept // by stretch
	absent []absent      // held back
}

// kept are results of a stretch that are not delivered.
type kept struct {
	results []verdict.Result
	ahead   int64 // how many of them were waited for: those of the first entries of their files
}

func newOrder(j *job.Job, p *plan, policy policy, way way, stop context.CancelFunc) *order {
	o := &order{
		job: j, plan: p, policy: policy, way: way, stop: stop, kept: map[int]*kept{},
		left:  make([]atomic.Int32, len(p.stretches)),
		done:  make([]bool, len(p.stretches)),
		tally: newTally(p, policy),
	}
	o.moved.L = &o.mu
	o.counts[verdict.OK] = p.entries
	for i, s := range p.stretches {
		o.left[i].Store(int32(max(1, s.to-s.from)))
	}
	return o
}

// admits reports whether a worker may start a file of a stretch. It may not while too
// many results are unfetched, or while too many wait behind a slow file, unless they
// wait for this very stretch. Large files started early are exempt from the second
// limit: if all workers held such files, nobody would process the entries everyone
// waits for. They take so long to read that few results add up.
func (o *order) admits(stretch int, early bool) bool {
	return o.job.HasRoom() && (early || o.isNear(stretch))
}

func (o *order) isNear(stretch int) bool {
	return o.ahead.Load() < maxAhead || int64(stretch) == o.next.Load()
}

// wait waits until admits is true, or ctx ends.
func (o *order) wait(ctx context.Context, stretch int, early bool) {
	if !early && !o.isNear(stretch) {
		o.waitForNear(ctx, stretch)
	}
	o.job.WaitForRoom(ctx)
}

func (o *order) waitForNear(ctx context.Context, stretch int) {
	defer context.AfterFunc(ctx, o.wakeWaiting)()
	o.mu.Lock()
	defer o.mu.Unlock()
	for ctx.Err() == nil && !o.isNear(stretch) {
		o.moved.Wait()
	}
}

func (o *order) wakeWaiting() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.moved.Broadcast()
}

// judge counts the verdict on an entry, and keeps the result if the policy keeps it.
// isRepeat says that an earlier entry names the file too.
func (o *order) judge(stretch int, s *stretch, e *list.Entry, outcome *hashing.Outcome, isRepeat bool) {
	status, about, detail := judge(e, outcome)
	switch {
	case status == verdict.OK && !o.keepAll:
		return
	case status == verdict.Missing && o.holds && o.plan.bag == nil:
		o.hold(absent{stretch: s, entry: e, number: stretch, detail: detail})
		return
	}
	var r verdict.Result
	if o.keeps(status) {
		r = resultOf(s.Shown, e, status, about, outcome)
		r.Detail = detail
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.counts[verdict.OK]--
	o.counts[status]++
	o.tally.entry(s.source, e, status)
	if status == verdict.OutsideRoot {
		o.plan.links.note(outcome.Err)
	}
	if o.plan.bag != nil {
		o.plan.bag.complete(s.source, e, about, &r, status)
	}
	if o.keeps(status) {
		o.keep(stretch, r, isRepeat)
	}
}

// keep stores a result until it is delivered. The caller holds the lock. A repeat does
// not count as ahead: its file was read in its turn.
func (o *order) keep(stretch int, r verdict.Result, isRepeat bool) {
	r.Fails = o.fails(r.Status)
	if r.Fails && o.failFast {
		o.stop()
	}
	if o.unordered {
		o.job.Put([]verdict.Result{r})
		return
	}
	k := o.kept[stretch]
	if k == nil {
		k = &kept{}
		o.kept[stretch] = k
	}
	k.results = append(k.results, r)
	if !isRepeat {
		k.ahead++
		o.ahead.Add(1)
	}
}

// settle records that one more entry of a stretch has its verdict. The last one completes
// the stretch.
func (o *order) settle(stretch int) {
	if o.left[stretch].Add(-1) > 0 {
		return
	}
	s := o.plan.stretches[stretch]
	bad := s.Malformed[s.badFrom:s.badTo]
	o.job.Meter.Files.Add(int64(s.to-s.from) + unsupportedIn(bad))
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range bad {
		r := malformed(s.Shown, m)
		o.counts[r.Status]++
		if m.Name != "" {
			o.tally.unsupported(s.source, m.Name)
		}
		o.keep(stretch, r, false)
	}
	o.done[stretch] = true
	if k := o.kept[stretch]; k != nil {
		slices.SortFunc(k.results, func(a, b verdict.Result) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), strings.Compare(a.Path, b.Path))
		})
	}
	o.deliver()
}

// deliver passes on the results of all complete stretches up to the first incomplete
// one. The caller holds the lock.
func (o *order) deliver() {
	next := int(o.next.Load())
	for ; next < len(o.done) && o.done[next]; next++ {
		if k := o.kept[next]; k != nil {
			o.job.Put(k.results)
			o.ahead.Add(-k.ahead)
			delete(o.kept, next)
		}
	}
	o.next.Store(int64(next))
	o.moved.Broadcast()
}

// conclude delivers what is left of a run that ended early, and returns the counts
// without the entries that have no verdict, and the number of those. All workers have
// ended.
func (o *order) conclude() (counts verdict.Counts, unjudged int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	unread := int64(0) // entries of algorithms that are not supported
	for stretch := range o.left {
		s := o.plan.stretches[stretch]
		if s.from < s.to {
			left := int64(o.left[stretch].Load())
			o.tally.withdraw(s.source, left)
			unjudged += left
		}
		if !o.done[stretch] {
			unread += unsupportedIn(s.Malformed[s.badFrom:s.badTo])
		}
		o.done[stretch] = true
	}
	o.deliver()
	o.counts[verdict.OK] -= unjudged
	unjudged += unread
	o.job.Meter.Files.Store(o.plan.entries + o.plan.unsupported - unjudged) // also the entries of incomplete stretches
	return o.counts, unjudged
}

func malformed(path string, m list.Malformed) verdict.Result {
	status := verdict.Malformed
	if m.Name != "" {
		status = verdict.Unsupported
	}
	return verdict.Result{Path: m.Name, Status: status, Size: -1, Manifest: path, Line: m.Line, Detail: reasonOf(m)}
}
